"""The page Search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from monitor.errors import QueryError
from monitor.model.entry import Entry
from monitor.service.opened import OpenHome
from monitor.service.searching import Found, Hit, Sort, search
from monitor.service.wiring import Services
from monitor.web.presenting import marked, page

PAGE_SIZE = 20
_LAST_PAGE = 50_000


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/search")
    def find(
        q: str = "", sort: str = "relevance", number: Annotated[int, Query(alias="page")] = 1
    ) -> Response:
        services = home.services()
        return _found(services, clock(), q, "newest" if sort == "newest" else "relevance", number)

    return router


def _found(services: Services, now: datetime, text: str, sort: Sort, number: int) -> Response:
    """Answer the search page: the form alone, hits, or what is wrong with the query."""
    number = min(max(number, 1), _LAST_PAGE)
    found: Found | None = None
    error: QueryError | None = None
    if text.strip():
        try:
            found = search(
                services,
                text,
                now=now,
                sort=sort,
                limit=PAGE_SIZE,
                offset=(number - 1) * PAGE_SIZE,
                or_literally=True,
            )
        except QueryError as refused:
            error = refused
    pages = -(-found.total // PAGE_SIZE) if found else 0
    return page(
        "search.html",
        services,
        now,
        status=400 if error else 200,
        here="search",
        query=text,
        sort=sort,
        number=number,
        pages=pages,
        first=(number - 1) * PAGE_SIZE + 1,
        found=found,
        hits=[_shown_hit(hit) for hit in found.hits] if found else [],
        error=error,
        topics=services.settings.topics,
    )


@dataclass(frozen=True, slots=True)
class _ShownHit:
    """A hit with the words found marked in its title and its snippet."""

    entry: Entry
    title: Markup
    snippet: Markup


def _shown_hit(hit: Hit) -> _ShownHit:
    title_spans = [
        (each.span.start, each.span.end)
        for each in hit.evidence
        if each.span is not None and each.span.field == "title"
    ]
    # Without text the snippet is the title again.
    text = hit.snippet if hit.entry.text else ""
    return _ShownHit(
        hit.entry, marked(hit.entry.title, title_spans), marked(text, hit.spans if text else ())
    )
