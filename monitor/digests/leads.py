"""Which stories an edition names at its top."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.digests.caps import text_bytes
from monitor.digests.excerpts import clean_line
from monitor.digests.ranking import total
from monitor.model.edition import Card, Lead

LEADS = 3
FROM_STORIES = 4
"""With fewer stories all are seen at a glance, and none is named twice."""

AMONG = 9
"""Leads are among so many of the best: a weak story does not lead for being of another section."""

LEAD_BYTES = 1_200

_TITLE_COLUMNS = 120
_MARKUP_BYTES = 450


def leads(cards: Sequence[Card]) -> tuple[Lead, ...]:
    """Return up to three of the cards of an edition, each of which names its topic's title.

    The best ranked leads. Each of the others is, of the nine best, the best of another section and another
    outlet than those before it; else of another section; else of another outlet; else the next best.
    """
    if len(cards) < FROM_STORIES:
        return ()
    ranked = sorted(cards, key=importance)
    best, *others = ranked[:AMONG]
    chosen = [best]
    while others and len(chosen) < LEADS:
        sections = {card.topic_title for card in chosen}
        outlets = {card.outlet.casefold() for card in chosen}
        other_section = _outside(lambda card: card.topic_title, sections)
        other_outlet = _outside(lambda card: card.outlet.casefold(), outlets)
        found = (
            next((card for card in others if other_section(card) and other_outlet(card)), None)
            or next((card for card in others if other_section(card)), None)
            or next((card for card in others if other_outlet(card)), None)
            or others[0]
        )
        chosen.append(found)
        others.remove(found)
    return tuple(_lead(card) for card in sorted(chosen, key=importance))


def importance(card: Card) -> tuple[float, float, int]:
    """Return what sorts cards of all sections: the best ranked first, of equals the newest."""
    return -total(card.rank), -card.first_seen_at.timestamp(), -max(card.entries, default=0)


def _outside(key: Callable[[Card], str], taken: set[str]) -> Callable[[Card], bool]:
    return lambda card: key(card) not in taken


def _lead(card: Card) -> Lead:
    title = clean_line(card.title, _TITLE_COLUMNS)
    outlet = clean_line(card.outlet, _TITLE_COLUMNS)
    # Its card has the address too: one that is too long is left to it.
    fits = _MARKUP_BYTES + text_bytes(title, outlet, card.topic_title, card.url) <= LEAD_BYTES
    return Lead(
        story=card.story,
        title=title,
        url=card.url if fits else "",
        outlet=outlet,
        outlets=len(card.outlets),
        topic_title=card.topic_title,
        language=card.language,
    )
