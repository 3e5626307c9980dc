"""How rare a term is, and with it how much sharing it says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from monitor.model.story import TermCounts
from monitor.stories.features import Features

BACKGROUND = 200
"""Entries the frequencies pretend to have seen besides, so that few entries can be compared."""

USUAL = 0.35
"""A term of this rarity or less says nothing by being shared."""


class Rarity:
    """How rare each term is: 1 for a term of one entry, towards 0 for one of every entry."""

    def __init__(self, counts: TermCounts, more: Iterable[Features] = ()) -> None:
        """Take the stored counts, and entries to be counted besides."""
        self._stored = counts.of
        self._added: Counter[str] = Counter()
        total = counts.total + BACKGROUND
        for seen in more:
            total += 1
            self._added.update(seen.counts.keys())
        self._total = total
        self._most = math.log(1 + total)
        self._known: dict[str, float] = {}

    def of(self, term: str) -> float:
        """Return the rarity of a term, 0 to 1."""
        known = self._known.get(term)
        if known is None:
            known = math.log(1 + self._total / max(1, self.count(term))) / self._most
            self._known[term] = known
        return known

    def above_usual(self, term: str) -> float:
        """Return by how much a term is rarer than the usual ones."""
        return max(0.0, self.of(term) - USUAL)

    def count(self, term: str) -> int:
        """Return how many entries have the term."""
        return self._stored.get(term, 0) + self._added[term]
