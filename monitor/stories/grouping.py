"""Decide where new entries belong: a known story, one opened by an earlier new entry, or their own.

Entries are taken in the order they were first seen, whatever order they are given in. Each is
compared with the few earlier ones that share its rarest words, so that the work grows with the
number of entries and not with its square.

A story is joined when the entry is like its founder *and* like the median of its members (copies
aside), so that a chain of small steps cannot tie two events together. Its founder here is the
earliest member at hand: older ones are no longer looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median_low

from monitor.model.story import StoryDecision, StoryEntry, TermCounts
from monitor.stories.copies import COPY_WITHIN, copy_reason, same_page
from monitor.stories.features import Features, features
from monitor.stories.nearest import Nearest
from monitor.stories.scoring import Rarity, Vectors, conflict, is_year, likeness

LOOK_BACK = COPY_WITHIN
"""How far back the recent entries have to reach for `group` to see all it looks at."""

JOIN_WITHIN = timedelta(days=5)
"""An entry is not compared with those first seen longer before it, copies aside."""

LIKE_FOUNDER = 0.0
LIKE_MEMBERS = -0.5
"""What the scores with the founder and with the median member have to reach at least."""

MEMBERS = 9
"""Of a large story the founder and its latest members are compared, this many in all."""

STORIES = 4
"""How many stories are tried for one entry: those of the entries nearest to it."""


def group(
    new: Sequence[StoryEntry],
    recent: Sequence[StoryEntry] = (),
    counts: TermCounts | None = None,
    seen: Mapping[int, Features] | None = None,
) -> tuple[StoryDecision, ...]:
    """Decide about each new entry, in the order of first-seen time and id.

    `recent` are entries that already belong to stories, at best all those first seen in the
    `LOOK_BACK` before the oldest new one; those without a story, and those that are new as well,
    are not looked at. `counts` are the corpus statistics without the new entries, by default those of the
    recent ones. `seen` are features, by entry, that need not be worked out again. The same entries
    in another order give the same decisions. In a decision that joins a known story `founder` is its
    earliest member at hand.
    """
    fresh = {entry.id: entry for entry in new}
    known = {e.id: e for e in recent if e.story is not None and e.id not in fresh}
    in_order = sorted([*known.values(), *fresh.values()], key=lambda e: (e.seen_at, e.id))
    uncounted = {*fresh} if counts else {*fresh, *known}
    board = _Board(in_order, uncounted, counts or TermCounts(), seen or {})
    # Known ones first: after a change of topics, older entries come in new beside later known ones.
    for place, entry in enumerate(in_order):
        if entry.id in known and entry.story is not None:
            board.put(place, ("known", entry.story), entry.copy_of)
    return tuple(board.decide(place) for place, e in enumerate(in_order) if e.id in fresh)


_Story = tuple[str, int]
"""A story at hand: ("known", its id) or ("new", the place of its founder)."""


class _Board:
    """The entries at hand by place in time, and where those already placed belong."""

    def __init__(
        self,
        entries: Sequence[StoryEntry],
        uncounted: set[int],
        counts: TermCounts,
        seen: Mapping[int, Features],
    ) -> None:
        self._entries = entries
        self._seen: list[Features] = [seen.get(entry.id) or features(entry) for entry in entries]
        more = [seen for e, seen in zip(entries, self._seen, strict=True) if e.id in uncounted]
        self._rarity = Rarity(counts, more)
        self._vectors: dict[int, Vectors] = {}
        self._nearest = Nearest(entries, self._seen, self._rarity)
        self._story: dict[int, _Story] = {}
        self._members: dict[_Story, list[int]] = defaultdict(list)
        self._copy_of: dict[int, int | None] = {}

    def put(self, place: int, story: _Story, copy_of: int | None) -> None:
        """Note that an entry belongs to a story; from now on others can be compared with it."""
        self._story[place] = story
        self._copy_of[place] = copy_of
        # Ten copies of one text are one voice when a story's members are asked.
        if copy_of is None or not self._members[story]:
            self._members[story].append(place)
        self._nearest.put(place)

    def decide(self, place: int) -> StoryDecision:
        """Decide about a new entry and put it where it belongs."""
        near = self._nearest.alike(place, JOIN_WITHIN)
        same = self._nearest.same(place, COPY_WITHIN)
        for other in [*same, *sorted(set(near) - set(same))]:
            if reason := self._copied(place, other):
                # A copy of a copy repeats the original, so that copies of one text are one group.
                original = self._copy_of[other]
                copy_of = self._entries[other].id if original is None else original
                return self._placed(place, self._story[other], copy_of, reason)
        for other in same:
            if self._same_page(place, other):
                title = self._entries[other].title.strip()
                return self._placed(place, self._story[other], None, f"same address as “{title}”")
        joined = self._joined(place, near)
        if joined is None:
            return self._placed(place, ("new", place), None, self._alone(place, near))
        return self._placed(place, joined, None, self._why(place, self._members[joined][0]))

    def _placed(self, place: int, story: _Story, copy_of: int | None, *why: str) -> StoryDecision:
        self.put(place, story, copy_of)
        kind, number = story
        return StoryDecision(
            entry=self._entries[place].id,
            story=number if kind == "known" else None,
            founder=self._entries[self._members[story][0]].id,
            copy_of=copy_of,
            why=why,
        )

    def _copied(self, place: int, other: int) -> str:
        return copy_reason(
            self._entries[place], self._seen[place], self._entries[other], self._seen[other]
        )

    def _same_page(self, place: int, other: int) -> bool:
        return same_page(
            self._entries[place], self._seen[place], self._entries[other], self._seen[other]
        )

    def _joined(self, place: int, near: Sequence[int]) -> _Story | None:
        """Return the story most like the entry among those it may join."""
        best: tuple[float, _Story] | None = None
        for story in list(dict.fromkeys(self._story[other] for other in near))[:STORIES]:
            founder, *rest = self._members[story]
            asked = [founder, *rest[-(MEMBERS - 1) :]]
            scores = [self._score(place, member) for member in asked]
            score = median_low(scores)
            if scores[0] < LIKE_FOUNDER or score < LIKE_MEMBERS:
                continue
            if any(self._conflict(place, member) for member in asked):
                continue
            if best is None or score > best[0]:
                best = (score, story)
        return best[1] if best else None

    def _score(self, place: int, other: int) -> float:
        return likeness(
            (self._entries[place], self._seen[place], self._weighed(place)),
            (self._entries[other], self._seen[other], self._weighed(other)),
            self._rarity,
        )

    def _weighed(self, place: int) -> Vectors:
        """Return an entry's vectors: most entries at hand are never compared and need none."""
        if place not in self._vectors:
            self._vectors[place] = self._rarity.vectors(self._seen[place])
        return self._vectors[place]

    def _conflict(self, place: int, other: int) -> str:
        return conflict(
            self._entries[place], self._seen[place], self._entries[other], self._seen[other]
        )

    def _alone(self, place: int, near: Sequence[int]) -> str:
        """Say why an entry opens a story: what kept it from the nearest one, if anything did."""
        for other in near[:3]:
            said = self._conflict(place, other)
            if said and self._score(place, other) >= LIKE_MEMBERS:
                return f"apart from “{self._entries[other].title.strip()}”: {said}"
        return "opens a story: nothing seen in the days before is enough like it"

    def _why(self, place: int, founder: int) -> str:
        """Name the rarest words, and the numbers, that an entry shares with the first one."""
        seen, first = self._seen[place], self._seen[founder]
        shared = sorted(
            seen.counts.keys() & first.counts.keys(), key=lambda t: (-self._rarity.of(t), t)
        )
        words = [seen.shown.get(term, term) for term in shared if not term[0].isdigit()][:4]
        numbers = (seen.numbers | seen.lead_numbers) & (first.numbers | first.lead_numbers)
        words += sorted(number for number in numbers if not is_year(number))[:2]
        quoted = ", ".join(f"“{word}”" for word in words)
        return f"shares {quoted} with “{self._entries[founder].title.strip()}”"
