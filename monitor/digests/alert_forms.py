"""One message of an alert in its four forms, each complete: text, Markdown, HTML and JSON.

As with editions, the same content gives the same bytes, everything from a feed shows as the text it is,
and nothing is loaded from anywhere. A message that would be longer than mail programs show whole
loses its last cards, which are counted then.
"""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from monitor.digests.excerpts import columns, one_line, printable, shorten, undirected
from monitor.digests.links import http_url
from monitor.digests.markdown import escaped
from monitor.digests.phrases import count, moment
from monitor.digests.windows import zone
from monitor.model.alert import AlertContent
from monitor.model.edition import Card, Rendered

MOST_HTML = 88_000
"""Bytes of HTML; beyond some 100 kB mail programs cut a message off."""

_SUBJECT_COLUMNS = 120
_SHOWN_OUTLETS = 6
_WIDTH = 78
_LONGEST_SEARCH = 400
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_ENTITY = re.compile(r"&(?=#?\w+;)")


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
    return undirected(one_line(told))


def when(card: Card, content: AlertContent) -> str:
    """Write when the lead was published, or that only the time we saw it is known."""
    today = content.created_at.astimezone(zone(content.timezone)).date()
    if card.published_at is None:
        return f"seen {moment(card.first_seen_at, content.timezone, today)}"
    return moment(card.published_at, content.timezone, today)


def also(card: Card) -> str:
    """Name the other independent outlets and count the copies, or ""."""
    others = [undirected(one_line(name)) for name in card.outlets[1:]]
    named = ", ".join(others[:_SHOWN_OUTLETS])
    if len(others) > _SHOWN_OUTLETS:
        named += f" and {count(len(others) - _SHOWN_OUTLETS, 'more outlet', 'more outlets')}"
    copies = count(card.copies, "copy of the same text", "copies of the same text")
    return " · ".join(part for part in (named, copies if card.copies else "") if part)


def why(card: Card) -> list[tuple[str, str]]:
    """Return each clause of the query with the words it found: ("entity list", "title “Entity List”")."""
    said = []
    for clause, of_clause in groupby(card.why, key=lambda reason: reason.clause):
        by_field: dict[str, list[str]] = {}
        for reason in of_clause:
            if reason.words:
                by_field.setdefault(reason.field, []).append(f"“{reason.words}”")
        words = ", ".join(" ".join([field, *words]).strip() for field, words in by_field.items())
        if clause or words:
            said.append((clause, words))
    return said


def more(content: AlertContent) -> str:
    """Count the stories that are not shown, with the search that lists them; "" without any."""
    if not content.more:
        return ""
    told = f"+{count(content.more, 'more story', 'more stories')}"
    if len(content.search) > _LONGEST_SEARCH or "`" in content.search:
        return f"{told}: search for what [alerts.{content.alert}] in config/monitor.toml asks for"
    return f"{told}: `monitor search {shlex.quote(content.search)} --sort newest`"


def head(content: AlertContent) -> str:
    """Say what this is and of when: "Alert · Mon 23 Nov 07:00 (Europe/Berlin)"."""
    today = content.created_at.astimezone(zone(content.timezone)).date()
    return f"Alert · {moment(content.created_at, content.timezone, today)} ({content.timezone})"


def footer(content: AlertContent) -> list[str]:
    """Say what the quoted text is, which message this is, and where to change what arrives."""
    return [
        "Quoted text is the feed’s own. “Why” names the clause of the alert’s query and the words that "
        "matched. Each story is told once.",
        f"Message {content.name}. Change what rings, when and to whom: [alerts.{content.alert}] in "
        f"config/monitor.toml. Try it on what is stored: `monitor alerts test {content.alert}`.",
    ]


def _text(content: AlertContent) -> Iterator[str]:
    title = _safe(content.title)
    yield from (title, "=" * min(columns(title), _WIDTH), head(content))
    for note in content.notes:
        yield from ("", *_wrapped(note))
    for number, card in enumerate(content.cards, start=1):
        indent = "    "
        yield ""
        yield from _wrapped(card.title, f"[{number}] ", indent)
        edited = " · edited since" if card.revised else ""
        yield from _wrapped(f"{card.outlet}, {when(card, content)}{edited}", indent, indent)
        if url := http_url(card.url):
            yield indent + url
        yield from _wrapped(card.excerpt, indent + "> ", indent + "> ")
        if others := also(card):
            yield from _wrapped(f"Also: {others}", indent, indent)
        if reasons := _why_line(card):
            yield from _wrapped(f"Why: {reasons}", indent, indent)
    if rest := more(content):
        # A command is copied: it stays on one line.
        yield from ("", _safe(rest))
    yield from ("", "-- ")
    for line in footer(content):
        yield from _wrapped(line)


