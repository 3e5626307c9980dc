"""Writing what grouping decided, within a caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.story import Related, StoryDecision
from monitor.store.rows import instant, to_json

_MEMBER = (
    "INSERT INTO story_members "
    "(entry_id, story_id, copy_of, why, joined_at, score, features, version) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (entry_id) DO UPDATE SET "
    "story_id = excluded.story_id, copy_of = excluded.copy_of, why = excluded.why, "
    "joined_at = excluded.joined_at, score = excluded.score, features = excluded.features, "
    "version = excluded.version"
)
_RELATION = (
    "INSERT INTO story_relations (story_id, other_id, score, why, found_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (story_id, other_id) DO UPDATE SET score = excluded.score, why = excluded.why, "
    "found_at = excluded.found_at WHERE excluded.score > score"
)


def write_decisions(
    connection: sqlite3.Connection, decisions: Sequence[StoryDecision], now: datetime
) -> None:
    """Write decisions: see `monitor.store.protocols.StoryStore.attach`."""
    opened: dict[int, int] = {}
    joined: list[tuple[int, StoryDecision]] = []
    for each in decisions:
        story = each.story
        if story is None:
            story = opened.get(each.founder) or _story_of(connection, each.founder, now)
            opened[each.founder] = story
        elif not connection.execute("SELECT 1 FROM stories WHERE id = ?", (story,)).fetchone():
            raise NotFoundError(f"There is no story s{story} in this database.")
        joined.append((story, each))
        connection.execute(
            _MEMBER,
            (
                each.entry,
                story,
                each.copy_of,
                to_json(each.why),
                instant(now),
                each.score,
                to_json(tuple([part.name, part.value, part.points] for part in each.features)),
                each.version,
            ),
        )
    for story, each in joined:
        for related in each.related:
            _relate(connection, story, related, opened, now)


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


def _relate(
    connection: sqlite3.Connection,
    story: int,
    related: Related,
    opened: Mapping[int, int],
    now: datetime,
) -> None:
    """Note that two stories may have to do with each other: once, the later story first."""
    other = opened[related.founder] if related.story is None else related.story
    if other != story:
        pair = (max(story, other), min(story, other))
        connection.execute(_RELATION, (*pair, related.score, related.why, instant(now)))
