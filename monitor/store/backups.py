"""Copies of the database: making one while it is in use, and putting one back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import SchemaError, StoreError
from monitor.store.connection import LOCK_SECONDS, connect, connect_reader, file_lock
from monitor.store.faults import file_error, store_error, translated
from monitor.store.location import prepare
from monitor.store.migrations import applied


def copy_whole(database: Path, to: Path) -> None:
    """Write a copy of the database as it stands at this moment; others go on writing.

    It appears under its name only when it is whole and on the disk. Raises `StoreError` when `to`
    is there already or cannot be written.
    """
    if to.exists():
        raise StoreError(f"{to} is there already; name another file for the backup.")
    if not to.parent.is_dir():
        raise StoreError(f"There is no folder {to.parent} for the backup; make it first.")
    unfinished = to.with_name(f".{to.name}.{os.getpid()}.unfinished")
    try:
        _vacuum_into(database, unfinished)
        _sync(unfinished)
        unfinished.rename(to)
        _sync(to.parent)
    except OSError as error:
        raise file_error(error, to, "writing the backup") from error
    finally:
        unfinished.unlink(missing_ok=True)


def restore(backup: Path, database: Path) -> Path | None:
    """Put a backup in the place of the database; return where the former one now lies, if any.

    The backup is checked first and stays as it is. Raises `SchemaError` when it is no database
    of the monitor or one of a newer version, `StoreError` when it is missing or damaged, or
    while anything has the database open; in each case the database is untouched.
    """
    if not backup.is_file():
        raise StoreError(f"There is no backup {backup}; check the name.")
    if database.exists() and backup.samefile(database):
        raise StoreError(f"{backup} is the database itself; name the backup to put in its place.")
    _require_sound(backup)
    unfinished = database.with_name(f".{database.name}.{os.getpid()}.unfinished")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with file_lock(database, LOCK_SECONDS):
            _require_unused(database)
            _vacuum_into(backup, unfinished)
            _sync(unfinished)
            aside = _set_aside(database)
            unfinished.replace(database)
            _sync(database.parent)
    except OSError as error:
        raise file_error(error, database, "restoring") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return aside


def _vacuum_into(database: Path, to: Path) -> None:
    with closing(_reader(database)) as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(to),))
        except sqlite3.DatabaseError as error:
            raise _about(error, database, to) from error


def _about(error: sqlite3.DatabaseError, database: Path, to: Path) -> Exception:
    """Tell whether the file read or the file written is to blame, as far as the code says."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reading = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_BUSY)
    return store_error(error, database if reading else to) or error


def _reader(path: Path) -> sqlite3.Connection:
    with translated(path):
        connection = connect_reader(path)
        connection.execute("PRAGMA query_only = OFF")  # it would refuse VACUUM INTO another file
        return connection


def _require_sound(backup: Path) -> None:
    try:
        prepare(backup, read_only=True)
        with closing(_reader(backup)) as connection, translated(backup):
            known = applied(connection, backup)
            result = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except SchemaError:
        raise
    except StoreError as error:
        raise StoreError(f"The backup cannot be used; use another one. {error}") from error
    if not known:
        raise SchemaError(f"{backup} is empty and no backup of the monitor; use another one.")
    if result != "ok":
        raise StoreError(f"The backup {backup} is damaged ({result}); use another one.")


def _require_unused(database: Path) -> None:
    """Raise `StoreError` when the database is open anywhere; empty its write-ahead log.

    Leaving WAL mode needs the file for oneself alone, and ends with everything in one file.
    """
    if not database.exists():
        return
    try:
        # Read first: opened for writing, a file that is no database loses the log beside it.
        connect(database, read_only=True).close()
        with closing(connect(database)) as connection:
            connection.execute("PRAGMA busy_timeout = 1000")
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreError(
                f"The database {database} is in use; stop the monitor (and any other program that "
                "has the file open), then restore again."
            ) from error
        # Too damaged to be opened: then it is all the more to be replaced, and kept as it is.


def _set_aside(database: Path) -> Path | None:
    """Keep the former database under another name, with what is left of its log."""
    if not database.exists():
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = database.with_name(f"{database.name}.replaced-{stamp}")
    for suffix in ("-wal", "-shm"):
        beside = database.with_name(database.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    try:
        # A second name for it, so that at no moment there is no database.
        os.link(database, aside)
    except OSError:
        shutil.copy2(database, aside)
    return aside


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
