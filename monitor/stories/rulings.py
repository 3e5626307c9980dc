"""What a person's ruling does to stories, what undoing it does, and what it says about pairs.

Each function takes how the stories concerned stand and returns how they are to stand. All entries
of these stories are pinned by it: the machine never moves them again. Undoing restores everything
as it was; entries that came meanwhile stay, unless what they came to is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.errors import UsageError
from monitor.model.ruling import PairLabel, Ruling, Seat, Standing, StoryStanding, Wish


def check(wish: Wish, standing: Standing, elsewhere: Mapping[int, int | None]) -> None:
    """Raise `UsageError` with a sentence when a wish cannot be carried out.

    `elsewhere` has those of its entries that are not in its story, with the story each is in.
    """
    if wish.story in wish.others:
        raise UsageError(f"s{wish.story} cannot be merged with itself; name another story.")
    for story in standing.stories:
        if story.merged_into is not None:
            raise UsageError(
                f"s{story.id} was merged into s{story.merged_into} already; "
                f"name s{story.merged_into} instead."
            )
    if wish.kind == "split" and not wish.entries:
        raise UsageError(f"Name the entries that are to leave s{wish.story}.")
    if wish.kind != "merge" and not standing.seats:
        raise UsageError(f"s{wish.story} has no entries.")
    for entry, other in elsewhere.items():
        where = "no story" if other is None else f"s{other}"
        raise UsageError(f"e{entry} is not in s{wish.story} but in {where}; nothing was changed.")
    if wish.kind == "split" and len(_moving(standing.seats, wish.entries)) == len(standing.seats):
        raise UsageError(
            f"That is all of s{wish.story}, copies included; one entry at least has to stay."
        )


def moving(wish: Wish, standing: Standing) -> tuple[int, ...]:
    """Return the entries a wish is about, by id: those that move, or all of a pinned story.

    An original that is split off takes its copies along.
    """
    if wish.kind == "split":
        return tuple(sorted(_moving(standing.seats, wish.entries)))
    return tuple(
        seat.entry for seat in standing.seats if wish.kind == "pin" or seat.story in wish.others
    )


def carried_out(wish: Wish, standing: Standing, new: int, now: datetime) -> Standing:
    """Return how the stories stand once the wish is carried out; `new` is the story of a split.

    Before a split they may be with stories whose ids lead to the one that is split.
    """
    if wish.kind == "split":
        return _split(wish, standing, new, now)
    seats = tuple(
        replace(
            seat,
            story=wish.story,
            joined_at=now,
            why=(f"s{seat.story} was merged into this story by hand", *seat.why),
        )
        if seat.story in wish.others
        else seat
        for seat in standing.seats
    )
    stories = tuple(
        replace(story, merged_into=wish.story)
        if story.id in wish.others
        else replace(story, pinned_at=now)
        for story in standing.stories
    )
    return Standing(stories, _pinned(seats))


def _split(wish: Wish, standing: Standing, new: int, now: datetime) -> Standing:
    off = _moving(standing.seats, wish.entries)
    seats = _pinned(
        _split_off(seat, off, new, now) if seat.entry in off else seat for seat in standing.seats
    )
    story = next(each for each in standing.stories if each.id == wish.story)
    rest = [seat for seat in seats if seat.story == wish.story]
    return Standing(
        (
            *_redirected(wish, standing, off, new),
            replace(story, founder=founder(story.founder, rest), pinned_at=now),
            StoryStanding(
                id=new, founder=founder(None, [s for s in seats if s.story == new]), pinned_at=now
            ),
        ),
        seats,
    )


def _redirected(
    wish: Wish, standing: Standing, off: Collection[int], new: int
) -> Iterable[StoryStanding]:
    """Let the ids of stories that were merged into one lead to where their founders are after a split.

    Editions have links to them.
    """
    merged = [story for story in standing.stories if story.id != wish.story]
    leads = {story.id: new if story.founder in off else wish.story for story in merged}
    for story in merged:
        if leads[story.id] == leads.get(story.merged_into or 0, wish.story):
            yield story
        else:
            yield replace(story, merged_into=leads[story.id])


def _split_off(seat: Seat, off: Collection[int], new: int, now: datetime) -> Seat:
    if seat.copy_of in off:
        return replace(seat, story=new, joined_at=now)  # taken along, and a copy still
    why = (f"split off from s{seat.story} by hand",)
    return replace(
        seat, story=new, joined_at=now, copy_of=None, why=why, score=None, features=(), version=0
    )


def founder(now: int | None, seats: Sequence[Seat]) -> int:
    """Return the founder of a story with these entries: the present one, else the earliest.

    No copy is, where there is another.
    """
    if any(seat.entry == now for seat in seats):
        return next(seat.entry for seat in seats if seat.entry == now)
    return min(seats, key=lambda seat: (seat.copy_of is not None, seat.entry)).entry


def _moving(seats: Iterable[Seat], entries: Iterable[int]) -> set[int]:
    named = set(entries)
    return {seat.entry for seat in seats if seat.entry in named or seat.copy_of in named}


def _pinned(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    return tuple(replace(seat, pinned=True) for seat in seats)


def undone(ruling: Ruling, present: Standing, later: Sequence[Ruling]) -> Standing:
    """Return how the stories are to stand once a ruling is undone.

    `present` is how those it touched stand now, `later` are the rulings after it that still stand.
    Raises `UsageError` when it was undone already, or a later one touches the same entries.
    """
    if ruling.undone_at is not None:
        raise UsageError(f"The ruling r{ruling.id} was undone already.")
    before = {seat.entry: seat for seat in ruling.before.seats}
    other = in_the_way(ruling, later)
    if other is not None:
        raise UsageError(
            f"The ruling r{other.id} came later and touches the same entries; undo that first: "
            f"monitor stories undo r{other.id}"
        )
    # The story of a split goes; what has joined it since goes where its entries go.
    gone = set(ruling.others) if ruling.kind == "split" else set()
    stories = {story.id: story for story in ruling.before.stories}
    return Standing(
        tuple(
            stories.get(story.id, replace(story, merged_into=ruling.story, pinned_at=None))
            for story in present.stories
        ),
        tuple(
            before[seat.entry]
            if seat.entry in before
            else _since(seat, before, ruling.story if seat.story in gone else seat.story)
            for seat in present.seats
        ),
    )


def in_the_way(ruling: Ruling, later: Sequence[Ruling]) -> Ruling | None:
    """Return the first of the later rulings that touches the same entries, so that it is undone before."""
    entries = {seat.entry for seat in ruling.before.seats}
    return next(
        (each for each in later if any(seat.entry in entries for seat in each.before.seats)), None
    )


def _since(seat: Seat, before: Mapping[int, Seat], story: int) -> Seat:
    """Place an entry that joined after the ruling; a copy follows its original."""
    original = before.get(seat.copy_of) if seat.copy_of is not None else None
    if original is None:
        return replace(seat, story=story)
    first = original.entry if original.copy_of is None else original.copy_of
    return replace(seat, story=original.story, copy_of=first)


def labels(rulings: Iterable[Ruling]) -> list[PairLabel]:
    """Return what the rulings that stand say about pairs of entries; of two, the later one.

    A merge says that entries of different stories belong together, a split that those which left
    belong together and not with those that stayed, a pin that all do. Of a story one entry speaks for
    all, so that there are as many pairs as entries: its founder, of those that left the first.
    Copies say nothing more than their originals.
    """
    said: dict[tuple[int, int], PairLabel] = {}
    for ruling in sorted(rulings, key=lambda each: each.id):
        if ruling.undone_at is None:
            opinion = _Opinion(ruling)
            said = {pair: kept for pair, kept in said.items() if opinion.bears(kept)}
            for first, second, together in opinion.pairs():
                pair = min(first, second), max(first, second)
                said[pair] = PairLabel(*pair, together, ruling.id)
    return [said[pair] for pair in sorted(said)]


class _Opinion:
    """What a ruling says: of originals alone, each in the party it came from."""

    def __init__(self, ruling: Ruling) -> None:
        self._kind = ruling.kind
        left = set(ruling.entries) if ruling.kind == "split" else set()
        # A copy that is split off without its original is none any more.
        self._parties: dict[int, int] = {
            seat.entry: _LEFT if seat.entry in left else seat.story
            for seat in ruling.before.seats
            if seat.copy_of is None or (seat.entry in left and seat.copy_of not in left)
        }
        self._founders: dict[int, int] = {}
        for entry, party in sorted(self._parties.items()):
            self._founders.setdefault(party, entry)
        for story in ruling.before.stories:
            if self._parties.get(story.founder) == story.id:
                self._founders[story.id] = story.founder
        self._story = ruling.story

    def pairs(self) -> Iterable[tuple[int, int, bool]]:
        """Yield each entry with those that speak for their story, and whether they belong together."""
        stayed = self._founders.get(self._story)
        for entry, party in self._parties.items():
            if self._kind == "split":
                if party == _LEFT and entry != self._founders[_LEFT]:
                    yield self._founders[_LEFT], entry, True
                if party == _LEFT and stayed is not None:
                    yield entry, stayed, False
            elif stayed not in (None, entry) and (self._kind == "pin" or party != self._story):
                yield stayed, entry, True

    def bears(self, label: PairLabel) -> bool:
        """Tell whether an earlier label does not contradict this."""
        one, other = self._parties.get(label.entry), self._parties.get(label.other)
        if one is None or other is None:
            return True
        if self._kind == "split":
            # Of those that stayed nothing is said.
            return label.together == (one == other) or _LEFT not in (one, other)
        return label.together or (self._kind == "merge" and one == other)


_LEFT = 0
"""The party of those that were split off: the id of no story."""
