"""Entries that arrive one by one end where grouping them has led, merges of stories included."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.arriving import arrived
from tests.stories.build import entry


def test_reports_in_two_languages_become_one_story_when_one_shows_it() -> None:
    found = arrived(
        [
            entry(1, "Nvidia to buy robot maker Quokkia for $3 billion"),
            entry(2, "Harbour pilots of Marzipan Bay walk out"),
            entry(3, "英伟达将以30亿美元收购Quokkia", language="zh", hours=1),
            entry(4, "Nvidia acquires Quokkia in $3 billion deal", hours=2),
        ]
    )
    story = {each.id: each.story for each in found}
    assert story[1] == story[3] == story[4] != story[2]


def test_what_is_too_old_is_not_looked_at() -> None:
    title = "Nvidia to buy robot maker Quokkia for $3 billion"
    found = {each.id: each for each in arrived([entry(1, title), entry(2, title, hours=24 * 8)])}
    assert (found[2].copy_of, found[1].story == found[2].story) == (None, False)


WORDS = st.sampled_from(
    ["Nvidia", "Quokkia", "buys", "英伟达", "收购", "$3", "billion", "11", "firms", "chips"]
)
ROWS = st.lists(
    st.tuples(st.lists(WORDS, max_size=6).map(" ".join), st.integers(0, 240)), max_size=12
)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_every_entry_has_a_story_and_copies_are_in_that_of_the_original(rows, shuffle) -> None:  # type: ignore[no-untyped-def]
    entries = [entry(k, title, hours=hours) for k, (title, hours) in enumerate(rows, 1)]
    found = arrived(entries)
    by_id = {each.id: each for each in found}
    assert by_id.keys() == {each.id for each in entries}
    for each in found:
        assert each.story is not None
        if each.copy_of is not None:
            assert by_id[each.copy_of].story == each.story
            assert by_id[each.copy_of].copy_of is None
    shuffle.shuffle(entries)
    assert arrived(entries) == found
