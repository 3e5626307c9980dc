"""SQLite only: putting a backup back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.errors import SchemaError, StoreError
from monitor.store import open_store, restore
from monitor.store.connection import wal_file
from tests.store.builders import HOUR, NOW, add, new
from tests.store.children import start


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup that holds one entry."""
    store = open_store(tmp_path / "other" / "monitor.db")
    add(store, new("kept", title="In the backup"))
    store.upkeep.backup(tmp_path / "backup.db")
    store.close()
    return tmp_path / "backup.db"


def titles(path: Path) -> list[str]:
    store = open_store(path)
    found = [entry.title for entry in store.entries.entries(range(1, 50))]
    assert store.upkeep.check() == []
    store.close()
    return found


def test_a_backup_takes_the_place_of_the_database_which_is_kept_aside(
    path: Path, backup: Path
) -> None:
    store = open_store(path)
    add(store, new("1", title="Before"), new("2", title="Before too"))
    store.close()
    before = backup.read_bytes()
    aside = restore(backup, path)
    assert titles(path) == ["In the backup"]
    assert aside is not None
    assert aside.parent == path.parent
    assert aside.name.startswith("monitor.db.replaced-")
    assert titles(aside) == ["Before", "Before too"]
    assert backup.read_bytes() == before


def test_a_backup_makes_a_database_where_there_is_none(path: Path, backup: Path) -> None:
    assert restore(backup, path) is None
    assert titles(path) == ["In the backup"]


def test_what_only_stands_in_the_log_of_the_former_database_is_kept_aside_too(
    path: Path, backup: Path
) -> None:
    store = open_store(path)
    add(store, new("1", title="Before"))
    store.close()
    child = start(f"write_for_ever({str(path)!r}, 1)")
    assert child.stdout is not None
    child.stdout.readline()
    child.kill()
    child.communicate(timeout=60)
    assert wal_file(path).stat().st_size > 0
    aside = restore(backup, path)
    assert titles(path) == ["In the backup"]
    assert aside is not None
    assert len(titles(aside)) > 1


def test_restoring_twice_keeps_both_former_ones(path: Path, backup: Path) -> None:
    restore(backup, path)
    assert restore(backup, path) != restore(backup, path)
    assert len(list(path.parent.glob("monitor.db.replaced-*"))) == 2


def test_a_database_in_use_is_not_replaced(path: Path, backup: Path) -> None:
    store = open_store(path)
    add(store, new("1", title="Before"))
    with pytest.raises(StoreError, match="stop the monitor"):
        restore(backup, path)
    add(store, new("2", title="After"), at=NOW + HOUR)
    store.close()
    assert titles(path) == ["Before", "After"]


def test_a_damaged_database_can_be_replaced(path: Path, backup: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 9000)
    wal_file(path).write_bytes(b"left over")
    aside = restore(backup, path)
    assert titles(path) == ["In the backup"]
    assert aside is not None
    assert aside.read_bytes().endswith(b"\xff" * 9000)
    assert wal_file(aside).read_bytes() == b"left over"


def _not_sqlite(backup: Path) -> None:
    backup.write_bytes(b"PK\x03\x04" * 100)


def _truncated(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:20_000])


def _flipped(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[30_000:50_000] = b"\xa5" * 20_000
    backup.write_bytes(content)


def _empty(backup: Path) -> None:
    backup.write_bytes(b"")


def _newer(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute(
            "UPDATE _sqlite_migrations SET name = 'm900_later' WHERE name LIKE 'm001%'"
        )
        connection.commit()


def _foreign(backup: Path) -> None:
    backup.unlink()
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("CREATE TABLE recipes (name)")


def _missing(backup: Path) -> None:
    backup.unlink()


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (_not_sqlite, SchemaError, "is not a database"),
        (_truncated, StoreError, "damaged"),
        (_flipped, StoreError, "damaged"),
        (_empty, SchemaError, "is empty"),
        (_newer, SchemaError, "newer version"),
        (_foreign, SchemaError, "'recipes'"),
        (_missing, StoreError, "There is no backup"),
    ],
)
def test_a_backup_that_is_none_is_refused_and_the_database_is_untouched(
    path: Path, backup: Path, spoil: object, error: type[Exception], words: str
) -> None:
    store = open_store(path)
    add(store, new("1", title="Before"))
    store.close()
    before = path.read_bytes()
    assert callable(spoil)
    spoil(backup)
    with pytest.raises(error, match=words):
        restore(backup, path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["monitor.db", "monitor.db.lock"]


def test_the_database_is_no_backup_of_itself(path: Path) -> None:
    open_store(path).close()
    with pytest.raises(StoreError, match="the database itself"):
        restore(path, path)
