"""Saved searches: what they find, what of it is new, and changing config/searches.toml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.search import SavedSearch
from monitor.service import saved
from monitor.service.edit_shapes import edited_shape
from monitor.service.editing import Edited
from monitor.service.opened import OpenHome
from monitor.service.saved_shapes import shown_shape, standing_shape, written_shape
from monitor.service.searching import Sort
from monitor.service.shapes import entry_id
from monitor.service.wiring import Services
from monitor.settings.digests import title_of
from monitor.web.api.answering import answer, check_match, number_of, tag_of
from monitor.web.api.asking import MOST, gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents import changes as changed
from monitor.web.api.documents.search import (
    SearchEdited,
    SearchList,
    SearchSettings,
    SearchShown,
    SearchWithHits,
)
from monitor.web.api.search import FURTHEST

Title = Annotated[str, Field(max_length=2000)]
QueryText = Annotated[str, Field(max_length=20_000)]
SearchName = Annotated[
    str, Path(max_length=200, description="A saved search's name, as in config/searches.toml")
]


class ChangeSearch(Body):
    """New values for a saved search; null goes back to the default."""

    title: Title | None = None
    query: QueryText | None = None
    sort: Sort | None = None


class SaveSearch(Body):
    """A new saved search; other queries refer to it as `saved:NAME`."""

    name: str = Field(min_length=1, max_length=64, examples=["weights"])
    query: QueryText = Field(examples=['"model weights" AND export*'])
    title: Title = ""
    sort: Sort = "newest"


class LookedAt(Body):
    """Up to which entry everything was seen: `newest` of the answer that was read; else all there is."""

    newest: Annotated[str, Field(max_length=100, examples=["e12"])] | None = None


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["search"])
    _reading(router, home, clock)
    _changing(router, home, clock)
    return router


def _reading(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    @router.get(
        "/api/searches",
        summary="The saved searches, and how much is new in each",
        **gives(SearchList, "As `monitor searches list --json`"),
    )
    def searches(request: Request) -> Response:
        found = saved.standings(home.services(), clock())
        return answer(request, {"searches": [standing_shape(each) for each in found]})

    @router.get(
        "/api/searches/{name}",
        summary="A saved search and what it finds",
        description="Reading notes no look: that is /api/searches/NAME/seen.",
        **gives(SearchWithHits, "As `monitor searches show NAME --json`"),
    )
    def search(
        request: Request,
        name: SearchName,
        limit: Annotated[int, Query(ge=0, le=MOST, description="Hits in the answer")] = 20,
        offset: Annotated[int, Query(ge=0, le=FURTHEST, description="Hits left out before")] = 0,
    ) -> Response:
        shown = saved.shown(home.services(), name, now=clock(), limit=limit, offset=offset)
        newest = entry_id(shown.until_id - 1) if shown.until_id > 1 else None
        return answer(request, shown_shape(shown) | {"newest": newest}, passing=("took_ms",))

    @router.post(
        "/api/searches/{name}/seen",
        summary="Note that what a saved search finds was seen",
        openapi_extra=takes(LookedAt),
        **gives(SearchShown, "The saved search: what comes from now on is new"),
    )
    def seen(
        request: Request, name: SearchName, body: Annotated[LookedAt, Depends(body_of(LookedAt))]
    ) -> Response:
        services, now = home.services(), clock()
        newest = services.store.entries.newest_id()
        if body.newest is not None:
            newest = min(newest, number_of(body.newest, "e"))
        saved.mark_seen(services, name, newest + 1, now)
        return answer(request, standing_shape(saved.standing(services, name, now)))

    @router.get(
        "/api/searches/{name}/settings",
        summary="What config/searches.toml says of a saved search",
        **gives(SearchSettings, "Its ETag is what a change names in If-Match"),
    )
    def settings(request: Request, name: SearchName) -> Response:
        return answer(request, written_shape(saved.search_named(home.services(), name)))


def _changing(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    def told(request: Request, name: str, done: Edited[SavedSearch], status: int = 200) -> Response:
        shape = written_shape(saved.search_named(home.services(), name))
        return answer(request, {"search": shape} | edited_shape(done), status=status)

    @router.post(
        "/api/searches",
        summary="Save a search",
        openapi_extra=takes(SaveSearch),
        **gives(SearchEdited, "The saved search, and what changed in config/", 201),
    )
    def save(
        request: Request, body: Annotated[SaveSearch, Depends(body_of(SaveSearch))]
    ) -> Response:
        wanted = SavedSearch(name=body.name, title=body.title, query=body.query, sort=body.sort)
        done = saved.save(home.services(), wanted, clock())
        return told(request, body.name, done, 201)

    @router.patch(
        "/api/searches/{name}/settings",
        summary="Change a saved search",
        openapi_extra=takes(ChangeSearch),
        **gives(SearchEdited, "The saved search as it is now, and what changed in config/"),
    )
    def change(
        request: Request,
        name: SearchName,
        body: Annotated[ChangeSearch, Depends(body_of(ChangeSearch))],
    ) -> Response:
        services, now = home.stamped(saved.FILE)
        given = body.model_fields_set
        if not given or ("query" in given and body.query is None):
            raise UsageError("Say what to change; a saved search needs a query.")
        seen = _seen(request, services, name, now)
        wanted = saved.search_named(services, name)
        if "title" in given:
            wanted = replace(wanted, title=title_of(name) if body.title is None else body.title)
        if "sort" in given:
            wanted = replace(wanted, sort=body.sort or "newest")
        if body.query is not None:
            wanted = replace(wanted, query=body.query)
        return told(request, name, saved.save(services, wanted, clock(), instead=True, seen=seen))

    @router.delete(
        "/api/searches/{name}",
        summary="Remove a saved search",
        **gives(changed.Edited, "What changed in config/"),
    )
    def remove(request: Request, name: SearchName) -> Response:
        services, now = home.stamped(saved.FILE)
        seen = _seen(request, services, name, now)
        return answer(request, edited_shape(saved.remove(services, name, clock(), seen=seen)))


def _seen(request: Request, services: Services, name: str, now: str) -> str:
    """Return the stamp to hold a change against, "" where the request names no version.

    `now` is that of the file as the services have it.
    """
    found = saved.search_named(services, name)
    return now if check_match(request, lambda: tag_of(written_shape(found))) else ""
