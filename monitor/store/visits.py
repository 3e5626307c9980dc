"""Writing what a visit says about the feed itself, within a caller's transaction."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.feed import FeedRecord
from monitor.model.refresh import FetchLogLine, Gap
from monitor.store.rows import instant, standing

_NEWS = ("since_at", "silent_since_at")
"""What digests tell once, by the window it lies in."""


def set_standing(
    connection: sqlite3.Connection, feed: FeedRecord, cutoff: str, claimed_until_at: datetime | None
) -> bool:
    """Write how a feed stands; False where the claim it was visited by does not hold any more."""
    values = standing(feed)
    state = values.pop("state")
    written = [name for name in values if name not in (*_NEWS, "last_new_at")]
    changed = connection.execute(
        # A feed that was switched off during its refresh stays off.
        "UPDATE feeds SET state = CASE state WHEN 'off' THEN 'off' ELSE :state END, "
        f"{', '.join(f'{name} = :{name}' for name in written)}, "
        # A push that came during the visit may have brought something later than the visit knows of.
        "last_new_at = iif(last_new_at BETWEEN coalesce(:last_new_at, '') AND :last_fetched_at, "
        "last_new_at, :last_new_at), "
        # What is new here must not lie in a window that was closed a moment ago.
        f"{', '.join(f'{n} = iif({n} IS :{n}, {n}, max(:{n}, :cutoff))' for n in _NEWS)}, "
        "leased_until_at = NULL WHERE id = :id AND (:claimed IS NULL OR leased_until_at = :claimed)",
        {
            **values,
            "state": state,
            "id": feed.id,
            "cutoff": cutoff,
            "claimed": instant(claimed_until_at),
        },
    ).rowcount
    known = changed or connection.execute("SELECT 1 FROM feeds WHERE id = ?", (feed.id,)).fetchone()
    if not known:
        raise NotFoundError(f"The database has no feed with the id {feed.id}.")
    return bool(changed)


def note_gap(connection: sqlite3.Connection, feed_id: int, gap: Gap, cutoff: str) -> None:
    """Keep a time from which entries may be missing, for the next digest to tell."""
    connection.execute(
        "INSERT INTO gaps (feed_id, from_at, until_at, pages, closed) "
        "VALUES (?, ?, max(?, ?), ?, ?)",
        (feed_id, instant(gap.from_at), instant(gap.until_at), cutoff, gap.pages, gap.closed),
    )


def leave_host_alone(connection: sqlite3.Connection, feed_id: int, until_at: datetime) -> None:
    """Let no other feed of the host be due before then."""
    # One that is claimed and never asked is given back to when it was due before.
    connection.execute(
        "UPDATE feeds SET next_fetch_at = :until, claimed_due_at = max(claimed_due_at, :until), "
        "why_then = 'its host asks for fewer visits' "
        "WHERE host = (SELECT host FROM feeds WHERE id = :id) AND host <> '' AND id <> :id "
        "AND next_fetch_at < :until",
        {"until": instant(until_at), "id": feed_id},
    )


def write_log(connection: sqlite3.Connection, feed_id: int, log: FetchLogLine) -> None:
    """Add a line to the fetch log."""
    connection.execute(
        "INSERT INTO fetch_log (feed_id, at, result, status, wire_bytes, seconds, entries, "
        "message) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            feed_id,
            instant(log.at),
            log.result,
            log.status,
            log.wire_bytes,
            log.seconds,
            log.entries,
            log.message,
        ),
    )
