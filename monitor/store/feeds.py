"""The watched feeds: following config, and whose turn it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model.feed import Feed, FeedRecord
from monitor.store.connection import Database
from monitor.store.rows import feed_record, from_feed, instant, to_json


class SqliteFeeds:
    """`monitor.store.fetch_protocols.FeedStore` over the table `feeds`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make the rows follow config: see `FeedStore.sync`."""
        wanted = {feed.url: feed for feed in feeds}
        with self._database.read() as connection:
            if not any(_differences(connection, wanted)):
                return
        with self._database.write() as connection:
            added, changed, removed = _differences(connection, wanted)
            _insert(connection, added, now)
            for feed in changed:
                _change(connection, feed, now)
            connection.executemany(
                "UPDATE feeds SET in_config = 0, leased_until_at = NULL WHERE url = ?",
                [(url,) for url in removed],
            )

    def move(self, url: str, to: str, now: datetime) -> None:
        """Let a feed go on under another address: see `FeedStore.move`."""
        with self._database.write() as connection:
            taken = connection.execute("SELECT 1 FROM feeds WHERE url = ?", (to,)).fetchone()
            if taken:
                return
            connection.execute(
                "UPDATE feeds SET url = ?, domain = ?, host = ?, "
                "config = json_set(config, '$.url', ?), "
                "state = CASE state WHEN 'off' THEN 'off' ELSE 'new' END, etag = NULL, "
                "last_modified = NULL, validators_url = '', body_hash = '', failures = 0, error = '', status = 0, "
                "words = '', since_at = ?, failing_since_at = NULL, silent_since_at = NULL, moving_to = '', "
                "moving_days = 0, moving_last_on = NULL, next_fetch_at = ?, why_then = '', "
                "leased_until_at = NULL WHERE url = ?",
                (to, _domain(to), _host(to), to, instant(now), instant(now), url),
            )

    def feeds(self) -> list[FeedRecord]:
        """Return all feeds that config has: see `FeedStore.feeds`."""
        with self._database.read() as connection:
            entries = dict(
                connection.execute("SELECT feed_id, count(*) FROM entries GROUP BY 1").fetchall()
            )
            matches = dict(
                connection.execute(
                    "SELECT e.feed_id, count(*) FROM matches m JOIN entries e ON e.id = m.entry_id "
                    "GROUP BY 1"
                ).fetchall()
            )
            rows = connection.execute("SELECT * FROM feeds WHERE in_config ORDER BY id").fetchall()
        return [
            feed_record(row, entries.get(row["id"], 0), matches.get(row["id"], 0)) for row in rows
        ]

    def claim(
        self, now: datetime, *, lease: timedelta, limit: int, only: Sequence[int] | None = None
    ) -> list[FeedRecord]:
        """Lease feeds: see `FeedStore.claim`."""
        if only is None:
            due = "next_fetch_at <= :now AND state NOT IN ('off', 'gone')"
        else:
            due = "id IN (SELECT value FROM json_each(:only))"
        wanted = (
            f"SELECT id FROM feeds WHERE in_config AND {due} "
            "AND (leased_until_at IS NULL OR leased_until_at <= :now) "
            "ORDER BY next_fetch_at, id LIMIT :limit"
        )
        values = {
            "now": instant(now),
            "until": instant(now + lease),
            "only": to_json(list(only or ())),
            "limit": limit,
        }
        with self._database.read() as connection:
            if not connection.execute(wanted, values).fetchone():
                return []  # the usual answer to the scheduler's bell needs no lock
        with self._database.write() as connection:
            rows = connection.execute(
                f"UPDATE feeds SET leased_until_at = :until WHERE id IN ({wanted}) RETURNING *",
                values,
            ).fetchall()
        return [
            feed_record(row)
            for row in sorted(rows, key=lambda row: (row["next_fetch_at"], row["id"]))
        ]

    def release(self, feed_ids: Iterable[int]) -> None:
        """Give leases back: see `FeedStore.release`."""
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE feeds SET leased_until_at = NULL WHERE id = ?",
                [(feed_id,) for feed_id in feed_ids],
            )

    def add(self, feed: Feed, now: datetime, lease: timedelta) -> FeedRecord | None:
        """Watch one more feed and lease it at once: see `FeedStore.add`."""
        with self._database.write() as connection:
            there = connection.execute("SELECT 1 FROM feeds WHERE url = ?", (feed.url,)).fetchone()
            if there:
                _change(connection, feed, now)
            else:
                _insert(connection, [feed], now)
            row = connection.execute(
                "UPDATE feeds SET leased_until_at = ?1 WHERE url = ?2 "
                "AND (leased_until_at IS NULL OR leased_until_at <= ?3) RETURNING *",
                (instant(now + lease), feed.url, instant(now)),
            ).fetchone()
        return feed_record(row) if row else None


def _insert(connection: sqlite3.Connection, feeds: Iterable[Feed], now: datetime) -> None:
    connection.executemany(
        "INSERT INTO feeds (url, domain, host, config, state, next_fetch_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                feed.url,
                _domain(feed.url),
                _host(feed.url),
                from_feed(feed),
                "new" if feed.enabled else "off",
                instant(now),
            )
            for feed in feeds
        ],
    )


Differences = tuple[list[Feed], list[Feed], list[str]]
"""Feeds to add, feeds whose row is to change, addresses that config no longer has."""


def _differences(connection: sqlite3.Connection, wanted: dict[str, Feed]) -> Differences:
    rows = {
        row["url"]: row
        for row in connection.execute("SELECT url, config, in_config FROM feeds").fetchall()
    }
    added = [feed for url, feed in wanted.items() if url not in rows]
    changed = [
        feed
        for url, feed in wanted.items()
        if url in rows and (not rows[url]["in_config"] or rows[url]["config"] != from_feed(feed))
    ]
    removed = [url for url, row in rows.items() if row["in_config"] and url not in wanted]
    return added, changed, removed


def _change(connection: sqlite3.Connection, feed: Feed, now: datetime) -> None:
    row = connection.execute(
        "SELECT state, in_config FROM feeds WHERE url = ?", (feed.url,)
    ).fetchone()
    connection.execute(
        "UPDATE feeds SET config = ?, in_config = 1 WHERE url = ?", (from_feed(feed), feed.url)
    )
    if not feed.enabled:
        connection.execute(
            "UPDATE feeds SET state = 'off', since_at = ? WHERE url = ? AND state <> 'off'",
            (instant(now), feed.url),
        )
    elif row["state"] == "off" or not row["in_config"]:
        connection.execute(
            "UPDATE feeds SET state = 'new', since_at = ?, next_fetch_at = ? WHERE url = ?",
            (instant(now), instant(now), feed.url),
        )


def _domain(url: str) -> str:
    """Return who publishes at an address when nobody says otherwise."""
    from monitor.parse.addresses import registrable_domain

    return registrable_domain(url) or _host(url)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")
