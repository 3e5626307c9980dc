"""Versions of topics, and what they matched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.model.topic import Rematching, StoredMatch
from monitor.store.connection import Database
from monitor.store.rows import from_evidence, instant, to_json


class SqliteTopics:
    """`monitor.store.protocols.TopicStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, definitions: Mapping[str, str], now: datetime) -> dict[str, int]:
        """Return each topic's version: see `TopicStore.versions`."""
        select = "SELECT topic, definition, version FROM topic_versions"
        with self._database.read() as connection:
            rows = connection.execute(select).fetchall()
        if not {(row[0], row[1]) for row in rows} >= set(definitions.items()):
            with self._database.write() as connection:
                for topic, definition in definitions.items():
                    connection.execute(
                        "INSERT INTO topic_versions (topic, version, definition, created_at) "
                        "SELECT ?1, 1 + coalesce(max(version), 0), ?2, ?3 FROM topic_versions "
                        "WHERE topic = ?1 HAVING NOT EXISTS "
                        "(SELECT 1 FROM topic_versions WHERE topic = ?1 AND definition = ?2)",
                        (topic, definition, instant(now)),
                    )
                rows = connection.execute(select).fetchall()
        known = {(row[0], row[1]): row[2] for row in rows}
        return {topic: known[topic, definition] for topic, definition in definitions.items()}

    def rematched(self) -> dict[str, int]:
        """Return what has been applied to all entries: see `TopicStore.rematched`."""
        with self._database.read() as connection:
            return dict(connection.execute("SELECT topic, version FROM rematched").fetchall())

    def rematching(self, topic: str) -> Rematching | None:
        """Return how far applying a topic has come, None when nothing was begun."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT topic, version, newest_id, next_id FROM rematching WHERE topic = ?",
                (topic,),
            ).fetchone()
        return Rematching(*row) if row else None

    def replace_matches(
        self,
        done: Rematching,
        ids: tuple[int, int],
        matches: Mapping[int, StoredMatch],
        read_at: datetime,
    ) -> tuple[int, int]:
        """Let these be a topic's matches in a range: see `TopicStore.replace_matches`."""
        first, last = ids
        outside = [entry_id for entry_id in matches if not first <= entry_id <= last]
        if outside:
            raise ValueError(f"matches outside of {first} to {last}: {outside[:5]}")
        with self._database.write() as connection:
            former = _matched(connection, done.topic, ids)
            revised = _revised_since(connection, ids, read_at)
            lost = former - matches.keys() - revised
            connection.executemany(
                "DELETE FROM matches WHERE entry_id = ? AND topic = ?",
                [(entry_id, done.topic) for entry_id in sorted(lost)],
            )
            # Entries pruned since the topic was applied are passed over.
            connection.executemany(
                "INSERT INTO matches (entry_id, topic, version, points, evidence, backfilled) "
                "SELECT id, ?, ?, ?, ?, 1 FROM entries WHERE id = ? "
                "ON CONFLICT (entry_id, topic) DO UPDATE SET version = excluded.version, "
                "points = excluded.points, evidence = excluded.evidence",
                [
                    (done.topic, each.version, each.points, from_evidence(each.evidence), entry_id)
                    for entry_id, each in sorted(matches.items())
                    if entry_id not in revised
                ],
            )
            gained = _matched(connection, done.topic, ids) - former
            connection.execute(
                "INSERT INTO rematching (topic, version, newest_id, next_id) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (topic) DO UPDATE SET version = excluded.version, "
                "newest_id = excluded.newest_id, next_id = excluded.next_id",
                (done.topic, done.version, done.newest_id, done.next_id),
            )
        return len(gained), len(lost)

    def mark_rematched(self, topic: str, version: int) -> None:
        """Note that a version has been applied to all entries."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM rematching WHERE topic = ?", (topic,))
            connection.execute(
                "INSERT INTO rematched (topic, version) VALUES (?, ?) "
                "ON CONFLICT (topic) DO UPDATE SET version = excluded.version",
                (topic, version),
            )

    def forget(self, keep: Iterable[str]) -> int:
        """Drop the matches of other topics: see `TopicStore.forget`."""
        kept = to_json(sorted(set(keep)))
        other = "topic NOT IN (SELECT value FROM json_each(?))"
        with self._database.read() as connection:
            if not connection.execute(
                f"SELECT 1 FROM matches WHERE {other} UNION ALL "
                f"SELECT 1 FROM rematched WHERE {other} UNION ALL "
                f"SELECT 1 FROM rematching WHERE {other} LIMIT 1",
                (kept, kept, kept),
            ).fetchone():
                return 0
        with self._database.write() as connection:
            # Forgotten also as applied: should the topic return, it is applied anew.
            connection.execute(f"DELETE FROM rematched WHERE {other}", (kept,))
            connection.execute(f"DELETE FROM rematching WHERE {other}", (kept,))
            return connection.execute(f"DELETE FROM matches WHERE {other}", (kept,)).rowcount


def _matched(connection: sqlite3.Connection, topic: str, ids: tuple[int, int]) -> set[int]:
    rows = connection.execute(
        "SELECT entry_id FROM matches WHERE topic = ? AND entry_id BETWEEN ? AND ?",
        (topic, *ids),
    ).fetchall()
    return {row[0] for row in rows}


def _revised_since(
    connection: sqlite3.Connection, ids: tuple[int, int], read_at: datetime
) -> set[int]:
    """Return entries edited after they were read; the refresh that edited them matched them."""
    rows = connection.execute(
        "SELECT DISTINCT entry_id FROM revisions WHERE seen_at >= ? AND entry_id BETWEEN ? AND ?",
        (instant(read_at), *ids),
    ).fetchall()
    return {row[0] for row in rows}
