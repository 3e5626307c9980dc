"""Writing what was decided about stories, within a caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.story import Grouped, StoryDecision, StoryMerge
from monitor.store.rows import chunks, from_weighed, instant, marks, to_json


def write_grouped(connection: sqlite3.Connection, grouped: Grouped, now: datetime) -> None:
    """Write where entries belong, then let the stories be one that have turned out to be one."""
    place(connection, grouped.decisions, now)
    for merge in grouped.merges:
        merge_stories(connection, merge, now)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge has moved: all `entries` of a story to another."""

    story: int
    into: int
    entries: tuple[int, ...]


def merge_stories(
    connection: sqlite3.Connection, merge: StoryMerge, now: datetime
) -> Merged | None:
    """Move all entries of a story to another; its id leads there from now on.

    A story with pinned entries never moves, whoever decided so: then the other one does, and where
    both have some nothing happens.
    """
    story, into = leads_to(connection, merge.story), leads_to(connection, merge.into)
    if with_pins(connection, [story]):
        story, into = into, story
    if story == into or with_pins(connection, [story]):
        return None
    moved = connection.execute(
        "UPDATE story_members SET story_id = ?, joined_at = ? WHERE story_id = ? "
        "RETURNING entry_id",
        (into, instant(now), story),
    ).fetchall()
    connection.execute(
        "UPDATE stories SET merged_into = ?, merged_at = ?, merged_why = ? WHERE id = ?",
        (into, instant(now), merge.why, story),
    )
    return Merged(story, into, tuple(sorted(row[0] for row in moved)))


def with_pins(connection: sqlite3.Connection, story_ids: Iterable[int]) -> set[int]:
    """Return those of the stories that have pinned entries: a person decided about them."""
    return {
        row[0]
        for some in chunks(sorted(set(story_ids)))
        for row in connection.execute(
            f"SELECT DISTINCT story_id FROM story_members WHERE story_id IN ({marks(some)}) AND pinned",
            tuple(some),
        ).fetchall()
    }


def place(connection: sqlite3.Connection, decisions: Sequence[StoryDecision], now: datetime) -> int:
    """Write decisions in the caller's transaction: see `StoryStore.attach`.

    Return how many rows changed: what stands already is not written again.
    """
    opened: dict[int, int] = {}
    changed = 0
    for each in decisions:
        story = each.story
        if story is None:
            story = opened.get(each.founder) or _story_of(connection, each.founder, now)
            opened[each.founder] = story
        story = leads_to(connection, story)
        changed += connection.execute(
            "INSERT INTO story_members (entry_id, story_id, copy_of, why, score, features, "
            "version, joined_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (entry_id) DO UPDATE SET story_id = excluded.story_id, "
            "copy_of = excluded.copy_of, why = excluded.why, score = excluded.score, "
            "features = excluded.features, version = excluded.version, "
            "joined_at = iif(story_id = excluded.story_id, joined_at, excluded.joined_at) "
            # What a person decided stands.
            "WHERE pinned = 0 AND (story_id, copy_of, why, score, features, version) IS NOT "
            "(excluded.story_id, excluded.copy_of, excluded.why, excluded.score, "
            "excluded.features, excluded.version)",
            (
                each.entry,
                story,
                each.copy_of,
                to_json(each.why),
                each.score,
                from_weighed(each.features),
                each.version,
                instant(now),
            ),
        ).rowcount
    _relate(connection, decisions, now)
    return changed


def leads_to(connection: sqlite3.Connection, story_id: int) -> int:
    """Return the story that has a story's entries: itself, or where it was merged to.

    Raises `NotFoundError` for a story nobody knows.
    """
    row = connection.execute(
        # UNION, not UNION ALL: it would end even if there were a loop.
        "WITH RECURSIVE path (id) AS (SELECT ?1 UNION SELECT s.merged_into FROM stories s "
        "JOIN path ON s.id = path.id WHERE s.merged_into IS NOT NULL) "
        "SELECT s.id FROM stories s JOIN path ON s.id = path.id WHERE s.merged_into IS NULL",
        (story_id,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"There is no story s{story_id} in this database.")
    return int(row[0])


def _relate(
    connection: sqlite3.Connection, decisions: Sequence[StoryDecision], now: datetime
) -> None:
    """Note the stories that entries are close to; two of one story say it once, the likeliest."""
    for each in decisions:
        for near in each.related:
            connection.execute(
                "INSERT INTO story_relations (story_id, other_id, score, why, found_at) "
                "SELECT m.story_id, other.id, ?2, ?3, ?4 FROM story_members m JOIN stories other "
                "ON other.id = coalesce(?5, (SELECT story_id FROM story_members WHERE entry_id = ?6)) "
                "WHERE m.entry_id = ?1 AND other.id <> m.story_id "
                "ON CONFLICT (story_id, other_id) DO UPDATE SET score = excluded.score, "
                "why = excluded.why, found_at = excluded.found_at "
                "WHERE excluded.score >= story_relations.score",
                (each.entry, near.score, near.why, instant(now), near.story, near.founder),
            )


def _story_of(connection: sqlite3.Connection, founder: int, now: datetime) -> int:
    """Return the story the founder is in already, else a new one."""
    row = connection.execute(
        "SELECT story_id FROM story_members WHERE entry_id = ?", (founder,)
    ).fetchone()
    return open_story(connection, founder, now) if row is None else int(row[0])


def open_story(connection: sqlite3.Connection, founder: int, now: datetime) -> int:
    """Make a story without entries yet and return its id."""
    row = connection.execute(
        "INSERT INTO stories (founder_id, created_at) VALUES (?, ?) RETURNING id",
        (founder, instant(now)),
    ).fetchone()
    return int(row[0])
