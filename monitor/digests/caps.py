"""Keeping an edition short, whatever a flood of entries brings.

Three bounds, each of which moves stories into the section's count of more, never out of the
count: cards of one outlet in a section, cards of a section, and bytes of the whole edition. The
last is shared out in rounds, every section's best card first, so that a topic in flood cannot
take the room of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from monitor.model.edition import Card

EDITION_BYTES = 76_000
"""Room for the cards of an edition; with the frame the HTML stays below 90 kB."""

# What the markup of a card and of one reason weighs in templates/edition.html, rounded up.
_CARD_BYTES = 900
_REASON_BYTES = 60
_SECTION_BYTES = 600


def capped(outlets: Sequence[str], *, per_topic: int, per_outlet: int) -> list[int]:
    """Return which of a section's stories to keep, given their leads' outlets, best first."""
    taken: Counter[str] = Counter()
    kept: list[int] = []
    for place, outlet in enumerate(outlets):
        if len(kept) >= per_topic:
            break
        if taken[outlet] < per_outlet:
            taken[outlet] += 1
            kept.append(place)
    return kept


def fitting(sections: Sequence[Sequence[Card]], room: int = EDITION_BYTES) -> list[int]:
    """Return how many cards of each section fit into `room` bytes, dealt in rounds."""
    room -= _SECTION_BYTES * len(sections)
    counts = [0] * len(sections)
    open_sections = [index for index, cards in enumerate(sections) if cards]
    while open_sections:
        still_open = []
        for index in open_sections:
            card = sections[index][counts[index]]
            size = weight(card)
            if size > room:
                continue
            room -= size
            counts[index] += 1
            if counts[index] < len(sections[index]):
                still_open.append(index)
        open_sections = still_open
    return counts


def weight(card: Card) -> int:
    """Estimate the bytes of a card in HTML: its escaped text and the markup around it."""
    shown = [card.title, card.url, card.outlet, card.excerpt, *card.outlets[:SHOWN_OUTLETS]]
    for reason in card.why:
        shown += [reason.topic, reason.clause, reason.words]
    text = sum(len(escape(part).encode("utf-8", "replace")) for part in shown)
    return _CARD_BYTES + _REASON_BYTES * len(card.why) + text


SHOWN_OUTLETS = 8
"""How many independent outlets a card names; the rest are counted."""
