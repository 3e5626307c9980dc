"""What orders the stories of a section: a sum of named parts, nothing hidden.

=========  =====================================================  =========================
part       value                                                  why
=========  =====================================================  =========================
points     the most points the topic gave to one of its entries   the person's own weighting
title      2 when the words of the topic stand in the headline    about it, not mentioning it
tier       2 for tier 1, 1 for tier 2, 0 for tier 3               the outlets trusted most
outlets    log2 of the number of independent outlets              2 outlets 1, 4 outlets 2 …
=========  =====================================================  =========================

Copies are not outlets: a wire text in thirty papers weighs what its original weighs. Of two equal
sums the newer story comes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

_TITLE = 2.0
_BEST_TIER = 3


def parts(*, points: int, in_title: bool, tier: int, outlets: int) -> Mapping[str, float]:
    """Return the named parts of a story's rank in a section; their sum orders it."""
    return {
        "points": float(points),
        "title": _TITLE if in_title else 0.0,
        "tier": float(max(0, _BEST_TIER - tier)),
        "outlets": log2(max(1, outlets)),
    }
