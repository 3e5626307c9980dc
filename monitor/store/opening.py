"""From a path to a database that is ready: checked, migrated, with a search index that fits."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from monitor.errors import SchemaError, StoreError
from monitor.store.connection import LOCK_SECONDS, Database
from monitor.store.faults import translated
from monitor.store.fulltext import indexed_version, reindex, software_version
from monitor.store.location import prepare
from monitor.store.migrations import applied, migrate, names


def open_database(
    path: Path, *, read_only: bool = False, lock_seconds: float = LOCK_SECONDS
) -> Database:
    """Open the database at `path`, made or brought up to date unless `read_only`.

    Raises `SchemaError` for a file that is no database of ours or that a newer version wrote,
    `StoreError` for all that keeps a database from working there.
    """
    prepare(path, read_only=read_only)
    database = Database(path, read_only=read_only, lock_seconds=lock_seconds)
    try:
        if read_only:
            _require_present(database)
        elif not _is_present(database):
            _bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return database


def _is_present(database: Database) -> bool:
    """Look without the lock, so that opening does not wait for somebody else's long write."""
    if not database.path.exists() or database.path.stat().st_size == 0:
        return False
    try:
        with database.read() as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            return mode == "wal" and _is_of_this_version(connection, database.path)
    except SchemaError:
        raise
    except StoreError:
        # Another process may be making the file this moment: look again under the lock.
        return False


def _require_present(database: Database) -> None:
    with database.read() as connection:
        if not _is_of_this_version(connection, database.path):
            raise SchemaError(
                f"{database.path} was written by an older version of the monitor; bring it up to "
                "date with: monitor db check"
            )


def _is_of_this_version(connection: sqlite3.Connection, path: Path) -> bool:
    return (
        applied(connection, path) == names() and indexed_version(connection) == software_version()
    )


def _bring_up_to_date(database: Database) -> None:
    with database.exclusive() as connection, translated(database.path):
        applied(connection, database.path)
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreError(
                f"The database {database.path} cannot keep a write-ahead log where it lies "
                f"(journal mode {mode}); choose a home on a disk of this machine."
            )
    with database.write() as connection:
        if applied(connection, database.path) != names():
            migrate(connection)
        if indexed_version(connection) != software_version():
            reindex(connection)
