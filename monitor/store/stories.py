"""Stories and what they consist of: writing decisions, reading whole stories."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.model.entry import Entry
from monitor.model.story import Absorbed, RelatedStory, Story, StoryDecision, StoryLine, StoryMember
from monitor.store import grouping, story_upkeep
from monitor.store.connection import Database
from monitor.store.decisions import leads_to, place
from monitor.store.entries import id_range
from monitor.store.loading import load_entries
from monitor.store.rows import (
    LARGEST_ID,
    chunks,
    marks,
    maybe_moment,
    moment,
    strings,
    weighed,
)
from monitor.store.story_keys import keys_from
from monitor.store.story_lines import story_lines
from monitor.stories.grouping import LOOK_BACK

_WAITING = (
    "SELECT id, first_seen_at FROM entries e WHERE id IN (SELECT DISTINCT entry_id FROM matches m "
    "WHERE entry_id > ? AND NOT EXISTS (SELECT 1 FROM story_members WHERE entry_id = m.entry_id) "
    "ORDER BY entry_id LIMIT ?) ORDER BY id"
)

# The story and those that were merged into it, directly or through others.
_MERGED = (
    "WITH RECURSIVE merged (id) AS (SELECT ?1 UNION SELECT s.id FROM stories s "
    "JOIN merged ON s.merged_into = merged.id)"
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
            place(connection, decisions, now)

    def catch_up(self, now: datetime) -> bool:
        """Let what is in stories be found: see `StoryStore.catch_up`."""
        with self._database.read() as connection:
            counting = story_upkeep.is_counting(connection)
            if not counting and not story_upkeep.any_stale(connection):
                return True
        with self._database.write() as connection:
            if counting:
                return story_upkeep.catch_up(connection, now) and not story_upkeep.any_stale(
                    connection
                )
            return story_upkeep.rekey_some(connection)

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
        """Return a story with its members, or None: see `StoryStore.story`."""
        if not 0 < story_id <= LARGEST_ID:
            return None
        with self._database.read() as connection:
            return _story(connection, story_id)

    def lines(
        self, limit: int, before: int | None, since: datetime | None, until: datetime | None
    ) -> list[StoryLine]:
        """Return stories for a list: see `StoryStore.lines`."""
        with self._database.read() as connection:
            return story_lines(connection, limit, before, id_range(connection, since, until))

    def copies(self, entry_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """Return the other entries with the same text: see `StoryStore.copies`."""
        found: dict[int, list[int]] = {}
        with self._database.read() as connection:
            for chunk in chunks(entry_ids):
                rows = connection.execute(
                    "SELECT m.entry_id AS asked, c.entry_id AS found FROM story_members m "
                    "JOIN story_members c ON c.copy_of = coalesce(m.copy_of, m.entry_id) "
                    "AND c.entry_id <> m.entry_id "
                    f"WHERE m.entry_id IN ({marks(chunk)}) UNION ALL "
                    "SELECT entry_id, copy_of FROM story_members "
                    f"WHERE copy_of IS NOT NULL AND entry_id IN ({marks(chunk)}) ORDER BY 1, 2",
                    (*chunk, *chunk),
                ).fetchall()
                for row in rows:
                    found.setdefault(row["asked"], []).append(row["found"])
        return {asked: tuple(others) for asked, others in found.items()}


def _story(connection: sqlite3.Connection, story_id: int) -> Story | None:
    story = connection.execute(
        "SELECT s.created_at, s.merged_into, s.pinned_at, e.title FROM stories s JOIN entries e "
        "ON e.id = s.founder_id WHERE s.id = ?",
        (story_id,),
    ).fetchone()
    if story is None:
        return None
    rows = connection.execute(
        "SELECT entry_id, copy_of, why, score, features, version, pinned FROM story_members "
        "WHERE story_id = ? ORDER BY entry_id",
        (story_id,),
    ).fetchall()
    entries = load_entries(connection, [row["entry_id"] for row in rows])
    merged = connection.execute(
        f"{_MERGED} SELECT id, merged_at, merged_why, merged_into FROM merged JOIN stories USING (id) "
        "WHERE id <> ?1 ORDER BY id",
        (story_id,),
    ).fetchall()
    return Story(
        id=story_id,
        title=story["title"],
        created_at=moment(story["created_at"]),
        members=tuple(_member(row, entries[row["entry_id"]]) for row in rows),
        related=_related(connection, story_id),
        merged_into=story["merged_into"],
        merged=tuple(row["id"] for row in merged),
        absorbed=tuple(
            Absorbed(row["id"], moment(row["merged_at"]), row["merged_why"])
            for row in merged
            if row["merged_at"] and not _led_by_a_split(row, story_id, story["created_at"])
        ),
        pinned_at=maybe_moment(story["pinned_at"]),
    )


def _led_by_a_split(merged: sqlite3.Row, story_id: int, created_at: str) -> bool:
    """Tell whether a split has let a merged story lead here: it was found to be another, before."""
    return bool(merged["merged_into"] == story_id and merged["merged_at"] < created_at)


def _member(row: sqlite3.Row, entry: Entry) -> StoryMember:
    return StoryMember(
        entry=entry.id,
        title=entry.title,
        outlet=entry.outlet,
        url=entry.url,
        published_at=entry.published_at,
        first_seen_at=entry.first_seen_at,
        copy_of=row["copy_of"],
        why=strings(row["why"]),
        score=row["score"],
        features=weighed(row["features"]),
        version=row["version"],
        pinned=bool(row["pinned"]),
        withdrawn_at=entry.withdrawn_at,
    )


def _related(connection: sqlite3.Connection, story_id: int) -> tuple[RelatedStory, ...]:
    """Return the stories this one may have to do with, where merged ones led to, likeliest first.

    It was noted by whichever of the two came later, before either may have been merged.
    """
    rows = connection.execute(
        f"{_MERGED} "
        "SELECT other_id, score, why FROM story_relations JOIN merged ON story_id = id UNION ALL "
        "SELECT story_id, score, why FROM story_relations JOIN merged ON other_id = id "
        "ORDER BY score DESC, 1",
        (story_id,),
    ).fetchall()
    found: dict[int, RelatedStory] = {}
    for row in rows:
        other = leads_to(connection, row[0])
        if other != story_id and other not in found:
            title = connection.execute(
                "SELECT e.title FROM stories s JOIN entries e ON e.id = s.founder_id "
                "WHERE s.id = ?",
                (other,),
            ).fetchone()[0]
            found[other] = RelatedStory(other, title, row["score"], row["why"])
    return tuple(found.values())
