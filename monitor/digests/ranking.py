"""What orders the stories: a sum of named parts, nothing hidden.

=========  =====================================================  =========================
part       value                                                  why
=========  =====================================================  =========================
points     the most points the topic gave to one of its entries   the person's own weighting
title      2 when the words of the topic stand in the headline    about it, not mentioning it
tier       2 for tier 1, 1 for tier 2, 0 for tier 3               the outlets trusted most
outlets    log2 of the number of independent outlets              2 outlets 1, 4 outlets 2 …
document   1 when an official source is among its entries         it can be checked there
novelty    1 when the story was never told before                 news before more of the same
=========  =====================================================  =========================

Each counts as much as the digest's weight for it says; a part is rounded to hundredths, so that what is
shown is what was summed. Copies are not outlets: a wire text in thirty papers weighs what its original
weighs. Of two equal sums the newer story comes first.
"""

from __future__ import annotations

from math import log2

from monitor.model.digest import Weights
from monitor.model.edition import RankPart

_TITLE = 2.0
_BEST_TIER = 3


def parts(
    weights: Weights,
    *,
    points: int,
    in_title: bool,
    tier: int,
    outlets: int,
    document: bool,
    told: bool,
) -> tuple[RankPart, ...]:
    """Return the weighted parts of a story's rank in a section; their sum orders it."""
    found = (
        ("points", weights.points, float(points)),
        ("title", weights.title, _TITLE if in_title else 0.0),
        ("tier", weights.tier, float(max(0, _BEST_TIER - tier))),
        ("outlets", weights.outlets, log2(max(1, outlets))),
        ("document", weights.document, float(document)),
        ("novelty", weights.novelty, float(not told)),
    )
    return tuple(RankPart(name, round(weight * value, 2)) for name, weight, value in found)


def total(rank: tuple[RankPart, ...]) -> float:
    """Return the sum of the parts, to hundredths as they are."""
    return round(sum(part.value for part in rank), 2)
