"""The contract of RebuildStore: entries are grouped anew, piece by piece, and can be broken off."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import NotFoundError, StoreError
from monitor.model.rebuild import Moved, Rebuild
from monitor.model.ruling import Wish
from monitor.model.story import Grouped, Related, StoryEntry
from monitor.store import Store, open_store, trials
from monitor.store.connection import connect_reader
from monitor.store.rebuilding import ATTEMPTS, SMALLEST
from monitor.store.story_keys import index_for_grouping
from tests.store.builders import NOW, add, alone, match, new, ungrouped
from tests.store.children import by_word, start
from tests.store.test_crash import reap
from tests.store.test_rulings import into, members, story

DAY = timedelta(days=1)
LATER = NOW + 60 * DAY


def seen(store: Store, *titles: str, day: float = 0) -> list[int]:
    """Store matched entries with these titles."""
    number = store.entries.newest_id()
    wanted = [new(f"{number}-{title}", matches=(match(),), title=title) for title in titles]
    return ungrouped(store, add(store, *wanted, at=NOW + day * DAY))


def together(store: Store, *groups: Sequence[int]) -> None:
    for first, *rest in groups:
        store.stories.attach([alone(first), *(into(each, first) for each in rest)], NOW)
        with store.database.write() as connection:
            index_for_grouping(connection, [first, *rest])


def rebuilt(store: Store, since: float | None = None) -> Rebuild:
    at = store.rebuilds.begin(None if since is None else NOW + since * DAY, 1, LATER)
    while not at.finished:
        at = store.rebuilds.piece(by_word, LATER)
    assert (at.shifts, at.opened_ids) == ({}, ())
    return at


def stories(store: Store, *numbers: int) -> list[list[int]]:
    return [[each.entry for each in story(store, number).members] for number in numbers]


def counts(at: Rebuild) -> tuple[int, ...]:
    return at.entries, at.moved, at.grouped, at.opened, at.merged, at.split


def test_where_all_is_right_nothing_moves_and_nothing_is_written(store: Store) -> None:
    one, two, three = seen(store, "chips a", "chips b", "law a")
    together(store, [one, two], [three])
    rebuilt(store)  # says why it is so
    before = [story(store, number) for number in (1, 2)]
    assert counts(rebuilt(store)) == (3, 0, 0, 0, 0, 0)
    assert [story(store, number) for number in (1, 2)] == before
    assert stories(store, 1, 2) == [[one, two], [three]]


def test_stories_are_joined_and_parted_and_keep_their_ids(store: Store) -> None:
    one, two, three, four, five, six = seen(
        store, "chips a", "chips b", "chips c", "law a", "law b", "rain a"
    )
    together(store, [one], [two, three, six], [four, five])
    at = rebuilt(store)
    assert counts(at) == (6, 2, 0, 1, 1, 1)
    assert stories(store, 1, 2, 3, 4) == [[], [one, two, three], [four, five], [six]]
    assert story(store, 1).merged_into == 2
    assert story(store, 2).title == "chips b", "its founder is in it still"
    assert (story(store, 4).title, story(store, 4).created_at) == ("rain a", NOW)
    assert at.samples == (
        Moved(one, "chips a", 1, 2, "says chips"),
        Moved(six, "rain a", 2, 4, "says rain"),
    )
    assert counts(rebuilt(store)) == (6, 0, 0, 0, 0, 0)
    assert store.upkeep.check() == []


def test_a_story_whose_founder_left_gets_another(store: Store) -> None:
    one, two, three = seen(store, "rain", "chips a", "chips b")
    together(store, [one, two, three])
    rebuilt(store)
    assert stories(store, 1, 2) == [[two, three], [one]]
    assert story(store, 1).title == "chips a"


def test_a_piece_sees_what_the_one_before_decided(store: Store) -> None:
    days = [seen(store, "chips", "law", day=day) for day in range(4)]
    together(store, *[[number] for day in days for number in day])
    at = store.rebuilds.begin(None, 1, LATER)
    assert at.left == 9, "ids, from 0 on"
    at = store.rebuilds.piece(by_word, LATER)
    assert (at.entries, at.next_id, at.finished) == (2, 3, False)
    at = rebuilt(store)
    assert counts(at) == (8, 6, 0, 0, 6, 0)
    assert stories(store, 1, 2) == [[1, 3, 5, 7], [2, 4, 6, 8]]
    assert [story(store, number).merged_into for number in range(3, 9)] == [1, 2] * 3


def test_entries_before_the_time_asked_for_stay_and_can_be_joined(store: Store) -> None:
    old = seen(store, "chips", "law")
    fresh = seen(store, "chips", "law", day=3)
    together(store, old, fresh)
    at = rebuilt(store, since=2)
    assert counts(at) == (2, 2, 0, 0, 1, 0)
    assert stories(store, 1, 2) == [[1, 2, 3, 4], []], "the words of e1 and e2 are in story 1"
    assert story(store, 2).merged_into == 1


def test_what_a_person_decided_is_not_touched(store: Store) -> None:
    one, two, three, four = seen(store, "chips a", "law a", "chips b", "law b")
    together(store, [one, two], [three], [four])
    store.rulings.rule(Wish("pin", 1), NOW)
    before = story(store, 1)
    at = rebuilt(store)
    assert (at.entries, at.pinned) == (4, 2)
    assert stories(store, 1, 2, 3) == [[one, two, three, four], [], []]
    assert story(store, 1).members[:2] == before.members
    assert members(store, 1)[2:] == [(three, None, False), (four, None, False)]
    store.rulings.undo(None, NOW)
    assert stories(store, 1) == [[one, two, three, four]], "what joined since stays"
    rebuilt(store)
    assert stories(store, 1, 4) == [[one, three], [two, four]]


def test_a_pinned_entry_that_came_later_is_joined_by_earlier_ones(store: Store) -> None:
    one, two = seen(store, "chips a", "chips b")
    (late,) = seen(store, "chips c", day=2)
    together(store, [late], [one], [two])
    store.rulings.rule(Wish("pin", 1), NOW)
    rebuilt(store)
    assert stories(store, 1) == [[one, two, late]]


def test_matched_entries_without_a_story_get_one(store: Store) -> None:
    seen(store, "chips a", "chips b")
    add(store, new("unwanted"))
    assert counts(rebuilt(store)) == (2, 0, 2, 1, 0, 0)


def test_what_comes_meanwhile_is_left_as_it_was_grouped(store: Store) -> None:
    (one,) = seen(store, "chips")
    together(store, [one])
    store.rebuilds.begin(None, 1, LATER)
    came: list[int] = []

    def decide(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
        came.extend(seen(store, "chips", day=1))
        together(store, came)
        return by_word(fresh, recent)

    at = store.rebuilds.piece(decide, LATER)
    assert (at.finished, counts(at)) == (True, (1, 0, 0, 0, 0, 0))
    assert stories(store, 1, 2) == [[one], came]


def test_what_changed_under_a_decision_is_decided_again(store: Store) -> None:
    one, two, three = seen(store, "chips a", "chips b", "law")
    together(store, [one], [two], [three])
    asked: list[list[int]] = []

    def decide(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
        if not asked:  # a person pins a story while the piece is being decided about
            store.rulings.rule(Wish("pin", 2), NOW)
        asked.append([each.id for each in fresh])
        return by_word(fresh, recent)

    store.rebuilds.begin(None, 1, LATER)
    store.rebuilds.piece(decide, LATER)
    assert asked == [[one, two, three], [one, three]]
    assert stories(store, 1, 2, 3) == [[], [one, two], [three]]


def test_where_others_change_it_again_and_again_ever_less_is_decided_at_once(
    store: Store,
) -> None:
    ids = seen(store, *(f"chips {n}" for n in range(120)))
    together(store, *([number] for number in ids))
    asked: list[int] = []
    busy = True

    def decide(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
        asked.append(len(fresh))
        if busy:  # nobody who writes has to wait for this
            story_id = len(store.rulings.rulings()) % 2 + 1
            store.rulings.rule(Wish("pin", story_id), NOW)
            store.rulings.undo(None, NOW)
            store.rulings.rule(Wish("pin", len(asked)), NOW)
        return by_word(fresh, recent)

    store.rebuilds.begin(None, 1, LATER)
    with pytest.raises(StoreError, match="call it again"):
        store.rebuilds.piece(decide, LATER)
    assert len(asked) == ATTEMPTS
    assert max(asked[4:]) <= SMALLEST
    busy = False
    at = store.rebuilds.piece(decide, LATER)
    assert (at.entries, at.pinned, at.finished) == (120, ATTEMPTS, True)


def test_a_rebuild_that_finds_its_piece_done_by_another_goes_on_from_there(store: Store) -> None:
    seen(store, "chips a", "chips b")
    together(store, [1], [2])
    store.rebuilds.begin(None, 1, LATER)

    def decide(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
        done.append(store.rebuilds.piece(by_word, LATER))
        return by_word(fresh, recent)

    done: list[Rebuild] = []
    assert [store.rebuilds.piece(decide, LATER)] == done
    assert done[0].moved == 1


def test_only_what_could_matter_is_read_for_a_piece(store: Store) -> None:
    for day in range(5):
        titles = [f"{word}{day} of {word}s" for word in ("lake", "oak", "fox", "hill", "reed")]
        together(store, *([number] for number in seen(store, *titles, day=day)))
    together(store, seen(store, "fox4 of foxs", day=4.5))
    at_hand: list[list[str]] = []

    def decide(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
        at_hand.append([each.title for each in recent])
        return by_word(fresh, recent)

    at = store.rebuilds.begin(NOW + 4.2 * DAY, 1, LATER)
    with store.database.write() as connection:  # old ones have lost their keys, and get them again
        connection.execute("DELETE FROM story_keys")
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('story_keys_from', '27')")
    while not at.finished:
        at = store.rebuilds.piece(decide, LATER)
    assert len(at_hand) == 1
    assert "fox4 of foxs" in at_hand[0]
    assert not any(title.startswith(("lake", "oak", "hill", "reed")) for title in at_hand[0])


def test_a_rebuild_goes_on_when_it_looks_at_enough_and_begins_anew_otherwise(
    store: Store,
) -> None:
    for day in range(4):
        seen(store, "chips", day=day)
    with pytest.raises(NotFoundError, match="monitor stories rebuild"):
        store.rebuilds.piece(by_word, LATER)
    begun = store.rebuilds.begin(NOW + DAY, 1, NOW)
    at = store.rebuilds.piece(by_word, NOW)
    assert store.rebuilds.begin(NOW + 2 * DAY, 1, LATER) == at
    assert store.rebuilds.begin(NOW + DAY, 2, LATER) == replace(begun, version=2, began_at=LATER)
    assert store.rebuilds.begin(None, 2, LATER).next_id == 0
    rebuilt(store)
    assert store.rebuilds.begin(None, 1, NOW).entries == 0, "the last one had ended"
    rebuilt(store)
    assert rebuilt(store, since=99).entries == 0


def test_old_relations_go_and_found_ones_are_kept(store: Store) -> None:
    one, two, three = seen(store, "chips", "law", "rain")
    stale = replace(alone(three), related=(Related(1, one, 0.5, "stale"),))
    store.stories.attach([alone(one), alone(two), stale], NOW)

    def decide(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
        close = Related(None, two, 0.7, "found")
        decisions = by_word(fresh, recent).decisions
        return Grouped(
            tuple(replace(e, related=(close,)) if e.entry == three else e for e in decisions)
        )

    store.rebuilds.begin(None, 1, LATER)
    store.rebuilds.piece(decide, LATER)
    assert [(each.id, each.why) for each in story(store, 3).related] == [(2, "found")]


def test_trying_tells_the_same_and_changes_nothing(store: Store) -> None:
    for day in range(3):
        seen(store, "chips", "law", "rain", day=day)
    together(store, [1, 2], [3, 5], [4, 6, 7])
    store.rulings.rule(Wish("pin", 2), NOW)
    before = [story(store, number) for number in (1, 2, 3)]
    *_, tried = store.rebuilds.tried(None, 1, by_word, LATER)
    assert [story(store, number) for number in (1, 2, 3)] == before
    assert store.upkeep.stats()["stories"] == 3
    assert tried.moved > 0
    assert tried == rebuilt(store)
    assert store.upkeep.check() == []


def many(path: Path) -> Store:
    """A store with sixty entries over twenty days, all in the wrong stories."""
    store = open_store(path)
    for day in range(20):
        seen(store, "chips", "law", "rain", day=day)
    together(store, *[range(first, first + 5) for first in range(1, 61, 5)])
    return store


def grouping(store: Store) -> dict[int, int]:
    entries = store.entries.entries(range(1, store.entries.newest_id() + 1))
    return {each.id: each.story or 0 for each in entries}


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.timeout(7200)
def test_a_rebuild_that_is_killed_goes_on_where_it_stopped(
    tmp_path: Path, path: Path, kills: int
) -> None:
    whole = many(tmp_path / "whole" / "monitor.db")
    wanted = rebuilt(whole)
    rng = random.Random(20261126)
    killed = 0
    while killed < kills:
        path = tmp_path / f"db{killed}" / "monitor.db"
        many(path).close()
        done = False
        while not done:
            child = start(f"rebuild({str(path)!r})")
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(rng.random() * 0.03)  # any point of a transaction
            child.kill()
            _, errors = reap(child)
            assert errors == ""
            killed += 1
            # it may have been killed between the end and saying so
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                (done,) = connection.execute(
                    "SELECT next_id > newest_id FROM story_rebuild"
                ).fetchone()
            store = open_store(path)
            assert store.upkeep.check() == []
            store.close()
        store = open_store(path)
        assert grouping(store) == grouping(whole)
        assert counts(store.rebuilds.piece(by_word, LATER)) == counts(wanted)
        store.close()
    whole.close()


def test_two_rebuilds_at_once_share_the_work(tmp_path: Path, path: Path) -> None:
    whole = many(tmp_path / "whole" / "monitor.db")
    rebuilt(whole)
    store = many(path)
    store.rebuilds.begin(None, 1, LATER)
    store.close()
    children = [start(f"rebuild({str(path)!r})") for _ in range(2)]
    assert [reap(child)[1] for child in children] == ["", ""]
    store = open_store(path)
    assert grouping(store) == grouping(whole)
    assert store.upkeep.check() == []
    store.close()
    whole.close()


def test_trying_sees_all_tables_as_of_one_instant(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(store, "zebras")

    def watched(path: Path) -> sqlite3.Connection:
        connection = connect_reader(path)
        came: list[bool] = []

        def on_statement(statement: str) -> None:
            if statement.startswith("INSERT INTO temp.story_members") and not came:
                came.append(True)  # `monitor run` stores an entry between two of the tables
                add(store, new("late", title="Wheat harvests", matches=(match(),)))

        connection.set_trace_callback(on_statement)
        return connection

    monkeypatch.setattr(trials, "connect_reader", watched)
    *_, tried = store.rebuilds.tried(None, 1, by_word, LATER)
    assert tried.finished
