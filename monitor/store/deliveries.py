"""The outbox: what is still to be delivered, and who is about to.

An attempt is claimed, handed over and finished in three writes. A claim is a lease with a token: two
processes never hold one delivery, and one that was overtaken finds out before it hands anything over.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.digests.attempts import (
    BACK_OFF,
    HANDING_LEASE,
    LEASE,
    LEASE_SLACK,
    After,
    Outcome,
    after_attempt,
    after_lost,
)
from monitor.errors import NotFoundError, OvertakenError, UsageError
from monitor.model.delivery import Claimed, Delivery
from monitor.model.digest import Recipient
from monitor.model.edition import Rendered
from monitor.store.connection import Database
from monitor.store.rows import LARGEST_ID, chunks, instant, marks, maybe_moment, moment

UNSUBSCRIBED = "unsubscribed"
"""What stands where the error would, of a delivery whose recipient does not want it any more."""

DISMISSED = "dismissed by hand"
"""What stands there of a delivery that a person does not wait for any more."""

LOST = (
    "The monitor ended while this was being handed over, so it may have arrived. Look for it, and send it "
    "again with `monitor digest retry {id}` where it has not."
)

# By the index of what is not sent, as nearly all there ever was is sent.
_OPEN = "deliveries INDEXED BY deliveries_state WHERE state <> 'sent' AND"

# A lease or a next attempt further ahead than either can lie is from before the clock was set back.
_EXPIRED = "state = 'sending' AND (leased_until <= :now OR leased_until > :last_lease)"
_DUE = (
    "(state = 'planned' OR (state IN ('failed', 'unknown') AND next_at IS NOT NULL "
    "AND (next_at <= :now OR next_at > :last_next)))"
)
_SELECT = """
    SELECT d.*, e.digest, m.alert, coalesce(e.created_at, m.created_at) AS created_at,
        coalesce(e.subject, m.subject) AS subject, coalesce(e.text, m.text) AS text,
        coalesce(e.markdown, m.markdown) AS markdown, coalesce(e.html, m.html) AS html,
        coalesce(e.json, m.json) AS json
    FROM deliveries d LEFT JOIN editions e ON e.id = d.edition_id
    LEFT JOIN alert_messages m ON m.id = d.alert_message_id WHERE d.id = ?
