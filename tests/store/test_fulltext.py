"""SQLite only: the search index that is kept by hand, and what other tools may do to the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.errors import SchemaError
from monitor.model.search import Candidates, IndexText
from monitor.query import superset
from monitor.store import Store, fulltext, open_store
from monitor.store.connection import connect
from tests.store.builders import HOUR, NOW, add, match, new, outcome, record, revised


def found(store: Store, fts: str) -> list[int]:
    return [each.entry.id for each in store.entries.candidates(Candidates(fts=fts))]


def test_check_finds_an_index_another_tool_spoilt_and_compact_makes_it_anew(
    store: Store, path: Path
) -> None:
    ids = add(store, new("1", text="chip"), new("2", text="chip"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("DELETE FROM entries WHERE id = ?", (ids[0],))
        other.commit()
    (fault,) = store.upkeep.check()
    assert "1 entries are stored and 2 are in the search index" in fault
    assert "monitor db compact" in fault
    store.upkeep.compact()
    assert store.upkeep.check() == []
    assert [each.entry.id for each in store.entries.candidates(Candidates(fts="chip"))] == ids[1:]


def test_check_finds_rows_that_point_nowhere(store: Store, path: Path) -> None:
    (entry_id,) = add(store, new("1", matches=(match(),)))
    with closing(sqlite3.connect(path)) as other:
        other.execute("DELETE FROM feeds")
        other.commit()
    faults = store.upkeep.check()
    assert any("row of entries points to a row of feeds" in fault for fault in faults)
    assert entry_id == 1


def test_another_folding_rebuilds_the_index_when_the_database_is_opened(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = add(store, *(new(f"{n}", title="Other", text="chips") for n in range(1100)))
    original = superset.index_text

    def shouting(title: str, text: str, language: str) -> IndexText:
        folded = original(title, text, language)
        return IndexText(folded.title, folded.text + " shouted", folded.forms)

    assert found(store, "shouted") == []
    monkeypatch.setattr(superset, "index_text", shouting)
    monkeypatch.setattr(superset, "FOLDING_VERSION", 99, raising=False)
    newer = open_store(path)
    assert found(newer, "shouted") == ids[::-1]
    change = revised(ids[0], "0", title="Quiet", text="x")
    record(newer, outcome(newer.feeds.feeds()[0].id, revised=(change,)))
    assert newer.upkeep.check() == []
    assert newer.upkeep.prune(NOW + HOUR, NOW) == (1100, 0)
    assert newer.upkeep.check() == []
    newer.close()


def test_a_process_that_still_folds_the_old_way_is_refused(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = add(store, new("1"))
    feed_id = store.feeds.feeds()[0].id
    with monkeypatch.context() as newer:
        newer.setattr(superset, "FOLDING_VERSION", 99, raising=False)
        open_store(path).close()
    with pytest.raises(SchemaError, match="start it again"):
        record(store, outcome(feed_id, new("2")))
    with pytest.raises(SchemaError, match="start it again"):
        store.upkeep.prune(NOW + HOUR, NOW)
    assert store.entries.newest_id() == ids[0]


def test_rebuilding_with_other_tools_fails_and_harms_nothing(store: Store, path: Path) -> None:
    (entry_id,) = add(store, new("1", text="chip"))
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        pytest.raises(sqlite3.Error),
    ):
        other.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
    assert found(store, "chip") == [entry_id]
    assert store.upkeep.check() == []


def test_other_tools_find_the_index_of_the_entries(store: Store, path: Path) -> None:
    sqlite_utils = pytest.importorskip("sqlite_utils")
    add(store, new("1", title="Chip licences"))
    with closing(connect(path, read_only=True)) as connection:
        connection.row_factory = None
        table = sqlite_utils.Database(connection, execute_plugins=False)["entries"]
        assert table.detect_fts() == "entries_fts"
        assert [row["title"] for row in table.search("chip")] == ["Chip licences"]


def test_many_pieces_of_the_index_are_merged_step_by_step(path: Path) -> None:
    store = open_store(path)
    ids = add(store, new("0", title="chips"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('automerge', 0)")
        connection.commit()
    for number in range(1, 12):
        ids += add(store, new(f"{number}", title="chips", text=f"word{number} " * 50))
    with closing(sqlite3.connect(path)) as connection:
        assert fulltext.pieces(connection) >= 8
    steps = 1
    while not store.upkeep.merge_index():
        steps += 1
    assert steps > 1
    assert store.upkeep.merge_index()
    with closing(sqlite3.connect(path)) as connection:
        assert fulltext.pieces(connection) == 1
        assert not fulltext.is_merging(connection)
    assert store.upkeep.check() == []
    assert store.entries.proposed(Candidates(fts='title : "chip"'), None) == ids[::-1]
    store.close()


def test_few_pieces_are_left_alone(path: Path) -> None:
    store = open_store(path)
    add(store, new("1"))
    assert store.upkeep.merge_index()
    store.close()
