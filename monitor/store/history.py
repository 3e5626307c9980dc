"""What is known of a feed besides how it stands: its visits, its headlines, its gaps."""

from __future__ import annotations

from datetime import datetime

from monitor.model.entry import Headline
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
