"""SQLite only: settings of a connection, transactions, locks, and the write-ahead log."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import connection as connections
from monitor.store.connection import Database, connect, file_lock, wal_file
from monitor.store.opening import open_database


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = open_database(path)
    yield opened
    opened.close()


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return [
            row[0]
            for row in connection.execute("SELECT name FROM meta WHERE value = 'x'").fetchall()
        ]


def put(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO meta (name, value) VALUES (?, 'x')", (name,))


def test_every_connection_has_the_settings_that_keep_data(database: Database) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 0,
        "busy_timeout": 10_000,
    }
    for opened in (database.write, database.exclusive, database.read):
        with opened() as connection:
            got = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}
        assert got == expected


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match="cannot be written"), database.read() as connection:
        connection.execute("DELETE FROM meta")


def test_a_transaction_is_whole_or_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO meta VALUES ('half', 'x')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    put(database, "whole")
    assert names(database) == ["whole"]


def test_a_read_sees_one_state_throughout(database: Database) -> None:
    with database.read() as connection:
        before = connection.execute("SELECT count(*) FROM meta").fetchone()[0]
        put(database, "meanwhile")
        assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] == before
    assert names(database) == ["meanwhile"]


def test_our_own_mistakes_are_not_dressed_up(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
        connection.execute("INSERT INTO meta VALUES ('a', NULL)")
    with pytest.raises(sqlite3.ProgrammingError), database.read() as connection:
        connection.execute("SELECT ?", ())
    put(database, "goes on")
    assert names(database) == ["goes on"]


def test_text_that_is_no_unicode_is_refused_with_a_sentence(database: Database) -> None:
    with pytest.raises(StoreError, match=r"'caf\\udce9'.*lone surrogate"):
        put(database, "caf\udce9")
    assert names(database) == []


def test_many_threads_read_and_write_one_database(database: Database) -> None:
    def put_and_read(number: int) -> None:
        put(database, f"{number:03}")
        assert f"{number:03}" in names(database)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put_and_read, range(120)))
    assert sorted(names(database)) == [f"{n:03}" for n in range(120)]


def test_waiting_for_another_writer_ends_with_what_to_do(database: Database, path: Path) -> None:
    hurried = Database(path, lock_seconds=0)
    with database.write(), pytest.raises(StoreError, match=r"fuser .*monitor\.db\.lock"):
        put(hurried, "never")
    put(hurried, "now")
    hurried.close()
    assert names(database) == ["now"]


def test_waiting_for_another_thread_ends_too(path: Path) -> None:
    database = open_database(path, lock_seconds=0)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.write():
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    with pytest.raises(StoreError, match="by somebody else"):
        put(database, "never")
    done.set()
    thread.join()
    put(database, "now")
    assert names(database) == ["now"]
    database.close()


def test_another_program_that_locks_the_file_is_named_as_the_cause(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.exclusive() as connection:
        connection.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(path)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            put(database, "never")
    put(database, "now")
    assert names(database) == ["now"]


def test_the_lock_file_may_be_deleted_between_writes(database: Database, path: Path) -> None:
    connections.lock_file(path).unlink()
    put(database, "a")
    assert names(database) == ["a"]


def test_the_log_is_emptied_when_it_is_large(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, "a")
    assert wal_file(path).stat().st_size > 0
    monkeypatch.setattr(connections, "CHECKPOINT_BYTES", 1)
    put(database, "b")
    assert wal_file(path).stat().st_size == 0
    assert names(database) == ["a", "b"]


def test_a_reader_delays_emptying_the_log_and_loses_nothing(
    database: Database,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(connections, "CHECKPOINT_BYTES", 1)
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] > 0
        put(database, "a")
        assert wal_file(path).stat().st_size > 0
    put(database, "b")
    assert wal_file(path).stat().st_size == 0
    assert names(database) == ["a", "b"]
    assert [each.levelno for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_closing_leaves_one_file_besides_the_lock_and_may_be_repeated(path: Path) -> None:
    database = open_database(path)
    put(database, "a")
    assert names(database) == ["a"]
    database.close()
    database.close()
    assert sorted(each.name for each in path.parent.iterdir()) == ["monitor.db", "monitor.db.lock"]
    for use in (names, lambda closed: put(closed, "b")):
        with pytest.raises(StoreError, match="has been closed"):
            use(database)


def test_closing_while_somebody_else_writes_does_not_wait_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_CLOSING_SECONDS", 0)
    one, other = open_database(path), open_database(path)
    put(one, "a")
    with other.write() as connection:
        one.close()
        connection.execute("INSERT INTO meta VALUES ('b', 'x')")
    assert names(other) == ["a", "b"]
    other.close()


def test_a_name_with_any_characters_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a?b=c#d %41 ü.db"
    database = open_database(path)
    put(database, "a")
    assert path.exists()
    with closing(connect(path, read_only=True)) as connection:
        assert connection.execute("SELECT count(*) FROM meta WHERE name = 'a'").fetchone()[0] == 1
    database.close()


def test_the_lock_is_given_back_when_the_work_fails(path: Path) -> None:
    path.parent.mkdir()
    with pytest.raises(ZeroDivisionError), file_lock(path, 0):
        _ = 1 / 0
    with file_lock(path, 0):
        pass
