"""What alerts look at: the next entries and edits, the stories these are in, former texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from monitor.model.alert import AlertPiece, AlertStanding, Carried
from monitor.model.entry import Entry
from monitor.store.loading import load_entries, load_feed_facts, outlet
from monitor.store.rows import chunks, instant, marks, moment

_WAITS = (
    "EXISTS (SELECT 1 FROM matches WHERE entry_id = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM story_members WHERE entry_id = e.id)"
)
"""It matches a topic and will get its story in a moment."""


def piece(connection: sqlite3.Connection, standing: AlertStanding, most: int) -> AlertPiece | None:
    """Return what an alert looks at next: see `AlertStore.piece`."""
    newest = connection.execute("SELECT max(id) FROM entries").fetchone()[0] or 0
    until = min(standing.next_id + most, max(newest + 1, standing.next_id))
    waits = connection.execute(
        f"SELECT id FROM entries e WHERE id >= ? AND id < ? AND {_WAITS} ORDER BY id LIMIT 1",
        (standing.next_id, until),
    ).fetchone()
    until = waits[0] if waits else until
    last, edited = standing.next_change, []
    for row in connection.execute(
        f"SELECT id, change, {_WAITS} AS waits FROM entries e WHERE change > 0 AND change > ? "
        "ORDER BY change LIMIT ?",
        (last, most),
    ).fetchall():
        if row["id"] < standing.next_id:
            if row["waits"]:
                break
            edited.append(row["id"])
        # A newer one is looked at as it is when its turn comes.
        last = row["change"]
    if until == standing.next_id and last == standing.next_change:
        return None
    return AlertPiece(until, last, tuple(edited))


def touched(
    connection: sqlite3.Connection, standing: AlertStanding, piece: AlertPiece
) -> list[int]:
    """Return the stories that the entries of a piece are in: see `AlertStore.touched`."""
    rows = connection.execute(
        "SELECT DISTINCT story_id FROM story_members WHERE entry_id >= ? AND entry_id < ?",
        (standing.next_id, piece.until_id),
    ).fetchall()
    for some in chunks(piece.edited):
        rows += connection.execute(
            f"SELECT DISTINCT story_id FROM story_members WHERE entry_id IN ({marks(some)})",
            tuple(some),
        ).fetchall()
    return sorted({row[0] for row in rows})


def carried(connection: sqlite3.Connection, story_ids: Sequence[int]) -> dict[int, list[Carried]]:
    """Return who carries stories: see `AlertStore.carried`."""
    rows: list[sqlite3.Row] = []
    for some in chunks(sorted(set(story_ids))):
        rows += connection.execute(
            "SELECT m.story_id, m.entry_id, m.copy_of, e.feed_id, e.domain, e.first_seen_at "
            "FROM story_members m JOIN entries e ON e.id = m.entry_id "
            f"WHERE m.story_id IN ({marks(some)}) ORDER BY m.entry_id",
            tuple(some),
        ).fetchall()
    facts = load_feed_facts(connection, {row["feed_id"] for row in rows})
    found: dict[int, list[Carried]] = {}
    for row in rows:
        name = outlet(facts[row["feed_id"]], row["domain"])
        seen_at = moment(row["first_seen_at"])
        found.setdefault(row["story_id"], []).append(
            Carried(row["entry_id"], name, seen_at, row["copy_of"])
        )
    return found


def former(
    connection: sqlite3.Connection, standing: AlertStanding, entry_ids: Sequence[int]
) -> list[Entry]:
    """Return entries as they stood when an alert began: see `AlertStore.former`."""
    since = instant(standing.began_at)
    old = [entry_id for entry_id in entry_ids if entry_id < standing.first_id]
    found = []
    for some in chunks(old):
        ids = [
            row[0]
            for row in connection.execute(
                f"SELECT id FROM entries WHERE id IN ({marks(some)}) AND change > ?",
                (*some, standing.first_change),
            ).fetchall()
        ]
        for entry in load_entries(connection, ids).values():
            text = _text_until(connection, entry, standing)
            if text is not None:
                topics = {
                    row[0]
                    for row in connection.execute(
                        "SELECT topic FROM matches WHERE entry_id = ? AND (backfilled "
                        "OR matched_at IS NULL OR matched_at < ?)",
                        (entry.id, since),
                    ).fetchall()
                }
                had = tuple(match for match in entry.matches if match.topic in topics)
                found.append(replace(entry, title=text[0], text=text[1], matches=had))
    return found


def _text_until(
    connection: sqlite3.Connection, entry: Entry, standing: AlertStanding
) -> tuple[str, str] | None:
    """Return title and text before the first real edit since the alert began, None without one."""
    row = connection.execute(
        "SELECT title, text FROM revisions WHERE entry_id = ? AND seen_at >= ? ORDER BY id LIMIT 1",
        (entry.id, instant(standing.began_at)),
    ).fetchone()
    if row is not None:
        return row["title"], row["text"]
    if entry.page_text_at is not None and entry.page_text_at >= standing.began_at:
        # The text of its page took the place of the feed's, of which the excerpt is left.
        return entry.title, entry.excerpt
    return None
