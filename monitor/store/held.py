"""Entries kept back until a person has decided about their feed, as JSON."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from monitor.model.entry import Enclosure, ParsedEntry
from monitor.model.refresh import NewEntry
from monitor.store.rows import instant, maybe_moment, to_json

_INSTANTS = ("published_at", "updated_at")


def hold(
    connection: sqlite3.Connection, feed_id: int, entries: tuple[NewEntry, ...], now: datetime
) -> None:
    """Keep entries back; one that is held already is replaced and keeps its time."""
    connection.executemany(
        "INSERT INTO held_entries (feed_id, key, seen_at, content_hash, entry) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (feed_id, key) "
        "DO UPDATE SET content_hash = excluded.content_hash, entry = excluded.entry",
        [
            (feed_id, each.key, instant(now), each.content_hash, _written(each.entry))
            for each in entries
        ],
    )


def held(connection: sqlite3.Connection, feed_id: int, since: datetime | None) -> list[NewEntry]:
    """Return entries held back for a feed, those seen first before the others."""
    rows = connection.execute(
        "SELECT key, content_hash, entry FROM held_entries WHERE feed_id = ? AND seen_at >= ? "
        "ORDER BY seen_at, rowid",
        (feed_id, instant(since) or ""),
    ).fetchall()
    return [
        NewEntry(key=row["key"], content_hash=row["content_hash"], entry=_read(row["entry"]))
        for row in rows
    ]


def let_go(connection: sqlite3.Connection, feed_id: int) -> None:
    """Forget what was held back for a feed."""
    connection.execute("DELETE FROM held_entries WHERE feed_id = ?", (feed_id,))


def _written(entry: ParsedEntry) -> str:
    values = asdict(entry)
    return to_json(values | {name: instant(values[name]) for name in _INSTANTS})


def _read(text: str) -> ParsedEntry:
    values: dict[str, Any] = json.loads(text)
    known = {field.name for field in fields(ParsedEntry)}
    values = {name: value for name, value in values.items() if name in known}
    values |= {name: maybe_moment(values[name]) for name in _INSTANTS}
    values["tags"] = tuple(values["tags"])
    values["enclosures"] = tuple(Enclosure(**each) for each in values["enclosures"])
    return ParsedEntry(**values)
