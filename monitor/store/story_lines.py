"""Stories as lists show them."""

from __future__ import annotations

import sqlite3
from itertools import groupby

from monitor.model.story import StoryLine
from monitor.store.loading import load_entries
from monitor.store.rows import LARGEST_ID, marks, maybe_moment, moment

# Read from the newest story down, as far as `limit` reaches: a wide window costs no more.
_STORIES = (
    "SELECT s.id, s.created_at, s.pinned_at, e.title FROM stories s JOIN entries e ON e.id = s.founder_id "
    "WHERE s.merged_into IS NULL AND s.id < ? AND EXISTS (SELECT 1 FROM story_members m "
    "WHERE m.story_id = s.id AND m.entry_id >= ? AND m.entry_id < ?) ORDER BY s.id DESC LIMIT ?"
)


def story_lines(
    connection: sqlite3.Connection, limit: int, before: int | None, within: tuple[int, int]
) -> list[StoryLine]:
    """Return stories with an entry of a range of ids: see `StoryStore.lines`."""
    highest = LARGEST_ID if before is None else min(max(before, 0), LARGEST_ID)
    stories = connection.execute(_STORIES, (highest, *within, limit)).fetchall()
    ids = [row["id"] for row in stories]
    rows = connection.execute(
        f"SELECT story_id, entry_id, copy_of FROM story_members WHERE story_id IN ({marks(ids)}) "
        "ORDER BY story_id, entry_id",
        ids,
    ).fetchall()
    entries = load_entries(connection, [row["entry_id"] for row in rows], evidence=False)
    members = {story: list(found) for story, found in groupby(rows, lambda row: row["story_id"])}
    lines = []
    for row in stories:
        those = members[row["id"]]
        seen = [entries[member["entry_id"]] for member in those]
        own = [entries[member["entry_id"]] for member in those if member["copy_of"] is None]
        lines.append(
            StoryLine(
                id=row["id"],
                title=row["title"],
                created_at=moment(row["created_at"]),
                entries=len(those),
                copies=len(those) - len(own),
                outlets=tuple(dict.fromkeys(entry.outlet for entry in own)),
                topics=tuple(sorted({match.topic for entry in seen for match in entry.matches})),
                first_seen_at=seen[0].first_seen_at,
                last_seen_at=seen[-1].first_seen_at,
                pinned_at=maybe_moment(row["pinned_at"]),
            )
        )
    return lines
