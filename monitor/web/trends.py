"""The pages Trends: how many stories topics have, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from monitor.model.edition import Window
from monitor.service.facets import timezone_of
from monitor.service.opened import OpenHome
from monitor.service.trends import Bar, Span, Trend, makeup, span_of, trends
from monitor.service.volumes import volumes
from monitor.web.charts import Column, chart, ticks
from monitor.web.presenting import page, search_url
from monitor.web.topics import topic_called

_DAYS = (30, 90, 365)
_SPARK = (240, 36)
_WEEK = timedelta(days=7)


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/trends")
    def overview(days: int = 90) -> Response:
        services, now = home.services(), clock()
        days = days if days in _DAYS else 90
        span = span_of(now, timezone_of(services), days=days)
        topics = services.settings.topics
        found = trends(services, topics, span, now, usual=False)
        lately = volumes(services, topics, Window(now - _WEEK, now, "UTC"))
        return page(
            "trends.html",
            services,
            now,
            here="trends",
            days=days,
            choices=_DAYS,
            span=span,
            rows=[
                (trend, chart(_columns(trend, span), *_SPARK), week)
                for trend, week in zip(found, lately, strict=True)
            ],
        )

    @router.get("/trends/{name}")
    def one(
        name: str,
        first: Annotated[str, Query(alias="from")] = "",
        last: Annotated[str, Query(alias="to")] = "",
        by: str = "",
        more: bool = False,
    ) -> Response:
        services, now = home.services(), clock()
        topic = topic_called(services, name)
        span = span_of(now, timezone_of(services), first=first, last=last, by=by)
        (trend,) = trends(services, [topic], span, now, usual=True)
        return page(
            "trend.html",
            services,
            now,
            here="trends",
            topic=topic,
            trend=trend,
            span=span,
            chart=chart(_columns(trend, span)),
            ticks=ticks([bar.first_on.isoformat() for bar in trend.bars]),
            moves=_moves(name, span, now),
            rows=[(bar, _leads_to(name, bar, span)) for bar in trend.bars],
            address=_address(name, span.first_on, span.until_on, by or span.by),
            made=makeup(services, [topic], span) if more else None,
        )

    @router.get("/trends/{name}/made-of")
    def made_of(
        name: str,
        first: Annotated[str, Query(alias="from")] = "",
        last: Annotated[str, Query(alias="to")] = "",
    ) -> Response:
        services, now = home.services(), clock()
        topic = topic_called(services, name)
        span = span_of(now, timezone_of(services), first=first, last=last)
        made = makeup(services, [topic], span)
        return page("part_made_of.html", services, now, topic=topic, span=span, made=made)

    return router


def _columns(trend: Trend, span: Span) -> list[Column]:
    return [
        Column(
            _label(bar), bar.stories, bar.low, bar.high, _leads_to(trend.topic, bar, span), bar.open
        )
        for bar in trend.bars
    ]


def _label(bar: Bar) -> str:
    first = f"{bar.first_on:%a %d %b %Y}"
    return first if bar.first_on == bar.last_on else f"{first} to {bar.last_on:%a %d %b %Y}"


def _leads_to(topic: str, bar: Bar, span: Span) -> str:
    """Return where a bar leads: a month to its weeks or days, a week to its days, a day to what it had."""
    if span.by == "day":
        query = f"topic:{topic} on:{bar.first_on}"
        return search_url(q=query, sort="newest")
    finer = "day" if span.by == "week" else ""
    return _address(topic, bar.first_on, bar.last_on + timedelta(days=1), finer)


def _address(topic: str, first_on: date, until_on: date, by: str) -> str:
    last_on = until_on - timedelta(days=1)
    return search_url(f"/trends/{topic}", **{"from": first_on, "to": last_on, "by": by})


def _moves(topic: str, span: Span, now: datetime) -> Sequence[tuple[str, str]]:
    """Return where to go from a span: what was before, what came after, a wider look, and closer ones."""
    length = span.until_on - span.first_on
    wider = span.until_on - length * 3
    moves = [
        ("← Earlier", _address(topic, span.first_on - length, span.first_on, span.by)),
        ("Zoom out", _address(topic, wider, span.until_on, "")),
    ]
    if length > timedelta(days=14):
        moves.append(("Zoom in", _address(topic, span.until_on - length // 3, span.until_on, "")))
    if span.instant(span.until_on) <= now:
        moves.append(("Later →", _address(topic, span.until_on, span.until_on + length, span.by)))
    return moves
