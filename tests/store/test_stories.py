"""The contract of StoryStore: which entries belong together."""

from __future__ import annotations

import pytest

from monitor.errors import NotFoundError
from monitor.model.story import StoryDecision, StoryMember
from monitor.store import Store
from tests.store.builders import DAY, HOUR, NOW, add, alone, match, new, ungroup


def some(store: Store, count: int) -> list[int]:
    """Matched entries without a story."""
    ids = add(store, *(new(f"{n}", matches=(match(),), title=f"Title {n}") for n in range(count)))
    ungroup(store)
    return ids


def story_of(store: Store, entry_id: int) -> int:
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert entry.story is not None
    return entry.story


def test_waiting_are_matched_entries_without_a_story_by_id(store: Store) -> None:
    matches = (match("chips"), match("law"))
    one, _, three, four = add(
        store,
        new("1", matches=matches),
        new("2"),
        new("3", matches=matches),
        new("4", matches=matches),
    )
    assert store.stories.waiting(0, 9) == []
    ungroup(store)
    assert store.stories.waiting(0, 2) == [one, three]
    assert store.stories.waiting(one, 9) == [three, four]
    assert store.stories.attach_new([one, three], NOW) == 2
    assert store.stories.waiting(0, 9) == [four]


def test_waiting_are_at_once_those_seen_within_days(store: Store) -> None:
    ids = [
        add(store, new(f"{days}", matches=(match(),)), at=NOW + days * DAY)[0]
        for days in (0, 6, 200)
    ]
    ungroup(store)
    assert store.stories.waiting(0, 9) == ids[:2]
    assert store.stories.waiting(ids[1], 9) == ids[2:]


def test_only_what_matches_and_has_no_story_gets_one(store: Store) -> None:
    one, two = add(store, new("1", matches=(match(),)), new("2"))
    assert store.stories.attach_new([two, one, 99], NOW) == 0
    ungroup(store)
    assert store.stories.attach_new([two, one, one, 99], NOW) == 1
    assert story_of(store, one)


def test_those_with_one_new_founder_come_into_one_story(store: Store) -> None:
    one, two, three, four = some(store, 4)
    store.stories.attach(
        [
            alone(one),
            StoryDecision(
                entry=two, story=None, founder=one, copy_of=one, why=("same text", "same day")
            ),
            alone(three),
        ],
        NOW + HOUR,
    )
    first = story_of(store, one)
    store.stories.attach(
        [StoryDecision(entry=four, story=first, founder=one, copy_of=None, why=("同じ",))],
        NOW + HOUR,
    )
    story = store.stories.story(first)
    assert story is not None
    assert (story.title, story.created_at) == ("Title 0", NOW + HOUR)
    assert [(each.entry, each.copy_of, each.why) for each in story.members] == [
        (one, None, ("nothing like it",)),
        (two, one, ("same text", "same day")),
        (four, None, ("同じ",)),
    ]
    assert story.members[0] == StoryMember(
        entry=one,
        title="Title 0",
        outlet="a.example",
        url="https://news.example/0",
        published_at=None,
        first_seen_at=NOW,
        copy_of=None,
        why=("nothing like it",),
    )
    assert story_of(store, three) != first


def test_the_same_decisions_twice_change_nothing(store: Store) -> None:
    one, two = some(store, 2)
    decisions = [
        alone(one),
        StoryDecision(entry=two, story=None, founder=one, copy_of=None, why=("alike",)),
    ]
    store.stories.attach(decisions, NOW)
    before = store.stories.story(story_of(store, one))
    store.stories.attach(decisions, NOW)
    assert store.stories.story(story_of(store, two)) == before
    assert store.upkeep.stats()["stories"] == 1


def test_a_founder_with_a_story_brings_others_into_it(store: Store) -> None:
    one, two = some(store, 2)
    store.stories.attach([alone(one)], NOW)
    store.stories.attach(
        [StoryDecision(entry=two, story=None, founder=one, copy_of=None, why=("alike",))], NOW
    )
    assert story_of(store, one) == story_of(store, two)


def test_a_decision_for_a_story_nobody_knows_writes_nothing_at_all(store: Store) -> None:
    one, two = some(store, 2)
    unknown = StoryDecision(entry=two, story=99, founder=two, copy_of=None, why=())
    with pytest.raises(NotFoundError, match="s99"):
        store.stories.attach([alone(one), unknown], NOW)
    assert store.stories.waiting(0, 9) == [one, two]


@pytest.mark.parametrize("story_id", [0, -1, 5, 10**30])
def test_a_story_nobody_knows_is_none(store: Store, story_id: int) -> None:
    assert store.stories.story(story_id) is None
