"""How topics go over time, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from monitor.model.topic import Topic
from monitor.service import trends as over_time
from monitor.service.facets import timezone_of
from monitor.service.opened import OpenHome
from monitor.service.rematching import topic_named
from monitor.service.trend_shapes import makeup_shape, trends_shape
from monitor.service.trends import By, Span, span_of
from monitor.service.wiring import Services
from monitor.web.api.answering import answer
from monitor.web.api.asking import TopicName, gives
from monitor.web.api.documents.trends import Makeup, TrendList

First = Annotated[
    str,
    Query(
        alias="from",
        max_length=10,
        description="The first day, 2026-11-01; else 90 days are told",
        examples=["2026-11-01"],
    ),
]
Last = Annotated[
    str, Query(alias="to", max_length=10, description="The last day, included; else today")
]
Every = Annotated[By | None, Query(description="How long a period is; else what fits the length")]


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["topics"])

    def span_in(services: Services, first: str, last: str, by: By | None = None) -> Span:
        zone = timezone_of(services)
        return span_of(clock(), zone, first=first, last=last, by=by or "")

    @router.get(
        "/api/trends",
        summary="How many stories the topics had, by day, week or month",
        **gives(TrendList, "Of each topic; what is usual is told of one alone"),
    )
    def overview(
        request: Request, first: First = "", last: Last = "", by: Every = None
    ) -> Response:
        services = home.services()
        span = span_in(services, first, last, by)
        found = over_time.trends(services, services.settings.topics, span, clock(), usual=False)
        return answer(request, trends_shape(found, span))

    @router.get(
        "/api/trends/{name}",
        summary="How many stories a topic had, with what is usual",
        **gives(TrendList, "`low` and `high` bound nine in ten such days, null where not known"),
    )
    def one(
        request: Request, name: TopicName, first: First = "", last: Last = "", by: Every = None
    ) -> Response:
        services, now = home.services(), clock()
        topic = _topic(services, name)
        span = span_in(services, first, last, by)
        found = over_time.trends(services, [topic], span, now, usual=True)
        return answer(request, trends_shape(found, span))

    @router.get(
        "/api/trends/{name}/makeup",
        summary="Who tells a topic's stories, which words rise, what official sources published",
        **gives(Makeup, "Of the newest 2,000 entries of the span; `whole` when these are all"),
    )
    def made_of(request: Request, name: TopicName, first: First = "", last: Last = "") -> Response:
        services = home.services()
        topic = _topic(services, name)
        span = span_in(services, first, last)
        found = over_time.makeup(services, [topic], span)
        return answer(request, makeup_shape(name, found, span))

    return router


def _topic(services: Services, name: str) -> Topic:
    topic_named(services, name)
    return next(topic for topic in services.settings.topics if topic.name == name)
