"""An edition as Markdown (CommonMark), for notes, wikis and issue trackers.

Everything from a feed is escaped: it shows as the text it is, whatever it contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.digests import card_wording, wording
from monitor.digests.excerpts import one_line, undirected
from monitor.digests.links import http_url
from monitor.digests.phrases import day
from monitor.model.edition import Card, Edition

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


def _blocks(edition: Edition) -> Iterator[str]:
    yield f"# {escaped(edition.title)}"
    head = [day(edition.local_on), wording.window(edition), wording.catch_up(edition)]
    yield "  \n".join(escaped(line) for line in head if line)
    yield f"**{wording.checked(edition.coverage)}**; {wording.counted(edition.coverage)}."
    troubles = wording.troubles(edition)
    if troubles:
        yield "\n".join(f"- {_with_code(trouble)}" for trouble in troubles)
    notice = wording.notice(edition)
    if notice:
        yield f"**{_with_code(notice)}**"
    for section in edition.sections:
        yield f"## {escaped(section.title)}"
        for card in section.cards:
            yield from _card(card, edition)
        if section.more:
            yield _with_code(wording.more(section))
    quiet = wording.quiet_topics(edition)
    if quiet:
        yield escaped(quiet)
    yield "---"
    yield from (_with_code(line) for line in wording.footer(edition))


def _card(card: Card, edition: Edition) -> Iterator[str]:
    url = _destination(card.url)
    title = escaped(card.title)
    yield f"### [{title}]({url})" if url else f"### {title}"
    revised = " · edited since" if card.revised else ""
    yield f"**{escaped(card.outlet)}**, {card_wording.when(card, edition)}{revised}"
    if card.excerpt:
        yield f"> {escaped(card.excerpt)}"
    also = card_wording.also(card)
    if also:
        yield f"Also: {escaped(also)}"
    yield f"*Why:* {escaped(card_wording.why_line(card))}"


def _destination(url: str) -> str:
    """Spell an address so that its round brackets and entities mean themselves."""
    spelled = http_url(url).replace("(", "%28").replace(")", "%29")
    return _ENTITY.sub("&amp;", spelled)


def _with_code(line: str) -> str:
    """Escape a sentence of ours in which commands stand between backticks; they stay code."""
    pieces = enumerate(line.split("`"))
    return "".join(f"`{piece}`" if index % 2 else _inside(piece) for index, piece in pieces)


def _inside(piece: str) -> str:
    """Escape a part of a line without losing the blanks at its ends."""
    text = escaped(piece)
    lead = " " if piece.startswith(" ") else ""
    return f"{lead}{text}{' ' if text and piece.endswith(' ') else ''}"
