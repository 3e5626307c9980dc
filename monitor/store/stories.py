"""Grouping matched entries into stories."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.story import Story, StoryDecision, StoryEntry, StoryMember
from monitor.store.connection import Database
from monitor.store.entries import id_range
from monitor.store.loading import load_entries, load_feed_facts, outlet
from monitor.store.rows import LARGEST_ID, instant, moment, strings, to_json

_ENTRY = (
    "SELECT e.id, e.feed_id, e.title, e.excerpt, e.url, e.domain, e.language, e.first_seen_at, "
    "s.story_id, s.copy_of FROM entries e LEFT JOIN story_members s ON s.entry_id = e.id "
)


class SqliteStories:
    """`monitor.store.protocols.StoryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ungrouped(self, limit: int) -> list[StoryEntry]:
        """Return matched entries without a story: see `StoryStore.ungrouped`."""
        with self._database.read() as connection:
            return _story_entries(
                connection,
                "WHERE s.entry_id IS NULL AND e.id IN (SELECT entry_id FROM matches) "
                "ORDER BY e.id LIMIT ?",
                (limit,),
            )

    def grouped(self, since: datetime, until: datetime) -> list[StoryEntry]:
        """Return recent entries that are in stories: see `StoryStore.grouped`."""
        with self._database.read() as connection:
            return _story_entries(
                connection,
                "WHERE s.entry_id IS NOT NULL AND e.id >= ? AND e.id < ? ORDER BY e.id",
                id_range(connection, since, until),
            )

    def attach(self, decisions: Sequence[StoryDecision], now: datetime) -> None:
        """Write decisions: see `StoryStore.attach`."""
        opened: dict[int, int] = {}
        with self._database.write() as connection:
            for each in decisions:
                story = each.story
                if story is None:
                    story = opened.get(each.founder) or _story_of(connection, each.founder, now)
                    opened[each.founder] = story
                elif not connection.execute(
                    "SELECT 1 FROM stories WHERE id = ?", (story,)
                ).fetchone():
                    raise NotFoundError(f"There is no story s{story} in this database.")
                connection.execute(
                    "INSERT INTO story_members (entry_id, story_id, copy_of, why, joined_at) "
                    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (entry_id) DO UPDATE SET "
                    "story_id = excluded.story_id, copy_of = excluded.copy_of, "
                    "why = excluded.why, joined_at = excluded.joined_at",
                    (each.entry, story, each.copy_of, to_json(each.why), instant(now)),
                )

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
                withdrawn_at=entry.withdrawn_at,
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


def _story_of(connection: sqlite3.Connection, founder: int, now: datetime) -> int:
    """Return the story the founder is in already, else a new one."""
    row = connection.execute(
        "SELECT story_id FROM story_members WHERE entry_id = ?", (founder,)
    ).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO stories (founder_id, created_at) VALUES (?, ?) RETURNING id",
            (founder, instant(now)),
        ).fetchone()
    return int(row[0])


def _story_entries(
    connection: sqlite3.Connection, where: str, values: tuple[object, ...]
) -> list[StoryEntry]:
    rows = connection.execute(_ENTRY + where, values).fetchall()
    feeds = load_feed_facts(connection, {row["feed_id"] for row in rows})
    return [
        StoryEntry(
            id=row["id"],
            title=row["title"],
            excerpt=row["excerpt"],
            url=row["url"],
            outlet=outlet(feeds[row["feed_id"]], row["domain"]),
            language=row["language"],
            seen_at=moment(row["first_seen_at"]),
            story=row["story_id"],
            copy_of=row["copy_of"],
        )
        for row in rows
    ]
