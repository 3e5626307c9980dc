"""The JSON API, read-only: the documents that the commands print with `--json`, below /api."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import JSONResponse

from monitor.errors import NotFoundError
from monitor.service import showing
from monitor.service.changes import story_changes
from monitor.service.digesting import edition_named
from monitor.service.opened import OpenHome
from monitor.service.searching import Sort, search
from monitor.service.shapes import (
    edition_shape,
    entry_shape,
    feed_shapes,
    read_id,
    search_shape,
    topic_shapes,
)
from monitor.service.story_shapes import story_shape

MOST_HITS = 1000

_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "What was wrong and what to do, for a person."},
        "position": {
            "type": "integer",
            "description": "Where in the query, in characters from 0; for a wrong query only.",
        },
        "hint": {"type": ["string", "null"], "description": "What people usually mean there."},
    },
}


def _failure(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _ERROR}}}


_FAILURES: dict[int | str, dict[str, Any]] = {
    400: _failure("A query or parameter that cannot be read"),
    503: _failure("The database cannot be read just now"),
    "default": _failure("Anything else that went wrong"),
}
_MISSING: dict[int | str, dict[str, Any]] = {404: _failure("Nothing has this id"), **_FAILURES}


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(default_response_class=JSONResponse)

    @router.get(
        "/api/search",
        summary="Search stored entries",
        tags=["search"],
        responses=_FAILURES,
        response_description="As `monitor search --json`",
    )
    def find(
        q: Annotated[str, Query(description="A query, see docs/topics.md")],
        sort: Annotated[Sort, Query(description="Best first, or latest seen first")] = "relevance",
        limit: Annotated[int, Query(ge=0, le=MOST_HITS, description="Hits in the answer")] = 20,
        offset: Annotated[int, Query(ge=0, le=10**9, description="Hits left out before")] = 0,
    ) -> JSONResponse:
        services = home.services()
        found = search(services, q, now=clock(), sort=sort, limit=limit, offset=offset)
        return JSONResponse(search_shape(found))

    @router.get(
        "/api/entries/{entry_id}",
        summary="One entry, whole",
        tags=["entries and stories"],
        responses=_MISSING,
        response_description="As `monitor show e12 --json`",
    )
    def entry(entry_id: Annotated[str, Path(description="As in e12")]) -> JSONResponse:
        services = home.services()
        kind, number = read_id(entry_id)
        if kind != "e":
            raise NotFoundError(f"{entry_id} is a story: /api/stories/{entry_id}")
        entry, revisions, copies = showing.whole_entry(services, number)
        page = showing.page_of(services, entry)
        return JSONResponse(entry_shape(entry, revisions, copies, page))

    @router.get(
        "/api/stories/{story_id}",
        summary="One story with its entries; for one that was merged, the story they went to",
        tags=["entries and stories"],
        responses=_MISSING,
        response_description="As `monitor show s7 --json`",
    )
    def story(story_id: Annotated[str, Path(description="As in s7")]) -> JSONResponse:
        services = home.services()
        kind, number = read_id(story_id)
        if kind != "s":
            raise NotFoundError(f"{story_id} is an entry: /api/entries/{story_id}")
        whole = showing.whole_story(services, number)
        rulings, changed = showing.rulings_of(services, whole), story_changes(services, whole)
        return JSONResponse(story_shape(whole, rulings, changed, asked=number))

    @router.get(
        "/api/feeds",
        summary="The watched feeds and how they fare",
        tags=["feeds and topics"],
        responses=_FAILURES,
        response_description="As `monitor feeds list --json`",
    )
    def feeds() -> JSONResponse:
        services = home.services()
        return JSONResponse({"feeds": feed_shapes(services, services.store.feeds.feeds(), clock())})

    @router.get(
        "/api/topics",
        summary="The topics and their queries",
        tags=["feeds and topics"],
        responses=_FAILURES,
        response_description="As `monitor topics list --json`",
    )
    def topics() -> JSONResponse:
        services = home.services()
        return JSONResponse({"topics": topic_shapes(services)})

    @router.get(
        "/api/digests",
        summary="All editions with their deliveries, newest first",
        tags=["digests"],
        responses=_FAILURES,
        response_description="As `monitor digest list --json`",
    )
    def digests() -> JSONResponse:
        services = home.services()
        editions = services.store.editions.editions(forms=False)
        return JSONResponse({"editions": [edition_shape(each) for each in editions]})

    @router.get(
        "/api/digests/{edition}",
        summary="One edition as it was frozen",
        tags=["digests"],
        responses=_MISSING,
        response_description="As `monitor digest show EDITION --json`",
    )
    def digest(edition: Annotated[str, Path(description="The edition's id")]) -> JSONResponse:
        services = home.services()
        return JSONResponse(json.loads(edition_named(services, edition).rendered.json))

    @router.get(
        "/healthz",
        summary="Whether the database answers",
        tags=["health"],
        responses={503: _FAILURES[503]},
        response_description='`{"status": "ok"}`',
    )
    def healthz() -> JSONResponse:
        services = home.services()
        services.store.entries.newest_id()
        return JSONResponse({"status": "ok"})

    return router
