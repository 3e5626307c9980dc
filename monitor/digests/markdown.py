"""An edition as Markdown (CommonMark), for notes, wikis and issue trackers.

Everything from a feed is escaped: it shows as the text it is, whatever it contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from monitor.digests import card_wording, part_wording, wording
from monitor.digests.chart import bars
from monitor.digests.excerpts import one_line, undirected
from monitor.digests.links import http_url, story_url
from monitor.digests.part_wording import HEADINGS
from monitor.digests.phrases import day
from monitor.model.edition import Card, Edition, Volume

# Markup and HTML by entity, so that even a renderer that knows no escapes shows them as text.
_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_MARKS = re.compile(r"([\\`*_\[\]{}#|~!$^])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(?:([-+=:])|(\d+)([.)]))")


def markdown(edition: Edition) -> str:
    """Return the edition as Markdown."""
    return "\n\n".join(_blocks(edition)) + "\n"


def escaped(line: str) -> str:
    """Return one line of Markdown that shows exactly this text (without direction marks)."""
    text = _MARKS.sub(r"\\\1", undirected(one_line(line)).translate(_ENTITIES))
    return _BLOCK_START.sub(
        lambda found: f"\\{found[1]}" if found[1] else rf"{found[2]}\{found[3]}", text
    )


def card_blocks(
    card: Card, timezone: str, today: date, *, told: str = "", page_url: str = ""
) -> Iterator[str]:
    """Return a card as blocks of Markdown, its headline as a heading of the third level.

    `told` says what is new of a story that was told before.
    """
    yield f"### {_linked(card.title, card.url)}"
    page = story_url(page_url, card.story)
    story = f" · [story]({_destination(page)})" if page else ""
    yield f"**{escaped(card.outlet)}**, {escaped(card_wording.facts(card, timezone, today))}{story}"
    if told:
        yield f"*{escaped(told)}*"
    if card.excerpt:
        yield f"> {escaped(card.excerpt)} *(excerpt)*"
    if card.summary:
        label = escaped(card_wording.summary_label(card.summary))
        yield f"*{label}:* {escaped(card.summary.text)}"
    also = card_wording.also(card)
    if also:
        yield f"Also: {escaped(also)}"
    if card.document:
        link = _linked(card.document.title, card.document.url)
        yield f"Primary document: {link}, {escaped(card.document.outlet)}"
    yield f"*Why:* {escaped(card_wording.why_line(card))}"


def _blocks(edition: Edition) -> Iterator[str]:
    yield f"# {escaped(edition.title)}"
    head = [day(edition.local_on), wording.window(edition), wording.catch_up(edition)]
    yield "  \n".join(escaped(line) for line in head if line)
    yield from (with_code(note) for note in edition.notes)
    yield f"**{wording.checked(edition)}**; {wording.counted(edition.coverage)}."
    troubles = wording.troubles(edition)
    if troubles:
        yield "\n".join(f"- {with_code(trouble)}" for trouble in troubles)
    notice = wording.notice(edition)
    if notice:
        yield f"**{with_code(notice)}**"
    yield from _leads(edition)
    yield from _stories(edition)
    yield from _quotes(edition)
    yield from _changed(edition)
    yield from _volumes(edition)
    yield from _near_misses(edition)
    quiet = wording.quiet_topics(edition)
    if quiet:
        yield escaped(quiet)
    yield "---"
    yield from (with_code(line) for line in wording.footer(edition))
    addresses = [f"[{name}]({_destination(url)})" for name, url in wording.addresses(edition)]
    if addresses:
        yield " · ".join(addresses)


def _leads(edition: Edition) -> Iterator[str]:
    if edition.leads:
        yield f"## {HEADINGS['leads']}"
        yield "\n".join(
            f"- {_linked(lead.title, lead.url)} – {escaped(part_wording.lead_line(lead))}"
            for lead in edition.leads
        )


def _stories(edition: Edition) -> Iterator[str]:
    zone, today, page_url = edition.window.timezone, edition.local_on, edition.page_url
    for section in edition.sections:
        yield f"## {escaped(section.title)}"
        for card in section.cards:
            yield from card_blocks(card, zone, today, page_url=page_url)
        if section.more:
            page = wording.search_page(section, edition)
            more = escaped(wording.more(section))
            command = with_code(f"`{wording.search_command(section)}`")
            yield f"[{more}]({_destination(page)})" if page else f"{more}: {command}"
    if edition.developing or edition.more_developing:
        yield f"## {HEADINGS['developing']}"
    for one in edition.developing:
        told = f"{part_wording.told_line(one, today)}."
        yield from card_blocks(one.card, zone, today, told=told, page_url=page_url)
    yield from _rest(edition.more_developing, "more story", "more stories")
    if edition.documents or edition.more_documents:
        yield f"## {HEADINGS['documents']}"
    for card in edition.documents:
        yield from card_blocks(card, zone, today, page_url=page_url)
    yield from _rest(edition.more_documents, "more document", "more documents")


def _quotes(edition: Edition) -> Iterator[str]:
    if edition.quotes:
        yield f"## {HEADINGS['quotes']}"
    for quote in edition.quotes:
        yield f"> “{escaped(quote.text)}”"
        yield f"– {_linked(part_wording.speaker_line(quote), quote.url)}"


def _changed(edition: Edition) -> Iterator[str]:
    if edition.changed or edition.more_changed:
        yield f"## {HEADINGS['changed']}"
    for one in edition.changed:
        what = part_wording.changed_line(one, edition.window.timezone, edition.local_on)
        lines = [f"- {_linked(one.title, one.url)}", escaped(part_wording.before_line(one)),
                 escaped(what)]  # fmt: skip
        yield "  \n  ".join(line for line in lines if line)
    yield from _rest(edition.more_changed, "more entry", "more entries")


def _volumes(edition: Edition) -> Iterator[str]:
    if edition.volumes:
        yield f"## {HEADINGS['volumes']}"
        yield part_wording.CHART_NOTE
        yield "\n".join(map(_volume, edition.volumes))


def _volume(volume: Volume) -> str:
    flag = part_wording.unusual_line(volume)
    chart = f" `{bars(volume.days)}`" if volume.days else ""
    line = f"- {escaped(volume.title)}: {part_wording.volume_line(volume)}"
    return f"{line}{f' – **{flag}**' if flag else ''}{chart}"


def _near_misses(edition: Edition) -> Iterator[str]:
    if edition.near_misses:
        yield f"## {HEADINGS['near_misses']}"
    for nearly in edition.near_misses:
        line = escaped(part_wording.nearly_line(nearly))
        command = with_code(f"`{part_wording.judge_command(nearly)}`")
        yield f"- {_linked(nearly.title, nearly.url)}  \n  {line}  \n  Yes: {command}"


def _rest(number: int, one: str, many: str) -> Iterator[str]:
    if number:
        yield escaped(part_wording.more_line(number, one, many))


def _linked(title: str, url: str) -> str:
    destination = _destination(url)
    return f"[{escaped(title)}]({destination})" if destination else escaped(title)


def _destination(url: str) -> str:
    """Spell an address so that its round brackets and entities mean themselves."""
    spelled = http_url(url).replace("(", "%28").replace(")", "%29")
    return _ENTITY.sub("&amp;", spelled)


def with_code(line: str) -> str:
    """Escape a sentence of ours in which commands stand between backticks; they stay code."""
    found = undirected(one_line(line)).split("`")
    if len(found) % 2 == 0 or not all(found[1::2]):
        return escaped(line)  # no pairs, so no code
    pieces = enumerate(found)
    return "".join(f"`{piece}`" if index % 2 else _inside(piece) for index, piece in pieces)


def _inside(piece: str) -> str:
    """Escape a part of a line without losing the blanks at its ends."""
    text = escaped(piece)
    lead = " " if piece.startswith(" ") else ""
    return f"{lead}{text}{' ' if text and piece.endswith(' ') else ''}"
