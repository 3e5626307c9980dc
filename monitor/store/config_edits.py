"""What the page and the API changed in config/, so that it can be taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.model.config_edit import ConfigEdit, FileChange
from monitor.store.connection import Database
from monitor.store.rows import LARGEST_ID, instant, moment

KEPT = 200
"""Changes that are kept; older ones are forgotten."""

MOST_CHARACTERS = 50_000_000
"""Of all texts that are kept; of more, the older ones are forgotten too, but for the last change."""


class SqliteConfigEdits:
    """`monitor.store.page_protocols.ConfigEdits`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, what: str, changes: Sequence[FileChange], now: datetime) -> int:
        """Keep a change: see `ConfigEdits.add`."""
        with self._database.write() as connection:
            number = connection.execute(
                "INSERT INTO config_edits (at, what) VALUES (?, ?) RETURNING id",
                (instant(now), what),
            ).fetchone()[0]
            connection.executemany(
                "INSERT INTO config_edit_files (edit_id, file, before, after) VALUES (?, ?, ?, ?)",
                [(number, each.file, each.before, each.after) for each in changes],
            )
            connection.execute("DELETE FROM config_edits WHERE id <= ?", (number - KEPT,))
            # Each keeps its files whole, and a list of feeds may have some megabytes.
            connection.execute(
                "DELETE FROM config_edits WHERE id < ? AND id IN (SELECT edit_id FROM ("
                "SELECT edit_id, sum(sum(coalesce(length(before), 0) + coalesce(length(after), 0))) "
                "OVER (ORDER BY edit_id DESC) AS whole FROM config_edit_files GROUP BY edit_id) "
                "WHERE whole > ?)",
                (number, MOST_CHARACTERS),
            )
        return int(number)

    def edit(self, edit_id: int) -> ConfigEdit | None:
        """Return one change, or None."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM config_edits WHERE id = ?", (max(0, min(edit_id, LARGEST_ID)),)
            ).fetchone()
            return _edit(connection, row) if row else None

    def edits(self, limit: int = KEPT) -> list[ConfigEdit]:
        """Return the newest changes, the last one first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM config_edits ORDER BY id DESC LIMIT ?", (limit,)
            ).fetchall()
            return [_edit(connection, row) for row in rows]

    def mark_undone(self, edit_id: int, now: datetime) -> None:
        """Note that a change was taken back."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE config_edits SET undone_at = ? WHERE id = ?", (instant(now), edit_id)
            )


def _edit(connection: sqlite3.Connection, row: sqlite3.Row) -> ConfigEdit:
    changes = connection.execute(
        "SELECT file, before, after FROM config_edit_files WHERE edit_id = ? ORDER BY file",
        (row["id"],),
    ).fetchall()
    return ConfigEdit(
        row["id"],
        moment(row["at"]),
        row["what"],
        tuple(FileChange(*each) for each in changes),
        moment(row["undone_at"]) if row["undone_at"] else None,
    )
