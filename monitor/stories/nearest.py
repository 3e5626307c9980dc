"""Find the few earlier entries that could be about the same as a given one.

An inverted index over each entry's rarest terms, and one over what copies have in common: the
headline, the address, the excerpt. Both only propose; `copies` and `weighing` decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations

from monitor.model.story import StoryEntry
from monitor.stories.copies import LONG_EXCERPT, has_path
from monitor.stories.features import Features
from monitor.stories.rarity import Rarity

CONCEPTS, OTHERS, PAIRED = 8, 8, 4
"""An entry is found by this many of its concepts and numbers, and of its other words, the rarest, and
by each two of this many of its rarest concepts together: a name of the day has thousands of entries
in a week, but not together with another."""

LATEST = 60
"""Of the entries that share a term, this many of the latest are looked at: the work is bounded."""

NEAREST = 16
"""How many entries are proposed."""

SAME = 20
"""How many entries that share a headline, an address or an excerpt are proposed."""


class Nearest:
    """Entries by their place in time. Those put in can be found."""

    def __init__(
        self,
        entries: Sequence[StoryEntry],
        seen: Sequence[Features],
        rarity: Rarity,
        rare: dict[int, list[tuple[str, float]]] | None = None,
    ) -> None:
        """Take the entries; `rare` may be shared by several, so that it is worked out once."""
        self._entries = entries
        self._seen = seen
        self._rarity = rarity
        self._rare: dict[int, list[tuple[str, float]]] = {} if rare is None else rare
        self._by_term: dict[str, list[int]] = defaultdict(list)
        self._by_key: dict[tuple[str, str], list[int]] = defaultdict(list)

    def put(self, place: int) -> None:
        """Let an entry be found from now on."""
        for term, _ in self._rarest(place):
            self._by_term[term].append(place)
        for key in self._keys(place):
            self._by_key[key].append(place)

    def alike(self, place: int, within: timedelta) -> list[int]:
        """Return up to `NEAREST` places put in that share rare terms, those sharing most first."""
        shared: dict[int, float] = defaultdict(float)
        for term, weight in self._rarest(place):
            for other in self._by_term[term][-LATEST:]:
                shared[other] += weight
        found = [other for other in shared if self._apart(place, other) <= within]
        return sorted(found, key=lambda other: (-shared[other], other))[:NEAREST]

    def same(self, place: int, within: timedelta) -> list[int]:
        """Return places put in with the same headline, address or excerpt, the earliest first."""
        found = {other for key in self._keys(place) for other in self._by_key[key][-SAME:]}
        return sorted(other for other in found if self._apart(place, other) <= within)

    def _apart(self, place: int, other: int) -> timedelta:
        return abs(self._entries[place].told_at - self._entries[other].told_at)

    def _rarest(self, place: int) -> list[tuple[str, float]]:
        if place not in self._rare:
            self._rare[place] = rarest(self._seen[place], self._rarity)
        return self._rare[place]

    def _keys(self, place: int) -> list[tuple[str, str]]:
        return same_keys(self._entries[place], self._seen[place])


def keys(entry: StoryEntry, seen: Features, rarity: Rarity) -> list[tuple[str, str, float | None]]:
    """Return all that an entry may be found by: what a store needs to index.

    Each is a kind, a value, and what sharing it adds in `Nearest.alike`; None where sharing it is
    enough to be proposed, as a headline is.
    """
    terms = [("term", term, weight) for term, weight in rarest(seen, rarity)]
    return [*terms, *((kind, value, None) for kind, value in same_keys(entry, seen))]


def rarest(seen: Features, rarity: Rarity) -> list[tuple[str, float]]:
    """Return the rarest terms of an entry and pairs of them, with what sharing one weighs."""
    concepts: list[tuple[str, float]] = []
    others: list[tuple[str, float]] = []
    for term, count in seen.counts.items():
        if not term.startswith("media:"):
            kind = others if seen.kinds[term] == "other" else concepts
            kind.append((term, count * rarity.of(term) ** 2))
    concepts.sort(key=_rarest_first)
    others.sort(key=_rarest_first)
    pairs = [
        (" ".join(sorted((one, other))), weight + weight2)
        for (one, weight), (other, weight2) in combinations(concepts[:PAIRED], 2)
    ]
    return [*concepts[:CONCEPTS], *others[:OTHERS], *pairs]


def _rarest_first(weighed: tuple[str, float]) -> tuple[float, str]:
    return -weighed[1], weighed[0]


def same_keys(entry: StoryEntry, seen: Features) -> list[tuple[str, str]]:
    """Return what copies have in common: the headline, the address, the excerpt."""
    found = []
    if seen.surface.headline:
        found.append(("headline", seen.surface.headline))
    if entry.url and has_path(entry.url):
        found.append(("address", entry.url))
    if seen.surface.excerpt.count(" ") + 1 >= LONG_EXCERPT:
        found.append(("excerpt", seen.surface.excerpt))
    return found
