"""Keeping what entries in stories are found by complete, and small.

All entries in stories from the id `story_keys_from` (table `meta`) on have keys; older ones lost
theirs when grouping stopped looking back at them, or never had any, as an older version grouped
them. While `story_counting` stands there, such a version's are still to be keyed and counted. Each
function is a piece of bounded size, for a transaction of its own.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from monitor.store.entries import id_range
from monitor.store.rows import moment
from monitor.store.story_keys import (
    KEYS_FROM,
    STALE,
    count_terms,
    keys_from,
    rekey,
    story_entries,
    term_counts,
    write_keys,
)
from monitor.stories.features import features
from monitor.stories.grouping import LOOK_BACK
from monitor.stories.rarity import Rarity

PIECE = 500
"""Entries whose keys are made or dropped in one transaction."""

MOST_COUNTED = 200_000
"""From this many entries on all counts are halved, so that they follow the times."""

_COUNTING = "story_counting"

_UNKEYED = (
    "s.entry_id >= ? AND s.entry_id < ? "
    "AND NOT EXISTS (SELECT 1 FROM story_keys WHERE entry_id = s.entry_id)"
)


def catch_up(connection: sqlite3.Connection, now: datetime) -> bool:
    """Key and count some of what an older version grouped, the latest first; True when all is done.

    As far as grouping looks back; before that there is nothing to find.
    """
    if not is_counting(connection):
        return True
    low, _ = id_range(connection, _present(connection, now) - LOOK_BACK, None)
    entries = story_entries(
        connection,
        "WHERE s.entry_id >= ? AND s.entry_id < ? ORDER BY s.entry_id DESC LIMIT ?",
        (low, keys_from(connection), PIECE),
    )
    seen = {entry.id: features(entry) for entry in entries}
    count_terms(connection, [seen[entry.id] for entry in entries if entry.copy_of is None])
    write_keys(connection, entries, seen, Rarity(term_counts(connection, seen.values())))
    if len(entries) == PIECE:
        _note(connection, KEYS_FROM, entries[-1].id)
        return False
    if low < keys_from(connection):
        _note(connection, KEYS_FROM, low)
    connection.execute("DELETE FROM meta WHERE name = ?", (_COUNTING,))
    return True


def rekey_some(connection: sqlite3.Connection) -> bool:
    """Rekey some entries whose text has changed; True when none are left."""
    rows = connection.execute(
        "SELECT entry_id FROM story_keys WHERE key = ? LIMIT ?", (STALE, PIECE)
    ).fetchall()
    rekey(connection, [row[0] for row in rows])
    return len(rows) < PIECE


def any_stale(connection: sqlite3.Connection) -> bool:
    """Tell whether `rekey_some` has anything to do."""
    found = connection.execute("SELECT 1 FROM story_keys WHERE key = ? LIMIT 1", (STALE,))
    return found.fetchone() is not None


def revive(connection: sqlite3.Connection, first_at: datetime, last_at: datetime) -> bool:
    """Key some old entries again, those near what is to be grouped; True when all have keys.

    Old entries are grouped when a changed topic has found them.
    """
    low, high = id_range(connection, first_at - LOOK_BACK, last_at + LOOK_BACK)
    return key_some(connection, low, high)


def key_some(connection: sqlite3.Connection, low: int, high: int) -> bool:
    """Key some old entries of those from id `low` to before `high`; True when all have keys."""
    entries = story_entries(
        connection,
        f"WHERE {_UNKEYED} ORDER BY s.entry_id LIMIT ?",
        (low, min(high, keys_from(connection)), PIECE),
    )
    seen = {entry.id: features(entry) for entry in entries}
    write_keys(connection, entries, seen, Rarity(term_counts(connection, seen.values())))
    return len(entries) < PIECE


def all_keyed(connection: sqlite3.Connection, low: int, high: int) -> bool:
    """Tell whether all entries in stories, from id `low` to before `high`, have keys."""
    found = connection.execute(
        f"SELECT 1 FROM story_members s WHERE {_UNKEYED} LIMIT 1",
        (low, min(high, keys_from(connection))),
    ).fetchone()
    return found is None


def drop_old(connection: sqlite3.Connection, now: datetime) -> bool:
    """Drop some keys of entries that grouping no longer looks back at; True when none are left.

    A day more is kept, so that a clock set back a little loses nothing.
    """
    low, _ = id_range(connection, _present(connection, now) - LOOK_BACK - timedelta(days=1), None)
    newest = connection.execute("SELECT max(entry_id) FROM story_members").fetchone()[0] or 0
    low = min(low, newest + 1)
    if low > keys_from(connection):
        _note(connection, KEYS_FROM, low)
    ids = connection.execute(
        "SELECT DISTINCT entry_id FROM story_keys WHERE entry_id < ? ORDER BY entry_id LIMIT ?",
        (low, PIECE),
    ).fetchall()
    connection.executemany("DELETE FROM story_keys WHERE entry_id = ?", [tuple(row) for row in ids])
    return len(ids) < PIECE


def age_counts(connection: sqlite3.Connection) -> None:
    """Halve the counts of terms when there are many, and forget what is rarest."""
    row = connection.execute("SELECT entries FROM story_terms WHERE term = ''").fetchone()
    if row is None or row[0] <= MOST_COUNTED:
        return
    connection.execute("DELETE FROM story_terms WHERE entries < 2")
    connection.execute("UPDATE story_terms SET entries = entries / 2")


def is_counting(connection: sqlite3.Connection) -> bool:
    """Tell whether an older version's entries are still to be keyed and counted."""
    found = connection.execute("SELECT 1 FROM meta WHERE name = ?", (_COUNTING,)).fetchone()
    return found is not None


def _present(connection: sqlite3.Connection, now: datetime) -> datetime:
    """Return `now`, but no later than the newest entry: a clock that runs ahead drops nothing."""
    newest = connection.execute(
        "SELECT first_seen_at FROM entries ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return min(now, moment(newest[0])) if newest else now


def _note(connection: sqlite3.Connection, name: str, value: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, str(value))
    )
