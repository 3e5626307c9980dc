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
        with self._database.read() as connection:
            known = _known(connection, definitions)
            settled = len(known) == len(definitions) and not _outdated(connection, known)
        if settled:
            return known
        with self._database.write() as connection:
            for topic, definition in definitions.items():
                connection.execute(
                    "INSERT INTO topic_versions (topic, version, definition, created_at) "
                    "SELECT ?1, 1 + coalesce(max(version), 0), ?2, ?3 FROM topic_versions "
                    "WHERE topic = ?1 HAVING NOT EXISTS "
                    "(SELECT 1 FROM topic_versions WHERE topic = ?1 AND definition = ?2)",
                    (topic, definition, instant(now)),
                )
            known = _known(connection, definitions)
            for table, topic in _outdated(connection, known):
                connection.execute(f"DELETE FROM {table} WHERE topic = ?", (topic,))
        return known

    def counts(self) -> dict[str, int]:
        """Count matches by topic: see `TopicStore.counts`."""
        with self._database.read() as connection:
            return dict(
                connection.execute("SELECT topic, count(*) FROM matches GROUP BY topic").fetchall()
            )

    def rematched(self) -> dict[str, int]:
        """Return what has been applied to all entries: see `TopicStore.rematched`."""
        with self._database.read() as connection:
            return dict(connection.execute("SELECT topic, version FROM rematched").fetchall())

    def rematching(self, topic: str) -> Rematching | None:
        """Return how far applying a topic has come, None when nothing was begun."""
        with self._database.read() as connection:
            return _rematching(connection, topic)

    def replace_matches(
        self,
        begun: Rematching | None,
        done: Rematching,
        ids: tuple[int, int],
        matches: Mapping[int, StoredMatch],
        since_change: int,
    ) -> tuple[int, int] | None:
        """Let these be a topic's matches in a range: see `TopicStore.replace_matches`."""
        first, last = ids
        outside = [entry_id for entry_id in matches if not first <= entry_id <= last]
        if outside:
            raise ValueError(f"matches outside of {first} to {last}: {outside[:5]}")
        with self._database.write() as connection:
            if _rematching(connection, done.topic) != begun:
                return None
            former = _matched(connection, done.topic, ids)
            edited = _edited_since(connection, ids, since_change)
            lost = former - matches.keys() - edited
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
                    if entry_id not in edited
                ],
            )
            gained = _matched(connection, done.topic, ids) - former
            connection.execute(
                "INSERT OR REPLACE INTO rematching "
                "(topic, version, newest_id, next_id, floor_id) VALUES (?, ?, ?, ?, ?)",
                (done.topic, done.version, done.newest_id, done.next_id, done.floor_id),
            )
        return len(gained), len(lost)

    def mark_rematched(self, done: Rematching) -> bool:
        """Note that a version has been applied to all entries: see `TopicStore.mark_rematched`."""
        with self._database.write() as connection:
            newest = connection.execute("SELECT max(id) FROM entries").fetchone()[0] or 0
            noted = _rematching(connection, done.topic)
            if newest > done.newest_id or (noted != done and not (noted is None and newest == 0)):
                return False
            connection.execute("DELETE FROM rematching WHERE topic = ?", (done.topic,))
            connection.execute(
                "INSERT OR REPLACE INTO rematched (topic, version) VALUES (?, ?)",
                (done.topic, done.version),
            )
        return True

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


def _edited_since(connection: sqlite3.Connection, ids: tuple[int, int], change: int) -> set[int]:
    """Return entries edited after they were read; the refresh that edited them matched them."""
    rows = connection.execute(
        "SELECT id FROM entries WHERE change > 0 AND change > ? AND id BETWEEN ? AND ?",
        (change, *ids),
    ).fetchall()
    return {row[0] for row in rows}


def _known(connection: sqlite3.Connection, definitions: Mapping[str, str]) -> dict[str, int]:
    """Return the versions of those definitions that have one."""
    rows = connection.execute("SELECT topic, definition, version FROM topic_versions").fetchall()
    return {row[0]: row[2] for row in rows if definitions.get(row[0]) == row[1]}


def _outdated(connection: sqlite3.Connection, versions: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return tables and topics that speak of another version than the present one.

    Going back to a former version must not find it applied: others have been since.
    """
    return [
        (table, row[0])
        for table in ("rematched", "rematching")
        for row in connection.execute(f"SELECT topic, version FROM {table}").fetchall()
        if versions.get(row[0], row[1]) != row[1]
    ]


def _rematching(connection: sqlite3.Connection, topic: str) -> Rematching | None:
    row = connection.execute(
        "SELECT topic, version, newest_id, next_id, floor_id FROM rematching WHERE topic = ?",
        (topic,),
    ).fetchone()
    return Rematching(*row) if row else None
