"""A rebuild tells, net, what has moved, and leaves no story that was only there meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from monitor.model.rebuild import Moved
from monitor.model.ruling import Wish
from monitor.model.story import Grouped, StoryEntry, StoryMerge
from monitor.store import Store
from tests.store.builders import NOW
from tests.store.children import by_word
from tests.store.test_rebuilding import DAY, LATER, seen, stories, together
from tests.store.test_rulings import story


def one_by_word(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
    """Group by the first word, in each piece anew; one that says "all" shows that its word is one."""
    decided = by_word(fresh, [each for each in recent if each.pinned])
    alike = [each for each in recent if each.story is not None]
    merges = {
        StoryMerge(
            max(one.story or 0, other.story or 0),
            min(one.story or 0, other.story or 0),
            0.5,
            "all say so",
        )
        for new_one in fresh
        if new_one.title.endswith("all")
        for one, other in combinations(alike, 2)
        if one.story != other.story
        and {each.title.split()[0] for each in (one, other, new_one)} == {new_one.title.split()[0]}
    }
    return Grouped(decided.decisions, tuple(sorted(merges, key=lambda m: (m.story, m.into))))


def test_what_is_opened_and_turns_out_to_be_its_old_story_has_not_moved(store: Store) -> None:
    days = [*seen(store, "chips"), *seen(store, "chips", day=2), *seen(store, "law all", day=3)]
    days += seen(store, "chips all", day=4)
    together(store, [days[0], days[1], days[3]], [days[2]])
    at = store.rebuilds.begin(None, 1, LATER)
    opened = []
    while not at.finished:
        at = store.rebuilds.piece(one_by_word, LATER)
        opened.append(at.opened)
    assert opened == [0, 1, 1, 1], "the second day opened a story that was the first one's"
    assert stories(store, 1, 2) == [days[:2], days[2:3]]
    assert (at.moved, at.merged, at.split) == (1, 0, 1)
    assert store.stories.story(3) is None, "nobody knew it"
    assert stories(store, 4) == [days[3:]]
    assert store.upkeep.check() == []


def test_entries_that_a_merge_moves_are_told_also_those_before_the_time_asked_for(
    store: Store,
) -> None:
    old = [*seen(store, "chips a"), *seen(store, "chips b")]
    (fresh,) = seen(store, "chips all", day=2)
    together(store, *([number] for number in (*old, fresh)))
    at = store.rebuilds.begin(NOW + DAY, 1, LATER)
    at = store.rebuilds.piece(one_by_word, LATER)
    assert (at.entries, at.moved, at.merged, at.opened) == (1, 1, 1, 0)
    assert at.samples == (Moved(old[1], "chips b", 2, 1, "all say so"),)
    assert store.stories.story(2) is not None, "it was known before"


def test_a_story_that_loses_those_it_kept_is_given_back_to_the_others(store: Store) -> None:
    first, second = [*seen(store, "law a"), *seen(store, "law b", day=1.5)]
    chips = seen(store, "chips a", "chips b", day=3)
    (last,) = seen(store, "law all", day=4.2)
    together(store, [first], [second, *chips], [last])
    at = store.rebuilds.begin(None, 1, LATER)
    opened = []
    while not at.finished:
        at = store.rebuilds.piece(one_by_word, LATER)
        opened.append(at.opened)
    assert opened == [0, 0, 1, 0]
    assert stories(store, 1, 2, 3) == [[first, second], chips, [last]]
    assert (at.moved, at.merged, at.split) == (1, 0, 1)
    assert story(store, 2).title == "chips a"
    assert (store.stories.story(4), story(store, 2).merged_into) == (None, None)
    assert store.upkeep.check() == []


def test_a_story_a_person_has_ruled_about_is_not_taken_back(store: Store) -> None:
    first, second = [*seen(store, "chips"), *seen(store, "chips", day=2)]
    last = seen(store, "chips all", day=4)
    together(store, [first, second, *last])
    at = store.rebuilds.begin(None, 1, LATER)
    opened = 0
    while not at.finished:
        at = store.rebuilds.piece(one_by_word, LATER)
        if at.next_id == last[0]:
            opened = store.entries.entries([second])[0].story or 0
            store.rulings.rule(Wish("pin", opened), LATER)
            store.rulings.undo(None, LATER)
    assert story(store, opened).merged_into == 1
    assert at.opened == 1, "the last one alone"
    assert store.upkeep.check() == []
