"""Values for the store's tests: only what a test cares about is said."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model.entry import ParsedEntry
from monitor.model.feed import Feed, FeedRecord
from monitor.model.refresh import FeedOutcome, FetchLogLine, NewEntry, Recorded, RevisedEntry
from monitor.model.story import StoryDecision
from monitor.model.topic import Evidence, Span, StoredMatch
from monitor.store import Store

NOW = datetime(2026, 11, 23, 7, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OF_FEED = {field.name for field in dataclasses.fields(FeedRecord)}


def parsed(title: str = "Licences for chips", **fields: Any) -> ParsedEntry:
    """An entry as parsed."""
    return ParsedEntry(title=title, **({"text": f"Text of {title}.", "language": "en"} | fields))


def new(key: str, *, matches: tuple[StoredMatch, ...] = (), **fields: Any) -> NewEntry:
    """An entry not seen before; its guid is the key unless said otherwise."""
    entry = parsed(**({"guid": key, "url": f"https://news.example/{key}"} | fields))
    return NewEntry(key=key, content_hash=f"hash of {entry.title}", entry=entry, matches=matches)


def revised(
    entry_id: int, key: str, *, matches: tuple[StoredMatch, ...] = (), **fields: Any
) -> RevisedEntry:
    """A stored entry with another text."""
    entry = parsed(**({"guid": key} | fields))
    return RevisedEntry(
        id=entry_id, key=key, content_hash=f"hash of {entry.title}", entry=entry, matches=matches
    )


def match(topic: str = "chips", version: int = 1, points: int = 1) -> StoredMatch:
    """A match with one reason."""
    evidence = Evidence("chip*", "chips", Span("title", 13, 18))
    return StoredMatch(
        topic, version, points, (evidence, Evidence("outlet:news.example", "news.example"))
    )


def log_line(at: datetime = NOW, result: str = "ok") -> FetchLogLine:
    """A line of the fetch log."""
    return FetchLogLine(
        at=at, result=result, status=200, wire_bytes=1000, seconds=0.5, entries=1, message=""
    )


def outcome(feed_id: int, *entries: NewEntry, at: datetime = NOW, **fields: Any) -> FeedOutcome:
    """What a refresh brought."""
    standard: dict[str, Any] = {
        "state": "ok",
        "last_fetched_at": at,
        "last_ok_at": at,
        "last_new_at": at if entries else None,
        "next_fetch_at": at + HOUR,
        "log": log_line(at),
    }
    given = standard | fields
    of_feed = {name: given.pop(name) for name in list(given) if name in OF_FEED}
    return FeedOutcome(feed=FeedRecord(id=feed_id, url="", **of_feed), new=entries, **given)


def watch(store: Store, *urls: str, now: datetime = NOW) -> list[int]:
    """Let the store watch exactly these feeds; return their ids in the order given."""
    store.feeds.sync([Feed(url=url) for url in urls], now)
    ids = {record.url: record.id for record in store.feeds.feeds()}
    return [ids[url] for url in urls]


def add(
    store: Store, *entries: NewEntry, at: datetime = NOW, feed: str = "https://a.example/feed"
) -> list[int]:
    """Store entries of one feed, watched besides those there are; return their ids."""
    records = store.feeds.feeds()
    if feed not in {record.url for record in records}:
        watched = [record.feed for record in records if record.feed]
        store.feeds.sync([*watched, Feed(url=feed)], at)
    feed_id = next(record.id for record in store.feeds.feeds() if record.url == feed)
    return list(record(store, outcome(feed_id, *entries, at=at), at).new_ids)


def record(store: Store, brought: FeedOutcome, at: datetime = NOW) -> Recorded:
    """Record an outcome."""
    return store.refresh.record(brought, at)


def alone(entry_id: int) -> StoryDecision:
    """The decision that an entry founds a story."""
    return StoryDecision(
        entry=entry_id, story=None, founder=entry_id, copy_of=None, why=("nothing like it",)
    )


def ungrouped(store: Store, entry_ids: list[int]) -> list[int]:
    """Take back the stories that entries got as they were stored, for a test that gives them its own."""
    mine = ",".join(map(str, entry_ids))
    left = "SELECT id FROM stories WHERE id NOT IN (SELECT story_id FROM story_members)"
    with store.database.write() as connection:
        connection.execute(f"DELETE FROM story_members WHERE entry_id IN ({mine})")
        connection.execute(f"DELETE FROM story_keys WHERE entry_id IN ({mine})")
        for column in ("story_id", "other_id"):
            connection.execute(f"DELETE FROM story_relations WHERE {column} IN ({left})")
        connection.execute(f"DELETE FROM stories WHERE id IN ({left}) AND founder_id IN ({mine})")
        connection.execute(
            "UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(id), 0) FROM stories) "
            "WHERE name = 'stories'"
        )
    return entry_ids


def ungroup(store: Store) -> None:
    """Leave all entries without a story, as versions did that grouped them after storing them."""
    with store.database.write() as connection:
        for table in ("story_relations", "story_members", "stories", "story_keys", "story_terms"):
            connection.execute(f"DELETE FROM {table}")
