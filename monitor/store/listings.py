"""What a feed's last whole document listed, and the marks of entries it was found to lack."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from monitor.model.refresh import FeedOutcome, Listed, Listing
from monitor.store.rows import instant, to_json


def listing(connection: sqlite3.Connection, feed_id: int) -> Listing | None:
    """Return what the feed's last whole document listed, None before the first."""
    row = connection.execute(
        "SELECT entries, missing FROM listings WHERE feed_id = ?", (feed_id,)
    ).fetchone()
    return None if row is None else Listing(_read(row["entries"]), _read(row["missing"]))


def follow_listing(
    connection: sqlite3.Connection, outcome: FeedOutcome, new_ids: Sequence[int], at: datetime
) -> None:
    """Mark what the document shows to be withdrawn, and remember what it listed.

    `new_ids` are those of the outcome's new entries. What was pruned has no row to be marked.
    """
    feed_id, document = outcome.feed.id, outcome.listing
    connection.executemany(
        "UPDATE entries SET withdrawn_at = ? WHERE id = ? AND feed_id = ? AND withdrawn_at IS NULL",
        [(instant(at), entry_id, feed_id) for entry_id in outcome.withdrawn],
    )
    if document is None:
        return
    ids = dict(zip((each.key for each in outcome.new), new_ids, strict=True))
    connection.execute(
        "INSERT INTO listings (feed_id, entries, missing) VALUES (?, ?, ?) "
        "ON CONFLICT (feed_id) DO UPDATE SET entries = excluded.entries, missing = excluded.missing",
        (feed_id, _written(document.entries, ids), _written(document.missing, ids)),
    )


def take_back_marks(connection: sqlite3.Connection, outcome: FeedOutcome) -> None:
    """Let entries that came again be withdrawn no more."""
    if outcome.back:
        connection.execute(
            "UPDATE entries SET withdrawn_at = NULL WHERE feed_id = ? AND withdrawn_at IS NOT NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            (outcome.feed.id, to_json(outcome.back)),
        )


def _written(entries: Sequence[Listed], ids: Mapping[str, int]) -> str:
    rows = [
        [each.id or ids[each.key], _seconds(each.published_at), _seconds(each.listed_at)]
        for each in entries
        if each.id or each.key in ids
    ]
    return to_json(rows)


def _read(text: str) -> tuple[Listed, ...]:
    rows = json.loads(text)
    return tuple(
        Listed(entry_id, None if published is None else _at(published), _at(listed))
        for entry_id, published, listed in rows
    )


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
