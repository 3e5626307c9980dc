"""Keeping the database small and sound."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from monitor.errors import StoreError
from monitor.store import fulltext
from monitor.store.backups import copy_whole
from monitor.store.connection import Database, wal_file
from monitor.store.migrations import applied
from monitor.store.pages import forget_hosts
from monitor.store.rows import instant

_BATCH = 500
_MANY_PIECES = 8
_MERGED_AT_ONCE = 500
"""Pages of the index (some 4 kB each) that are merged in one transaction."""

_UNWANTED = (
    "SELECT id, title, text, language FROM entries e WHERE first_seen_at < ? AND id > ? "
    "AND NOT EXISTS (SELECT 1 FROM matches WHERE entry_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM story_members WHERE entry_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM story_members WHERE copy_of = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM stories WHERE founder_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM edition_entries WHERE entry_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM judgements WHERE entry_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM stars WHERE entry_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM alert_stories WHERE story = 'e' || e.id AND message_id IS NULL) "
    "ORDER BY id LIMIT ?"
)


class SqliteUpkeep:
    """`monitor.store.protocols.Upkeep`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prune(self, unmatched_before: datetime, log_before: datetime) -> tuple[int, int]:
        """Delete what is too old: see `Upkeep.prune`.

        Entries go in several transactions, each whole, so that others can write in between.
        """
        entries = last = 0
        while True:
            with self._database.write() as connection:
                rows = connection.execute(
                    _UNWANTED, (instant(unmatched_before), last, _BATCH)
                ).fetchall()
                _bury(connection, rows)
            if not rows:
                break
            entries += len(rows)
            last = rows[-1]["id"]
        with self._database.write() as connection:
            lines = connection.execute(
                "DELETE FROM fetch_log WHERE at < ?", (instant(log_before),)
            ).rowcount
            connection.execute("DELETE FROM gaps WHERE until_at < ?", (instant(log_before),))
            connection.execute(
                "DELETE FROM held_entries WHERE seen_at < ? "
                "AND feed_id NOT IN (SELECT id FROM feeds WHERE in_config)",
                (instant(unmatched_before),),
            )
            forget_hosts(connection, log_before)
        return entries, lines

    def merge_index(self) -> bool:
        """Merge pieces of the search index: see `Upkeep.merge_index`."""
        with self._database.read() as connection:
            if not fulltext.is_merging(connection) and fulltext.pieces(connection) < _MANY_PIECES:
                return True
        with self._database.write() as connection:
            return fulltext.merge(connection, _MERGED_AT_ONCE)

    def backup(self, to: Path) -> None:
        """Write a sound copy: see `Upkeep.backup`."""
        copy_whole(self._database.path, to)

    def check(self) -> list[str]:
        """Return what is wrong: see `Upkeep.check`."""
        try:
            faults = self._file_faults()
        except StoreError as error:
            # Damage so deep that even looking for it fails.
            return [str(error)]
        if faults or self._database.read_only:
            return faults
        with self._database.write() as connection:
            index = fulltext.index_faults(connection)
        return [
            f"Search is not sound: {fault}; make it anew with: monitor db compact"
            for fault in index
        ]

    def _file_faults(self) -> list[str]:
        with self._database.read() as connection:
            broken = connection.execute("PRAGMA integrity_check(20)").fetchall()
            dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        faults = [
            f"The file is damaged ({row[0]}); stop the monitor and put back a backup with: "
            "monitor db restore FILE"
            for row in broken
            if row[0] != "ok"
        ]
        faults += [
            f"A row of {row['table']} points to a row of {row['parent']} that is missing (another "
            "program changed the file); put back a backup with: monitor db restore FILE"
            for row in dangling[:20]
        ]
        return faults

    def compact(self) -> tuple[int, int]:
        """Give free pages back: see `Upkeep.compact`. Makes the search index anew if it is bad."""
        before = self._bytes()
        with self._database.write() as connection:
            if fulltext.index_faults(connection):
                fulltext.reindex(connection)
            connection.execute("INSERT INTO entries_fts (entries_fts) VALUES ('optimize')")
        with self._database.exclusive() as connection:
            connection.execute("VACUUM")
        self._database.checkpoint()
        return before, self._bytes()

    def stats(self) -> dict[str, int]:
        """Return counts: see `Upkeep.stats`."""
        with self._database.read() as connection:
            counts = {
                name: int(connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])
                for name, rows in {
                    "entries": "entries",
                    "matches": "matches",
                    "feeds": "feeds WHERE in_config",
                    "stories": "stories WHERE merged_into IS NULL",
                    "editions": "editions",
                }.items()
            }
            schema = len(applied(connection, self._database.path))
        return counts | {"bytes": self._bytes(), "schema": schema}

    def _bytes(self) -> int:
        return sum(
            file.stat().st_size
            for file in (self._database.path, wal_file(self._database.path))
            if file.exists()
        )


def _bury(connection: sqlite3.Connection, rows: list[sqlite3.Row]) -> None:
    """Delete entries and leave their identity behind."""
    fulltext.require_version(connection)
    fulltext.remove(
        connection, [fulltext.doc(row["id"], fulltext.fold(*tuple(row)[1:])) for row in rows]
    )
    ids = [(row["id"],) for row in rows]
    connection.executemany(
        "INSERT INTO tombstones (id, feed_id, key, guid, url, title, content_hash) "
        "SELECT id, feed_id, key, guid, url, title, content_hash FROM entries WHERE id = ?",
        ids,
    )
    connection.executemany("DELETE FROM entries WHERE id = ?", ids)
