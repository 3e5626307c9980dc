"""Stories and what they consist of: writing decisions, reading whole stories."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.entry import Entry
from monitor.model.story import RelatedStory, Story, StoryDecision, StoryEntry, StoryMember
from monitor.store.connection import Database
from monitor.store.entries import id_range
from monitor.store.loading import load_entries, load_feed_facts, outlet
from monitor.store.rows import (
    LARGEST_ID,
    chunks,
    from_weighed,
    instant,
    marks,
    maybe_moment,
    moment,
    strings,
    to_json,
    weighed,
)

_ENTRY = (
    "SELECT e.id, e.feed_id, e.title, e.excerpt, e.url, e.domain, e.language, e.first_seen_at, "
    "s.story_id, s.copy_of, s.pinned FROM entries e LEFT JOIN story_members s ON s.entry_id = e.id "
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

    def ungrouped(self, limit: int) -> list[StoryEntry]:
        """Return matched entries without a story: see `StoryStore.ungrouped`."""
        with self._database.read() as connection:
            return story_entries(
                connection,
                "WHERE s.entry_id IS NULL AND e.id IN (SELECT entry_id FROM matches) "
                "ORDER BY e.id LIMIT ?",
                (limit,),
            )

    def grouped(self, since: datetime, until: datetime) -> list[StoryEntry]:
        """Return recent entries that are in stories: see `StoryStore.grouped`."""
        with self._database.read() as connection:
            return story_entries(
                connection,
                "WHERE s.entry_id IS NOT NULL AND e.id >= ? AND e.id < ? ORDER BY e.id",
                id_range(connection, since, until),
            )

    def attach(self, decisions: Sequence[StoryDecision], now: datetime) -> None:
        """Write decisions: see `StoryStore.attach`."""
        with self._database.write() as connection:
            place(connection, decisions, now)

    def story(self, story_id: int) -> Story | None:
        """Return a story with its members, or None: see `StoryStore.story`."""
        if not 0 < story_id <= LARGEST_ID:
            return None
        with self._database.read() as connection:
            return _story(connection, story_id)

    def copies(self, entry_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """Return the other entries with the same text: see `StoryStore.copies`."""
        found: dict[int, tuple[int, ...]] = {}
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
                    found[row["asked"]] = (*found.get(row["asked"], ()), row["found"])
        return found


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
    merged = [
        row[0]
        for row in connection.execute(f"{_MERGED} SELECT id FROM merged ORDER BY id", (story_id,))
    ]
    return Story(
        id=story_id,
        title=story["title"],
        created_at=moment(story["created_at"]),
        members=tuple(_member(row, entries[row["entry_id"]]) for row in rows),
        related=_related(connection, story_id),
        merged_into=story["merged_into"],
        merged=tuple(each for each in merged if each != story_id),
        pinned_at=maybe_moment(story["pinned_at"]),
    )


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


def story_entries(
    connection: sqlite3.Connection, where: str, values: tuple[object, ...]
) -> list[StoryEntry]:
    """Return what grouping needs to know of entries (`e`), those in stories with their seat (`s`)."""
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
            pinned=bool(row["pinned"]),
        )
        for row in rows
    ]
