"""The pages about what is watched: topics, feeds, and the state of the monitor itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from monitor.digests.windows import next_due
from monitor.errors import NotFoundError
from monitor.model.edition import Window
from monitor.model.entry import Entry
from monitor.model.feed import FeedRecord
from monitor.model.topic import Topic
from monitor.service.feeds import title_of
from monitor.service.rematching import topic_named
from monitor.service.searching import search
from monitor.service.wiring import Services
from monitor.web.presenting import page

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FAR_AHEAD = datetime.max.replace(tzinfo=UTC)
_TROUBLE_FIRST = (
    "failing", "gone", "blocked", "quarantined", "throttled", "silent", "moved", "new", "ok", "off",
)  # fmt: skip

SORTS: dict[str, Callable[[FeedRecord], Any]] = {
    "title": lambda feed: title_of(feed).casefold(),
    "state": lambda feed: _TROUBLE_FIRST.index(feed.state),
    "last": lambda feed: -(feed.last_fetched_at or _LONG_AGO).timestamp(),
    "next": lambda feed: (feed.next_fetch_at or _FAR_AHEAD).timestamp(),
    "entries": lambda feed: -feed.entries,
    "matches": lambda feed: -feed.matches,
}
"""How the feeds may be sorted: by name, trouble first, newest or largest first, next first."""

_LOOK_BACK = tuple(timedelta(days=days) for days in (7, 30, 365, 3650))
_RECENT = 30


def routes(services: Services, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/topics")
    def topics() -> Response:
        return page(
            "topics.html",
            services,
            clock(),
            here="topics",
            topics=services.settings.topics,
            versions=services.versions,
            applied=services.store.topics.rematched(),
        )

    @router.get("/topics/{name}")
    def topic(name: str) -> Response:
        now = clock()
        chosen = topic_called(services, name)
        return page(
            "topic.html",
            services,
            now,
            here="topics",
            topic=chosen,
            topic_version=services.versions[name],
            applied=services.store.topics.rematched().get(name) == services.versions[name],
            matches=recent_matches(services, name, now, _RECENT),
        )

    @router.get("/feeds")
    def feeds(sort: str = "title") -> Response:
        sort = sort if sort in SORTS else "title"
        records = sorted(services.store.feeds.feeds(), key=SORTS["title"])
        return page(
            "feeds.html",
            services,
            clock(),
            here="feeds",
            feeds=[(record, title_of(record)) for record in sorted(records, key=SORTS[sort])],
            states=Counter(record.state for record in records),
            sort=sort,
        )

    @router.get("/feeds/{feed_id}")
    def feed(feed_id: str) -> Response:
        now = clock()
        record = next(
            (each for each in services.store.feeds.feeds() if str(each.id) == feed_id), None
        )
        if record is None:
            raise NotFoundError(f"There is no watched feed {feed_id}; see the list under Feeds.")
        query = f'feed:"{record.url}"'
        recent = search(services, f"{query} since:30d", now=now, sort="newest", limit=10)
        return page(
            "feed.html",
            services,
            now,
            here="feeds",
            feed=record,
            name=title_of(record),
            interval=(record.feed.every if record.feed else None)
            or services.settings.fetch.interval,
            recent=recent,
            all_of_it=query,
        )

    @router.get("/status")
    def status() -> Response:
        now = clock()
        records = services.store.feeds.feeds()
        applied = services.store.topics.rematched()
        return page(
            "status.html",
            services,
            now,
            here="status",
            stats=services.store.upkeep.stats(),
            states=Counter(record.state for record in records),
            due=sum(
                record.next_fetch_at is not None and record.next_fetch_at <= now
                for record in records
                if record.state not in ("off", "gone")
            ),
            last_at=max(filter(None, (record.last_fetched_at for record in records)), default=None),
            digests=[(digest, next_due(digest, now)) for digest in services.settings.digests],
            open_deliveries=services.store.deliveries.open_deliveries(),
            waiting=[
                topic.name
                for topic in services.settings.topics
                if applied.get(topic.name) != services.versions[topic.name]
            ],
            warnings=services.settings.warnings,
            home=services.home.root,
        )

    return router


def topic_called(services: Services, name: str) -> Topic:
    """Return a topic as config/topics.toml has it, or raise `NotFoundError` naming those there are."""
    topic_named(services, name)
    return next(topic for topic in services.settings.topics if topic.name == name)


def recent_matches(services: Services, topic: str, now: datetime, wanted: int) -> list[Entry]:
    """Return about the `wanted` newest entries that match a topic, newest first.

    Looks back only as far as it must, so that a topic with very many matches costs no more.
    """
    entries: list[Entry] = []
    for back in _LOOK_BACK:
        window = Window(now - back, now + timedelta(seconds=1), "UTC")
        entries = services.store.entries.matched(window, [topic])
        if len(entries) >= wanted:
            break
    return entries[::-1][:wanted]
