"""Searching: hits by entry or by story, what surrounds them, and the whole result as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.facet import By
from monitor.service import facets as surrounding
from monitor.service.exporting import FORMS
from monitor.service.found import FURTHEST
from monitor.service.found_groups import MOST_READ, grouped
from monitor.service.found_shapes import facets_shape, grouped_shape, histogram_shape
from monitor.service.opened import OpenHome
from monitor.service.searching import Sort, search
from monitor.service.shapes import Shape, search_shape
from monitor.web.api.answering import answer, paged
from monitor.web.api.asking import MOST, Cursor, gives
from monitor.web.api.cursors import cursor_at, number_at, numbers_at
from monitor.web.api.documents.entries import FoundEntries
from monitor.web.api.documents.search import FacetsFound, HistogramFound
from monitor.web.found_files import FILES, result_file

Q = Annotated[
    str,
    Query(description="A query, see docs/topics.md", max_length=10_000, examples=["entity"]),
]
FileForm = Literal["csv", "jsonl", "markdown", "bibtex", "ris"]


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["search"])
    _hits(router, home, clock)
    _around(router, home, clock)
    return router


def _hits(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    @router.get(
        "/api/search",
        summary="Search stored entries",
        description=(
            "Sorted by `newest`, a cursor goes on below the last hit, whatever came in "
            "meanwhile; sorted by `relevance`, after as many hits as were shown. By story, "
            f"`limit` and `offset` count stories; the first {MOST_READ:,} hits are grouped."
        ),
        **gives(FoundEntries, "As `monitor search --json`"),
    )
    def find(
        request: Request,
        q: Q,
        sort: Annotated[Sort, Query(description="Best first, or latest seen first")] = "relevance",
        limit: Annotated[int, Query(ge=0, le=MOST, description="Hits in the answer")] = 20,
        offset: Annotated[int, Query(ge=0, le=FURTHEST, description="Hits left out before")] = 0,
        cursor: Cursor = "",
        group: Annotated[
            Literal["entry", "story"], Query(description="One result for each of them")
        ] = "entry",
        exact: Annotated[
            bool, Query(description="Count every entry that fits, however long that takes")
        ] = False,
        facets: Annotated[bool, Query(description="Also count topics, outlets and so on")] = False,
    ) -> Response:
        if cursor and offset:
            raise UsageError("Give a cursor or an offset, one of them.")
        services, now = home.services(), clock()
        following = ""
        if group == "story":
            of: tuple[object, ...] = ("search", q, sort, group)
            offset = min(number_at(cursor, *of), FURTHEST) if cursor else offset
            page = grouped(services, q, now=now, sort=sort, limit=limit, offset=offset, exact=exact)
            shape: Shape = grouped_shape(page)
            if page.goes_on and limit:
                following = cursor_at([offset + limit], *of)
        else:
            of = ("search", q, sort)
            before, shown = None, offset
            if cursor:
                place = numbers_at(cursor, 2, *of)
                shown = place[1]
                before, offset = (place[0], 0) if sort == "newest" else (None, min(shown, FURTHEST))
            found = search(
                services, q, now=now, sort=sort, limit=limit, offset=offset, before=before,
                exact=exact,
            )  # fmt: skip
            counted = found.total_is == "exact"
            more = offset + limit < found.total if counted else True
            within = sort == "newest" or shown + limit <= FURTHEST
            if len(found.hits) == limit > 0 and more and within:
                following = cursor_at([found.hits[-1].entry.id, shown + limit], *of)
            shape = search_shape(found)
            if before is not None:  # what was shown before is counted as well, as it was then
                shape["total"] += shown
        if facets:
            shape["facets"] = facets_shape(surrounding.facets(services, q, now))
        return paged(request, shape, following, passing=("took_ms",))


def _around(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    @router.get(
        "/api/search/facets",
        summary="By what a search can be narrowed, with counts",
        **gives(FacetsFound, "As in `monitor search --facets --json`"),
    )
    def facets(request: Request, q: Q) -> Response:
        return answer(request, facets_shape(surrounding.facets(home.services(), q, clock())))

    @router.get(
        "/api/search/histogram",
        summary="How the result of a search lies in time",
        **gives(HistogramFound, "Bars from the first to the last entry, by when it was first seen"),
    )
    def histogram(
        request: Request,
        q: Q,
        by: Annotated[
            By | None, Query(description="How long a bar is; else what fits the length")
        ] = None,
    ) -> Response:
        found = surrounding.histogram(home.services(), q, clock(), by)
        return answer(request, histogram_shape(found))

    @router.get(
        "/api/search/export",
        summary="The whole result of a search as a file, newest first",
        response_class=Response,
        responses={
            200: {
                "description": "As `monitor search --all --format FORMAT`, up to 100,000 entries",
                "content": {FORMS[form].media_type: {} for form in FILES},
            }
        },
    )
    def export(
        request: Request,
        q: Q,
        form: Annotated[FileForm, Query(alias="format", description="What the file is")] = "jsonl",
    ) -> Response:
        return result_file(request, home.services(), form, q, clock(), or_literally=False)
