"""Searching."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.service.opened import OpenHome
from monitor.service.searching import Sort, search
from monitor.service.shapes import search_shape
from monitor.web.api.answering import paged
from monitor.web.api.asking import MOST, Cursor, gives
from monitor.web.api.cursors import cursor_at, numbers_at
from monitor.web.api.documents.entries import FoundEntries

FURTHEST = 10**6


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["search"])

    @router.get(
        "/api/search",
        summary="Search stored entries",
        description=(
            "Sorted by `newest`, a cursor goes on below the last hit, whatever came in "
            "meanwhile; sorted by `relevance`, after as many hits as were shown."
        ),
        **gives(FoundEntries, "As `monitor search --json`"),
    )
    def find(
        request: Request,
        q: Annotated[
            str,
            Query(
                description="A query, see docs/topics.md", max_length=10_000, examples=["entity"]
            ),
        ],
        sort: Annotated[Sort, Query(description="Best first, or latest seen first")] = "relevance",
        limit: Annotated[int, Query(ge=0, le=MOST, description="Hits in the answer")] = 20,
        offset: Annotated[int, Query(ge=0, le=FURTHEST, description="Hits left out before")] = 0,
        cursor: Cursor = "",
    ) -> Response:
        of = ("search", q, sort)
        before, shown = None, offset
        if cursor:
            if offset:
                raise UsageError("Give a cursor or an offset, one of them.")
            place = numbers_at(cursor, 2, *of)
            shown = min(place[1], FURTHEST)
            before, offset = (place[0], 0) if sort == "newest" else (None, shown)
        found = search(
            home.services(), q, now=clock(), sort=sort, limit=limit, offset=offset, before=before
        )
        following, seen = "", offset + len(found.hits)
        if len(found.hits) == limit > 0 and seen < found.total:
            following = cursor_at([found.hits[-1].entry.id, shown + limit], *of)
        shape = search_shape(found)
        if before is not None:  # what was shown before is counted as well, as it was then
            shape["total"] += shown
        return paged(request, shape, following, passing=("took_ms",))

    return router
