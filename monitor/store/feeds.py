"""The watched feeds: following config, and whose turn it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model.feed import Feed, FeedRecord
from monitor.store.connection import Database
from monitor.store.rows import (
    LARGEST_ID,
    config_feed,
    feed_record,
    from_feed,
    instant,
    moment,
    to_json,
)

_WISHES = ("asks", "left alone")
"""What `why_then` says wherever it was the server's or the document's wish (`fetch.cadence`)."""


_COUNTED = (
    "SELECT f.*, c.entries AS counted_entries, c.matches AS counted_matches "
    "FROM feeds f LEFT JOIN feed_counts c ON c.feed_id = f.id WHERE f.in_config"
)


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
            _follow_moves(connection, wanted, now)
            added, changed, removed = _differences(connection, wanted)
            _insert(connection, added, now)
            for feed in changed:
                _change(connection, feed, now)
            connection.executemany(
                "UPDATE feeds SET in_config = 0, leased_until_at = NULL WHERE url = ?",
                [(url,) for url in removed],
            )

    @contextmanager
    def moving(self, now: datetime) -> Iterator[Callable[[str, str], None]]:
        """Let a feed go on under another address: see `FeedStore.moving`."""
        with self._database.write() as connection:
            yield lambda url, to: _move(connection, url, to, now)

    def adopt(self, url: str, to: str, now: datetime, *, merged: bool) -> None:
        """Note a permanent move: see `FeedStore.adopt`."""
        with self._database.write() as connection:
            if not merged:
                _adopt(connection, url, to)
            connection.execute(
                "INSERT INTO moves (from_url, to_url, moved_at, merged) VALUES (?, ?, ?, ?)",
                (url, to, instant(now), merged),
            )

    def undo_move(self, url: str, now: datetime) -> None:
        """Note that a move was taken back: see `FeedStore.undo_move`."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE moves SET undone_at = ? WHERE id = (SELECT max(id) FROM moves "
                "WHERE from_url = ? AND undone_at IS NULL)",
                (instant(now), url),
            )

    def merged(self) -> dict[str, Feed]:
        """Return the feeds that were merged into others: see `FeedStore.merged`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT m.from_url, f.config FROM moves m JOIN feeds f ON f.url = m.from_url "
                "WHERE m.merged AND m.undone_at IS NULL"
            ).fetchall()
        return {row[0]: config_feed(row[1]) for row in rows}

    def turned_away(self, feed_id: int, since: datetime) -> int:
        """Count the feeds of a host that were turned away: see `FeedStore.turned_away`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT count(*) FROM feeds WHERE in_config AND id <> :id AND status = 429 "
                "AND host <> '' AND host = (SELECT host FROM feeds WHERE id = :id) "
                "AND last_fetched_at >= :since",
                {"id": feed_id, "since": instant(since)},
            ).fetchone()
        return int(row[0])

    def feeds(self) -> list[FeedRecord]:
        """Return all feeds that config has: see `FeedStore.feeds`."""
        with self._database.read() as connection:
            rows = connection.execute(f"{_COUNTED} ORDER BY f.id").fetchall()
        return [_counted(row) for row in rows]

    def feed(self, feed_id: int) -> FeedRecord | None:
        """Return one feed that config has, or None."""
        with self._database.read() as connection:
            row = connection.execute(
                f"{_COUNTED} AND f.id = ?", (max(0, min(feed_id, LARGEST_ID)),)
            ).fetchone()
        return _counted(row) if row else None

    def claim(
        self,
        now: datetime,
        *,
        lease: timedelta,
        limit: int,
        only: Sequence[int] | None = None,
        retry: timedelta = timedelta(0),
    ) -> list[FeedRecord]:
        """Lease feeds: see `FeedStore.claim`."""
        if only is None:
            # A visit or a lease in the future means that the clock was wrong: so is the next visit.
            due = (
                "(next_fetch_at <= :now OR last_fetched_at > :tomorrow OR leased_until_at > :longest) "
                "AND state NOT IN ('off', 'gone')"
            )
        else:
            due = "id IN (SELECT value FROM json_each(:only))"
        wanted = (
            f"SELECT id FROM feeds WHERE in_config AND {due} "
            # A lease that ends long after any could was given while the clock was wrong.
            "AND (leased_until_at IS NULL OR leased_until_at <= :now OR leased_until_at > :longest) "
            "ORDER BY next_fetch_at, id LIMIT :limit"
        )
        values = {
            "now": instant(now),
            "tomorrow": instant(now + timedelta(days=1)),
            "until": instant(now + lease),
            "longest": instant(now + lease + timedelta(days=1)),
            "retry": instant(now + retry),
            "only": to_json(list(only or ())),
            "limit": limit,
        }
        with self._database.read() as connection:
            if not connection.execute(wanted, values).fetchone():
                return []  # the usual answer to the scheduler's bell needs no lock
        with self._database.write() as connection:
            rows = connection.execute(
                "UPDATE feeds SET leased_until_at = :until, claimed_due_at = next_fetch_at, "
                "next_fetch_at = max(next_fetch_at, :retry) "
                f"WHERE id IN ({wanted}) RETURNING *",
                values,
            ).fetchall()
        return [
            replace(feed_record(row), next_fetch_at=moment(row["claimed_due_at"]))
            for row in sorted(rows, key=lambda row: (row["claimed_due_at"], row["id"]))
        ]

    def release(self, feed_ids: Iterable[int], *, asked: bool = False) -> None:
        """Give leases back: see `FeedStore.release`."""
        due = "next_fetch_at" if asked else "coalesce(claimed_due_at, next_fetch_at)"
        with self._database.write() as connection:
            connection.executemany(
                f"UPDATE feeds SET leased_until_at = NULL, next_fetch_at = {due} "
                "WHERE id = ? AND leased_until_at IS NOT NULL",
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


def _counted(row: sqlite3.Row) -> FeedRecord:
    return feed_record(row, row["counted_entries"] or 0, row["counted_matches"] or 0)


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


def _follow_moves(connection: sqlite3.Connection, wanted: dict[str, Feed], now: datetime) -> None:
    """Move rows whose new address got into config, and no further before the monitor ended.

    So it is when a move was taken back.
    """
    for feed in wanted.values():
        if feed.moved_from and feed.moved_from not in wanted:
            _adopt(connection, feed.moved_from, feed.url)
    for url, former in connection.execute(
        "SELECT url, json_extract(config, '$.moved_from') AS former FROM feeds "
        "WHERE in_config AND former <> ''"
    ).fetchall():
        if former in wanted and url not in wanted:
            _move(connection, url, former, now)


def _readdress(connection: sqlite3.Connection, url: str, to: str) -> bool:
    """Give the row at `url` another address; tell whether that could be done.

    It cannot where config has a feed at `to`. A row there that config no longer has takes the former
    address: it does not know the entries of this one, which would all be new to it.
    """
    rows = connection.execute(
        "SELECT url, id, in_config FROM feeds WHERE url IN (?, ?)", (url, to)
    ).fetchall()
    found = {row["url"]: row for row in rows}
    here, there = found.get(url), found.get(to)
    if here is None or not here["in_config"] or (there is not None and there["in_config"]):
        return False
    steps = [(here["id"], to)]
    if there is not None:
        steps = [(there["id"], f"aside:{there['id']}"), *steps, (there["id"], url)]
    for feed_id, address in steps:
        connection.execute(
            "UPDATE feeds SET url = ?1, domain = ?2, host = ?3, "
            "config = json_set(config, '$.url', ?1) WHERE id = ?4",
            (address, _domain(address), _host(address), feed_id),
        )
    return True


def _move(connection: sqlite3.Connection, url: str, to: str, now: datetime) -> None:
    if not _readdress(connection, url, to):
        return
    connection.execute(
        "UPDATE feeds SET state = CASE state WHEN 'off' THEN 'off' ELSE 'new' END, etag = NULL, "
        "last_modified = NULL, validators_url = '', body_hash = '', failures = 0, error = '', status = 0, "
        "words = '', since_at = :now, failing_since_at = NULL, silent_since_at = NULL, moving_to = '', "
        "moving_days = 0, moving_last_on = NULL, next_fetch_at = :now, why_then = '', "
        "leased_until_at = NULL WHERE url = :to",
        {"to": to, "now": instant(now)},
    )


def _adopt(connection: sqlite3.Connection, url: str, to: str) -> None:
    """Let a row have the address its answers have come from for days; all else stays as it was."""
    if not _readdress(connection, url, to):
        return
    connection.execute(
        "UPDATE feeds SET config = json_set(config, '$.moved_from', :url), "
        "state = CASE state WHEN 'moved' THEN 'ok' ELSE state END, error = '', "
        "etag = CASE WHEN validators_url IN ('', :to) THEN etag END, "
        "last_modified = CASE WHEN validators_url IN ('', :to) THEN last_modified END, "
        "validators_url = '', moving_to = '', moving_days = 0, moving_last_on = NULL "
        "WHERE url = :to",
        {"url": url, "to": to},
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
        "SELECT state, in_config, config FROM feeds WHERE url = ?", (feed.url,)
    ).fetchone()
    connection.execute(
        "UPDATE feeds SET config = ?, in_config = 1 WHERE url = ?", (from_feed(feed), feed.url)
    )
    if feed.every is not None and config_feed(row["config"]).every != feed.every:
        _bring_forward(connection, feed.url, feed.every)
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
        # That it was quarantined was known by its state alone: the next document decides it anew.
        connection.execute(
            "UPDATE feeds SET etag = NULL, last_modified = NULL, validators_url = '', body_hash = '' "
            "WHERE url = ? AND id IN (SELECT feed_id FROM held_entries)",
            (feed.url,),
        )


def _bring_forward(connection: sqlite3.Connection, url: str, every: timedelta) -> None:
    """Let a feed that is to come more often do so from now on, unless it was asked to wait."""
    row = connection.execute(
        "SELECT last_fetched_at, failures, why_then, next_fetch_at FROM feeds WHERE url = ?", (url,)
    ).fetchone()
    if row["last_fetched_at"] is None or row["failures"]:
        return
    if any(wish in row["why_then"] for wish in _WISHES):
        return
    due = moment(row["last_fetched_at"]) + every
    if due < moment(row["next_fetch_at"]):
        connection.execute(
            "UPDATE feeds SET next_fetch_at = ?, why_then = 'its interval was changed' WHERE url = ?",
            (instant(due), url),
        )


def _domain(url: str) -> str:
    """Return who publishes at an address when nobody says otherwise."""
    from monitor.parse.addresses import registrable_domain

    return registrable_domain(url) or _host(url)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")
