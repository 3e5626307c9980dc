"""Entries and the marks on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from monitor.model.search import Candidates
from monitor.service import showing
from monitor.service.list_shapes import entry_line_shape
from monitor.service.masking import masked
from monitor.service.opened import OpenHome
from monitor.service.rematching import topic_named
from monitor.service.shapes import Shape, entry_id, entry_shape, similar_shape
from monitor.service.similar import similar as alike
from monitor.service.wiring import Services
from monitor.web.api.answering import answer, number_of, paged
from monitor.web.api.asking import Cursor, EntryId, Limit, Since, Until, at, gives
from monitor.web.api.cursors import cursor_at, number_at
from monitor.web.api.documents.entries import EntryList, Starred, WholeEntry
from monitor.web.api.documents.search import SimilarFound


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["entries"])

    @router.get(
        "/api/entries",
        summary="Stored entries, newest first",
        **gives(
            EntryList, "A page of them; a cursor goes on below the last, whatever came meanwhile"
        ),
    )
    def entries(
        request: Request,
        topic: Annotated[str, Query(max_length=200, description="Only its matches")] = "",
        since: Since = "",
        until: Until = "",
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Response:
        services, now = home.services(), clock()
        of = ("entries", topic, since, until)
        wanted = Candidates(
            topics=(topic_named(services, topic).name,) if topic else (),
            from_at=at(since, now),
            until_at=at(until, now),
            until_id=number_at(cursor, *of) if cursor else None,
        )
        ids = services.store.entries.proposed(wanted, limit + 1)
        shown = services.store.entries.entries(ids[:limit], evidence=False)
        following = cursor_at([ids[limit - 1]], *of) if len(ids) > limit else ""
        document = {"entries": [entry_line_shape(entry) for entry in shown]}
        return paged(request, document, following)

    @router.get(
        "/api/entries/{entry_id}",
        summary="One entry, whole",
        **gives(WholeEntry, "As `monitor show e12 --json`"),
    )
    def entry(request: Request, entry_id: EntryId) -> Response:
        services = home.services()
        whole, revisions, copies = showing.whole_entry(services, number_of(entry_id, "e"))
        page = showing.page_of(services, whole)
        return answer(request, _masked(entry_shape(whole, revisions, copies, page)))

    @router.get(
        "/api/entries/{entry_id}/similar",
        summary="Entries like this one: those that share its rarest telling words",
        **gives(SimilarFound, "As `monitor similar e12 --json`, the most similar first"),
    )
    def similar(
        request: Request,
        entry_id: EntryId,
        limit: Annotated[int, Query(ge=1, le=100, description="How many at most")] = 10,
    ) -> Response:
        services, number = home.services(), number_of(entry_id, "e")
        return answer(request, similar_shape(alike(services, number, now=clock(), limit=limit)))

    @router.get(
        "/api/starred",
        summary="The starred entries, the one starred last first",
        **gives(Starred, "As `monitor star --json`"),
    )
    def starred(request: Request) -> Response:
        return answer(request, _starred(home.services()))

    @router.put(
        "/api/entries/{entry_id}/star",
        summary="Star an entry",
        **gives(Starred, "As `monitor star e12 --json`"),
    )
    def star(request: Request, entry_id: EntryId) -> Response:
        services = home.services()
        services.store.stars.star([number_of(entry_id, "e")], clock())
        return answer(request, _starred(services))

    @router.delete(
        "/api/entries/{entry_id}/star",
        summary="Take an entry's star away",
        **gives(Starred, "As `monitor star e12 --remove --json`"),
    )
    def unstar(request: Request, entry_id: EntryId) -> Response:
        services = home.services()
        services.store.stars.unstar([number_of(entry_id, "e")])
        return answer(request, _starred(services))

    return router


def _starred(services: Services) -> dict[str, list[str]]:
    return {"starred": [entry_id(number) for number in services.store.stars.starred()]}


def _masked(shape: Shape) -> Shape:
    return shape | {"feed_url": masked(shape["feed_url"])}
