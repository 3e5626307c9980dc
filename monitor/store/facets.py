"""Facts about many entries at once, without their texts, for what surrounds a search result."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from monitor.model.facet import EntryFacts, FeedFacts
from monitor.store.connection import Database
from monitor.store.entries import id_range
from monitor.store.rows import chunks, marks, moment, strings

_NONE: frozenset[str] = frozenset()


class SqliteFacets:
    """`monitor.store.facet_protocol.FacetStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts(self, entry_ids: Sequence[int]) -> list[EntryFacts]:
        """Return facts about entries, in the order of the ids: see `FacetStore.facts`."""
        found: list[EntryFacts] = []
        with self._database.read() as connection:
            feeds = _feeds(connection)
            withdrawn = {
                row[0]
                for row in connection.execute(
                    "SELECT id FROM entries INDEXED BY entries_withdrawn "
                    "WHERE withdrawn_at IS NOT NULL"
                ).fetchall()
            }
            for chunk in chunks(entry_ids):
                found += _facts(connection, chunk, feeds, withdrawn)
        return found

    def seen(self, entry_ids: Sequence[int]) -> list[datetime]:
        """Return when entries were first seen: see `FacetStore.seen`."""
        with self._database.read() as connection:
            found = [
                connection.execute(
                    "SELECT first_seen_at FROM entries WHERE id = ?", (entry_id,)
                ).fetchone()
                for entry_id in entry_ids
            ]
        return [moment(row[0]) for row in found if row is not None]

    def first_ids(self, instants: Sequence[datetime]) -> list[int]:
        """Return, for each instant, the first id at or after it: see `FacetStore.first_ids`."""
        with self._database.read() as connection:
            return [id_range(connection, at, None)[0] for at in instants]

    def members(self, story_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """Return the entries of stories, newest first: see `FacetStore.members`."""
        found: dict[int, tuple[int, ...]] = {}
        with self._database.read() as connection:
            for chunk in chunks(story_ids):
                for story, entry in connection.execute(
                    "SELECT story_id, entry_id FROM story_members "
                    f"WHERE story_id IN ({marks(chunk)}) ORDER BY story_id, entry_id DESC",
                    tuple(chunk),
                ).fetchall():
                    found[story] = (*found.get(story, ()), entry)
        return found


def _facts(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    feeds: dict[int, FeedFacts],
    withdrawn: set[int],
) -> list[EntryFacts]:
    within = f"IN ({marks(ids)})"
    # Only columns that stand before the texts: those behind them cost a page of the file each.
    rows = connection.execute(
        "SELECT id, feed_id, domain, url, author, language, first_seen_at, published_at, tags, "
        f"enclosures, revised_at IS NOT NULL FROM entries WHERE id {within}",
        tuple(ids),
    ).fetchall()
    topics: dict[int, tuple[str, ...]] = {}
    for entry_id, topic in connection.execute(
        f"SELECT entry_id, topic FROM matches WHERE entry_id {within}", tuple(ids)
    ).fetchall():
        topics[entry_id] = (*topics.get(entry_id, ()), topic)
    starred, sent = (
        {
            row[0]
            for row in connection.execute(
                f"SELECT entry_id FROM {table} WHERE entry_id {within}", tuple(ids)
            ).fetchall()
        }
        for table in ("stars", "edition_entries")
    )
    found = {}
    for row in rows:
        entry_id, feed_id, domain, url, author, language, seen, published, tags, files, revised = (
            row
        )
        feed = feeds[feed_id]
        states = _NONE
        if (
            revised
            or files != "[]"
            or entry_id in withdrawn
            or entry_id in starred
            or entry_id in sent
        ):
            states = frozenset(
                name
                for name, holds in (
                    ("is:revised", revised),
                    ("is:withdrawn", entry_id in withdrawn),
                    ("is:sent", entry_id in sent),
                    ("is:starred", entry_id in starred),
                    ("has:enclosure", files != "[]"),
                )
                if holds
            )
        found[entry_id] = EntryFacts(
            entry_id,
            feed,
            feed.outlet or domain or feed.domain,
            domain,
            url,
            author,
            language,
            seen,
            published or "",
            _tags(tags),
            topics.get(entry_id, ()),
            files,
            states,
        )
    return [found[entry_id] for entry_id in ids if entry_id in found]


@lru_cache(maxsize=10_000)
def _tags(text: str) -> tuple[str, ...]:
    return strings(text)


def _feeds(connection: sqlite3.Connection) -> dict[int, FeedFacts]:
    rows = connection.execute("SELECT id, url, domain, title, config FROM feeds").fetchall()
    return {row[0]: _feed(*tuple(row)[1:]) for row in rows}


@lru_cache(maxsize=10_000)
def _feed(url: str, domain: str, title: str, written: str) -> FeedFacts:
    config = json.loads(written)
    return FeedFacts(url, config["title"] or title, config["outlet"], domain, tuple(config["tags"]))
