"""Grouping matched entries into stories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model.story import Story, StoryDecision, StoryMember
from monitor.store import grouping, story_upkeep
from monitor.store.connection import Database
from monitor.store.decisions import write_decisions
from monitor.store.entries import id_range
from monitor.store.loading import load_entries
from monitor.store.rows import LARGEST_ID, chunks, marks, moment, strings
from monitor.store.story_keys import keys_from
from monitor.stories.grouping import LOOK_BACK

_WAITING = (
    "SELECT id, first_seen_at FROM entries e WHERE id IN (SELECT DISTINCT entry_id FROM matches m "
    "WHERE entry_id > ? AND NOT EXISTS (SELECT 1 FROM story_members WHERE entry_id = m.entry_id) "
    "ORDER BY entry_id LIMIT ?) ORDER BY id"
)


class SqliteStories:
    """`monitor.store.protocols.StoryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, after: int, limit: int) -> list[int]:
        """Return matched entries without a story: see `StoryStore.waiting`."""
        with self._database.read() as connection:
            rows = connection.execute(_WAITING, (after, limit)).fetchall()
            near = [row for row in rows if moment(row[1]) - moment(rows[0][1]) < LOOK_BACK]
        return [row[0] for row in near]

    def attach_new(self, entry_ids: Sequence[int], now: datetime) -> int:
        """Give entries their stories: see `StoryStore.attach_new`."""
        with self._database.write() as connection:
            return grouping.attach_new(connection, entry_ids, now)

    def attach(self, decisions: Sequence[StoryDecision], now: datetime) -> None:
        """Write decisions: see `StoryStore.attach`."""
        with self._database.write() as connection:
            write_decisions(connection, decisions, now)

    def catch_up(self, now: datetime) -> bool:
        """Let what an older version grouped be found: see `StoryStore.catch_up`."""
        with self._database.read() as connection:
            if not story_upkeep.is_counting(connection):
                return True
        with self._database.write() as connection:
            return story_upkeep.catch_up(connection, now)

    def revive(self, entry_ids: Sequence[int]) -> bool:
        """Let old entries be found once more: see `StoryStore.revive`."""
        with self._database.read() as connection:
            seen_at = [
                moment(row[0])
                for some in chunks(entry_ids)
                for row in connection.execute(
                    f"SELECT first_seen_at FROM entries WHERE id IN ({marks(some)})", tuple(some)
                ).fetchall()
            ]
            low, _ = id_range(connection, min(seen_at) - LOOK_BACK, None) if seen_at else (0, 0)
            if not seen_at or low >= keys_from(connection):
                return True
        with self._database.write() as connection:
            return story_upkeep.revive(connection, min(seen_at), max(seen_at))

    def tidy(self, now: datetime) -> bool:
        """Keep keys and counts small: see `StoryStore.tidy`."""
        with self._database.write() as connection:
            story_upkeep.age_counts(connection)
            return story_upkeep.drop_old(connection, now)

    def story(self, story_id: int) -> Story | None:
        """Return a story with its members, or None."""
        if not 0 < story_id <= LARGEST_ID:
            return None
        with self._database.read() as connection:
            story = connection.execute(
                "SELECT s.created_at, e.title FROM stories s JOIN entries e "
                "ON e.id = s.founder_id WHERE s.id = ?",
                (story_id,),
            ).fetchone()
            if story is None:
                return None
            rows = connection.execute(
                "SELECT entry_id, copy_of, why FROM story_members WHERE story_id = ? "
                "ORDER BY entry_id",
                (story_id,),
            ).fetchall()
            entries = load_entries(connection, [row["entry_id"] for row in rows])
        members = tuple(
            StoryMember(
                entry=entry.id,
                title=entry.title,
                outlet=entry.outlet,
                url=entry.url,
                published_at=entry.published_at,
                first_seen_at=entry.first_seen_at,
                copy_of=row["copy_of"],
                why=strings(row["why"]),
            )
            for row in rows
            for entry in (entries[row["entry_id"]],)
        )
        return Story(
            id=story_id,
            title=story["title"],
            created_at=moment(story["created_at"]),
            members=members,
        )
