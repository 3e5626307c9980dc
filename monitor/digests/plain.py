"""An edition as plain text: complete on its own, for terminals and mail programs without HTML.

Every string from a feed goes through `_safe`, so that it stays on its line, carries no
control characters (terminal sequences) and cannot turn the writing direction of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.digests import card_wording, wording
from monitor.digests.excerpts import columns, one_line, undirected
from monitor.digests.links import http_url
from monitor.digests.phrases import day
from monitor.model.edition import Card, Edition

WIDTH = 78

# A blank, a word, or one wide character with the punctuation that must not begin a line.
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(f" |[^ {_WIDE}]+|[{_WIDE}][,.;:!?…”’)\\]、。」』）》！，：；？]*")


def text(edition: Edition) -> str:
    """Return the edition as text, lines of at most 78 columns where words allow it."""
    return "\n".join(_lines(edition)) + "\n"


def _lines(edition: Edition) -> Iterator[str]:
    title = _safe(edition.title)
    yield title
    yield "=" * min(columns(title), WIDTH)
    yield day(edition.local_on)
    yield from _wrapped(wording.window(edition))
    yield from _wrapped(wording.catch_up(edition))
    yield ""
    yield from _wrapped(
        f"{wording.checked(edition.coverage)}; {wording.counted(edition.coverage)}."
    )
    for trouble in wording.troubles(edition):
        yield from _wrapped(trouble, first="- ", rest="  ")
    notice = wording.notice(edition)
    if notice:
        yield ""
        yield from _wrapped(notice)
    number = 0
    for section in edition.sections:
        heading = _safe(section.title)
        yield from ("", "", heading, "-" * min(columns(heading), WIDTH))
        for card in section.cards:
            number += 1
            yield ""
            yield from _card(card, edition, f"[{number}] ")
        if section.more:
            yield ""
            yield from _wrapped(wording.more(section))
    quiet = wording.quiet_topics(edition)
    if quiet:
        yield from ("", "", *_wrapped(quiet))
    yield from ("", "-- ")
    for line in wording.footer(edition):
        yield from _wrapped(line)


def _card(card: Card, edition: Edition, label: str) -> Iterator[str]:
    indent = "    "
    yield from _wrapped(card.title, first=label, rest=indent)
    revised = " · edited since" if card.revised else ""
    yield from _wrapped(
        f"{card.outlet}, {card_wording.when(card, edition)}{revised}", first=indent, rest=indent
    )
    url = http_url(card.url)
    if url:
        yield indent + url
    yield from _wrapped(card.excerpt, first=indent + "> ", rest=indent + "> ")
    also = card_wording.also(card)
    if also:
        yield from _wrapped(f"Also: {also}", first=indent, rest=indent)
    yield from _wrapped(f"Why: {card_wording.why_line(card)}", first=indent, rest=indent)


def _wrapped(line: str, first: str = "", rest: str = "") -> list[str]:
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
