"""Which ids stories keep when their entries are grouped anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.story import Related, StoryDecision
from monitor.stories.regrouping import named, redirect, settle
from tests.stories.build import entry


def decided(number: int, founder: int, story: int | None = None) -> StoryDecision:
    return StoryDecision(entry=number, story=story, founder=founder, copy_of=None, why=())


def settled(
    was: dict[int, int | None], groups: dict[int, int], taken: set[int] | None = None
) -> dict[int, int | None]:
    """Return the story of each founder's group; `groups` has each entry's founder."""
    entries = [entry(number, "x", story=story) for number, story in was.items()]
    decisions = [decided(number, founder) for number, founder in groups.items()]
    return {each.founder: each.story for each in settle(entries, decisions, taken or set())}


@pytest.mark.parametrize(
    ("was", "groups", "taken", "expected"),
    [
        # nothing changes
        ({1: 7, 2: 7, 3: 9}, {1: 1, 2: 1, 3: 3}, set(), {1: 7, 3: 9}),
        # two become one: the id of most entries
        ({1: 7, 2: 9, 3: 9}, {1: 1, 2: 1, 3: 1}, set(), {1: 9}),
        # the oldest on ties
        ({1: 9, 2: 7}, {1: 1, 2: 1}, set(), {1: 7}),
        # one becomes two: the larger part keeps the id, the other gets a new one
        ({1: 7, 2: 7, 3: 7}, {1: 1, 2: 2, 3: 2}, set(), {1: None, 2: 7}),
        # or the id of another story its entries come from
        ({1: 7, 2: 7, 3: 7, 4: 9}, {1: 1, 2: 2, 3: 2, 4: 1}, set(), {1: 9, 2: 7}),
        # a story with entries that stay elsewhere is not to be had
        ({1: 7, 2: 7}, {1: 1, 2: 1}, {7}, {1: None}),
        # nor is there one for entries that had none
        ({1: None, 2: None}, {1: 1, 2: 1}, set(), {1: None}),
    ],
)
def test_a_group_keeps_the_id_of_the_story_most_of_its_entries_were_in(
    was: dict[int, int | None],
    groups: dict[int, int],
    taken: set[int],
    expected: dict[int, int | None],
) -> None:
    assert settled(was, groups, taken) == expected


def test_a_known_story_stays_and_related_ones_get_their_ids() -> None:
    near = Related(None, 2, 0.1, "close")
    first = replace(decided(1, 5, story=4), related=(near, Related(8, 8, 0.2, "close")))
    entries = [entry(1, "x", story=7), entry(2, "y", story=7)]
    one, two = settle(entries, [first, decided(2, 2)], set())
    assert (one.story, two.story) == (4, 7)
    assert [each.story for each in one.related] == [7, 8]
    assert named([decided(3, 3)], {3: 11})[0].story == 11


def test_a_story_that_has_lost_all_leads_to_where_most_went() -> None:
    assert redirect({9: 1, 7: 2, 3: 2}) == [3, 7, 9]


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), min_size=1, max_size=12))
def test_an_id_goes_to_one_group_alone_and_none_is_lost_for_nothing(
    rows: list[tuple[int, int]],
) -> None:
    was = {number: story for number, (story, _) in enumerate(rows, 1)}
    founders: dict[int, int] = {}
    groups = {
        number: founders.setdefault(group, number) for number, (_, group) in enumerate(rows, 1)
    }
    found = settled(dict(was), groups)
    kept = [story for story in found.values() if story is not None]
    assert len(kept) == len(set(kept))
    for founder, story in found.items():
        before = {was[number] for number, first in groups.items() if first == founder}
        assert story in before if story is not None else before <= set(kept)
