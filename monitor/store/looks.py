"""What a person has seen of each saved search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.model.search import Look
from monitor.store.connection import Database
from monitor.store.rows import LARGEST_ID, instant, moment, to_json

_NEXT = (
    # AUTOINCREMENT's own memory: the newest entry may have been pruned.
    "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entries'), 0) + 1"
)


class SqliteLooks:
    """`monitor.store.page_protocols.LookStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, names: Iterable[str], now: datetime) -> None:
        """Let saved searches begin and forget others: see `LookStore.keep`."""
        wanted = set(names)
        if wanted == self.looks().keys():
            return
        kept = to_json(sorted(wanted))
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM search_looks WHERE name NOT IN (SELECT value FROM json_each(?))",
                (kept,),
            )
            connection.execute(
                "INSERT INTO search_looks (name, looked_at, next_id) "
                f"SELECT value, ?, {_NEXT} FROM json_each(?) WHERE true ON CONFLICT (name) DO NOTHING",
                (instant(now), kept),
            )

    def looks(self) -> dict[str, Look]:
        """Return the last look of each saved search, by name."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT name, looked_at, next_id FROM search_looks"
            ).fetchall()
        return {row[0]: Look(moment(row[1]), row[2]) for row in rows}

    def looked(self, name: str, until_id: int, now: datetime) -> None:
        """Note a look: see `LookStore.looked`."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE search_looks SET looked_at = ?, "
                f"next_id = max(next_id, min(?, {_NEXT})) WHERE name = ?",
                (instant(now), max(0, min(until_id, LARGEST_ID)), name),
            )
