"""Decide where new entries belong: a known story, one opened by another new entry, or their own.

Entries are taken in the order they were first seen, whatever order they are given in. Copies are
found first: they belong where the original does. Each other entry is compared with the few
earlier ones that share its rarest terms, so that the work grows with the number of entries and not
with its square.

A story is joined when the entry is like its founder *and*, on average and in the median, like its
voices (members that are no copies), so that a chain of small steps cannot tie two events together.
Its founder here is the earliest voice at hand: older ones are no longer looked at. An entry may
also show that two stories are one, such as the English and the Chinese reports of an event: then
these become one by the same rule. What is close but not enough so stays apart and is *related*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median_low

from monitor.model.story import (
    Grouped,
    Related,
    StoryDecision,
    StoryEntry,
    StoryMerge,
    TermCounts,
    Weighed,
)
from monitor.stories.board import Board, StoryKey, mean
from monitor.stories.copies import COPY_WITHIN
from monitor.stories.features import Features
from monitor.stories.weighing import VERSION, WEIGHTS

LOOK_BACK = COPY_WITHIN
"""How far back the recent entries have to reach for `group` to see all it looks at."""

JOIN_WITHIN = timedelta(days=5)
"""An entry is not compared with those first seen longer before it, copies aside."""

LIKE_FOUNDER = -0.6
LIKE_VOICES = -0.1
"""What the score with the founder, and the mean and median of those with the voices, have to reach."""

RELATED = -0.75
"""Stories whose likest entries score this much without becoming one are shown as related."""

STORIES = 4
"""How many stories are tried for one entry: those of the entries nearest to it."""


def group(
    new: Sequence[StoryEntry],
    recent: Sequence[StoryEntry] = (),
    counts: TermCounts | None = None,
    seen: Mapping[int, Features] | None = None,
    weights: Mapping[str, float] = WEIGHTS,
) -> Grouped:
    """Decide about each new entry, in the order of first-seen time and id.

    `recent` are entries that already belong to stories, at best all those first seen in the
    `LOOK_BACK` before the oldest new one; those without a story, and those that are new as well,
    are not looked at. `counts` are the corpus statistics without the new entries, by default those
    of the recent ones. `seen` are features, by entry, that need not be worked out again; `weights`
    are for trying others. The same entries in another order give the same decisions. In a decision
    that joins a known story `founder` is its earliest voice at hand. Stories with pinned entries
    become one with no other such story, and never part of another.
    """
    fresh = {entry.id: entry for entry in new}
    known = {e.id: e for e in recent if e.story is not None and e.id not in fresh}
    in_order = sorted([*known.values(), *fresh.values()], key=lambda e: (e.seen_at, e.id))
    uncounted = {*fresh} if counts else {*fresh, *known}
    board = Board(in_order, uncounted, counts or TermCounts(), seen or {}, weights)
    grouping = _Grouping(board, [place for place, e in enumerate(in_order) if e.id in fresh])
    return grouping.grouped()


class _Grouping:
    def __init__(self, board: Board, fresh: Sequence[int]) -> None:
        self._board = board
        self._fresh = fresh
        self._reasons: dict[int, str] = {}
        self._merges: list[StoryMerge] = []
        self._tried: dict[int, list[int]] = {}
        self._new = new = set(fresh)
        # Known ones first: after a change of topics, older entries come in new beside later known ones.
        known = [place for place in range(len(board.entries)) if place not in new]
        place_of = {board.entries[place].id: place for place in known}
        for place in known:
            entry = board.entries[place]
            if entry.copy_of in place_of and entry.story is not None:
                board.note_copy(place, place_of[entry.copy_of])
        for place in known:
            story = board.entries[place].story
            if story is not None:
                board.put(place, ("known", story))
                board.find(place)
        for place in fresh:
            if copied := board.copied(place, JOIN_WITHIN):
                original, self._reasons[place] = copied
                board.note_copy(place, original)
            board.find(place)

    def grouped(self) -> Grouped:
        """Place each new entry, let stories become one, and say why."""
        for place in self._fresh:
            if place not in self._board.copy_of:
                self._place(place)
        for place in self._fresh:
            if place in self._board.copy_of:
                self._board.put(place, self._board.story[self._board.copy_of[place]])
        return Grouped(tuple(map(self._decision, self._fresh)), tuple(self._merges))

    def _place(self, place: int) -> None:
        board = self._board
        near = board.near(place, JOIN_WITHIN)
        tried = list(dict.fromkeys(board.story[each] for each in near))[:STORIES]
        self._tried[place] = [each for each in near if board.story[each] in tried]
        page = board.same_page(place)
        if page is not None:
            self._reasons[place] = f"same address as {board.shown(page)}"
            story = board.story[page]
        else:
            story = self._best(("new", place), [place], tried) or ("new", place)
        board.put(place, story)
        board.voices[story].sort()
        while other := self._best(story, board.asked(story), tried):
            tried = [each for each in tried if each not in (story, other)]
            story = self._merge(story, other)

    def _best(
        self, story: StoryKey, asked: Sequence[int], tried: Sequence[StoryKey]
    ) -> StoryKey | None:
        """Return the story most like these entries (of `story`) among those that are tried."""
        best: tuple[float, StoryKey] | None = None
        for other in tried:
            score = None if other == story else self._likeness(story, asked, other)
            if score is not None and (best is None or score > best[0]):
                best = (score, other)
        return best[1] if best else None

    def _likeness(self, story: StoryKey, asked: Sequence[int], other: StoryKey) -> float | None:
        """Return how alike entries and a story are on average, None where they may not be one."""
        board = self._board
        voices = board.asked(other)
        if board.score(asked[0], voices[0]) < LIKE_FOUNDER:
            return None
        pairs = [(one, two) for one in asked for two in voices]
        scores = [board.score(one, two) for one, two in pairs]
        score = mean(scores)
        if score < LIKE_VOICES or median_low(scores) < LIKE_VOICES:
            return None
        if any(
            board.apart(one, two) > COPY_WITHIN or board.conflict(one, two) for one, two in pairs
        ):
            return None
        if self._pinned(story) and self._pinned(other):
            return None
        return score

    def _pinned(self, story: StoryKey) -> bool:
        return any(self._board.entries[each].pinned for each in self._board.voices[story])

    def _merge(self, story: StoryKey, other: StoryKey) -> StoryKey:
        """Make two stories one: the pinned, else the known, else the older one stays."""
        board = self._board

        def rank(each: StoryKey) -> tuple[bool, bool, int]:
            return not self._pinned(each), each[0] != "known", each[1]

        into, gone = sorted((story, other), key=rank)
        if gone[0] == "known":
            score = self._likeness(story, board.asked(story), other) or 0.0
            one, two = board.voices[gone][0], board.voices[into][0]
            why = f"shares {board.shared_words(one, two)} with {board.shown(two)}"
            self._merges.append(StoryMerge(gone[1], into[1], score, why))
        for place, its in board.story.items():
            if its == gone:
                board.story[place] = into
        board.voices[into] = sorted([*board.voices[into], *board.voices.pop(gone)])
        return into

    def _decision(self, place: int) -> StoryDecision:
        board = self._board
        story = board.story[place]
        original = board.copy_of.get(place)
        voices = board.voices[story]
        why: tuple[str, ...] = (self._reasons[place],) if place in self._reasons else ()
        score: float | None = None
        features: tuple[Weighed, ...] = ()
        others = [each for each in board.asked(story) if each != place]
        if not why and others and (place != voices[0] or story[0] == "known"):
            nearest = max(others, key=lambda each: (board.score(place, each), -each))
            score, features = board.weighed(place, nearest)
            why = (f"shares {board.shared_words(place, nearest)} with {board.shown(nearest)}",)
        related = () if original is not None else self._related(place)
        if not why:
            why = (self._alone(place),)
        return StoryDecision(
            entry=board.entries[place].id,
            story=story[1] if story[0] == "known" else None,
            founder=board.entries[self._founder(story)].id,
            copy_of=None if original is None else board.first_of(original),
            why=why,
            score=score,
            features=features,
            version=VERSION,
            related=related,
        )

    def _founder(self, story: StoryKey) -> int:
        """Return the earliest voice of a story, of a known one the earliest that was there before."""
        voices = self._board.voices[story]
        return next((each for each in voices if each not in self._new), voices[0])

    def _related(self, place: int) -> tuple[Related, ...]:
        """Return the stories that are close to an entry without being its own, three at most."""
        board = self._board
        found: dict[StoryKey, Related] = {}
        for other in self._tried.get(place, ()):
            story = board.story[other]
            score = board.score(place, other)
            if story == board.story[place] or score < RELATED:
                continue
            said = self._kept_apart(place, story)
            if story not in found or found[story].score < score:
                number = story[1] if story[0] == "known" else None
                founder = board.entries[self._founder(story)].id
                found[story] = Related(number, founder, round(score, 4), said)
        ranked = sorted(found.values(), key=lambda each: (-each.score, each.founder))
        return tuple(ranked[:3])

    def _kept_apart(self, place: int, story: StoryKey) -> str:
        """Say why an entry is not in a story it is close to."""
        board = self._board
        if self._pinned(story) and self._pinned(board.story[place]):
            return "a person keeps the two apart"
        own = [place, *board.asked(board.story[place])]
        said = (board.conflict(one, two) for one in own for two in board.asked(story))
        return next(filter(None, said), "alike, but not enough to be one story")

    def _alone(self, place: int) -> str:
        """Say why an entry opens a story: what kept it from the nearest one, if anything did."""
        board = self._board
        for other in self._tried.get(place, ())[:3]:
            said = board.conflict(place, other)
            if (
                said
                and board.story[other] != board.story[place]
                and board.score(place, other) >= RELATED
            ):
                return f"apart from {board.shown(other)}: {said}"
        return "opens a story: nothing seen in the days before is enough like it"
