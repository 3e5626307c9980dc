"""Writing the matches of entries whose text is new or changed, within a caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model.topic import StoredMatch
from monitor.store.rows import from_evidence, instant, moment

MatchRow = tuple[int, str, int, int, str, bool, str | None]


def match_row(entry_id: int, match: StoredMatch, matched_at: str | None = None) -> MatchRow:
    """Return the row of `matches`; without `matched_at` it matched when it was first seen."""
    evidence = from_evidence(match.evidence)
    return (
        entry_id, match.topic, match.version, match.points, evidence, match.backfilled, matched_at,
    )  # fmt: skip


def insert_matches(connection: sqlite3.Connection, rows: Sequence[MatchRow]) -> None:
    """Add matches that are not there yet."""
    connection.executemany(
        "INSERT INTO matches (entry_id, topic, version, points, evidence, backfilled, "
        "matched_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def replace_matches(
    connection: sqlite3.Connection,
    entry_id: int,
    found: Sequence[StoredMatch],
    matched_at: datetime,
) -> int:
    """Let an entry that is stored have these matches alone; return how many topics are new to it.

    Those it did not have before it has since `matched_at`, which lies in no edition's window yet.
    """
    former = {
        row["topic"]: row
        for row in connection.execute(
            "DELETE FROM matches WHERE entry_id = ? RETURNING topic, backfilled, matched_at",
            (entry_id,),
        ).fetchall()
    }
    rows = []
    for match in found:
        had = former.get(match.topic)
        # A new text makes no news of an old entry that a changed topic has found.
        known = replace(match, backfilled=bool(had and had["backfilled"]))
        rows.append(match_row(entry_id, known, had["matched_at"] if had else instant(matched_at)))
    insert_matches(connection, rows)
    return len({match.topic for match in found} - former.keys())


def last_cutoff(connection: sqlite3.Connection) -> str:
    """Return the end of the latest window of any edition, or the beginning of the latest digest.

    "" before the first digest. A window that is closed, or never was open, gets no entries any more.
    """
    row = connection.execute(
        "SELECT max(at) FROM (SELECT max(until_at) AS at FROM editions UNION ALL "
        "SELECT max(began_at) FROM digests)"
    ).fetchone()
    return row[0] or ""


def not_before_cutoff(connection: sqlite3.Connection, now: datetime) -> datetime:
    """Return `now`, or the last cutoff of any digest: nothing happens in a window that is closed.

    What is written just after an edition was frozen would else be told by no digest.
    """
    cutoff = last_cutoff(connection)
    return max(now, moment(cutoff)) if cutoff else now


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
