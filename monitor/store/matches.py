"""Writing the matches of entries whose text is new or changed, within a caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.model.topic import StoredMatch
from monitor.store.rows import from_evidence

MatchRow = tuple[int, str, int, int, str, bool]


def match_row(entry_id: int, match: StoredMatch) -> MatchRow:
    """Return the row of `matches`."""
    evidence = from_evidence(match.evidence)
    return entry_id, match.topic, match.version, match.points, evidence, match.backfilled


def insert_matches(connection: sqlite3.Connection, rows: Sequence[MatchRow]) -> None:
    """Add matches that are not there yet."""
    connection.executemany(
        "INSERT INTO matches (entry_id, topic, version, points, evidence, backfilled) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )


def replace_matches(
    connection: sqlite3.Connection, entry_id: int, found: Sequence[StoredMatch]
) -> int:
    """Let an entry that is stored have these matches alone; return how many topics are new to it."""
    former = dict(
        connection.execute(
            "DELETE FROM matches WHERE entry_id = ? RETURNING topic, backfilled", (entry_id,)
        ).fetchall()
    )
    # A new text makes no news of an old entry that a changed topic has found.
    matches = [replace(match, backfilled=bool(former.get(match.topic))) for match in found]
    insert_matches(connection, [match_row(entry_id, match) for match in matches])
    return len({match.topic for match in matches} - former.keys())


def next_change(connection: sqlite3.Connection) -> int:
    """Return the number of this edit among all edits of entries."""
    return int(
        connection.execute(
            "INSERT INTO meta (name, value) VALUES ('changes', '1') ON CONFLICT (name) "
            "DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
        ).fetchone()[0]
    )


def doubt_rematched(connection: sqlite3.Connection, versions: Mapping[str, int]) -> None:
    """Let topics whose present version these entries were not matched with be applied anew.

    Whoever stored them was started before config/ was changed.
    """
    applied = connection.execute("SELECT topic, version FROM rematched").fetchall()
    other = [(row[0],) for row in applied if versions.get(row[0]) != row[1]]
    connection.executemany("DELETE FROM rematched WHERE topic = ?", other)
