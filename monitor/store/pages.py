"""The linked pages of entries: whose text is wanted, whose turn it is, what came of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from monitor.model.page import PageStanding, PageVisit, Robots, TakenText, WantedPage
from monitor.store import fulltext
from monitor.store.connection import Database
from monitor.store.matches import doubt_rematched, next_change, not_before_cutoff, replace_matches
from monitor.store.rows import chunks, config_feed, instant, marks, moment

# One page of each host that is free, those longest due first.
_TURNS = (
    "SELECT p.entry_id, p.host, min(p.next_at) AS due_at FROM pages p "
    "LEFT JOIN page_hosts h ON h.host = p.host "
    "WHERE p.state = 'wanted' AND p.next_at <= :now AND coalesce(h.free_at, '') <= :now "
    "GROUP BY p.host ORDER BY due_at, p.entry_id LIMIT :limit"
)


class SqlitePages:
    """`monitor.store.fetch_protocols.PageStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> list[WantedPage]:
        """Hold hosts for a page each: see `PageStore.claim`."""
        values = {"now": instant(now), "limit": limit}
        with self._database.read() as connection:
            if not connection.execute(_TURNS, values).fetchone():
                return []  # the usual answer to the scheduler's bell needs no lock
        with self._database.write() as connection:
            turns = connection.execute(_TURNS, values).fetchall()
            connection.executemany(
                "INSERT OR REPLACE INTO page_hosts (host, free_at) VALUES (?, ?)",
                [(turn["host"], instant(now + lease)) for turn in turns],
            )
            return [_wanted(connection, turn["entry_id"], now + lease) for turn in turns]

    def release(self, page: WantedPage, free_at: datetime) -> None:
        """Give a page back: see `PageStore.release`."""
        with self._database.write() as connection:
            _free(connection, page.host, page.held_until_at, free_at)

    def record(self, visit: PageVisit) -> None:
        """Note what a visit came to: see `PageStore.record`."""
        with self._database.write() as connection:
            _record(connection, visit)

    def take(self, visit: PageVisit, taken: TakenText, now: datetime) -> int | None:
        """Give an entry its page's text: see `PageStore.take`."""
        with self._database.write() as connection:
            fulltext.require_version(connection)
            row = connection.execute(
                "SELECT title, text, language, change, page_text_at FROM entries WHERE id = ?",
                (visit.entry,),
            ).fetchone()
            if row is not None and row["change"] > taken.since_change:
                return None
            _record(connection, visit)
            if row is None or row["page_text_at"]:
                return 0  # pruned meanwhile, or somebody else has been faster
            title, text, language = row["title"], row["text"], row["language"]
            at = not_before_cutoff(connection, now)
            connection.execute(
                "UPDATE entries SET text = ?, html = ?, page_text_at = ?, change = ? WHERE id = ?",
                (taken.text, taken.html, instant(at), next_change(connection), visit.entry),
            )
            former = fulltext.doc(visit.entry, fulltext.fold(title, text, language))
            fulltext.remove(connection, [former])
            present = fulltext.doc(visit.entry, fulltext.fold(title, taken.text, language))
            fulltext.add(connection, [present])
            doubt_rematched(connection, taken.versions)
            return replace_matches(connection, visit.entry, taken.matches, at)

    def texts(self, entry_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Return text and HTML of entries that have them from their pages."""
        found = {}
        with self._database.read() as connection:
            for chunk in chunks(entry_ids):
                for row in connection.execute(
                    "SELECT id, text, html FROM entries WHERE page_text_at IS NOT NULL "
                    f"AND id IN ({marks(chunk)})",
                    tuple(chunk),
                ).fetchall():
                    found[row["id"]] = (row["text"], row["html"])
        return found

    def next_at(self) -> datetime | None:
        """Tell when the next page can be asked for: see `PageStore.next_at`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT min(max(p.next_at, coalesce(h.free_at, ''))) FROM pages p "
                "LEFT JOIN page_hosts h ON h.host = p.host WHERE p.state = 'wanted'"
            ).fetchone()
        return moment(row[0]) if row[0] else None

    def standing(self, entry_id: int) -> PageStanding | None:
        """Tell how an entry's page stands, None when it was never wanted."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT url, state, attempts, next_at, error FROM pages WHERE entry_id = ?",
                (entry_id,),
            ).fetchone()
        if row is None:
            return None
        return PageStanding(**dict(row) | {"next_at": moment(row["next_at"])})

    def counts(self) -> dict[str, int]:
        """Count the pages by state."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT state, count(*) FROM pages GROUP BY 1").fetchall()
        return {"wanted": 0, "taken": 0, "failed": 0} | dict(rows)

    def robots(self, origin: str, now: datetime) -> Robots | None:
        """Return what is known of an origin's robots.txt and still holds."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM robots WHERE origin = ? AND expires_at > ?", (origin, instant(now))
            ).fetchone()
        if row is None:
            return None
        return Robots(
            origin=row["origin"],
            rules=row["rules"],
            error=row["error"],
            fetched_at=moment(row["fetched_at"]),
            expires_at=moment(row["expires_at"]),
        )

    def keep_robots(self, robots: Robots) -> None:
        """Remember a robots.txt in place of the former one."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO robots (origin, rules, error, fetched_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    robots.origin,
                    robots.rules,
                    robots.error,
                    instant(robots.fetched_at),
                    instant(robots.expires_at),
                ),
            )


def want_pages(
    connection: sqlite3.Connection, wanted: Iterable[tuple[int, str, str]], now: datetime
) -> None:
    """Ask for the pages of new entries (id, address, host), in the transaction that stores them."""
    connection.executemany(
        "INSERT OR IGNORE INTO pages (entry_id, url, host, state, next_at) "
        "VALUES (?, ?, ?, 'wanted', ?)",
        [(entry_id, url, host, instant(now)) for entry_id, url, host in wanted],
    )


def forget_hosts(connection: sqlite3.Connection, before: datetime) -> None:
    """Drop what is known of hosts and matters no longer."""
    connection.execute("DELETE FROM page_hosts WHERE free_at < ?", (instant(before),))
    connection.execute("DELETE FROM robots WHERE expires_at < ?", (instant(before),))


def _wanted(connection: sqlite3.Connection, entry_id: int, held_until_at: datetime) -> WantedPage:
    row = connection.execute(
        "SELECT p.*, e.first_seen_at, f.url AS feed_url, f.config, f.in_config FROM pages p "
        "JOIN entries e ON e.id = p.entry_id JOIN feeds f ON f.id = e.feed_id "
        "WHERE p.entry_id = ?",
        (entry_id,),
    ).fetchone()
    return WantedPage(
        entry=entry_id,
        url=row["url"],
        host=row["host"],
        attempts=row["attempts"],
        hops=row["hops"],
        first_seen_at=moment(row["first_seen_at"]),
        feed_url=row["feed_url"],
        feed=config_feed(row["config"]) if row["in_config"] else None,
        held_until_at=held_until_at,
    )


def _record(connection: sqlite3.Connection, visit: PageVisit) -> None:
    _free(connection, visit.visited, visit.held_until_at, visit.free_at)
    # What has ended stays so: a visit whose lease had run out may come late.
    connection.execute(
        "UPDATE pages SET state = ?, url = ?, host = ?, attempts = ?, hops = ?, next_at = ?, "
        "error = ? WHERE entry_id = ? AND state = 'wanted'",
        (
            visit.state,
            visit.url,
            visit.host,
            visit.attempts,
            visit.hops,
            instant(visit.next_at),
            visit.error,
            visit.entry,
        ),
    )


def _free(
    connection: sqlite3.Connection, host: str, held_until_at: datetime, free_at: datetime
) -> None:
    """End a hold on a host; what somebody else has said since then, is only ever made longer."""
    connection.execute(
        "UPDATE page_hosts SET free_at = CASE free_at WHEN :held THEN :free "
        "ELSE max(free_at, :free) END WHERE host = :host",
        {"host": host, "held": instant(held_until_at), "free": instant(free_at)},
    )
