"""The contract of Upkeep: pruning, copies, checking, counting."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model.refresh import Gap, Rekeyed
from monitor.model.search import Candidates
from monitor.store import Store, open_store
from monitor.store.migrations import names
from tests.store.builders import (
    HOUR,
    NOW,
    add,
    alone,
    log_line,
    match,
    new,
    outcome,
    record,
    revised,
    watch,
)


def test_pruning_takes_what_nothing_wanted_and_is_old(store: Store) -> None:
    old, matched, told = add(
        store,
        new("old", title="Zeppelin"),
        new("matched", matches=(match(),)),
        new("told", matches=(match("law"),)),
    )
    (young,) = add(store, new("young"), at=NOW + 2 * HOUR)
    store.stories.attach([alone(told)], NOW)
    store.topics.forget(["chips"])
    assert store.upkeep.prune(NOW + HOUR, NOW) == (1, 0)
    left = [entry.id for entry in store.entries.entries([old, matched, told, young])]
    assert left == [matched, told, young]
    assert list(store.entries.candidates(Candidates(fts="zeppelin"))) == []
    assert store.upkeep.check() == []


def test_pruning_many_takes_all_and_revisions_go_with_them(store: Store) -> None:
    ids = add(store, *(new(f"{n}") for n in range(1100)))
    feed_id = store.feeds.feeds()[0].id
    record(store, outcome(feed_id, revised=(revised(ids[0], "0", title="Other"),)))
    assert store.upkeep.prune(NOW + HOUR, NOW) == (1100, 0)
    assert store.entries.revisions(ids[0]) == []
    assert store.upkeep.stats()["entries"] == 0
    assert store.upkeep.check() == []


def test_a_pruned_entry_never_comes_back_as_new_and_its_id_is_never_used_again(
    store: Store,
) -> None:
    (entry_id,) = add(store, new("1", guid="g", url="https://news.example/1"))
    store.upkeep.prune(NOW + HOUR, NOW)
    feed_id = store.feeds.feeds()[0].id
    for keys, guids, urls in (
        (["1"], [], []),
        ([], ["g"], []),
        ([], [], ["https://news.example/1"]),
    ):
        (known,) = store.refresh.known(feed_id, keys=keys, guids=guids, urls=urls)
        assert (known.id, known.title) == (entry_id, "Licences for chips")
    assert add(store, new("1")) == [entry_id]
    assert store.entries.entry(entry_id) is None
    (fresh,) = add(store, new("2"))
    assert fresh > entry_id


def test_a_pruned_entry_that_is_edited_or_rekeyed_stays_pruned(store: Store) -> None:
    (entry_id,) = add(store, new("1"))
    store.upkeep.prune(NOW + HOUR, NOW)
    feed_id = store.feeds.feeds()[0].id
    change = revised(entry_id, "1", title="Edited", matches=(match(),))
    done = record(store, outcome(feed_id, revised=(change,)))
    assert (done.revised, done.matches) == (0, 0)
    (known,) = store.refresh.known(feed_id, keys=["1"], guids=[], urls=[])
    assert (known.content_hash, known.title) == ("hash of Edited", "Edited")
    record(store, outcome(feed_id, rekeyed=(Rekeyed(entry_id, "k", "g"),)))
    assert [each.id for each in store.refresh.known(feed_id, keys=["k"], guids=[], urls=[])] == [
        entry_id
    ]
    assert store.entries.newest_id() == 0


def test_pruning_the_log_takes_lines_before_a_moment(store: Store) -> None:
    add(store, new("1", matches=(match(),)))
    feed_id = store.feeds.feeds()[0].id
    for hours in (1, 2, 3):
        record(store, outcome(feed_id, log=log_line(NOW + hours * HOUR)))
    assert store.upkeep.prune(NOW, NOW + 2 * HOUR) == (0, 2)
    assert store.upkeep.prune(NOW, NOW + 2 * HOUR) == (0, 0)


def test_stats_count_what_is_there(store: Store) -> None:
    (entry_id, _) = add(store, new("1", matches=(match("a"), match("b"))), new("2"))
    store.stories.attach([alone(entry_id)], NOW)
    stats = store.upkeep.stats()
    size = stats.pop("bytes")
    assert stats == {
        "entries": 2,
        "matches": 2,
        "feeds": 1,
        "stories": 1,
        "editions": 0,
        "schema": len(names()),
    }
    assert size > 0


def test_compacting_gives_space_back_and_search_goes_on(store: Store) -> None:
    kept = add(
        store,
        *(
            new(f"{n}", text="lorem " * 500, matches=(match(),) if n < 3 else ())
            for n in range(400)
        ),
    )[:3]
    store.upkeep.prune(NOW + HOUR, NOW)
    before, after = store.upkeep.compact()
    assert after < before / 2
    found = store.entries.candidates(Candidates(fts="lorem"))
    assert [each.entry.id for each in found] == kept[::-1]
    assert store.upkeep.check() == []


def test_a_backup_is_a_whole_store_of_that_moment(store: Store, tmp_path: Path) -> None:
    (entry_id,) = add(store, new("1"))
    store.upkeep.backup(tmp_path / "copy.db")
    add(store, new("2"))
    copy = open_store(tmp_path / "copy.db")
    assert copy.upkeep.stats()["entries"] == 1
    assert copy.entries.entry(entry_id) == store.entries.entry(entry_id)
    assert copy.upkeep.check() == []
    copy.close()


def test_a_backup_overwrites_nothing_and_needs_its_folder(store: Store, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.write_text("precious")
    with pytest.raises(StoreError, match="already"):
        store.upkeep.backup(there)
    assert there.read_text() == "precious"
    with pytest.raises(StoreError, match="no folder"):
        store.upkeep.backup(tmp_path / "nowhere" / "copy.db")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["db", "there.db"]


def test_held_entries_stay_while_their_feed_is_watched_and_gaps_go_with_the_log(
    store: Store,
) -> None:
    (feed,) = watch(store, "https://a.example/feed")
    gap = Gap(NOW - HOUR, NOW)
    store.refresh.record(outcome(feed, held=(new("1"),), gap=gap), NOW)
    later = NOW + 2 * HOUR
    store.upkeep.prune(later, later)
    assert [each.key for each in store.refresh.held(feed)] == ["1"]
    assert _count(store, "gaps") == 0
    store.feeds.sync([], NOW)
    store.upkeep.prune(later, later)
    assert store.refresh.held(feed) == []


def _count(store: Store, table: str) -> int:
    with store.database.read() as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
