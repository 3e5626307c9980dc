"""Editions as frozen, and the deliveries planned with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from monitor.digests.troubles import began_at, news_of
from monitor.errors import StoreError
from monitor.model.delivery import StoredEdition
from monitor.model.digest import Recipient
from monitor.model.edition import Coverage, Edition, Rendered, Trouble, Window
from monitor.model.masking import masked
from monitor.store.connection import Database
from monitor.store.deliveries import deliveries_of, plan
from monitor.store.entries import id_range
from monitor.store.kept_zones import keep_zone, zones
from monitor.store.ledger import enter
from monitor.store.loading import FeedFacts, load_feed_facts
from monitor.store.rows import feed_record, instant, maybe_moment, moment

WORKING = ("ok", "moved")
"""States of a feed that can be fetched; "new" ones have not been tried yet."""

SUCCESSES = ("ok", "304", "same")
"""Results in the fetch log that say: we have looked."""

_SHORT = "id, digest, slot, local_on, from_at, until_at, timezone, created_at, subject"


class SqliteEditions:
    """`monitor.store.protocols.EditionStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, digest: str, now: datetime) -> datetime:
        """Return when the digest was first known: see `EditionStore.begin`."""
        select = "SELECT began_at FROM digests WHERE name = ?"
        with self._database.read() as connection:
            row = connection.execute(select, (digest,)).fetchone()
        if row is None:
            with self._database.write() as connection:
                connection.execute(
                    "INSERT INTO digests (name, began_at) VALUES (?, ?) "
                    "ON CONFLICT (name) DO NOTHING",
                    (digest, instant(now)),
                )
                row = connection.execute(select, (digest,)).fetchone()
        return moment(row[0])

    def keep_zone(self, digest: str, timezone: str, utc_offset: timedelta) -> None:
        """Remember the zone a digest goes by: see `EditionStore.keep_zone`."""
        keep_zone(self._database, "digests", digest, timezone, utc_offset)

    def zones(self) -> dict[str, tuple[str, timedelta]]:
        """Return the zones digests went by last: see `EditionStore.zones`."""
        return zones(self._database, "digests")

    def last_cutoff(self, digest: str) -> datetime | None:
        """Return the end of the newest edition's window, or None before the first."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT max(until_at) FROM editions WHERE digest = ?", (digest,)
            ).fetchone()
        return maybe_moment(row[0])

    def coverage(self, window: Window) -> Coverage:
        """Count feeds and entries: see `EditionStore.coverage`."""
        with self._database.read() as connection:
            feeds = connection.execute(
                "SELECT * FROM feeds WHERE in_config AND state <> 'off' ORDER BY id"
            ).fetchall()
            checked = connection.execute(
                "SELECT count(*) FROM feeds f WHERE in_config AND state <> 'off' AND (EXISTS "
                "(SELECT 1 FROM fetch_log l WHERE l.feed_id = f.id AND l.at >= ?1 AND l.at < ?2 "
                f"AND l.result IN {SUCCESSES}) OR "
                # Read before, well, and not due again by the window's end. One that was visited since may
                # have been due in it: nobody was there, say, and what is due now is none the wiser.
                f"(state IN {WORKING} AND last_ok_at IS NOT NULL AND last_fetched_at < ?2 "
                "AND next_fetch_at >= ?2))",
                (instant(window.from_at), instant(window.until_at)),
            ).fetchone()[0]
            seen = connection.execute(
                "SELECT count(*) FROM entries WHERE id >= ? AND id < ?",
                id_range(connection, window.from_at, window.until_at),
            ).fetchone()[0]
            gaps = dict(
                connection.execute(
                    "SELECT g.feed_id, min(g.from_at) FROM gaps g JOIN feeds f ON f.id = g.feed_id "
                    "WHERE f.in_config AND f.state <> 'off' AND NOT g.closed "
                    "AND g.until_at >= ? AND g.until_at < ? GROUP BY 1 ORDER BY 1",
                    (instant(window.from_at), instant(window.until_at)),
                ).fetchall()
            )
            bad = [row for row in feeds if row["state"] not in (*WORKING, "new")]
            news = [
                (each, state)
                for each in map(feed_record, feeds)
                if (state := news_of(each, window)) is not None
            ]
            facts = load_feed_facts(connection, {*gaps, *(each.id for each, _ in news)})
        silent = sum(1 for row in bad if row["state"] == "silent")
        return Coverage(
            feeds=len(feeds),
            ok=sum(1 for row in feeds if row["state"] in WORKING),
            failing=len(bad) - silent,
            gone=sum(1 for row in bad if row["state"] == "gone"),
            quarantined=sum(1 for row in bad if row["state"] == "quarantined"),
            silent=silent,
            checked=checked,
            entries_seen=seen,
            entries_matched=0,
            copies_folded=0,
            stories=0,
            gaps=len(gaps),
            troubles=(
                *(
                    Trouble(
                        *_called(facts[each.id]), state, "" if state == "silent" else each.error,
                        began_at(each, state),
                        each.rhythm.every, each.rhythm.pause,
                    )
                    for each, state in news
                ),
                *(
                    Trouble(*_called(facts[feed_id]), "gap", "", moment(since))
                    for feed_id, since in gaps.items()
                ),
            ),
        )  # fmt: skip

    def freeze(
        self,
        edition: Edition,
        rendered: Rendered,
        to: Sequence[Recipient],
        now: datetime,
        newest_id: int,
        changes: int,
    ) -> StoredEdition | None:
        """Store an edition with its planned deliveries: see `EditionStore.freeze`."""
        window = edition.window
        with self._database.write() as connection:
            there = _editions(
                connection,
                "WHERE digest = ? AND (slot = ? OR until_at > ?)",
                (edition.digest, edition.slot, instant(window.from_at)),
            )
            if there:
                return there[0]
            _, end = id_range(connection, window.from_at, window.until_at)
            late = connection.execute(
                "SELECT 1 FROM entries WHERE id > ? AND id < ? LIMIT 1", (newest_id, end)
            ).fetchone()
            edited = connection.execute(
                "SELECT 1 FROM entries WHERE change > ?1 AND ((revised_at >= ?2 AND revised_at < ?3) "
                "OR (page_text_at >= ?2 AND page_text_at < ?3)) LIMIT 1",
                (changes, instant(window.from_at), instant(window.until_at)),
            ).fetchone()
            if late or edited:
                return None
            _insert(connection, edition, rendered, now)
            plan(connection, to, now, edition=edition.id)
            return _editions(connection, "WHERE id = ?", (edition.id,))[0]

    def editions(
        self, digest: str | None = None, *, limit: int | None = None, forms: bool = True
    ) -> list[StoredEdition]:
        """Return editions, newest first: see `EditionStore.editions`."""
        most = -1 if limit is None else limit
        with self._database.read() as connection:
            if digest is None:
                return _editions(connection, "", (), most, forms=forms)
            return _editions(connection, "WHERE digest = ?", (digest,), most, forms=forms)

    def edition(self, edition_id: str) -> StoredEdition | None:
        """Return one edition, or None."""
        with self._database.read() as connection:
            found = _editions(connection, "WHERE id = ?", (edition_id,))
        return found[0] if found else None


def _called(facts: FeedFacts) -> tuple[str, str]:
    address = masked(facts.url)  # an edition goes to people who do not have the key in it
    return masked(facts.title) or address, address


def _insert(
    connection: sqlite3.Connection, edition: Edition, rendered: Rendered, now: datetime
) -> None:
    if connection.execute("SELECT 1 FROM editions WHERE id = ?", (edition.id,)).fetchone():
        raise StoreError(
            f"There is an edition {edition.id!r} already, for another time than {edition.slot}; "
            "see: monitor digest list"
        )
    connection.execute(
        "INSERT INTO editions (id, digest, slot, local_on, from_at, until_at, timezone, "
        "created_at, subject, text, markdown, html, json) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            edition.id,
            edition.digest,
            edition.slot,
            edition.local_on.isoformat(),
            instant(edition.window.from_at),
            instant(edition.window.until_at),
            edition.window.timezone,
            instant(now),
            rendered.subject,
            rendered.text,
            rendered.markdown,
            rendered.html,
            rendered.json,
        ),
    )
    enter(connection, edition)


def _editions(
    connection: sqlite3.Connection,
    where: str,
    values: tuple[object, ...],
    most: int = -1,
    *,
    forms: bool = True,
) -> list[StoredEdition]:
    """Return the editions that fit, newest first, `most` at most; SQLite takes -1 for all."""
    columns = "*" if forms else f"{_SHORT}, '' AS text, '' AS markdown, '' AS html, '' AS json"
    # Sorted by number alone: the forms of years of editions are too much to be sorted with it.
    rows = connection.execute(
        f"SELECT {columns} FROM editions WHERE number IN "
        f"(SELECT number FROM editions {where} ORDER BY number DESC LIMIT ?) ORDER BY number DESC",
        (*values, most),
    ).fetchall()
    planned = deliveries_of(connection, [row["id"] for row in rows])
    return [
        StoredEdition(
            id=row["id"],
            digest=row["digest"],
            slot=row["slot"],
            local_on=date.fromisoformat(row["local_on"]),
            window=Window(moment(row["from_at"]), moment(row["until_at"]), row["timezone"]),
            created_at=moment(row["created_at"]),
            rendered=Rendered(
                row["subject"], row["text"], row["markdown"], row["html"], row["json"]
            ),
            deliveries=tuple(planned.get(row["id"], ())),
        )
        for row in rows
    ]
