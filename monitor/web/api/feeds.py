"""The watched feeds: how they fare, what config says of them, what may be found at an address."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from monitor.errors import NotFoundError, UsageError
from monitor.model.feed import Feed, FeedRecord
from monitor.service.adding import watched_already
from monitor.service.checking import seen
from monitor.service.discovering import Discovery, Looking
from monitor.service.feed_shapes import (
    found_shape,
    masked_feed,
    seen_shape,
    visit_shape,
    written_shape,
)
from monitor.service.feeds import feed_named, in_states
from monitor.service.importing import export_list
from monitor.service.masking import masked
from monitor.service.opened import OpenHome
from monitor.service.shapes import feed_shapes
from monitor.service.wiring import Services
from monitor.settings.addresses import check_url
from monitor.web.api.answering import answer
from monitor.web.api.asking import MOST, FeedName, gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents.feeds import FeedList, FeedSettings, FoundFeeds, Visits, WholeFeed
from monitor.web.problems import ProblemError

State = Literal[
    "ok", "new", "failing", "throttled", "blocked", "moved", "gone", "silent", "quarantined", "off",
    "trouble",
]  # fmt: skip


class DiscoverFeeds(Body):
    """An address to look for feeds at; `guess` tries the usual places where the page names none."""

    url: str = Field(min_length=1, max_length=2000, examples=["https://example.org/"])
    guess: bool = False


def record_named(services: Services, name: str) -> FeedRecord:
    """Return the feed a request means; raises `NotFoundError` or `UsageError`."""
    return feed_named(services.store.feeds.feeds(), name)


def written_feed(services: Services, name: str) -> Feed:
    """Return a feed as config/ has it; raises `NotFoundError` when it is not there any more."""
    record = record_named(services, name)
    if record.feed is None:
        raise NotFoundError(f"{masked(record.url)} is not in config/ any more.")
    return record.feed


def discovered(
    services: Services, feed: Feed, now: datetime, *, guess: bool, choose: str = ""
) -> Discovery:
    """Look for the feeds at a feed's address; takes as long as its server does."""
    try:
        check_url(feed.url)
    except ValueError as error:
        raise UsageError(f"url {error}") from None

    async def look() -> Discovery:
        async with Looking(services.settings, os.environ, now) as looking:
            return await looking.discover(feed, guess=guess, choose=choose)

    return asyncio.run(look())


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["feeds"])

    @router.get(
        "/api/feeds",
        summary="The watched feeds and how they fare",
        **gives(FeedList, "As `monitor feeds list --json`"),
    )
    def feeds(
        request: Request,
        state: Annotated[
            list[State] | None,
            Query(description="Only feeds in one of these states; `trouble`: what needs a person"),
        ] = None,
    ) -> Response:
        services, now = home.services(), clock()
        records = in_states(services.store.feeds.feeds(), state or (), now)
        shapes = [masked_feed(shape) for shape in feed_shapes(services, records, now)]
        return answer(request, {"feeds": shapes})

    @router.get(
        "/api/feeds.opml",
        summary="The watched feeds as OPML",
        response_class=Response,
        responses={
            200: {"description": "As `monitor feeds export`", "content": {"text/x-opml": {}}}
        },
    )
    def opml(
        plain: Annotated[bool, Query(description="Address, title and tags only")] = False,
    ) -> Response:
        document = export_list(home.services().settings.feeds, clock(), plain=plain)
        return Response(
            document,
            media_type="text/x-opml; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="feeds.opml"'},
        )

    @router.get(
        "/api/feeds/{feed}",
        summary="All that is known of a feed",
        **gives(WholeFeed, "As `monitor feeds show 3 --json`"),
    )
    def feed(request: Request, feed: FeedName) -> Response:
        services, now = home.services(), clock()
        record = record_named(services, feed)
        (shape,) = feed_shapes(services, [record], now)
        return answer(request, masked_feed(shape | seen_shape(seen(services, record, now))))

    @router.get(
        "/api/feeds/{feed}/visits",
        summary="The log of a feed: its last visits, newest first",
        **gives(Visits, "Old visits are dropped ([keep] fetch_log)"),
    )
    def visits(
        request: Request,
        feed: FeedName,
        limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most")] = 50,
    ) -> Response:
        services = home.services()
        found = services.store.history.visits(record_named(services, feed).id, limit)
        return answer(request, {"visits": [visit_shape(visit) for visit in found]})

    @router.get(
        "/api/feeds/{feed}/settings",
        summary="What config/feeds.toml says of a feed",
        **gives(FeedSettings, "Its ETag is what a change names in If-Match"),
    )
    def settings(request: Request, feed: FeedName) -> Response:
        return answer(request, written_shape(written_feed(home.services(), feed)))

    @router.post(
        "/api/discover",
        summary="Find the feeds of a web page",
        openapi_extra=takes(DiscoverFeeds),
        **gives(FoundFeeds, "As `monitor feeds discover URL --json`"),
    )
    def discover(
        request: Request, body: Annotated[DiscoverFeeds, Depends(body_of(DiscoverFeeds))]
    ) -> Response:
        services = home.services()
        found = discovered(services, Feed(url=body.url), clock(), guess=body.guess)
        if found.first.answer.parsed is None and not (found.found or found.others):
            raise ProblemError(502, f"{body.url}: {found.first.error}")
        shapes = [
            found_shape(each) | {"watched": watched_already(services.home, each)}
            for each in found.found
        ]
        left_out = [found_shape(each) for each in found.others]
        return answer(request, {"feeds": shapes, "left_out": left_out})

    return router
