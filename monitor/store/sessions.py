"""Who is logged in to the page."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.store.connection import Database
from monitor.store.rows import instant

IDLE = timedelta(days=7)
LONGEST = timedelta(days=30)
_NOTED = timedelta(hours=1)
"""How exactly it is kept when a session was last used: a write each hour, not each page."""


class SqliteSessions:
    """`monitor.store.page_protocols.Sessions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, cookie: str, password: str, now: datetime) -> None:
        """Keep a session: see `Sessions.begin`."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ? OR password <> ?",
                (instant(now), instant(now - IDLE), password),
            )
            connection.execute(
                "INSERT INTO sessions (hash, password, created_at, seen_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (cookie, password, instant(now), instant(now), instant(now + LONGEST)),
            )

    def is_good(self, cookie: str, password: str, now: datetime) -> bool:
        """Tell whether a session is good: see `Sessions.is_good`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT 1 FROM sessions WHERE hash = ? AND password = ? AND expires_at > ? "
                "AND seen_at > ?",
                (cookie, password, instant(now), instant(now - IDLE)),
            ).fetchone()
        return row is not None

    def note(self, cookie: str, now: datetime) -> None:
        """Note that a session is used: see `Sessions.note`."""
        before = (cookie, instant(now - _NOTED))
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT 1 FROM sessions WHERE hash = ? AND seen_at < ?", before
            ).fetchone()
        if row is not None:
            with self._database.write() as connection:
                connection.execute(
                    "UPDATE sessions SET seen_at = ? WHERE hash = ?", (instant(now), cookie)
                )

    def end(self, cookie: str) -> None:
        """End one session: see `Sessions.end`."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (cookie,))

    def end_all(self) -> int:
        """End all sessions: see `Sessions.end_all`."""
        with self._database.write() as connection:
            return connection.execute("DELETE FROM sessions").rowcount

    def count(self, password: str, now: datetime) -> int:
        """Count those that are good: see `Sessions.count`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT count(*) FROM sessions WHERE password = ? AND expires_at > ? AND seen_at > ?",
                (password, instant(now), instant(now - IDLE)),
            ).fetchone()
        return int(row[0])
