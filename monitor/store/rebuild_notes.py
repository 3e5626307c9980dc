"""The note of how far a rebuild of the stories has come."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.rebuild import Moved, Rebuild
from monitor.store.rows import instant, moment, to_json

_COUNTS = ("entries", "pinned", "moved", "grouped", "opened", "merged", "split")


def begun(connection: sqlite3.Connection, since_id: int, version: int, now: datetime) -> Rebuild:
    """Return the rebuild that was broken off, if it does what is wanted; else begin one."""
    if connection.execute("SELECT 1 FROM story_rebuild").fetchone():
        at = noted(connection)
        if not at.finished and at.version == version and at.since_id <= since_id:
            return at
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM entries").fetchone()[0]
    at = Rebuild(
        version=version, since_id=since_id, next_id=since_id, newest_id=newest, began_at=now
    )
    note(connection, at)
    return at


def noted(connection: sqlite3.Connection) -> Rebuild:
    """Return how far the rebuild has come that was begun last; raises `NotFoundError`."""
    row = connection.execute("SELECT * FROM story_rebuild").fetchone()
    if row is None:
        raise NotFoundError("No rebuild has been begun; see: monitor stories rebuild")
    report = json.loads(row["report"])
    return Rebuild(
        version=row["version"],
        since_id=row["since_id"],
        next_id=row["next_id"],
        newest_id=row["newest_id"],
        began_at=moment(row["began_at"]),
        samples=tuple(Moved(*each) for each in report["samples"]),
        shifts={entry: (origin, story) for entry, origin, story in report.get("shifts", ())},
        opened_ids=tuple(report.get("opened_ids", ())),
        **{name: report[name] for name in _COUNTS},
    )


def note(connection: sqlite3.Connection, at: Rebuild) -> None:
    """Keep how far a rebuild has come."""
    report = {name: getattr(at, name) for name in _COUNTS} | {
        "samples": [[m.entry, m.title, m.origin, m.story, m.why] for m in at.samples],
        "shifts": [[entry, *shift] for entry, shift in at.shifts.items()],
        "opened_ids": at.opened_ids,
    }
    connection.execute(
        "INSERT OR REPLACE INTO story_rebuild "
        "(id, version, since_id, next_id, newest_id, began_at, report) "
        "VALUES (1, ?, ?, ?, ?, ?, ?)",
        (
            at.version,
            at.since_id,
            at.next_id,
            at.newest_id,
            instant(at.began_at),
            to_json(report),
        ),
    )
