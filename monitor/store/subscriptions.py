"""What is agreed with WebSub hubs, and what a push changes of its feed."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import datetime
from typing import Any

from monitor.errors import NotFoundError
from monitor.model.feed import FeedRecord
from monitor.model.subscription import Followed, Receiver, Subscription
from monitor.store.connection import Database
from monitor.store.rows import config_feed, feed_record, instant, marks, maybe_moment, standing

_COLUMNS = tuple(each.name for each in dataclasses.fields(Subscription))
_OF_PUSHES = ("pushed_at", "misses")
_SAVED = tuple(name for name in _COLUMNS if name not in ("id", *_OF_PUSHES))
_LIVE = "state <> 'ending'"
# What changes with every event: a row in which these are the same has not been touched.
_SAME = ("state", "asked_at", "verified_at", "next_at", "attempts", "error")


class SqliteSubscriptions:
    """`monitor.store.fetch_protocols.SubscriptionStore` over the table `subscriptions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def followed(self) -> list[Followed]:
        """Return feeds with a hub, and all subscriptions: see `SubscriptionStore.followed`."""
        with self._database.read() as connection:
            held: dict[int, list[Subscription]] = {}
            for row in connection.execute("SELECT * FROM subscriptions ORDER BY id"):
                held.setdefault(row["feed_id"], []).append(_subscription(row))
            rows = connection.execute(
                "SELECT id, url, hub, self_url, state, in_config, config FROM feeds "
                "WHERE (in_config AND hub <> '') OR id IN (SELECT feed_id FROM subscriptions) "
                "ORDER BY id"
            ).fetchall()
        found = []
        for row in rows:
            mine = held.get(row["id"], [])
            live = [each for each in mine if each.state != "ending"]
            bare = [None] if row["in_config"] and not live else []
            found += [_followed(row, each) for each in (*mine, *bare)]
        return found

    def live(self) -> dict[int, Subscription]:
        """Return those that are not ending: see `SubscriptionStore.live`."""
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT * FROM subscriptions WHERE {_LIVE}").fetchall()
        return {row["feed_id"]: _subscription(row) for row in rows}

    def of_feed(self, feed_id: int) -> Subscription | None:
        """Return a feed's: see `SubscriptionStore.of_feed`."""
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT * FROM subscriptions WHERE feed_id = ? AND {_LIVE}", (feed_id,)
            ).fetchone()
        return _subscription(row) if row else None

    def receiver(self, token: str) -> Receiver | None:
        """Return whom a callback belongs to: see `SubscriptionStore.receiver`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM subscriptions WHERE token = ?", (token,)
            ).fetchone()
            if row is None:
                return None
            feed = connection.execute(
                "SELECT * FROM feeds WHERE id = ?", (row["feed_id"],)
            ).fetchone()
        return Receiver(_subscription(row), feed_record(feed))

    def add(self, new: Subscription) -> Subscription | None:
        """Keep a new one: see `SubscriptionStore.add`."""
        names = [name for name in _COLUMNS if name != "id"]
        with self._database.write() as connection:
            given = connection.execute(
                f"INSERT INTO subscriptions ({', '.join(names)}) VALUES ({marks(names)}) "
                "ON CONFLICT DO NOTHING",
                [_written(new, name) for name in names],
            )
            return dataclasses.replace(new, id=given.lastrowid or 0) if given.rowcount else None

    def save(self, before: Subscription, after: Subscription) -> bool:
        """Replace what is known of one: see `SubscriptionStore.save`."""
        with self._database.write() as connection:
            changed = connection.execute(
                f"UPDATE subscriptions SET {', '.join(f'{name} = ?' for name in _SAVED)} "
                f"WHERE id = ? AND {' AND '.join(f'{name} IS ?' for name in _SAME)}",
                [
                    *(_written(after, name) for name in _SAVED),
                    before.id,
                    *(_written(before, name) for name in _SAME),
                ],
            ).rowcount
        return changed > 0

    def forget(self, subscription_id: int) -> None:
        """Drop one: see `SubscriptionStore.forget`."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM subscriptions WHERE id = ?", (subscription_id,))


def note_push(connection: sqlite3.Connection, feed: FeedRecord, now: datetime) -> None:
    """Note that a hub has pushed, and what that says of the feed; for `SqliteRefresh.record`."""
    values = standing(feed)
    changed = connection.execute(
        "UPDATE feeds SET last_new_at = :last_new_at, rhythm_seconds = :rhythm_seconds, "
        "silent_since_at = :silent_since_at, "
        "since_at = CASE WHEN state = 'silent' AND :state <> 'silent' THEN :since_at ELSE since_at END, "
        "state = CASE WHEN state = 'silent' THEN :state ELSE state END "
        "WHERE id = :id",
        {
            "id": feed.id,
            **{
                name: values[name]
                for name in (
                    "last_new_at",
                    "rhythm_seconds",
                    "silent_since_at",
                    "state",
                    "since_at",
                )
            },
        },
    ).rowcount
    if not changed:
        raise NotFoundError(f"The database has no feed with the id {feed.id}.")
    connection.execute(
        f"UPDATE subscriptions SET pushed_at = ?, misses = 0 WHERE feed_id = ? AND {_LIVE}",
        (instant(now), feed.id),
    )


def note_miss(connection: sqlite3.Connection, feed_id: int) -> None:
    """Note that a visit found what should have been pushed; for `SqliteRefresh.record`."""
    connection.execute(
        "UPDATE subscriptions SET misses = misses + 1 WHERE feed_id = ? AND state = 'active'",
        (feed_id,),
    )


def _subscription(row: sqlite3.Row) -> Subscription:
    values: dict[str, Any] = {
        name: maybe_moment(row[name]) if name.endswith("_at") else row[name] for name in _COLUMNS
    }
    return Subscription(**values)


def _written(subscription: Subscription, name: str) -> object:
    value = getattr(subscription, name)
    return instant(value) if name.endswith("_at") else value


def _followed(row: sqlite3.Row, subscription: Subscription | None) -> Followed:
    feed = config_feed(row["config"]) if row["in_config"] else None
    return Followed(
        feed_id=row["id"],
        url=row["url"],
        # What needs a secret or headers of its own is not for a hub to fetch.
        wanted=feed is not None
        and row["state"] not in ("off", "gone")
        and not (feed.auth_env or feed.headers),
        hub=row["hub"],
        self_url=row["self_url"],
        subscription=subscription,
    )
