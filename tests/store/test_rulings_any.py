"""Whatever people and the machine do in turn, each entry is in one story and each address arrives."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import MonitorError
from monitor.model.ruling import Wish
from monitor.store import Store, open_store
from tests.store.builders import NOW, add, alone, match, new
from tests.store.children import by_word

ENTRIES = 8
WORDS = ("chips", "law", "rain")

STORIES = st.integers(1, 10)
ACTS = st.one_of(
    st.tuples(st.just("merge"), STORIES, st.lists(STORIES, min_size=1, max_size=2)),
    st.tuples(st.just("split"), st.integers(1, ENTRIES), st.integers(1, ENTRIES)),
    st.tuples(st.just("pin"), STORIES, st.none()),
    st.tuples(st.just("undo"), st.none() | st.integers(1, 6), st.none()),
    st.tuples(st.just("rebuild"), st.none(), st.none()),
)


def act(store: Store, kind: str, first: object, more: object) -> None:
    if kind == "merge":
        assert isinstance(more, list)
        store.rulings.rule(Wish("merge", int(str(first)), tuple(more)), NOW)
    elif kind == "split":
        entry = store.entries.entry(int(str(first)))
        assert entry is not None
        assert entry.story is not None
        entries = tuple({entry.id, int(str(more))})
        store.rulings.rule(Wish("split", entry.story, entries=entries), NOW)
    elif kind == "pin":
        store.rulings.rule(Wish("pin", int(str(first))), NOW)
    elif kind == "undo":
        store.rulings.undo(None if first is None else int(str(first)), NOW)
    else:
        at = store.rebuilds.begin(None, 1, NOW)
        while not at.finished:
            at = store.rebuilds.piece(by_word, NOW)


def require_sound(store: Store) -> None:
    places = {each.id: each.story for each in store.entries.entries(range(1, ENTRIES + 1))}
    assert None not in places.values()
    number = 1
    while story := store.stories.story(number):
        there = {member.entry for member in story.members}
        assert there == {entry for entry, at in places.items() if at == number}
        assert bool(there) == (story.merged_into is None), number
        passed = {number}
        while story.merged_into is not None:
            assert story.merged_into not in passed
            passed.add(story.merged_into)
            followed = store.stories.story(story.merged_into)
            assert followed is not None
            story = followed
        assert passed - {story.id} <= set(story.merged)
        number += 1
    for each in store.entries.entries(range(1, ENTRIES + 1)):
        if each.copy_of is not None:
            assert places[each.copy_of] == each.story
    assert store.upkeep.check() == []


@pytest.mark.timeout(600)
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=ENTRIES, max_size=ENTRIES),
    st.lists(ACTS, max_size=10),
)
def test_each_entry_is_in_one_story_and_no_redirect_loops(
    words: list[str], acts: list[tuple[str, object, object]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "db" / "monitor.db")
        add(
            store, *(new(f"{n}", title=f"{w} {n}", matches=(match(),)) for n, w in enumerate(words))
        )
        store.stories.attach([alone(number) for number in range(1, ENTRIES + 1)], NOW)
        for each in acts:
            with suppress(MonitorError):
                act(store, *each)
            require_sound(store)
        # and all that was decided can be taken back, the last first
        while any(ruling.undone_at is None for ruling in store.rulings.rulings()):
            store.rulings.undo(None, NOW)
            require_sound(store)
        store.close()
