"""The entries at hand while grouping: what they are made of, where they belong, how alike they are."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from monitor.model.story import StoryEntry, TermCounts, Weighed
from monitor.stories.conflicts import conflict
from monitor.stories.copies import COPY_WITHIN, copy_reason, same_page
from monitor.stories.features import Features, features, with_copy
from monitor.stories.folding import fold
from monitor.stories.nearest import Nearest
from monitor.stories.rarity import Rarity
from monitor.stories.weighing import WEIGHTS, score, weighed

MEMBERS = 9
"""Of a large story the founder and its latest voices are compared, this many in all."""

COPIES_READ = 3
"""Of a text's copies, what this many of the earliest say besides is taken into account."""

SAME_PAGE = -0.75
"""What the score of two entries at one address has to reach for them to be one story."""

SHOWN = 120
"""Characters of a title that a reason quotes."""

_ORDER = {"name": 0, "amount": 0, "number": 1, "word": 2, "other": 3}

StoryKey = tuple[str, int]
"""A story at hand: ("known", its id) or ("new", the place of its founder)."""


class Board:
    """Entries by place in time. A *voice* is an entry that is no copy: ten copies are one voice."""

    def __init__(
        self,
        entries: Sequence[StoryEntry],
        uncounted: set[int],
        counts: TermCounts,
        seen: Mapping[int, Features],
        weights: Mapping[str, float] = WEIGHTS,
    ) -> None:
        self.entries = entries
        self._weights = weights
        self.seen = [seen.get(entry.id) or features(entry) for entry in entries]
        more = [s for e, s in zip(entries, self.seen, strict=True) if e.id in uncounted]
        self.rarity = Rarity(counts, more)
        rare: dict[int, list[tuple[str, float]]] = {}
        self._texts_found = Nearest(entries, self.seen, self.rarity, rare)
        self._voices_found = Nearest(entries, self.seen, self.rarity, rare)
        self.story: dict[int, StoryKey] = {}
        self.voices: dict[StoryKey, list[int]] = defaultdict(list)
        self.copy_of: dict[int, int] = {}
        self._copies: Counter[int] = Counter()
        self._texts: dict[int, Features] = {}
        self._scores: dict[tuple[int, int], float] = {}

    def find(self, place: int) -> None:
        """Let an entry be found from now on by what may be a copy of it."""
        self._texts_found.put(place)

    def near(self, place: int, within: timedelta) -> list[int]:
        """Return the entries in stories that share most with one, originals in place of copies."""
        found = self._voices_found.alike(place, within)
        voices = dict.fromkeys(self.copy_of.get(each, each) for each in found)
        return [each for each in voices if each != place]

    def copied(self, place: int, within: timedelta) -> tuple[int, str] | None:
        """Return which earlier entry a new one repeats, and why that is said.

        Equal headlines, addresses or excerpts are looked for as far back as copies go, others among
        the nearest entries `within` a time. A copy of a copy repeats the original, so that copies of
        one text are one group.
        """
        same = self._texts_found.same(place, COPY_WITHIN)
        near = self._texts_found.alike(place, within)
        for other in [*same, *sorted(set(near) - set(same))]:
            reason = copy_reason(
                self.entries[place],
                self.seen[place].surface,
                self.entries[other],
                self.seen[other].surface,
            )
            if reason:
                return self.copy_of.get(other, other), f"{reason} as {self.shown(other)}"
        return None

    def note_copy(self, place: int, original: int) -> None:
        """Note that an entry repeats another, which may have come with less text."""
        self.copy_of[place] = original
        self._copies[original] += 1
        if self._copies[original] <= COPIES_READ:
            self._texts[original] = with_copy(self.text(original), self.seen[place])

    def first_of(self, place: int) -> int:
        """Return the id of the entry whose text an original repeats in turn, or its own.

        The first of copies may be too old to be at hand.
        """
        entry = self.entries[place]
        return entry.id if entry.copy_of is None else entry.copy_of

    def text(self, place: int) -> Features:
        """Return what an entry says, with what its copies say besides."""
        return self._texts.get(place, self.seen[place])

    def put(self, place: int, story: StoryKey) -> None:
        """Note that an entry belongs to a story."""
        self.story[place] = story
        # Only what has its place already: of many entries that come at once, those that wait for
        # theirs would crowd out what was there before.
        self._voices_found.put(place)
        if place not in self.copy_of:
            self.voices[story].append(place)

    def asked(self, story: StoryKey) -> list[int]:
        """Return the founder of a story and its latest voices, those that are compared."""
        founder, *rest = self.voices[story]
        return [founder, *rest[-(MEMBERS - 1) :]]

    def score(self, place: int, other: int) -> float:
        """Return how likely two entries tell of one event, as `weighing.score` does."""
        pair = (place, other) if place < other else (other, place)
        known = self._scores.get(pair)
        if known is None:
            one, two = pair
            known = score(
                (self.entries[one], self.text(one)),
                (self.entries[two], self.text(two)),
                self.rarity,
                self._weights,
            )
            self._scores[pair] = known
        return known

    def weighed(self, place: int, other: int) -> tuple[float, tuple[Weighed, ...]]:
        """Return the same with what it is the sum of."""
        one, two = min(place, other), max(place, other)
        return weighed(
            (self.entries[one], self.text(one)),
            (self.entries[two], self.text(two)),
            self.rarity,
            self._weights,
        )

    def conflict(self, place: int, other: int) -> str:
        """Say what keeps two entries apart whatever their score, "" if nothing does."""
        return conflict(
            self.entries[place], self.seen[place], self.entries[other], self.seen[other]
        )

    def same_page(self, place: int) -> int | None:
        """Return the earliest entry in a story found at the address of this one.

        Only where nothing speaks against it: many pages carry one headline after the other.
        """
        for other in self._voices_found.same(place, COPY_WITHIN):
            page = same_page(self.entries[place], self.entries[other])
            if page and self.score(place, other) >= SAME_PAGE and not self.conflict(place, other):
                return other
        return None

    def apart(self, place: int, other: int) -> timedelta:
        """Return the time between what two entries tell."""
        return abs(self.entries[place].told_at - self.entries[other].told_at)

    def shown(self, place: int) -> str:
        """Return an entry's title between quotes."""
        title = " ".join(self.entries[place].title[: 2 * SHOWN].split())
        return f"“{title if len(title) <= SHOWN else title[:SHOWN] + '…'}”"

    def shared_words(self, place: int, other: int, most: int = 4) -> str:
        """Quote what two entries share, the most telling first, as the first has it.

        Names and numbers come before events, these before other words; what is written otherwise in
        the second is quoted as well.
        """
        one, two = self.text(place), self.text(other)
        shared = sorted(
            (t for t in one.counts if t in two.counts and not t.startswith("media:")),
            key=lambda t: (_ORDER[one.kinds[t]], -self.rarity.of(t), t),
        )
        quoted: dict[str, str] = {}
        for term in shared:
            here, there = one.shown[term], two.shown[term]
            alike = fold(here) == fold(there) or one.language == two.language
            quoted.setdefault(fold(here), f"“{here}”" if alike else f"“{here}” ({there})")
        return ", ".join([*quoted.values()][:most])


def mean(scores: Sequence[float]) -> float:
    """Return the arithmetic mean, exactly rounded so that the order of the scores does not matter."""
    return math.fsum(scores) / len(scores)
