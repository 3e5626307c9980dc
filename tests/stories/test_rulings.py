"""What a ruling does to stories, and that undoing it is as if it had never been."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.model.ruling import PairLabel, Ruling, RulingKind, Seat, Standing, StoryStanding, Wish
from monitor.model.story import Weighed
from monitor.stories.rulings import carried_out, check, labels, moving, undone

THEN = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
NEW = 90


def seat(entry: int, story: int, copy_of: int | None = None, **more: object) -> Seat:
    values: dict[str, object] = {
        "pinned": False,
        "why": ("like it",),
        "score": 1.5,
        "features": (Weighed("words", 0.5, 2.0),),
        "version": 3,
        "joined_at": THEN,
    }
    return Seat(entry=entry, story=story, copy_of=copy_of, **(values | more))  # type: ignore[arg-type]


def standing(*seats: Seat) -> Standing:
    """Return how stories stand: each with its first entry as founder."""
    founders: dict[int, int] = {}
    for each in seats:
        founders.setdefault(each.story, each.entry)
    return Standing(
        tuple(StoryStanding(id=story, founder=founders[story]) for story in sorted(founders)),
        tuple(sorted(seats, key=lambda each: each.entry)),
    )


def where(after: Standing) -> dict[int, tuple[int, int | None]]:
    return {each.entry: (each.story, each.copy_of) for each in after.seats}


def ruling(wish: Wish, before: Standing, number: int = 1) -> Ruling:
    others = (NEW,) if wish.kind == "split" else wish.others
    return Ruling(
        id=number,
        kind=wish.kind,
        story=wish.story,
        others=others,
        entries=moving(wish, before),
        before=before,
        decided_at=NOW,
    )


TWO = standing(seat(1, 7), seat(2, 7, 1), seat(3, 9), seat(4, 9), seat(5, 9, 4), seat(6, 9, 4))
NINE = standing(*(each for each in TWO.seats if each.story == 9))


@pytest.mark.parametrize(
    ("wish", "before", "expected"),
    [
        (
            Wish("merge", 7, (9,)),
            TWO,
            {1: (7, None), 2: (7, 1), 3: (7, None), 4: (7, None), 5: (7, 4), 6: (7, 4)},
        ),
        # an original takes its copies along
        (
            Wish("split", 9, entries=(4,)),
            NINE,
            {3: (9, None), 4: (NEW, None), 5: (NEW, 4), 6: (NEW, 4)},
        ),
        # a copy goes alone, and is none any more
        (
            Wish("split", 9, entries=(5,)),
            NINE,
            {3: (9, None), 4: (9, None), 5: (NEW, None), 6: (9, 4)},
        ),
        (
            Wish("split", 9, entries=(3, 6)),
            NINE,
            {3: (NEW, None), 4: (9, None), 5: (9, 4), 6: (NEW, None)},
        ),
        (Wish("pin", 9), NINE, {3: (9, None), 4: (9, None), 5: (9, 4), 6: (9, 4)}),
    ],
)
def test_where_entries_are_after_a_ruling(
    wish: Wish, before: Standing, expected: dict[int, tuple[int, int | None]]
) -> None:
    check(wish, before, {})
    after = carried_out(wish, before, NEW, NOW)
    assert where(after) == expected
    assert all(each.pinned for each in after.seats)


def test_a_merged_story_leads_to_the_other_and_its_entries_say_so() -> None:
    after = carried_out(Wish("merge", 7, (9,)), TWO, 0, NOW)
    assert after.stories == (
        StoryStanding(id=7, founder=1, pinned_at=NOW),
        StoryStanding(id=9, founder=3, merged_into=7),
    )
    moved = next(each for each in after.seats if each.entry == 3)
    assert moved.why == ("s9 was merged into this story by hand", "like it")
    assert (moved.score, moved.joined_at) == (1.5, NOW)
    assert next(each for each in after.seats if each.entry == 1).why == ("like it",)


def test_a_split_leaves_each_story_a_founder_of_its_own() -> None:
    after = carried_out(Wish("split", 9, entries=(3,)), NINE, NEW, NOW)
    assert [(story.id, story.founder, story.pinned_at) for story in after.stories] == [
        (9, 4, NOW),
        (NEW, 3, NOW),
    ]
    off = next(each for each in after.seats if each.entry == 3)
    assert off.why == ("split off from s9 by hand",)
    assert (off.score, off.features, off.version) == (None, (), 0)


@pytest.mark.parametrize(
    ("wish", "before", "elsewhere", "said"),
    [
        (Wish("merge", 7, (7,)), TWO, {}, "s7 cannot be merged with itself"),
        (Wish("split", 9, entries=(3, 4)), NINE, {}, "all of s9, copies included"),
        (Wish("split", 9), NINE, {}, "Name the entries that are to leave s9"),
        (Wish("split", 9, entries=(1,)), NINE, {1: 7}, "e1 is not in s9 but in s7"),
        (Wish("split", 9, entries=(8,)), NINE, {8: None}, "e8 is not in s9 but in no story"),
        (
            Wish("pin", 8),
            Standing((StoryStanding(id=8, founder=1, merged_into=7),), ()),
            {},
            "s8 was merged into s7 already; name s7 instead",
        ),
        (Wish("pin", 8), Standing((StoryStanding(id=8, founder=1),), ()), {}, "s8 has no entries"),
    ],
)
def test_what_cannot_be_done_is_said(
    wish: Wish, before: Standing, elsewhere: dict[int, int | None], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        check(wish, before, elsewhere)


def test_a_ruling_is_undone_once_and_not_under_a_later_one() -> None:
    first = ruling(Wish("merge", 7, (9,)), TWO)
    after = carried_out(Wish("merge", 7, (9,)), TWO, 0, NOW)
    later = ruling(Wish("pin", 7), Standing(after.stories[:1], after.seats), number=2)
    with pytest.raises(UsageError, match="monitor stories undo r2"):
        undone(first, after, [later])
    with pytest.raises(UsageError, match="r1 was undone already"):
        undone(replace(first, undone_at=NOW), after, [])
    elsewhere = ruling(Wish("pin", 5), standing(seat(50, 5)), number=2)
    assert undone(first, after, [elsewhere]) == TWO


def test_what_joined_since_stays_but_copies_follow_their_original() -> None:
    wish = Wish("merge", 7, (9,))
    after = carried_out(wish, TWO, 0, NOW)
    since = (seat(10, 7), seat(11, 7, 3), seat(12, 7, 1))
    back = undone(ruling(wish, TWO), Standing(after.stories, (*after.seats, *since)), [])
    assert [where(back)[entry] for entry in (10, 11, 12)] == [(7, None), (9, 3), (7, 1)]


def test_what_joined_the_story_of_a_split_goes_back_with_it() -> None:
    wish = Wish("split", 9, entries=(5,))
    after = carried_out(wish, NINE, NEW, NOW)
    since = (seat(10, NEW), seat(11, NEW, 5), seat(12, 9))
    back = undone(ruling(wish, NINE), Standing(after.stories, (*after.seats, *since)), [])
    # e5 is a copy of e4 again, and so is what repeats it
    assert [where(back)[entry] for entry in (10, 11, 12)] == [(9, None), (9, 4), (9, None)]
    assert back.stories == (*NINE.stories, StoryStanding(id=NEW, founder=5, merged_into=9))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Wish, Standing]:
    """Stories with copies and pinned entries in them, and something to do with them."""
    kinds: list[RulingKind] = ["merge", "split", "pin"]
    kind = draw(st.sampled_from(kinds))
    numbers = [1] if kind != "merge" else draw(st.sampled_from([[1, 2], [2, 1], [1, 2, 3]]))
    seats: list[Seat] = []
    for story in numbers:
        originals: list[int] = []
        for _ in range(draw(st.integers(1, 6))):
            entry = len(seats) + 1
            copy_of = draw(st.sampled_from([None, *originals]))
            if copy_of is None:
                originals.append(entry)
            seats.append(seat(entry, story, copy_of, pinned=draw(st.booleans())))
    before = standing(*seats)
    entries = draw(st.sets(st.sampled_from([each.entry for each in seats]), min_size=1))
    return Wish(
        kind,
        numbers[0],
        tuple(numbers[1:]),
        tuple(sorted(entries)) if kind == "split" else (),
    ), before


@given(cases())
def test_a_ruling_undone_is_as_if_it_had_never_been(case: tuple[Wish, Standing]) -> None:
    wish, before = case
    try:
        check(wish, before, {})
    except UsageError:
        return
    after = carried_out(wish, before, NEW, NOW)
    entries = {each.entry for each in before.seats}
    assert {each.entry for each in after.seats} == entries
    places = where(after)
    for entry, (story, copy_of) in places.items():
        # a copy is in its original's story, and its original is none
        assert copy_of is None or places[copy_of] == (story, None), entry
    for each in after.stories:
        there = [entry for entry, (number, _) in places.items() if number == each.id]
        assert each.founder in there if each.merged_into is None else not there
    back = undone(ruling(wish, before), after, [])
    assert back.seats == before.seats
    assert tuple(each for each in back.stories if each.id != NEW) == before.stories


def test_rulings_are_labels_of_pairs() -> None:
    merged = ruling(Wish("merge", 7, (9,)), TWO, 1)
    assert labels([merged]) == [PairLabel(1, 3, True, 1), PairLabel(1, 4, True, 1)]
    split = ruling(Wish("split", 9, entries=(4, 5)), NINE, 2)
    assert labels([split]) == [PairLabel(3, 4, False, 2)]
    alone = ruling(Wish("split", 9, entries=(5,)), NINE, 2)
    assert labels([alone]) == [PairLabel(3, 5, False, 2)]
    pinned = ruling(Wish("pin", 9), NINE, 3)
    assert labels([pinned, split]) == [PairLabel(3, 4, True, 3)], "the later one counts"
    assert labels([replace(pinned, undone_at=NOW)]) == []


def test_there_are_no_more_labels_than_entries() -> None:
    many = standing(*(seat(number, 7) for number in range(1, 41)))
    assert labels([ruling(Wish("pin", 7), many)]) == [
        PairLabel(1, number, True, 1) for number in range(2, 41)
    ]
    off = ruling(Wish("split", 7, entries=(1, 5, 6)), many)
    assert labels([off]) == [
        PairLabel(1, 2, False, 1),
        PairLabel(1, 5, True, 1),
        PairLabel(1, 6, True, 1),
        PairLabel(2, 5, False, 1),
        PairLabel(2, 6, False, 1),
    ]


def test_a_later_ruling_outdoes_what_it_contradicts_of_other_pairs_as_well() -> None:
    three = standing(seat(1, 7), seat(2, 7), seat(3, 7))
    pin = ruling(Wish("pin", 7), three, 1)
    off = ruling(Wish("split", 7, entries=(1,)), three, 2)
    # r1 said the same of e1 and e3; that e1 left says more than that of e2
    assert labels([pin, off]) == [PairLabel(1, 2, False, 2)]
    split = standing(seat(1, NEW), seat(2, 7), seat(3, 7))
    back = ruling(Wish("merge", 7, (NEW,)), split, 3)
    assert labels([pin, off, back]) == [PairLabel(1, 2, True, 3)]
    both = ruling(Wish("pin", 7), three, 4)
    apart = ruling(Wish("split", 7, entries=(2, 3)), three, 3)
    assert labels([apart]) == [
        PairLabel(1, 2, False, 3),
        PairLabel(1, 3, False, 3),
        PairLabel(2, 3, True, 3),
    ]
    assert labels([apart, both]) == [
        PairLabel(1, 2, True, 4),
        PairLabel(1, 3, True, 4),
        PairLabel(2, 3, True, 3),
    ]
