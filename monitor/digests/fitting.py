"""Room for summaries: the last that is put into an edition, and the first that has to yield.

Stories were given their room before a model was asked, so where the HTML would grow beyond what
mail programs show whole, summaries are left out again, those furthest down first.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.digests.caps import text_bytes
from monitor.digests.phrases import count
from monitor.model.edition import Card, Edition

SUMMARY_BYTES = 264
"""What the markup of a summary weighs in templates/card.html, its label included."""


def without_summaries(edition: Edition, excess: int) -> Edition:
    """Return the edition lighter by `excess` bytes, as far as summaries weigh that, with a note of it."""
    dropped = 0

    def lighter(card: Card) -> Card:
        nonlocal dropped, excess
        if card.summary is None or excess <= 0:
            return card
        excess -= SUMMARY_BYTES + text_bytes(card.summary.text, card.summary.model)
        dropped += 1
        return replace(card, summary=None)

    def all_lighter(cards: tuple[Card, ...]) -> tuple[Card, ...]:
        return tuple(lighter(card) for card in cards[::-1])[::-1]

    excess += _NOTE_BYTES
    documents = all_lighter(edition.documents)
    developing = tuple(
        replace(one, card=lighter(one.card)) for one in edition.developing[::-1]
    )[::-1]  # fmt: skip
    sections = tuple(
        replace(section, cards=all_lighter(section.cards)) for section in edition.sections[::-1]
    )[::-1]
    if not dropped:
        return edition
    note = f"{count(dropped, 'summary is', 'summaries are')} left out for want of room."
    return replace(
        edition,
        sections=sections,
        developing=developing,
        documents=documents,
        notes=(*edition.notes, note),
    )


_NOTE_BYTES = 150