def _markdown(content: AlertContent) -> Iterator[str]:
    yield f"# {escaped(content.title)}"
    yield escaped(head(content))
    for note in content.notes:
        yield f"**{escaped(note)}**"
    for card in content.cards:
        url = _ENTITY.sub("&amp;", http_url(card.url).replace("(", "%28").replace(")", "%29"))
        title = escaped(card.title)
        yield f"## [{title}]({url})" if url else f"## {title}"
        edited = " · edited since" if card.revised else ""
        yield f"**{escaped(card.outlet)}**, {when(card, content)}{edited}"
        if card.excerpt:
            yield f"> {escaped(card.excerpt)}"
        if others := also(card):
            yield f"Also: {escaped(others)}"
        if reasons := _why_line(card):
            yield f"*Why:* {escaped(reasons)}"
    if rest := more(content):
        yield _code_in_markdown(rest)
    yield "---"
    yield from (_code_in_markdown(line) for line in footer(content))


def _html(content: AlertContent) -> str:
    return _template().render(
        content=content, subject=subject(content), preheader=preheader(content), head=head(content),
        more=more(content), footer=footer(content), when=when, also=also, why=why,
    )  # fmt: skip


def _json(content: AlertContent) -> str:
    document = {
        "alert": content.alert,
        "title": content.title,
        "message": content.name,
        "subject": subject(content),
        "created_at": _instant(content.created_at),
        "stories": [_card(card) for card in content.cards],
        "more": content.more,
        "search": content.search,
        "note": " ".join(content.notes),
    }
    # A lone surrogate (a broken character) cannot be written as UTF-8; it becomes "?".
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def _card(card: Card) -> dict[str, Any]:
    return {
        "story": f"s{card.story}" if card.story else None,
        "title": card.title,
        "url": http_url(card.url),
        "outlet": card.outlet,
        "published_at": _instant(card.published_at) if card.published_at else None,
        "first_seen_at": _instant(card.first_seen_at),
        "excerpt": card.excerpt,
        "language": card.language,
        "outlets": list(card.outlets),
        "copies": card.copies,
        "why": [
            {
                "topic": each.topic,
                "version": each.version,
                "clause": each.clause,
                "words": each.words,
                "field": each.field,
            }
            for each in card.why
        ],
        "entries": [f"e{entry}" for entry in card.entries],
        "revised": card.revised,
    }


def _why_line(card: Card) -> str:
    return "; ".join(": ".join(part for part in clause if part) for clause in why(card))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _safe(line: str) -> str:
    return undirected(one_line(line))


def _wrapped(line: str, first: str = "", rest: str = "") -> list[str]:
    """Break a line between words; one longer than the line stays whole. Nothing for an empty one."""
    return textwrap.wrap(
        _safe(line), _WIDTH, initial_indent=first, subsequent_indent=rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _code_in_markdown(line: str) -> str:
    """Escape a sentence of ours in which commands stand between backticks; they stay code."""
    pieces = []
    for index, piece in enumerate(line.split("`")):
        if index % 2:
            pieces.append(f"`{_safe(piece)}`")
        else:
            lead, tail = piece[:1].isspace() * " ", piece[-1:].isspace() * " "
            pieces.append(f"{lead}{escaped(piece)}{tail}" if piece.strip() else piece)
    return "".join(pieces)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.digests"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=_clean,
    )  # fmt: skip
    environment.filters["http_url"] = http_url
    environment.filters["language"] = lambda tag: tag if _LANGUAGE.fullmatch(tag) else ""
    environment.filters["with_code"] = _with_code
    return environment.get_template("alert.html")


def _clean(value: object) -> object:
    """Take out of every plain string what has no shape, and the marks that turn its direction."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return undirected(printable(value))
    return value


def _with_code(line: str) -> Markup:
    """Mark up the commands that stand between backticks in a sentence of ours."""
    pieces = [escape(piece) for piece in undirected(printable(line)).split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else piece
        for index, piece in enumerate(pieces)
    )
