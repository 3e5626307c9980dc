"""The versions a topic has had, and how many entries matched it day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model.topic import TopicVersion
from monitor.store.connection import Database
from monitor.store.entries import id_range
from monitor.store.rows import marks, moment

_DAY = timedelta(days=1)


class SqliteTopicHistory:
    """`monitor.store.page_protocols.TopicHistory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, topic: str) -> list[TopicVersion]:
        """Return the versions of a topic, the first one first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT topic, version, definition, created_at FROM topic_versions "
                "WHERE topic = ? ORDER BY version",
                (topic,),
            ).fetchall()
        return [
            TopicVersion(row["topic"], row["version"], row["definition"], moment(row["created_at"]))
            for row in rows
        ]

    def daily_matches(
        self, topics: Sequence[str], until: datetime, days: int
    ) -> dict[str, tuple[int, ...]]:
        """Count matches by day of the entry: see `TopicHistory.daily_matches`."""
        ends = [until - _DAY * back for back in range(days, -1, -1)]
        with self._database.read() as connection:
            # Ids grow with first-seen time: a day is a range of ids.
            firsts = [id_range(connection, end, None)[0] for end in ends]
            counts = {topic: [0] * days for topic in topics}
            for day in range(days):
                for row in connection.execute(
                    f"SELECT topic, count(*) FROM matches WHERE topic IN ({marks(topics)}) "
                    "AND entry_id >= ? AND entry_id < ? GROUP BY topic",
                    (*topics, firsts[day], firsts[day + 1]),
                ).fetchall():
                    counts[row[0]][day] = row[1]
        return {topic: tuple(each) for topic, each in counts.items()}
