"""How alike two entries are, and what keeps them apart whatever their words.

A pair's score is a weighted sum of a few measures in words; the weights are those of a logistic
model fitted on labelled entries and rounded, so that 0 means "as likely one event as two".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model.story import StoryEntry, TermCounts
from monitor.stories.features import Features
from monitor.stories.words import AMOUNTS

BACKGROUND = 200
"""Entries the frequencies pretend to have seen besides, so that few entries can be compared."""

ENOUGH = 500
"""From this many entries on, rarity among them is taken at its word; of few, all words are rare."""

DAY = 86_400.0

# One line for each measure; see `likeness`.
BASE = -3.4
TITLE_COSINE = 1.5
TEXT_COSINE = 4.4
SHARED_TITLE = 2.3
SHARED_RARE = 1.2
SHARED_NUMBERS = 1.2
DAYS_APART = -0.8
OTHER_NUMBERS = -2.4


SERIES = 0.4
FRAME = 0.25
"""Below this share of common words, what two titles have besides a frame is different."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """An entry's terms weighted by rarity and scaled to length 1: title alone, title and lead."""

    title: dict[str, float]
    text: dict[str, float]


class Rarity:
    """How rare each term is: 1 for a term of one entry, towards 0.

    `trust`, 0 to 1, says how far that can be relied on: it grows with the number of entries counted.
    """

    def __init__(self, counts: TermCounts, more: Iterable[Features] = ()) -> None:
        """Take the stored counts, and entries to be counted besides."""
        self._stored = counts.of
        self._added: Counter[str] = Counter()
        known = counts.total
        for entry in more:
            known += 1
            self._added.update(entry.counts.keys())
        self._total = BACKGROUND + known
        self._most = math.log(1 + self._total)
        self._rarities: dict[str, float] = {}
        self.trust = min(1.0, math.log(1 + known) / math.log(1 + ENOUGH))

    def of(self, term: str) -> float:
        """Return the rarity of a term, 0 to 1."""
        found = self._rarities.get(term)
        if found is None:
            found = math.log(1 + self._total / max(1, self.count(term))) / self._most
            self._rarities[term] = found
        return found

    def count(self, term: str) -> int:
        """Return how many entries have the term."""
        return self._stored.get(term, 0) + self._added[term]

    def vectors(self, entry: Features) -> Vectors:
        """Weigh an entry's terms."""
        return Vectors(
            _scaled({term: self.of(term) for term in entry.title}),
            _scaled({term: count * self.of(term) for term, count in entry.counts.items()}),
        )


def likeness(
    one: tuple[StoryEntry, Features, Vectors],
    other: tuple[StoryEntry, Features, Vectors],
    rarity: Rarity,
) -> float:
    """Return the score of a pair: above 0, more likely one event than two."""
    (entry, seen, vectors), (entry2, seen2, vectors2) = one, other
    title_shared = sum(rarity.of(term) for term in seen.title & seen2.title) / 3
    rare_shared = sum(
        max(0.0, rarity.of(term) - 0.55) for term in seen.counts.keys() & seen2.counts.keys()
    )
    numbers = (seen.numbers | seen.lead_numbers) & (seen2.numbers | seen2.lead_numbers)
    shared_numbers = sum(1 for number in numbers if not is_year(number))
    disagree = bool(seen.numbers and seen2.numbers and not seen.numbers & seen2.numbers)
    days = abs((entry.seen_at - entry2.seen_at).total_seconds()) / DAY
    return (
        BASE
        + TITLE_COSINE * cosine(vectors.title, vectors2.title)
        + TEXT_COSINE * cosine(vectors.text, vectors2.text)
        + SHARED_TITLE * rarity.trust * min(title_shared, 1.5)
        + SHARED_RARE * rarity.trust * min(rare_shared, 2.0)
        + SHARED_NUMBERS * min(shared_numbers, 3) / 3
        + DAYS_APART * days
        + OTHER_NUMBERS * disagree
    )


def conflict(entry: StoryEntry, seen: Features, entry2: StoryEntry, seen2: Features) -> str:
    """Say what shows that two similar entries are about different things, or "" if nothing does.

    One headline with other numbers (two releases, two lots of firms), counts or versions of one
    thing that disagree, and two of a series: the same frame around different names.
    """
    if seen.template == seen2.template and seen.numbers != seen2.numbers:
        return "one headline with different numbers"
    if said := _miscounted(seen, seen2):
        return said
    if _same_frame(entry, seen, entry2, seen2):
        return "one frame around different names"
    return ""


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the cosine of two vectors of length 1."""
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common terms among all terms of both (Jaccard), 0 for two empty sets."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def is_year(number: str) -> bool:
    """Tell whether a number is a year of our time: shared by everything, it proves nothing."""
    return len(number) == 4 and number.isdigit() and number[:2] in {"19", "20"}


def _miscounted(seen: Features, seen2: Features) -> str:
    named = {unit for _, unit in seen.counted} & {unit for _, unit in seen2.counted}
    for unit in sorted(named - AMOUNTS):
        one = {number for number, what in seen.counted if what == unit}
        other = {number for number, what in seen2.counted if what == unit}
        if not one & other:
            return f"{min(one)} and {min(other)} of the same ({unit.lstrip('<')})"
    return ""


def _same_frame(entry: StoryEntry, seen: Features, entry2: StoryEntry, seen2: Features) -> bool:
    """Tell whether two titles begin or end alike and have little in common besides.

    That is a series where one outlet puts one label before both ("Stock movers: A, B, C"), or
    where the common part names a period ("... Q2 2026 call summary"), or where one outlet made
    both around one frame. Elsewhere it is two wordings of one headline.
    """
    one, other = seen.headline.split(), seen2.headline.split()
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    rest, rest2 = set(one[head : len(one) - tail]), set(other[head : len(other) - tail])
    if not rest or not rest2:
        return False
    shared = overlap(frozenset(rest), frozenset(rest2))
    if entry.outlet == entry2.outlet and seen.label and seen.label == seen2.label:
        return shared < SERIES
    common = one[:head] + one[len(one) - tail :]
    if len(common) >= 3 and any(word[0].isdigit() for word in common):
        return shared < FRAME
    return (
        entry.outlet == entry2.outlet
        and 2 * len(common) >= min(len(one), len(other))
        and not shared
    )


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for word, word2 in zip(one, other, strict=False):
        if word != word2:
            break
        count += 1
    return count


def _scaled(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}
