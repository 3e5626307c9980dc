"""The pages about feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from monitor.errors import NotFoundError
from monitor.model.feed import FeedRecord
from monitor.service.feeds import title_of
from monitor.service.opened import OpenHome
from monitor.service.searching import search
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


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/feeds")
    def feeds(sort: str = "title") -> Response:
        services = home.services()
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
        services = home.services()
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

    return router
