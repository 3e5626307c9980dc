"""Versions of topics, and what they matched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.model.topic import StoredMatch
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

    def replace_matches(
        self, topic: str, upto_id: int, matches: Mapping[int, StoredMatch], from_id: int = 0
    ) -> tuple[int, int]:
        """Let these be the topic's matches: see `TopicStore.replace_matches`."""
        outside = [entry_id for entry_id in matches if not from_id < entry_id <= upto_id]
        if outside:
            raise ValueError(f"matches outside of ({from_id}, {upto_id}]: {outside[:5]}")
        with self._database.write() as connection:
            former = {
                row[0]
                for row in connection.execute(
                    "SELECT entry_id FROM matches WHERE topic = ? AND entry_id > ? "
                    "AND entry_id <= ?",
                    (topic, from_id, upto_id),
                ).fetchall()
            }
            lost = former - matches.keys()
            connection.executemany(
                "DELETE FROM matches WHERE entry_id = ? AND topic = ?",
                [(entry_id, topic) for entry_id in sorted(lost)],
            )
            written = connection.execute("SELECT count(*) FROM matches").fetchone()[0]
            # Entries pruned since the topic was applied are passed over.
            connection.executemany(
                "INSERT INTO matches (entry_id, topic, version, points, evidence) "
                "SELECT id, ?, ?, ?, ? FROM entries WHERE id = ? "
                "ON CONFLICT (entry_id, topic) DO UPDATE SET version = excluded.version, "
                "points = excluded.points, evidence = excluded.evidence",
                [
                    (topic, each.version, each.points, from_evidence(each.evidence), entry_id)
                    for entry_id, each in sorted(matches.items())
                ],
            )
            now_there = connection.execute("SELECT count(*) FROM matches").fetchone()[0]
        return now_there - written, len(lost)

    def mark_rematched(self, topic: str, version: int) -> None:
        """Note that a version has been applied to all entries."""
        with self._database.write() as connection:
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
                f"SELECT 1 FROM rematched WHERE {other} LIMIT 1",
                (kept, kept),
            ).fetchone():
                return 0
        with self._database.write() as connection:
            # Forgotten also as applied: should the topic return, it is applied anew.
            connection.execute(f"DELETE FROM rematched WHERE {other}", (kept,))
            return connection.execute(f"DELETE FROM matches WHERE {other}", (kept,)).rowcount
