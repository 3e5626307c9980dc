"""How many stories topics had day by day, for what is usual."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.model.volume import StoryCounts
from monitor.store.connection import Database
from monitor.store.entries import id_range
from monitor.store.rows import marks, maybe_moment

_DAY = timedelta(days=1)

_BEFORE = timedelta(days=10)
"""How much further back the entries of stories are looked at: one that goes on since then began then."""


class SqliteVolumes:
    """`monitor.store.protocols.VolumeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def story_counts(self, topics: Sequence[str], until: datetime, days: int) -> StoryCounts:
        """Count stories by topic and day: see `VolumeStore.story_counts`."""
        return self.counts_between(topics, [until - _DAY * back for back in range(days, -1, -1)])

    def counts_between(self, topics: Sequence[str], ends: Sequence[datetime]) -> StoryCounts:
        """Count stories by topic and block: see `VolumeStore.counts_between`."""
        with self._database.read() as connection:
            # Ids grow with first-seen time: the block of an entry is told by its id alone.
            firsts = [id_range(connection, end, None)[0] for end in ends]
            low, _ = id_range(connection, ends[0] - _BEFORE, None)
            began = connection.execute("SELECT min(first_seen_at) FROM entries").fetchone()[0]
            rows = connection.execute(
                "SELECT m.topic, m.entry_id, s.story_id FROM matches m "
                "LEFT JOIN story_members s ON s.entry_id = m.entry_id "
                f"WHERE m.topic IN ({marks(topics)}) AND m.entry_id >= ? AND m.entry_id < ? "
                "ORDER BY m.topic, m.entry_id",
                (*topics, low, firsts[-1]),
            ).fetchall()
        counts = {topic: [0] * (len(ends) - 1) for topic in topics}
        told: set[tuple[str, int]] = set()
        for topic, entry_id, story_id in rows:
            if story_id is not None:
                if (topic, story_id) in told:
                    continue
                told.add((topic, story_id))
            block = bisect_right(firsts, entry_id) - 1
            if block >= 0:
                counts[topic][block] += 1
        return StoryCounts(
            until_at=ends[-1],
            of={topic: tuple(each) for topic, each in counts.items()},
            seen=tuple(first < after for first, after in pairwise(firsts)),
            began_at=maybe_moment(began),
        )