"""


class SqliteDeliveries:
    """`monitor.store.outbox_protocol.DeliveryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def identity(self) -> tuple[str, str]:
        """Return the home's name for itself, and its secret: see `DeliveryStore.identity`."""
        with self._database.read() as connection:
            kept = dict(
                connection.execute(
                    "SELECT name, value FROM meta WHERE name IN ('instance', 'secret')"
                ).fetchall()
            )
        return kept["instance"], kept["secret"]

    def open_deliveries(self, edition_id: str | None = None) -> list[Delivery]:
        """Return what is not sent: see `DeliveryStore.open_deliveries`."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT * FROM {_OPEN} error NOT IN (?1, ?2) "
                "AND (?3 IS NULL OR edition_id = ?3) ORDER BY id",
                (UNSUBSCRIBED, DISMISSED, edition_id),
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

    def claim_next(
        self,
        now: datetime,
        *,
        after: int = 0,
        edition_id: str | None = None,
        alerts: bool = False,
    ) -> Claimed | None:
        """Claim the next delivery that is due: see `DeliveryStore.claim_next`."""
        values = {**_bounds(now), "after": after, "edition": edition_id}
        wanted = "id > :after AND (:edition IS NULL OR edition_id = :edition)"
        if alerts:
            wanted += " AND alert_message_id IS NOT NULL"
        with self._database.read() as connection:
            select = f"SELECT 1 FROM {_OPEN} ({_EXPIRED} OR {_DUE}) AND {wanted} LIMIT 1"
            if connection.execute(select, values).fetchone() is None:
                return None
        with self._database.write() as connection:
            _recover(connection, now)
            select = f"SELECT id FROM {_OPEN} {_DUE} AND {wanted} ORDER BY id LIMIT 1"
            row = connection.execute(select, values).fetchone()
            return None if row is None else _claim(connection, row["id"], now)

    def claim(self, delivery_id: int, now: datetime) -> Claimed:
        """Claim one delivery for a person: see `DeliveryStore.claim`."""
        with self._database.write() as connection:
            _recover(connection, now)
            row = connection.execute(
                "SELECT state, error FROM deliveries WHERE id = ?",
                (delivery_id if 0 < delivery_id <= LARGEST_ID else 0,),
            ).fetchone()
            _check_open(row, delivery_id)
            if row["error"] == UNSUBSCRIBED:
                raise UsageError(
                    f"Delivery {delivery_id} is to somebody who has unsubscribed; to send them more, write "
                    "the address into config/monitor.toml again."
                )
            return _claim(connection, delivery_id, now)

    def hand_over(self, claimed: Claimed, now: datetime) -> None:
        """Note that the message goes out now: see `DeliveryStore.hand_over`."""
        with self._database.write() as connection:
            held = connection.execute(
                "UPDATE deliveries SET handed_at = ?, leased_until = ?, repeats = repeats + doubtful "
                "WHERE id = ? AND claim = ? AND state = 'sending' AND handed_at IS NULL",
                (instant(now), instant(now + HANDING_LEASE), claimed.id, claimed.claim),
            ).rowcount
            if not held:
                raise OvertakenError(
                    f"Delivery {claimed.id} took so long that another process has gone on with it; "
                    "nothing was handed over."
                )

    def finish(
        self,
        claimed: Claimed,
        outcome: Outcome,
        now: datetime,
        error: str = "",
        wait: timedelta | None = None,
    ) -> Delivery | None:
        """Note what came of an attempt: see `DeliveryStore.finish`."""
        with self._database.write() as connection:
            # That it arrived is so whoever holds the claim by now; all else is the holder's to say.
            row = connection.execute(
                "SELECT * FROM deliveries WHERE id = :id AND state <> 'sent' "
                "AND (:outcome = 'sent' OR (claim = :claim AND state = 'sending'))",
                {"id": claimed.id, "outcome": outcome, "claim": claimed.claim},
            ).fetchone()
            if row is None:
                return None
            after = after_attempt(
                outcome,
                now,
                attempts=row["attempts"],
                repeats=row["repeats"],
                created_at=claimed.created_at,
                wait=wait,
            )
            if row["doubtful"] and outcome == "permanent":
                error += " An earlier attempt may have arrived."
            _settle(connection, claimed.id, after, error, now)
            settled = connection.execute("SELECT * FROM deliveries WHERE id = ?", (claimed.id,))
            return _delivery(settled.fetchone())

    def wake(self, now: datetime) -> None:
        """Let what failed be due: see `DeliveryStore.wake`."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE deliveries SET state = 'planned', next_at = NULL, updated_at = ? "
                "WHERE state = 'failed' AND error NOT IN (?, ?)",
                (instant(now), UNSUBSCRIBED, DISMISSED),
            )

    def dismiss(self, delivery_id: int, now: datetime) -> None:
        """Let a delivery rest: see `DeliveryStore.dismiss`."""
        with self._database.write() as connection:
            _recover(connection, now)
            row = connection.execute(
                "SELECT state, error FROM deliveries WHERE id = ?",
                (delivery_id if 0 < delivery_id <= LARGEST_ID else 0,),
            ).fetchone()
            _check_open(row, delivery_id)
            if row["error"] != UNSUBSCRIBED:
                connection.execute(
                    "UPDATE deliveries SET state = iif(state = 'unknown', state, 'failed'), "
                    "next_at = NULL, error = ?, updated_at = ? WHERE id = ?",
                    (DISMISSED, instant(now), delivery_id),
                )

    def put_off(self, channel: str, until: datetime | None, error: str, now: datetime) -> list[int]:
        """Let what is due over a channel wait: see `DeliveryStore.put_off`."""
        with self._database.write() as connection:
            rows = connection.execute(
                f"SELECT id FROM {_OPEN} channel = :channel AND {_DUE} ORDER BY id",
                {**_bounds(now), "channel": channel},
            ).fetchall()
            for chunk in chunks([row["id"] for row in rows]):
                # What may have arrived stays unknown: this round has told nothing new of it.
                connection.execute(
                    "UPDATE deliveries SET state = iif(state = 'unknown', state, 'failed'), next_at = ?, "
                    f"error = ?, updated_at = ? WHERE id IN ({marks(chunk)})",
                    (instant(until), error, instant(now), *chunk),
                )
            return [row["id"] for row in rows]

    def unsubscribe(self, delivery_id: int, now: datetime) -> None:
        """Send the recipient of a delivery nothing more of its kind: see `DeliveryStore.unsubscribe`."""
        with self._database.write() as connection:
            row = connection.execute(_SELECT, (delivery_id,)).fetchone()
            if row is None:
                return
            # What is being sent cannot be called back; `_settle` sees to it that it is the last.
            connection.execute(
                "UPDATE deliveries SET state = iif(state = 'sending', state, 'failed'), next_at = NULL, "
                "error = :error, updated_at = :now WHERE state <> 'sent' "
                "AND channel = :channel AND lower(address) = lower(:address) AND "
                "(edition_id IN (SELECT id FROM editions WHERE digest = :digest) OR "
                "alert_message_id IN (SELECT id FROM alert_messages WHERE alert = :alert))",
                {
                    "error": UNSUBSCRIBED, "now": instant(now), "channel": row["channel"],
                    "address": row["address"], "digest": row["digest"], "alert": row["alert"],
                },
            )  # fmt: skip

    def list_of(self, delivery_id: int) -> tuple[str, str] | None:
        """Return what a delivery is one of: see `DeliveryStore.list_of`."""
        if not 0 < delivery_id <= LARGEST_ID:
            return None
        with self._database.read() as connection:
            row = connection.execute(_SELECT, (delivery_id,)).fetchone()
        if row is None:
            return None
        return ("digests", row["digest"]) if row["edition_id"] else ("alerts", row["alert"])


def plan(
    connection: sqlite3.Connection,
    to: Sequence[Recipient],
    now: datetime,
    *,
    edition: str | None = None,
    alert_message: int | None = None,
) -> None:
    """Plan the deliveries of an edition, or of an alert's message, in the write that freezes it."""
    connection.executemany(
        "INSERT INTO deliveries (edition_id, alert_message_id, channel, address, secret_env, state, "
        "updated_at) VALUES (?, ?, ?, ?, ?, 'planned', ?) ON CONFLICT DO NOTHING",
        [
            (edition, alert_message, each.channel, each.to, each.secret_env, instant(now))
            for each in to
        ],
    )


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


def _check_open(row: sqlite3.Row | None, delivery_id: int) -> None:
    """Raise what stands in the way of doing something about a delivery."""
    if row is None:
        raise NotFoundError(f"There is no delivery {delivery_id}; see: monitor digest list")
    if row["state"] == "sent":
        raise UsageError(f"Delivery {delivery_id} has been sent; it is not sent twice.")
    if row["state"] == "sending":
        raise OvertakenError(
            f"Delivery {delivery_id} is being sent this moment; see what comes of it with: "
            "monitor digest list"
        )


def _bounds(now: datetime) -> dict[str, str | int | None]:
    return {
        "now": instant(now),
        "last_lease": instant(now + HANDING_LEASE + LEASE_SLACK),
        "last_next": instant(now + BACK_OFF[-1] + LEASE_SLACK),
    }


def _recover(connection: sqlite3.Connection, now: datetime) -> None:
    """Settle the attempts whose process ended: their leases have run out."""
    rows = connection.execute(f"SELECT * FROM {_OPEN} {_EXPIRED}", _bounds(now)).fetchall()
    for row in rows:
        after = after_lost(
            row["channel"], row["handed_at"] is not None, now, repeats=row["repeats"]
        )
        error = LOST.format(id=row["id"]) if after.state == "unknown" else row["error"]
        _settle(connection, row["id"], after, error, now)


def _settle(
    connection: sqlite3.Connection, delivery_id: int, after: After, error: str, now: datetime
) -> None:
    row = connection.execute("SELECT error FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
    if row["error"] == UNSUBSCRIBED and after.state != "sent":
        after, error = After("failed"), UNSUBSCRIBED
    connection.execute(
        "UPDATE deliveries SET state = ?1, next_at = ?2, error = ?3, updated_at = ?4, "
        "leased_until = NULL, doubtful = doubtful OR ?1 = 'unknown' WHERE id = ?5",
        (after.state, instant(after.next_at), error, instant(now), delivery_id),
    )


def _claim(connection: sqlite3.Connection, delivery_id: int, now: datetime) -> Claimed:
    claim = secrets.token_hex(16)
    connection.execute(
        "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, claim = ?, "
        "leased_until = ?, handed_at = NULL, next_at = NULL, updated_at = ? WHERE id = ?",
        (claim, instant(now + LEASE), instant(now), delivery_id),
    )
    row = connection.execute(_SELECT, (delivery_id,)).fetchone()
    of_edition = row["edition_id"] is not None
    return Claimed(
        id=row["id"],
        claim=claim,
        to=Recipient(row["channel"], row["address"], row["secret_env"]),
        of=row["edition_id"] if of_edition else f"alert-{row['alert']}-{row['alert_message_id']}",
        kind="digests" if of_edition else "alerts",
        list_name=row["digest"] if of_edition else row["alert"],
        rendered=Rendered(row["subject"], row["text"], row["markdown"], row["html"], row["json"]),
        created_at=moment(row["created_at"]),
        doubtful=bool(row["doubtful"]),
    )


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
