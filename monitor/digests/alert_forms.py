"""One message of an alert in its four forms, each complete: text, Markdown, HTML and JSON.

As with editions, the same content gives the same bytes, everything from a feed shows as the text it is,
and nothing is loaded from anywhere; cards look as they do there. A message that would be longer than
mail programs show whole loses its last cards, which are counted then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from shlex import quote

from jinja2 import Template
from markupsafe import Markup

from monitor.digests.excerpts import columns, one_line, shorten, undirected
from monitor.digests.markdown import card_blocks, escaped, with_code
from monitor.digests.phrases import count, moment
from monitor.digests.plain import WIDTH, card_lines, wrapped
from monitor.digests.rendering import TO_MARKER, environment
from monitor.digests.structured import card_document, instant, written
from monitor.digests.windows import zone
from monitor.model.alert import AlertContent
from monitor.model.edition import Rendered

MOST_HTML = 88_000
"""Bytes of HTML; beyond some 100 kB mail programs cut a message off."""

_SUBJECT_COLUMNS = 120
_PREHEADER_COLUMNS = 300
_LONGEST_SEARCH = 400


def render(content: AlertContent) -> Rendered:
    """Return the message as it goes out."""
    html = _html(content)
    while len(html.encode("utf-8", "replace")) > MOST_HTML and len(content.cards) > 1:
        content = replace(content, cards=content.cards[:-1], more=content.more + 1)
        html = _html(content)
    return Rendered(
        subject=subject(content),
        text="\n".join(_text(content)) + "\n",
        markdown="\n\n".join(_markdown(content)) + "\n",
        html=html,
        json=_json(content),
    )


def subject(content: AlertContent) -> str:
    """Return one line: the alert, its first story or what is unusual, and how many more there are."""
    stories = len(content.cards) + content.more
    more = ""
    if content.notes:
        told = content.notes[0].rstrip(".")
    else:
        told = content.cards[0].title if content.cards else count(stories, "story", "stories")
        more = f" (+{stories - 1:,} more)" if content.cards and stories > 1 else ""
    line = undirected(one_line(f"Alert {content.title}: {told}"))
    return shorten(line, _SUBJECT_COLUMNS - len(more)) + more


def preheader(content: AlertContent) -> str:
    """Return what a mail program shows beside the subject: the next headlines, or the excerpt."""
    rest = content.cards if content.notes else content.cards[1:]
    told = " · ".join(card.title for card in rest[:3])
    if not told and content.cards:
        told = content.cards[0].excerpt
    return shorten(undirected(one_line(told)), _PREHEADER_COLUMNS)


def more(content: AlertContent) -> str:
    """Count the stories that are not shown, with the search that lists them; "" without any."""
    if not content.more:
        return ""
    told = f"+{count(content.more, 'more story', 'more stories')}"
    query = undirected(one_line(content.search))
    # Backticks mark commands in our sentences, so a query cannot bring its own; no query needs them.
    if len(query) > _LONGEST_SEARCH or "`" in query:
        return f"{told}: search for what [alerts.{content.alert}] in config/monitor.toml asks for"
    return f"{told}: `monitor search {quote(query)} --sort newest`"


def head(content: AlertContent) -> str:
    """Say what this is and of when: "Alert · Mon 23 Nov 07:00 (Europe/Berlin)"."""
    at = moment(content.created_at, content.timezone, _today(content))
    return f"Alert · {at} ({content.timezone})"


def footer(content: AlertContent) -> list[str]:
    """Say what the quoted text is, which message this is, and where to change what arrives."""
    return [
        "Excerpts are the feed’s own words. “Why” names the clause of the alert’s query and the words that "
        "matched. Each story is told once.",
        f"You get this because `to` in [alerts.{content.alert}] of config/monitor.toml names you. Change "
        f"there what rings and when; try it on what is stored: `monitor alerts test {content.alert}`.",
        f"Message {content.name}.",
    ]


def _today(content: AlertContent) -> date:
    return content.created_at.astimezone(zone(content.timezone)).date()


def _text(content: AlertContent) -> Iterator[str]:
    title = undirected(one_line(content.title))
    yield from (title, "=" * min(columns(title), WIDTH), head(content))
    for note in content.notes:
        yield from ("", *wrapped(note))
    for number, card in enumerate(content.cards, start=1):
        yield ""
        yield from card_lines(
            card,
            content.timezone,
            _today(content),
            first=f"[{number}] ",
            page_url=content.page_url,
        )
    if rest := more(content):
        # A command is copied: it stays on one line.
        yield from ("", rest)
    yield from ("", "-- ")
    for line in footer(content):
        yield from wrapped(line)


def _markdown(content: AlertContent) -> Iterator[str]:
    yield f"# {escaped(content.title)}"
    yield escaped(head(content))
    for note in content.notes:
        yield f"**{escaped(note)}**"
    for card in content.cards:
        yield from card_blocks(card, content.timezone, _today(content), page_url=content.page_url)
    if rest := more(content):
        yield with_code(rest)
    yield "---"
    yield from (with_code(line) for line in footer(content))


def _html(content: AlertContent) -> str:
    return _template().render(
        content=content,
        subject=subject(content),
        preheader=preheader(content),
        head=head(content),
        today=_today(content),
        more=more(content),
        footer=footer(content),
        to_marker=Markup(TO_MARKER),  # noqa: S704  # a constant of ours
    )


def _json(content: AlertContent) -> str:
    document = {
        "alert": content.alert,
        "title": content.title,
        "message": content.name,
        "subject": subject(content),
        "created_at": instant(content.created_at),
        "stories": [card_document(card) for card in content.cards],
        "more": content.more,
        "search": content.search,
        "note": " ".join(content.notes),
        "page_url": content.page_url,
    }
    return written(document)


@cache
def _template() -> Template:
    return environment().get_template("alert.html")
