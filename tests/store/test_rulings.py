"""The contract of RulingStore: a person's decisions stand, and can be taken back whole."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import NotFoundError, UsageError
from monitor.model.ruling import Wish
from monitor.model.story import Related, Story, StoryDecision, StoryMerge, Weighed
from monitor.store import Store, open_store
from monitor.store.decisions import merge_stories
from tests.store.builders import HOUR, NOW, add, alone, match, new, ungrouped
from tests.store.children import start
from tests.store.test_crash import reap

LATER = NOW + 5 * HOUR
FEATURES = (Weighed("words", 0.5, 2.25), Weighed("days", 1.0, -0.75))


def some(store: Store, count: int, prefix: str = "") -> list[int]:
    wanted = [
        new(f"{prefix}{n}", matches=(match(),), title=f"Title {prefix}{n}") for n in range(count)
    ]
    return ungrouped(store, add(store, *wanted))


def into(entry: int, founder: int, copy_of: int | None = None) -> StoryDecision:
    """The decision that an entry belongs with another."""
    return StoryDecision(
        entry=entry,
        story=None,
        founder=founder,
        copy_of=copy_of,
        why=("alike",),
        score=1.5,
        features=FEATURES,
        version=3,
    )


def story(store: Store, number: int) -> Story:
    found = store.stories.story(number)
    assert found is not None
    return found


def members(store: Store, number: int) -> list[tuple[int, int | None, bool]]:
    return [(each.entry, each.copy_of, each.pinned) for each in story(store, number).members]


@pytest.fixture
def two(store: Store) -> list[int]:
    """Story 1 of e1, e2 (a copy of it), e3; story 2 of e4 and e5."""
    one, two, three, four, five = some(store, 5)
    store.stories.attach(
        [alone(one), into(two, one, one), into(three, one), alone(four), into(five, four)], NOW
    )
    return [one, two, three, four, five]


def test_a_merge_brings_all_entries_over_and_leaves_a_redirect(
    store: Store, two: list[int]
) -> None:
    ruling = store.rulings.rule(Wish("merge", 1, (2,)), LATER)
    assert (ruling.id, ruling.others, ruling.entries) == (1, (2,), (4, 5))
    assert members(store, 1) == [
        (1, None, True),
        (2, 1, True),
        (3, None, True),
        (4, None, True),
        (5, None, True),
    ]
    assert (story(store, 1).merged, story(store, 1).pinned_at) == ((2,), LATER)
    assert (story(store, 2).merged_into, story(store, 2).members) == (1, ())
    assert store.rulings.rulings() == [ruling]
    assert store.rulings.rulings(2) == [ruling]
    assert store.rulings.rulings(3) == []
    assert store.upkeep.check() == []


@pytest.mark.parametrize(
    "wish",
    [
        Wish("merge", 1, (2,)),
        Wish("merge", 2, (1,)),
        Wish("split", 1, entries=(1,)),
        Wish("split", 1, entries=(2, 3)),
        Wish("pin", 2),
    ],
)
def test_undoing_restores_everything(store: Store, two: list[int], wish: Wish) -> None:
    before = [story(store, number) for number in (1, 2)]
    ruling = store.rulings.rule(wish, LATER)
    assert [story(store, number) for number in (1, 2)] != before
    undone = store.rulings.undo(None, LATER + HOUR)
    assert undone == replace(ruling, undone_at=LATER + HOUR)
    after = [replace(story(store, number), merged=()) for number in (1, 2)]
    assert after == before
    if wish.kind == "split":
        assert story(store, 3).merged_into == 1
    with pytest.raises(NotFoundError, match="no ruling to undo"):
        store.rulings.undo(None, LATER)
    with pytest.raises(UsageError, match="undone already"):
        store.rulings.undo(1, LATER)


def test_a_split_opens_one_story_and_gives_the_rest_a_founder(store: Store, two: list[int]) -> None:
    ruling = store.rulings.rule(Wish("split", 1, entries=(1,)), LATER)
    assert (ruling.others, ruling.entries) == ((3,), (1, 2))
    assert members(store, 3) == [(1, None, True), (2, 1, True)]
    assert members(store, 1) == [(3, None, True)]
    assert (story(store, 3).title, story(store, 1).title) == ("Title 0", "Title 2")
    assert story(store, 3).created_at == LATER


def test_the_machine_moves_no_pinned_entry_and_new_ones_may_join(
    store: Store, two: list[int]
) -> None:
    store.rulings.rule(Wish("pin", 1), LATER)
    (six,) = some(store, 1, "late")
    moved = replace(into(3, 4), story=2)
    store.stories.attach([moved, replace(into(six, 1), story=1)], LATER)
    assert members(store, 1) == [
        (1, None, True),
        (2, 1, True),
        (3, None, True),
        (six, None, False),
    ]


def test_a_decision_for_a_story_that_was_merged_meanwhile_follows_it(
    store: Store, two: list[int]
) -> None:
    (six,) = some(store, 1, "late")
    store.rulings.rule(Wish("merge", 1, (2,)), LATER)
    store.stories.attach([replace(into(six, 4), story=2)], LATER)
    assert (six, None, False) in members(store, 1)


def test_redirects_are_followed_one_after_another(store: Store, two: list[int]) -> None:
    (six,) = some(store, 1, "late")
    store.stories.attach([alone(six)], NOW)
    store.rulings.rule(Wish("merge", 1, (2,)), LATER)
    store.rulings.rule(Wish("merge", 3, (1,)), LATER)
    assert (story(store, 2).merged_into, story(store, 1).merged_into) == (1, 3)
    assert story(store, 3).merged == (1, 2)
    with pytest.raises(UsageError, match="undo r2"):
        store.rulings.undo(1, LATER)
    assert store.rulings.undo(None, LATER).id == 2
    assert store.rulings.undo(None, LATER).id == 1
    assert [len(story(store, number).members) for number in (1, 2, 3)] == [3, 2, 1]


@pytest.mark.parametrize(
    ("wish", "error", "said"),
    [
        (Wish("merge", 1, (9,)), NotFoundError, "no story s9"),
        (Wish("merge", 10**30, (1,)), NotFoundError, "no story s10"),
        (Wish("pin", 9), NotFoundError, "no story s9"),
        (Wish("split", 1, entries=(99,)), NotFoundError, "no entry e99"),
        (Wish("split", 1, entries=(4,)), UsageError, "e4 is not in s1 but in s2"),
        (Wish("split", 1, entries=(1, 3)), UsageError, "all of s1"),
        (Wish("merge", 1, (2, 1)), UsageError, "with itself"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    store: Store, two: list[int], wish: Wish, error: type[Exception], said: str
) -> None:
    before = [story(store, number) for number in (1, 2)]
    with pytest.raises(error, match=said):
        store.rulings.rule(wish, LATER)
    assert [story(store, number) for number in (1, 2)] == before
    assert store.rulings.rulings() == []
    assert store.upkeep.stats()["stories"] == 2
    with pytest.raises(NotFoundError, match="no ruling r7"):
        store.rulings.undo(7, LATER)


def test_related_stories_are_those_that_are_there_now(store: Store, two: list[int]) -> None:
    (six, seven) = some(store, 2, "late")
    store.stories.attach(
        [
            replace(alone(six), related=(Related(1, 1, -0.5, "shares chips"),)),
            replace(alone(seven), related=(Related(None, six, -0.9, "shares law"),)),
        ],
        NOW,
    )
    assert [(each.id, each.title, each.why) for each in story(store, 3).related] == [
        (1, "Title 0", "shares chips"),
        (4, "Title late1", "shares law"),
    ]
    assert [each.id for each in story(store, 1).related] == [3]
    store.rulings.rule(Wish("merge", 2, (1,)), LATER)
    assert [each.id for each in story(store, 3).related] == [2, 4]
    assert [each.id for each in story(store, 2).related] == [3]
    store.rulings.rule(Wish("merge", 2, (3,)), LATER)
    assert [each.id for each in story(store, 2).related] == [4], "not itself"


def test_copies_are_the_others_with_the_same_text(store: Store, two: list[int]) -> None:
    (six,) = some(store, 1, "late")
    store.stories.attach([replace(into(six, 1, 1), story=1)], NOW)
    assert store.stories.copies([1, 2, 3, six, 99]) == {1: (2, six), 2: (1, six), six: (1, 2)}


@pytest.mark.parametrize("kills", [8, pytest.param(300, marks=pytest.mark.long)])
@pytest.mark.timeout(7200)
def test_a_ruling_that_is_killed_is_there_whole_or_not_at_all(path: Path, kills: int) -> None:
    store = open_store(path)
    ids = some(store, 40)
    store.stories.attach([alone(ids[0]), *(into(each, ids[0]) for each in ids[1:20])], NOW)
    store.stories.attach([alone(ids[20]), *(into(each, ids[20]) for each in ids[21:])], NOW)
    before = [story(store, number) for number in (1, 2)]
    store.close()
    rng = random.Random(20261123)
    for _ in range(kills):
        child = start(f"merge_and_undo_for_ever({str(path)!r})")
        assert child.stdout is not None
        said = child.stdout.readline()
        time.sleep(rng.random() * 0.05)  # any point of a transaction
        child.kill()
        rest, errors = reap(child)
        assert errors == ""
        acknowledged = [said.strip(), *rest]
        store = open_store(path)
        assert store.upkeep.check() == []
        rulings = store.rulings.rulings()
        merged = rulings[-1].undone_at is None
        assert rulings[-1].id >= int(acknowledged[-1].split("-")[-1])
        assert [len(story(store, number).members) for number in (1, 2)] == (
            [40, 0] if merged else [20, 20]
        )
        assert (story(store, 2).merged_into == 1) == merged
        if merged:
            store.rulings.undo(None, NOW)
        assert [story(store, number) for number in (1, 2)] == before
        store.close()


def test_two_people_at_once_get_one_ruling_after_the_other(path: Path) -> None:
    store = open_store(path)
    ids = some(store, 30)
    store.stories.attach([alone(each) for each in ids], NOW)
    store.close()
    children = [start(f"merge_all_into({str(path)!r}, {number})") for number in (1, 2)]
    said = [reap(child) for child in children]
    assert [errors for _, errors in said] == ["", ""]
    store = open_store(path)
    assert store.upkeep.check() == []
    living = [n for n in range(1, 31) if story(store, n).merged_into is None]
    assert sum(len(story(store, n).members) for n in living) == 30
    assert living in ([1], [2], [1, 2])
    store.close()


def test_the_id_of_a_story_the_monitor_merged_follows_its_entries_out_again(
    store: Store, two: list[int]
) -> None:
    (six,) = some(store, 1, "late")
    store.stories.attach([alone(six)], NOW)
    with store.database.write() as connection:
        merge_stories(connection, StoryMerge(3, 2, 0.5, "six words"), NOW + HOUR)
        merge_stories(connection, StoryMerge(2, 1, 0.5, "ten words"), NOW + 2 * HOUR)
    before = [story(store, number) for number in (1, 2, 3)]
    store.rulings.rule(Wish("split", 1, entries=(4, 5)), LATER)
    assert [story(store, number).merged_into for number in (2, 3)] == [4, 1]
    assert (story(store, 1).merged, story(store, 4).merged) == ((3,), (2,))
    # that it is the story of the split nobody has found
    assert (len(story(store, 1).absorbed), story(store, 4).absorbed) == (1, ())
    store.rulings.rule(Wish("split", 1, entries=(six,)), LATER + HOUR)
    assert [story(store, number).merged_into for number in (2, 3)] == [4, 5]
    store.rulings.undo(None, LATER)
    store.rulings.undo(None, LATER)
    after = [story(store, number) for number in (1, 2, 3)]
    assert [replace(each, merged=()) for each in after] == [
        replace(each, merged=()) for each in before
    ]
    assert store.upkeep.check() == []


def test_what_was_merged_by_hand_still_leads_to_what_it_was_merged_into(
    store: Store, two: list[int]
) -> None:
    store.rulings.rule(Wish("merge", 1, (2,)), LATER)
    store.rulings.rule(Wish("split", 1, entries=(4, 5)), LATER)
    assert story(store, 2).merged_into == 1
