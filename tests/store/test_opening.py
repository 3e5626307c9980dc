"""SQLite only: from a path to a database, or to one sentence that says why not."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlite_utils

from monitor.errors import SchemaError, StoreError
from monitor.store import migrations, open_store
from monitor.store.location import network_file_system
from monitor.store.opening import open_database
from tests.store.builders import NOW, add, new, outcome, record


@contextmanager
def unprivileged() -> Iterator[None]:
    """Act without root's right to write everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_missing_folders_are_made(tmp_path: Path) -> None:
    open_store(tmp_path / "a" / "b" / "monitor.db").close()
    assert (tmp_path / "a" / "b" / "monitor.db").exists()


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    store = open_store(path)
    assert store.upkeep.check() == []
    store.close()


@pytest.mark.parametrize("content", [b"x", b"<rss/>" * 1000, b"SQLite format 2\0" + b"\0" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(SchemaError, match="is not a database"):
            open_store(path, read_only=read_only)
    assert path.read_bytes() == content
    assert [each.name for each in path.parent.iterdir()] == ["monitor.db"]


def test_a_file_that_only_begins_like_a_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(StoreError, match=r"is not a database|is damaged"):
        open_store(path)


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="'recipes'"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused_in_a_sentence(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('monitor', 'm999_telepathy', '')"
        )
        newer.commit()
    for read_only in (False, True):
        with pytest.raises(SchemaError, match=r"newer version.*m999_telepathy") as refused:
            open_store(path, read_only=read_only)
        assert "\n" not in str(refused.value)


def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="is a folder"):
        open_store(path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("")
    with pytest.raises(StoreError, match="Making the folder"):
        open_store(tmp_path / "db" / "monitor.db")


def test_a_read_only_file_is_refused_for_writing_and_can_be_read(open_folder: Path) -> None:
    path = open_folder / "monitor.db"
    store = open_store(path)
    (entry_id,) = add(store, new("1"))
    store.close()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with unprivileged():
        with pytest.raises(StoreError, match="read-only for you"):
            open_store(path)
        reader = open_store(path, read_only=True)
        assert reader.entries.newest_id() == entry_id
        with pytest.raises(StoreError, match="for reading only"):
            record(reader, outcome(1))
        assert reader.upkeep.check() == []
        reader.close()
    assert sorted(each.name for each in open_folder.iterdir()) == ["monitor.db", "monitor.db.lock"]


def test_a_file_made_read_only_while_it_is_open_is_refused_and_nothing_is_lost(
    open_folder: Path,
) -> None:
    path = open_folder / "monitor.db"
    store = open_store(path)
    (entry_id,) = add(store, new("1"))
    (open_folder / "monitor.db.lock").chmod(0o444)
    with unprivileged(), pytest.raises(StoreError, match=r"monitor\.db\.lock"):
        add(store, new("2"))
    (open_folder / "monitor.db.lock").chmod(0o644)
    assert add(store, new("2")) > [entry_id]
    store.close()


def test_reading_needs_a_database_of_this_version(path: Path) -> None:
    with pytest.raises(StoreError, match="There is no database"):
        open_store(path, read_only=True)
    path.parent.mkdir()
    path.touch()
    with pytest.raises(SchemaError, match="older version"):
        open_store(path, read_only=True)


def test_opening_for_reading_sees_what_others_write(path: Path) -> None:
    writer = open_store(path)
    reader = open_store(path, read_only=True)
    add(writer, new("1"))
    assert reader.upkeep.stats()["entries"] == 1
    reader.close()
    writer.close()


def test_a_database_that_is_there_opens_while_somebody_writes(path: Path) -> None:
    open_store(path).close()
    writer = open_database(path)
    with writer.write():
        open_database(path, lock_seconds=0).close()
    writer.close()


def test_a_step_that_fails_leaves_the_schema_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(path)
    (entry_id,) = add(store, new("1"))
    store.close()

    def m900_bad(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE half (x)")
        db.execute("UPDATE entries SET title = 'changed'")
        db.execute("SELECT no_such_function()")

    with monkeypatch.context() as newer:
        newer.setattr(migrations, "STEPS", (*migrations.STEPS, m900_bad))
        with pytest.raises(StoreError, match="no_such_function"):
            open_store(path)
    again = open_store(path)
    entry = again.entries.entry(entry_id)
    assert entry is not None
    assert entry.title == "Licences for chips"
    assert (again.upkeep.stats()["schema"], again.upkeep.check()) == (len(migrations.names()), [])
    again.close()


def test_a_later_step_is_applied_once_to_a_file_that_has_the_former(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(path).close()

    def m900_more(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE more (x)")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, m900_more))
    with pytest.raises(SchemaError, match="older version"):
        open_store(path, read_only=True)
    for _ in range(2):
        store = open_store(path)
        assert store.upkeep.stats()["schema"] == len(migrations.STEPS)
        store.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/a/monitor.db", ""),
        ("/net/share/db/monitor.db", "nfs4"),
        ("/net/share/local/monitor.db", ""),
        ("/net/my share/monitor.db", "cifs"),
        ("/network/monitor.db", ""),
    ],
)
def test_network_file_systems_are_told_by_the_longest_mount(path: str, kind: str) -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\n"
        "server:/x /net/share nfs4 rw 0 0\n"
        "/dev/sdb1 /net/share/local xfs rw 0 0\n"
        "//server/y /net/my\\040share cifs rw 0 0\n"
        "broken\n"
    )
    assert network_file_system(Path(path), mounts) == kind


def test_times_are_kept_as_sortable_text(path: Path) -> None:
    store = open_store(path)
    add(store, new("1"))
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        (text,) = connection.execute("SELECT first_seen_at FROM entries").fetchone()
        (day,) = connection.execute("SELECT date(first_seen_at) FROM entries").fetchone()
    assert (text, day) == ("2026-11-23T07:00:00.123456Z", "2026-11-23")
    assert NOW.microsecond == 123456
