"""What is known of a feed besides how it stands: its visits, its headlines, its gaps."""

from __future__ import annotations

from datetime import date, datetime
from sqlite3 import Connection

from monitor.model.entry import Headline
from monitor.model.feed import Move
from monitor.model.refresh import FetchLogLine, Gap
from monitor.store.connection import Database
from monitor.store.rows import instant, maybe_moment, moment


class SqliteHistory:
    """`monitor.store.fetch_protocols.FeedHistory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def visits(self, feed_id: int, limit: int) -> list[FetchLogLine]:
        """Return its last visits: see `FeedHistory.visits`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT at, result, status, wire_bytes, seconds, entries, message FROM fetch_log "
                "WHERE feed_id = ? ORDER BY at DESC, id DESC LIMIT ?",
                (feed_id, limit),
            ).fetchall()
        return [FetchLogLine(**{**dict(row), "at": moment(row["at"])}) for row in rows]

    def latest_visits(self, limit: int) -> list[tuple[int, FetchLogLine]]:
        """Return the last visits to any feed: see `FeedHistory.latest_visits`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT feed_id, at, result, status, wire_bytes, seconds, entries, message "
                "FROM fetch_log ORDER BY id DESC LIMIT ?",
                (limit,),
            ).fetchall()
        found = []
        for row in rows:
            values = {**dict(row), "at": moment(row["at"])}
            found.append((int(values.pop("feed_id")), FetchLogLine(**values)))
        return found

    def listed(self, feed_id: int) -> int:
        """Return how many entries its last document held: see `FeedHistory.listed`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT entries FROM fetch_log WHERE feed_id = ? AND result = 'ok' "
                "ORDER BY at DESC, id DESC LIMIT 1",
                (feed_id,),
            ).fetchone()
        return row[0] if row else 0

    def headlines(self, feed_id: int, limit: int) -> list[Headline]:
        """Return its latest entries: see `FeedHistory.headlines`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT title, published_at FROM entries WHERE feed_id = ? "
                "ORDER BY coalesce(published_at, first_seen_at) DESC, id DESC LIMIT ?",
                (feed_id, limit),
            ).fetchall()
        return [Headline(row["title"], maybe_moment(row["published_at"])) for row in rows]

    def gaps(self, since: datetime, feed_id: int | None = None) -> list[tuple[int, Gap]]:
        """Return the gaps that are open: see `FeedHistory.gaps`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT g.* FROM gaps g JOIN feeds f ON f.id = g.feed_id WHERE f.in_config "
                "AND NOT g.closed AND g.until_at >= ?1 AND (?2 IS NULL OR g.feed_id = ?2) "
                "ORDER BY g.until_at DESC, g.id DESC",
                (instant(since), feed_id),
            ).fetchall()
        return [
            (row["feed_id"], Gap(moment(row["from_at"]), moment(row["until_at"]), row["pages"]))
            for row in rows
        ]

    def held(self, feed_id: int) -> int:
        """Return how many entries are held back: see `FeedHistory.held`."""
        with self._database.read() as connection:
            count = connection.execute(
                "SELECT count(*) FROM held_entries WHERE feed_id = ?", (feed_id,)
            ).fetchone()[0]
        return int(count)

    def days(self, since: date, feed_id: int | None = None) -> dict[int, dict[date, int]]:
        """Return how many entries came on each day: see `FeedHistory.days`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT feed_id, day, entries FROM feed_days WHERE day >= ?1 "
                "AND (?2 IS NULL OR feed_id = ?2)",
                (since.isoformat(), feed_id),
            ).fetchall()
        known = {day: date.fromisoformat(day) for day in {row["day"] for row in rows}}
        found: dict[int, dict[date, int]] = {}
        for feed, day, entries in rows:
            found.setdefault(feed, {})[known[day]] = entries
        return found

    def moves(self, url: str) -> list[Move]:
        """Return the moves to or from an address: see `FeedHistory.moves`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT from_url, to_url, moved_at, merged, undone_at FROM moves "
                "WHERE from_url = ?1 OR to_url = ?1 ORDER BY id DESC",
                (url,),
            ).fetchall()
        return [
            Move(
                row["from_url"],
                row["to_url"],
                moment(row["moved_at"]),
                bool(row["merged"]),
                maybe_moment(row["undone_at"]),
            )
            for row in rows
        ]

    def pages(self, feed_id: int) -> dict[str, int]:
        """Return how its entries' pages stand: see `FeedHistory.pages`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT p.state, count(*) FROM pages p JOIN entries e ON e.id = p.entry_id "
                "WHERE e.feed_id = ? GROUP BY 1",
                (feed_id,),
            ).fetchall()
        return {"wanted": 0, "taken": 0, "failed": 0} | dict(map(tuple, rows))

    def withdrawn(self, feed_id: int, limit: int) -> list[tuple[int, Headline]]:
        """Return its withdrawn entries: see `FeedHistory.withdrawn`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id, title, withdrawn_at FROM entries "
                "WHERE feed_id = ? AND withdrawn_at IS NOT NULL ORDER BY withdrawn_at DESC, id DESC LIMIT ?",
                (feed_id, limit),
            ).fetchall()
        return [
            (row["id"], Headline(row["title"], maybe_moment(row["withdrawn_at"]))) for row in rows
        ]


def count_day(connection: Connection, feed_id: int, at: datetime, entries: int) -> None:
    """Count new entries of a feed on the day they were first seen; for `SqliteRefresh.record`."""
    if entries:
        connection.execute(
            "INSERT INTO feed_days (feed_id, day, entries) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET entries = entries + excluded.entries",
            (feed_id, instant(at)[:10], entries),
        )
