"""Keeping an edition short, whatever a flood of entries brings.

Four bounds, each of which moves stories into a count of more, never out of the count: cards of
one outlet in a section, cards of a section, cards of the edition, and its bytes. Developing stories and
documents are each cut as a section is. The last two bounds are shared out in rounds, the best card of
every part first, so that a topic in flood cannot take the room of the others.

Bytes are those of the HTML, estimated from its escaped text and from what the markup around each thing
weighs in templates/edition.html, rounded up. What stands beside the stories has room of its own, bounded
for each kind; what it leaves is the stories'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import TypeVar

from monitor.model.edition import Card, Development

EDITION_BYTES = 90_000
"""What the HTML of an edition stays below."""

SHOWN_OUTLETS = 8
"""How many independent outlets a card names; the rest are counted."""

PREPAID_HEADINGS = 20
"""So many parts keep their heading with a count of more even where none of their cards fits."""

FRAME_BYTES = 7_000
SECTION_BYTES = 500
CARD_BYTES = 930
REASON_BYTES = 60
DOCUMENT_BYTES = 300
NEWS_BYTES = 100
DEVELOPMENT_BYTES = 250

HEAVY_CARD_BYTES = 5_000
"""A card that weighs more is shown with less."""

_HEAVY_REASONS = 2

Item = TypeVar("Item")


def capped(outlets: Sequence[str], *, per_topic: int, per_outlet: int) -> list[int]:
    """Return which of a section's stories to keep, given their leads' outlets, best first."""
    taken: Counter[str] = Counter()
    kept: list[int] = []
    for place, outlet in enumerate(outlets):
        if len(kept) >= per_topic:
            break
        name = outlet.casefold()
        if taken[name] < per_outlet:
            taken[name] += 1
            kept.append(place)
    return kept


def headed(parts: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return which parts have their heading in any case: of those with a story the first twenty."""
    filled = [index for index, weights in enumerate(parts) if weights]
    return frozenset(filled[:PREPAID_HEADINGS])


def fitting(parts: Sequence[Sequence[int]], *, room: int, most: int) -> list[int]:
    """Return how many cards of each part fit, given their weights, best first, dealt in rounds.

    All together take at most `room` bytes and are at most `most`. Parts that are not `headed` take
    their heading with their first card.
    """
    prepaid = headed(parts)
    room -= SECTION_BYTES * len(prepaid)
    counts = [0] * len(parts)
    open_parts = [index for index, weights in enumerate(parts) if weights]
    while open_parts:
        still_open = []
        for index in open_parts:
            size = parts[index][counts[index]]
            if index not in prepaid and not counts[index]:
                size += SECTION_BYTES
            if size > room or most <= 0:
                continue
            room -= size
            most -= 1
            counts[index] += 1
            if counts[index] < len(parts[index]):
                still_open.append(index)
        open_parts = still_open
    return counts


def within(items: Iterable[Item], weigh: Callable[[Item], int], room: int) -> tuple[Item, ...]:
    """Return the items that fit into `room` bytes, each considered in turn."""
    kept = []
    for item in items:
        size = weigh(item)
        if size <= room:
            room -= size
            kept.append(item)
    return tuple(kept)


def text_bytes(*texts: str) -> int:
    """Return what texts weigh in HTML."""
    return sum(len(escape(text).encode("utf-8", "replace")) for text in texts)


def weight(card: Card) -> int:
    """Estimate the bytes of a card in HTML: its escaped text and the markup around it."""
    shown = [card.title, card.url, card.outlet, card.excerpt, *card.outlets[:SHOWN_OUTLETS]]
    shown += [card.topic_title, card.via]
    for reason in card.why:
        shown += [reason.topic, reason.clause, reason.words]
    extra = 0
    if card.document is not None:
        shown += [card.document.title, card.document.url, card.document.outlet]
        extra = DOCUMENT_BYTES
    return CARD_BYTES + REASON_BYTES * len(card.why) + extra + text_bytes(*shown)


def lightened(card: Card) -> Card:
    """Return a card that is too heavy with its first reasons only, then without the excerpt too."""
    if weight(card) <= HEAVY_CARD_BYTES:
        return card
    lighter = replace(card, why=card.why[:_HEAVY_REASONS])
    return lighter if weight(lighter) <= HEAVY_CARD_BYTES else replace(lighter, excerpt="")


def development_weight(development: Development) -> int:
    """Estimate the bytes of a developing story: its card and what is new."""
    news = text_bytes(development.told_in, *development.news)
    return weight(development.card) + DEVELOPMENT_BYTES + NEWS_BYTES * len(development.news) + news
