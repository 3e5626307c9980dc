"""One database file, its connections and its two locks.

Every connection is made by `connect`, so that all have the same settings. Writing goes through
`Database.write`, one transaction at a time among all threads and processes: a lock in this
process, then a lock file beside the database, then `BEGIN IMMEDIATE`. Checkpoints happen only
under the same lock: in SQLite before 3.51.3 two connections that checkpoint and write at once can
corrupt a database in WAL mode. Reading takes a connection from a pool of read-only ones.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from monitor.errors import StoreError
from monitor.store.faults import file_error, store_error, translated
from monitor.store.location import may_write

_LOG = logging.getLogger(__name__)

LOCK_SECONDS = 30.0
"""How long a writer waits for the others before it gives up."""

CHECKPOINT_BYTES = 16 * 1024 * 1024
"""Size of the write-ahead log from which on it is copied into the database and emptied."""

_CLOSING_SECONDS = 5.0


def connect(path: Path, *, read_only: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """Open a connection with the settings all of ours have.

    Any thread may use it, one at a time. `immutable` is for a file nobody can write, where the
    files SQLite needs beside it cannot be made either.
    """
    mode = ("ro" if read_only else "rwc") + ("&immutable=1" if immutable else "")
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, check_same_thread=False, timeout=10.0
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA cache_size = -16000")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # opens the file
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that only reads, where need be in a folder that cannot be written."""
    try:
        return connect(path, read_only=True)
    except sqlite3.DatabaseError:
        # There SQLite cannot make the files of its log. With no log there, and nobody who could
        # write one, the file alone is the whole database.
        if may_write(path.parent) or wal_file(path).exists():
            raise
        return connect(path, read_only=True, immutable=True)


@contextmanager
def file_lock(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock file beside the database at `path`, alone among all processes.

    Raises `StoreError` when others hold it for longer than `seconds`. A process that ends in any
    way gives it back. The file itself stays; deleting it does no harm while nobody writes.
    """
    lock = lock_file(path)
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise file_error(error, lock, "opening the lock file") from error
    try:
        _flock(descriptor, path, seconds)
        yield
    finally:
        # Not by closing alone: a child process forked meanwhile would go on holding it.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def lock_file(path: Path) -> Path:
    """Return the lock file of the database at `path`."""
    return path.with_name(path.name + ".lock")


def _flock(descriptor: int, path: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    pause = 0.0005
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _busy(path, seconds) from None
            time.sleep(pause)
            pause = min(pause * 1.5, 0.01)
        except OSError as error:
            raise file_error(error, lock_file(path), "locking") from error
        else:
            return


def _busy(path: Path, seconds: float) -> StoreError:
    return StoreError(
        f"The database {path} has been written by somebody else for more than {seconds:.0f} s; "
        f"wait for that to end, or see who it is with: fuser {lock_file(path)}"
    )


class Database:
    """The open database. Close it, or use `monitor.store.open_store`, which does.

    `path` must have passed `monitor.store.location.prepare` and have the present schema before
    anything but `exclusive` is used.
    """

    def __init__(
        self, path: Path, *, read_only: bool = False, lock_seconds: float = LOCK_SECONDS
    ) -> None:
        self.path = path
        self.read_only = read_only
        self._lock_seconds = lock_seconds
        self._writing = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._pool: list[sqlite3.Connection] = []
        self._pool_lock = threading.Lock()
        self._closed = False

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the writing connection inside one transaction; an exception undoes all of it.

        Raises `StoreError`. Must not be nested.
        """
        with self.exclusive() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # After some errors (disk full) SQLite has rolled back by itself already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def exclusive(self) -> Iterator[sqlite3.Connection]:
        """Give the writing connection outside of a transaction, nobody else writing meanwhile."""
        if self.read_only:
            raise StoreError(f"The database {self.path} was opened for reading only.")
        if not self._writing.acquire(timeout=self._lock_seconds):
            raise _busy(self.path, self._lock_seconds)
        try:
            with file_lock(self.path, self._lock_seconds), translated(self.path):
                connection = self._writing_connection()
                try:
                    yield connection
                finally:
                    self._checkpoint_when_large(connection)
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give a read-only connection that sees one state of the database throughout.

        Results must be made lists: a cursor left open would hold that state, and with it the
        write-ahead log. Raises `StoreError`.
        """
        with translated(self.path):
            connection = self._take_reader()
            sound = False
            try:
                connection.execute("BEGIN")
                yield connection
                sound = True
            finally:
                self._give_back(connection, sound)

    def close(self) -> None:
        """Close all connections; nothing can be read or written afterwards. May be repeated."""
        with self._pool_lock:
            self._closed = True
            pool, self._pool = self._pool, []
        for connection in pool:
            connection.close()
        with self._writing:
            writer, self._writer = self._writer, None
        if writer is None:
            return
        # The last connection to go checkpoints, so it goes under the lock. When somebody else
        # holds that for long, theirs is open too, and ours is not the last.
        try:
            with file_lock(self.path, _CLOSING_SECONDS):
                writer.close()
        except StoreError:
            writer.close()

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the database as far as readers allow, and empty it."""
        with self.exclusive() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _writing_connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(f"The database {self.path} has been closed.")
        if self._writer is None:
            self._writer = connect(self.path)
        return self._writer

    def _take_reader(self) -> sqlite3.Connection:
        with self._pool_lock:
            if self._closed:
                raise StoreError(f"The database {self.path} has been closed.")
            if self._pool:
                return self._pool.pop()
        return connect_reader(self.path)

    def _give_back(self, connection: sqlite3.Connection, sound: bool) -> None:
        if sound:
            connection.execute("COMMIT")
            with self._pool_lock:
                if not self._closed:
                    self._pool.append(connection)
                    return
        connection.close()

    def _checkpoint_when_large(self, connection: sqlite3.Connection) -> None:
        wal = wal_file(self.path)
        if connection.in_transaction or not wal.exists():
            return
        if wal.stat().st_size < CHECKPOINT_BYTES:
            return
        try:
            connection.execute("PRAGMA busy_timeout = 0")  # readers are not waited for
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError as error:
            # What was committed stands whether or not it was copied; the next write tries again.
            _LOG.warning("%s", store_error(error, self.path))
        finally:
            connection.execute("PRAGMA busy_timeout = 10000")


def wal_file(path: Path) -> Path:
    """Return the write-ahead log of the database at `path`; it need not exist."""
    return path.with_name(path.name + "-wal")
