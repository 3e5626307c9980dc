"""What is still to be delivered: the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.delivery import Delivery, DeliveryState
from monitor.store.connection import Database
from monitor.store.rows import LARGEST_ID, chunks, instant, marks, maybe_moment


class SqliteDeliveries:
    """`monitor.store.protocols.DeliveryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_deliveries(self, edition_id: str | None = None) -> list[Delivery]:
        """Return what is planned, sending or failed: see `DeliveryStore.open_deliveries`."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM deliveries WHERE state IN ('planned', 'sending', 'failed') "
                "AND (?1 IS NULL OR edition_id = ?1) ORDER BY id",
                (edition_id,),
            ).fetchall()
        return [_delivery(row) for row in rows]

    def delivery(self, delivery_id: int) -> Delivery | None:
        """Return one delivery, or None."""
        if not 0 < delivery_id <= LARGEST_ID:
            return None
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM deliveries WHERE id = ?", (delivery_id,)
            ).fetchone()
        return _delivery(row) if row else None

    def mark(self, delivery_id: int, state: DeliveryState, now: datetime, error: str = "") -> None:
        """Set the state: see `DeliveryStore.mark`. Raises `NotFoundError` for an unknown id."""
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE deliveries SET state = ?1, error = ?2, updated_at = ?3, "
                "attempts = attempts + (?1 = 'sending') WHERE id = ?4",
                (state, error, instant(now), delivery_id),
            ).rowcount
            if not changed:
                raise NotFoundError(f"There is no delivery {delivery_id}; see: monitor digest list")


def deliveries_of(
    connection: sqlite3.Connection, edition_ids: Sequence[str]
) -> dict[str, list[Delivery]]:
    """Return the deliveries of these editions, in the order they were planned."""
    found: dict[str, list[Delivery]] = {}
    for chunk in chunks(edition_ids):
        for row in connection.execute(
            f"SELECT * FROM deliveries WHERE edition_id IN ({marks(chunk)}) ORDER BY id",
            tuple(chunk),
        ).fetchall():
            found.setdefault(row["edition_id"], []).append(_delivery(row))
    return found


def deliveries_of_alerts(
    connection: sqlite3.Connection, message_ids: Sequence[int]
) -> dict[int, list[Delivery]]:
    """Return the deliveries of these messages of alerts, in the order they were planned."""
    found: dict[int, list[Delivery]] = {}
    for chunk in chunks(message_ids):
        for row in connection.execute(
            f"SELECT * FROM deliveries WHERE alert_message_id IN ({marks(chunk)}) ORDER BY id",
            tuple(chunk),
        ).fetchall():
            found.setdefault(row["alert_message_id"], []).append(_delivery(row))
    return found


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        edition=row["edition_id"] or "",
        alert_message=row["alert_message_id"],
        channel=row["channel"],
        to=row["address"],
        state=row["state"],
        attempts=row["attempts"],
        repeats=row["repeats"],
        error=row["error"],
        next_at=maybe_moment(row["next_at"]),
        updated_at=maybe_moment(row["updated_at"]),
    )
