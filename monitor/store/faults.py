"""What SQLite and the file system report, said so that a person can act on it.

The one place where `sqlite3.Error` and `OSError` become `StoreError`. Errors that only a mistake
in our own SQL can cause (a wrong number of values, a broken constraint) pass through as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import SchemaError, StoreError

# Primary result codes, https://sqlite.org/rescode.html; extended ones keep them in the low byte.
_MESSAGES = {
    sqlite3.SQLITE_BUSY: "The database {path} is locked by another program; close what has it "
    "open for writing (a database browser, another monitor) and try again.",
    sqlite3.SQLITE_LOCKED: "The database {path} is locked by another program; close what has it "
    "open for writing (a database browser, another monitor) and try again.",
    sqlite3.SQLITE_FULL: "There is no space left for the database {path}; free some space on that "
    "disk and try again. Nothing was half-written.",
    sqlite3.SQLITE_READONLY: "The database {path} cannot be written; give yourself the right to "
    "write the file and its folder, or choose another home.",
    sqlite3.SQLITE_PERM: "The database {path} may not be opened; check the permissions of the "
    "file and of its folder.",
    sqlite3.SQLITE_CANTOPEN: "The database {path} cannot be opened; check that its folder exists "
    "and that you may read and write there.",
    sqlite3.SQLITE_IOERR: "Reading or writing the database {path} failed ({error}); check the "
    "disk, then run: monitor db check",
    sqlite3.SQLITE_CORRUPT: "The database {path} is damaged ({error}); stop the monitor and put "
    "back a backup with: monitor db restore FILE",
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise `StoreError` in place of what SQLite reports about the file at `path`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raised = store_error(error, path)
        if raised is None:
            raise
        raise raised from error
    except UnicodeEncodeError as error:
        raise StoreError(
            f"The text {error.object[:80]!a} is no Unicode text (it holds a lone surrogate), so "
            f"the database {path} cannot keep or find it; check how it was typed."
        ) from error


def store_error(error: sqlite3.DatabaseError, path: Path) -> StoreError | None:
    """Return what to raise for an error of SQLite, None when it is a mistake of our own."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return SchemaError(
            f"{path} is not a database of the monitor; move it away, or choose another home."
        )
    if code in _MESSAGES:
        return StoreError(_MESSAGES[code].format(path=path, error=error))
    if isinstance(error, sqlite3.OperationalError):
        return StoreError(
            f"The database {path} could not do what was asked ({error}); run: monitor db check"
        )
    return None


def file_error(error: OSError, path: Path, doing: str) -> StoreError:
    """Return what to raise when the file system refuses; `doing` as in "writing"."""
    reason = error.strerror or type(error).__name__
    return StoreError(
        f"{doing.capitalize()} {path} failed: {reason}; check the folder, its permissions and "
        "the free space."
    )
