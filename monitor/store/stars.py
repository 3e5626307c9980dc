"""Entries a person has marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from monitor.errors import NotFoundError
from monitor.store.connection import Database
from monitor.store.rows import LARGEST_ID, chunks, instant, marks


class SqliteStars:
    """`monitor.store.protocols.StarStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def star(self, entry_ids: Sequence[int], now: datetime) -> list[int]:
        """Mark entries: see `StarStore.star`."""
        with self._database.write() as connection:
            _check_stored(connection, entry_ids)
            return [
                entry_id
                for entry_id in entry_ids
                if connection.execute(
                    "INSERT INTO stars (entry_id, starred_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    (entry_id, instant(now)),
                ).rowcount
            ]

    def unstar(self, entry_ids: Sequence[int]) -> list[int]:
        """Take the marks away: see `StarStore.unstar`."""
        with self._database.write() as connection:
            _check_stored(connection, entry_ids)
            return [
                entry_id
                for entry_id in entry_ids
                if connection.execute("DELETE FROM stars WHERE entry_id = ?", (entry_id,)).rowcount
            ]

    def starred(self) -> list[int]:
        """Return all marked entries: see `StarStore.starred`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT entry_id FROM stars ORDER BY starred_at DESC, entry_id DESC"
            ).fetchall()
        return [row[0] for row in rows]


def _check_stored(connection: Connection, entry_ids: Sequence[int]) -> None:
    """Raise `NotFoundError` for the first id that no entry has."""
    known = {
        row[0]
        for chunk in chunks([each for each in entry_ids if 0 < each <= LARGEST_ID])
        for row in connection.execute(
            f"SELECT id FROM entries WHERE id IN ({marks(chunk)})", tuple(chunk)
        ).fetchall()
    }
    for entry_id in entry_ids:
        if entry_id not in known:
            raise NotFoundError(f"There is no entry e{entry_id} in this database.")
