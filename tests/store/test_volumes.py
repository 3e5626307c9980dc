"""The contract of VolumeStore."""

from __future__ import annotations

from datetime import timedelta

from monitor.model.story import StoryDecision
from monitor.store import Store
from tests.store.builders import DAY, HOUR, NOW, add, alone, match, new, ungrouped


def together(entry_id: int, founder: int) -> StoryDecision:
    return StoryDecision(
        entry=entry_id, story=None, founder=founder, copy_of=None, why=("the same event",)
    )


def test_an_empty_store_had_nothing(store: Store) -> None:
    counts = store.volumes.story_counts(("chips",), NOW, 3)
    assert counts.of == {"chips": (0, 0, 0)}
    assert (counts.seen, counts.began_at, counts.until_at) == ((False,) * 3, None, NOW)
    assert store.volumes.story_counts((), NOW, 2).of == {}


def test_a_story_counts_on_the_day_its_first_match_of_the_topic_was_seen(store: Store) -> None:
    chips, laws = match("chips"), match("laws")
    (old,) = add(store, new("1", matches=(chips,)), at=NOW - 6 * DAY)
    (first,) = add(store, new("2", matches=(chips,)), at=NOW - 3 * DAY)
    (second,) = add(store, new("3", matches=(chips, laws)), at=NOW - 2 * DAY + HOUR)
    lone, third = add(store, new("4", matches=(chips,)), new("5", matches=(laws,)), at=NOW - HOUR)
    ungrouped(store, [old, first, second, lone, third])
    store.stories.attach([alone(old)], NOW)
    store.stories.attach([alone(first), together(second, first), together(third, first)], NOW)
    counts = store.volumes.story_counts(("chips", "laws", "unknown"), NOW, 3)
    # The block of three days ago begins at that very instant; the entry in no story counts alone.
    assert counts.of["chips"] == (1, 0, 1)
    # The story's first entry that matches "laws" is its second one.
    assert counts.of["laws"] == (0, 1, 0)
    assert counts.of["unknown"] == (0, 0, 0)
    assert counts.began_at == NOW - 6 * DAY


def test_what_is_seen_at_the_cutoff_is_of_the_next_block(store: Store) -> None:
    (before,) = add(store, new("1", matches=(match(),)), at=NOW - DAY)
    (at_cutoff,) = add(store, new("2", matches=(match(),)), at=NOW)
    ungrouped(store, [before, at_cutoff])
    assert store.volumes.story_counts(("chips",), NOW, 2).of["chips"] == (0, 1)
    later = NOW + timedelta(microseconds=1)
    assert store.volumes.story_counts(("chips",), later, 2).of["chips"] == (1, 1)


def test_a_story_that_began_before_the_first_block_does_not_count_in_it(store: Store) -> None:
    (first,) = add(store, new("1", matches=(match(),)), at=NOW - 4 * DAY)
    (second,) = add(store, new("2", matches=(match(),)), at=NOW - HOUR)
    ungrouped(store, [first, second])
    store.stories.attach([alone(first), together(second, first)], NOW)
    assert store.volumes.story_counts(("chips",), NOW, 2).of["chips"] == (0, 0)


def test_a_block_counts_as_seen_with_any_entry_at_all(store: Store) -> None:
    add(store, new("1"), at=NOW - 3 * DAY + HOUR)
    add(store, new("2"), at=NOW - HOUR)
    counts = store.volumes.story_counts(("chips",), NOW, 4)
    assert counts.seen == (False, True, False, True)
    assert counts.of["chips"] == (0, 0, 0, 0)
