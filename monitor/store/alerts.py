"""Alerts: how far they have looked, what they found, and their messages as frozen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import NotFoundError
from monitor.model.alert import AlertPiece, AlertQueue, AlertStanding, Carried, FoundStory
from monitor.model.delivery import AlertMessage
from monitor.model.digest import Recipient
from monitor.model.edition import Rendered
from monitor.model.entry import Entry
from monitor.store.alert_reads import carried, former, piece, touched
from monitor.store.connection import Database
from monitor.store.decisions import leads_to
from monitor.store.deliveries import deliveries_of_alerts, plan
from monitor.store.kept_zones import keep_zone, zones
from monitor.store.rows import LARGEST_ID, instant, maybe_moment, moment, to_json

# Under what a story may have been found: its own id, those that lead to it, entries that are in it.
_TOLD = (
    "WITH RECURSIVE merged (id) AS (SELECT ?2 UNION SELECT s.id FROM stories s "
    "JOIN merged ON s.merged_into = merged.id) "
    "SELECT count(*) AS found, max(message_id) AS told_in FROM alert_stories WHERE alert = ?1 AND story IN "
    # One list, so that each is looked up and an alert of many years is not gone through.
    "(SELECT 's' || id FROM merged UNION ALL "
    "SELECT 'e' || entry_id FROM story_members WHERE story_id = ?2)"
)


class SqliteAlerts:
    """`monitor.store.alert_protocols.AlertStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, names: Iterable[str], now: datetime) -> None:
        """Let alerts begin and forget others: see `AlertStore.keep`."""
        wanted = sorted(set(names))
        with self._database.read() as connection:
            known = [row[0] for row in connection.execute("SELECT name FROM alerts ORDER BY name")]
        if known == wanted:
            return
        kept = to_json(wanted)
        with self._database.write() as connection:
            other = "NOT IN (SELECT value FROM json_each(?))"
            connection.execute(f"DELETE FROM alerts WHERE name {other}", (kept,))
            connection.execute(
                f"DELETE FROM alert_stories WHERE message_id IS NULL AND alert {other}", (kept,)
            )
            connection.executemany(
                "INSERT INTO alerts (name, began_at, first_id, first_change, next_id, next_change) "
                "SELECT ?1, ?2, id, change, id, change FROM (SELECT "
                # AUTOINCREMENT's own memory: the newest entry may have been pruned.
                "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entries'), 0) + 1 AS id, "
                "coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'changes'), 0) "
                "AS change) WHERE true ON CONFLICT (name) DO NOTHING",
                [(name, instant(now)) for name in wanted],
            )

    def keep_zone(self, alert: str, timezone: str, utc_offset: timedelta) -> None:
        """Remember the zone an alert goes by: see `AlertStore.keep_zone`."""
        keep_zone(self._database, "alerts", alert, timezone, utc_offset)

    def zones(self) -> dict[str, tuple[str, timedelta]]:
        """Return the zones alerts went by last: see `AlertStore.zones`."""
        return zones(self._database, "alerts")

    def standing(self, alert: str) -> AlertStanding | None:
        """Return how far an alert has looked: see `AlertStore.standing`."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM alerts WHERE name = ?", (alert,)).fetchone()
        if row is None:
            return None
        return AlertStanding(
            name=row["name"],
            began_at=moment(row["began_at"]),
            first_id=row["first_id"],
            first_change=row["first_change"],
            next_id=row["next_id"],
            next_change=row["next_change"],
            weighed_at=maybe_moment(row["weighed_at"]),
        )

    def piece(self, standing: AlertStanding, most: int) -> AlertPiece | None:
        """Return what comes next: see `AlertStore.piece`."""
        with self._database.read() as connection:
            return piece(connection, standing, most)

    def touched(self, standing: AlertStanding, piece: AlertPiece) -> list[int]:
        """Return stories with entries of a piece: see `AlertStore.touched`."""
        with self._database.read() as connection:
            return touched(connection, standing, piece)

    def untold(self, alert: str, keys: Sequence[str]) -> list[str]:
        """Return what an alert has not found: see `AlertStore.untold`."""
        with self._database.read() as connection:
            return [key for key in keys if not _is_found(connection, alert, _now(connection, key))]

    def found_at(self, alert: str, key: str) -> datetime | None:
        """Return when a key was found: see `AlertStore.found_at`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT found_at FROM alert_stories WHERE alert = ? AND story = ?", (alert, key)
            ).fetchone()
        return moment(row[0]) if row else None

    def carried(self, story_ids: Sequence[int]) -> dict[int, list[Carried]]:
        """Return who carries stories: see `AlertStore.carried`."""
        with self._database.read() as connection:
            return carried(connection, story_ids)

    def former(self, standing: AlertStanding, entry_ids: Sequence[int]) -> list[Entry]:
        """Return entries as they stood: see `AlertStore.former`."""
        with self._database.read() as connection:
            return former(connection, standing, entry_ids)

    def found(
        self,
        standing: AlertStanding,
        piece: AlertPiece,
        keys: Sequence[str],
        now: datetime,
        *,
        weighed: bool = False,
    ) -> list[str] | None:
        """Note what a piece brought: see `AlertStore.found`."""
        fresh = []
        with self._database.write() as connection:
            moved = connection.execute(
                "UPDATE alerts SET next_id = ?, next_change = ?, weighed_at = iif(?, ?, weighed_at) "
                "WHERE name = ? AND next_id = ? AND next_change = ?",
                (
                    *(piece.until_id, piece.until_change, weighed, instant(now)),
                    *(standing.name, standing.next_id, standing.next_change),
                ),
            ).rowcount
            if not moved:
                return None
            for found in keys:
                key = _now(connection, found)
                if not _is_found(connection, standing.name, key):
                    connection.execute(
                        "INSERT INTO alert_stories (alert, story, found_at) VALUES (?, ?, ?)",
                        (standing.name, key, instant(now)),
                    )
                    fresh.append(key)
        return fresh

    def queue(self, alert: str) -> AlertQueue:
        """Return what waits to be told: see `AlertStore.queue`."""
        with self._database.read() as connection:
            return _queue(connection, alert)

    def freeze(
        self,
        alert: str,
        queue: AlertQueue,
        rendered: Rendered,
        to: Sequence[Recipient],
        now: datetime,
    ) -> AlertMessage | None:
        """Store a message with its deliveries: see `AlertStore.freeze`."""
        with self._database.write() as connection:
            if _queue(connection, alert) != queue:
                return None
            number = connection.execute(
                "INSERT INTO alert_messages "
                "(id, alert, created_at, subject, text, markdown, html, json) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    *(queue.next_message, alert, instant(now), rendered.subject),
                    *(rendered.text, rendered.markdown, rendered.html, rendered.json),
                ),
            ).fetchone()[0]
            _tell(connection, alert, queue, number)
            plan(connection, to, now, alert_message=number)
            return _messages(connection, "WHERE id = ?", (number,))[0]

    def settle(self, alert: str, queue: AlertQueue) -> None:
        """Note what was told already: see `AlertStore.settle`."""
        told = replace(queue, found=tuple(each for each in queue.found if each.told_in))
        with self._database.write() as connection:
            if _queue(connection, alert) == queue:
                _tell(connection, alert, told, 0)

    def messages(
        self, alert: str | None = None, limit: int | None = None, before: int | None = None
    ) -> list[AlertMessage]:
        """Return messages, newest first; those older than `before` alone, which is an id."""
        with self._database.read() as connection:
            return _messages(
                connection,
                "WHERE (?1 IS NULL OR alert = ?1) AND (?3 IS NULL OR id < ?3) "
                "ORDER BY id DESC LIMIT ?2",
                (alert, -1 if limit is None else limit, before),
            )

    def message(self, number: int) -> AlertMessage | None:
        """Return one message, or None."""
        if not 0 < number <= LARGEST_ID:
            return None
        with self._database.read() as connection:
            found = _messages(connection, "WHERE id = ?", (number,))
        return found[0] if found else None


def _now(connection: sqlite3.Connection, key: str) -> str:
    """Return what a key is called now: an entry may have come into a story, a story into another."""
    found = _called(connection, key)
    return key if found is None else f"s{found}"


def _called(connection: sqlite3.Connection, key: str) -> int | None:
    """Return the story a key stands for now, None where there is none."""
    letter, number = key[:1], key[1:]
    if not number.isdigit():
        return None
    if letter == "e":
        row = connection.execute(
            "SELECT story_id FROM story_members WHERE entry_id = ?", (int(number),)
        ).fetchone()
        return int(row[0]) if row else None
    try:
        return leads_to(connection, int(number))
    except NotFoundError:
        return None  # a database was put back that does not know it


def _is_found(connection: sqlite3.Connection, alert: str, key: str) -> bool:
    if key.startswith("s"):
        row = connection.execute(_TOLD, (alert, int(key[1:]))).fetchone()
        return bool(row["found"])
    return bool(
        connection.execute(
            "SELECT 1 FROM alert_stories WHERE alert = ? AND story = ?", (alert, key)
        ).fetchone()
    )


def _queue(connection: sqlite3.Connection, alert: str) -> AlertQueue:
    last = connection.execute(
        "SELECT created_at FROM alert_messages WHERE alert = ? ORDER BY id DESC LIMIT 1", (alert,)
    ).fetchone()
    seq = connection.execute(
        "SELECT seq FROM sqlite_sequence WHERE name = 'alert_messages'"
    ).fetchone()
    rows = connection.execute(
        "SELECT story, found_at FROM alert_stories WHERE alert = ? AND message_id IS NULL "
        "ORDER BY found_at, story",
        (alert,),
    ).fetchall()
    return AlertQueue(
        last_at=moment(last[0]) if last else None,
        next_message=(seq[0] if seq else 0) + 1,
        found=tuple(_found(connection, alert, row) for row in rows),
    )


def _found(connection: sqlite3.Connection, alert: str, row: sqlite3.Row) -> FoundStory:
    key, found_at = row["story"], moment(row["found_at"])
    story = _called(connection, key)
    if story is not None:
        told = connection.execute(_TOLD, (alert, story)).fetchone()
        return FoundStory(key, found_at, story=story, told_in=told["told_in"])
    entry = int(key[1:]) if key[:1] == "e" and key[1:].isdigit() else None
    return FoundStory(key, found_at, entry=entry)


def _tell(connection: sqlite3.Connection, alert: str, queue: AlertQueue, number: int) -> None:
    """Note the message that tells each; one that another told under another id is told by that."""
    connection.executemany(
        "UPDATE alert_stories SET message_id = ? WHERE alert = ? AND story = ?",
        [(each.told_in or number, alert, each.key) for each in queue.found],
    )


def _messages(
    connection: sqlite3.Connection, where: str, values: tuple[object, ...]
) -> list[AlertMessage]:
    rows = connection.execute(f"SELECT * FROM alert_messages {where}", values).fetchall()
    planned = deliveries_of_alerts(connection, [row["id"] for row in rows])
    return [
        AlertMessage(
            id=row["id"],
            alert=row["alert"],
            created_at=moment(row["created_at"]),
            rendered=Rendered(
                row["subject"], row["text"], row["markdown"], row["html"], row["json"]
            ),
            stories=tuple(
                each[0]
                for each in connection.execute(
                    "SELECT story FROM alert_stories WHERE message_id = ? ORDER BY found_at, story",
                    (row["id"],),
                ).fetchall()
            ),
            deliveries=tuple(planned.get(row["id"], ())),
        )
        for row in rows
    ]
