"""An edition as plain text: complete on its own, for terminals and mail programs without HTML.

Every string from a feed goes through `_safe`, so that it stays on its line, carries no
control characters (terminal sequences) and cannot turn the writing direction of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import count

from monitor.digests import card_wording, part_wording, wording
from monitor.digests.chart import bars
from monitor.digests.excerpts import columns, one_line, undirected
from monitor.digests.links import http_url, story_url
from monitor.digests.part_wording import HEADINGS
from monitor.digests.phrases import day
from monitor.model.edition import Card, Edition

WIDTH = 78
_INDENT = "    "

# A blank, a word, or one wide character with the punctuation that must not begin a line.
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(f" |[^ {_WIDE}]+|[{_WIDE}][,.;:!?…”’)\\]、。」』）》！，：；？]*")


def text(edition: Edition) -> str:
    """Return the edition as text, lines of at most 78 columns where words allow it."""
    return "\n".join(_lines(edition)) + "\n"


def card_lines(
    card: Card, timezone: str, today: date, *, first: str = "", told: str = "", page_url: str = ""
) -> Iterator[str]:
    """Return a card as lines; `first` stands before its headline ("[1] "), `told` says what is new."""
    yield from wrapped(card.title, first=first, rest=_INDENT)
    yield from _inside(f"{card.outlet}, {card_wording.facts(card, timezone, today)}")
    yield from _address(card.url)
    yield from _inside(told)
    if card.excerpt:
        yield from wrapped(f"{card.excerpt} [excerpt]", first=f"{_INDENT}> ", rest=f"{_INDENT}> ")
    if card.summary:
        yield from _inside(f"{card_wording.summary_label(card.summary)}: {card.summary.text}")
    also = card_wording.also(card)
    if also:
        yield from _inside(f"Also: {also}")
    if card.document:
        yield from _inside(f"Primary document: {card.document.title}, {card.document.outlet}")
        yield from _address(card.document.url)
    yield from _inside(f"Why: {card_wording.why_line(card)}")
    page = story_url(page_url, card.story)
    if page:
        yield f"{_INDENT}Story: {page}"


def _lines(edition: Edition) -> Iterator[str]:
    title = _safe(edition.title)
    yield title
    yield "=" * min(columns(title), WIDTH)
    yield day(edition.local_on)
    yield from wrapped(wording.window(edition))
    yield from wrapped(wording.catch_up(edition))
    for note in edition.notes:
        yield from wrapped(note)
    yield ""
    yield from wrapped(f"{wording.checked(edition)}; {wording.counted(edition.coverage)}.")
    for trouble in wording.troubles(edition):
        yield from wrapped(trouble, first="- ", rest="  ")
    notice = wording.notice(edition)
    if notice:
        yield ""
        yield from wrapped(notice)
    yield from _leads(edition)
    yield from _stories(edition)
    yield from _quotes(edition)
    yield from _changed(edition)
    yield from _volumes(edition)
    yield from _near_misses(edition)
    quiet = wording.quiet_topics(edition)
    if quiet:
        yield from ("", "", *wrapped(quiet))
    yield from ("", "-- ")
    for line in wording.footer(edition):
        yield from wrapped(line)
    for name, url in wording.addresses(edition):
        yield f"{name}: {url}"


def _heading(title: str) -> Iterator[str]:
    heading = _safe(title)
    yield from ("", "", heading, "-" * min(columns(heading), WIDTH))


def _leads(edition: Edition) -> Iterator[str]:
    if edition.leads:
        yield from (*_heading(HEADINGS["leads"]), "")
    for lead in edition.leads:
        yield from wrapped(lead.title, first="* ", rest="  ")
        yield from wrapped(part_wording.lead_line(lead), first="  ", rest="  ")


def _stories(edition: Edition) -> Iterator[str]:
    """Give all that has cards, numbered through: sections, what develops, documents."""
    zone, today, page_url = edition.window.timezone, edition.local_on, edition.page_url
    numbers = count(1)
    for section in edition.sections:
        yield from _heading(section.title)
        for card in section.cards:
            yield ""
            yield from card_lines(card, zone, today, first=f"[{next(numbers)}] ", page_url=page_url)
        if section.more:
            page = wording.search_page(section, edition)
            yield from ("", f"{wording.more(section)}: {page or wording.search_command(section)}")
    if edition.developing or edition.more_developing:
        yield from _heading(HEADINGS["developing"])
    for one in edition.developing:
        yield ""
        first, told = f"[{next(numbers)}] ", f"{part_wording.told_line(one, today)}."
        yield from card_lines(one.card, zone, today, first=first, told=told, page_url=page_url)
    yield from _rest(edition.more_developing, "more story", "more stories")
    if edition.documents or edition.more_documents:
        yield from _heading(HEADINGS["documents"])
    for card in edition.documents:
        yield ""
        yield from card_lines(card, zone, today, first=f"[{next(numbers)}] ", page_url=page_url)
    yield from _rest(edition.more_documents, "more document", "more documents")


def _quotes(edition: Edition) -> Iterator[str]:
    if edition.quotes:
        yield from _heading(HEADINGS["quotes"])
    for quote in edition.quotes:
        yield ""
        yield from wrapped(f"“{quote.text}”", first="> ", rest="> ")
        yield from wrapped(f"– {part_wording.speaker_line(quote)}", first=_INDENT, rest=_INDENT)
        yield from _address(quote.url)


def _changed(edition: Edition) -> Iterator[str]:
    if edition.changed or edition.more_changed:
        yield from _heading(HEADINGS["changed"])
    for one in edition.changed:
        yield ""
        yield from wrapped(one.title, first="* ", rest=_INDENT)
        yield from _inside(part_wording.before_line(one))
        yield from _inside(
            part_wording.changed_line(one, edition.window.timezone, edition.local_on)
        )
        yield from _address(one.url)
    yield from _rest(edition.more_changed, "more entry", "more entries")


def _volumes(edition: Edition) -> Iterator[str]:
    if edition.volumes:
        yield from (*_heading(HEADINGS["volumes"]), "", *wrapped(part_wording.CHART_NOTE))
    for volume in edition.volumes:
        flag = part_wording.unusual_line(volume)
        line = f"{volume.title}: {part_wording.volume_line(volume)}"
        yield from wrapped(f"{line} – {flag}" if flag else line, first="* ", rest=_INDENT)
        if volume.days:
            yield _INDENT + bars(volume.days)


def _near_misses(edition: Edition) -> Iterator[str]:
    if edition.near_misses:
        yield from _heading(HEADINGS["near_misses"])
    for nearly in edition.near_misses:
        yield ""
        yield from wrapped(nearly.title, first="* ", rest=_INDENT)
        yield from _inside(part_wording.nearly_line(nearly))
        yield from _address(nearly.url)
        yield f"{_INDENT}Yes: `{_safe(part_wording.judge_command(nearly))}`"


def _rest(number: int, one: str, many: str) -> Iterator[str]:
    if number:
        yield from ("", part_wording.more_line(number, one, many))


def _inside(line: str) -> list[str]:
    return wrapped(line, first=_INDENT, rest=_INDENT)


def _address(url: str) -> Iterator[str]:
    if safe := http_url(url):
        yield _INDENT + safe


def wrapped(line: str, first: str = "", rest: str = "") -> list[str]:
    """Break a line between words, or between wide characters; nothing for an empty one.

    A word that is longer than the line (an address) stays whole.
    """
    lines: list[str] = []
    begun, filled, blank = first, columns(first), ""
    for piece in _PIECES.findall(_safe(line)):
        if piece == " ":
            blank = piece
            continue
        width = columns(blank + piece)
        if filled + width > WIDTH and begun not in (first, rest):
            lines.append(begun)
            begun, filled, blank, width = rest, columns(rest), "", columns(piece)
        begun, filled, blank = begun + blank + piece, filled + width, ""
    return [*lines, begun] if begun != first else []


def _safe(line: str) -> str:
    return undirected(one_line(line))
