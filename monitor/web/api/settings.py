"""What config/ says besides feeds and topics, and the changes that were made to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from monitor.service.edit_shapes import edit_shape, edited_shape
from monitor.service.editing import undo
from monitor.service.opened import OpenHome
from monitor.service.settings_shapes import settings_shape
from monitor.service.shapes import Shape
from monitor.service.topic_editing import drop_list, list_stamp, save_list
from monitor.service.wiring import Services
from monitor.settings.edit_lists import list_text
from monitor.web.api.answering import answer, check_match, tag_of
from monitor.web.api.asking import gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents.changes import Edited, EditKept, EditList
from monitor.web.api.documents.settings import AllSettings, ListNames, OneList

LARGEST = 2**63 - 1
ListName = Annotated[str, Path(max_length=64, description="A list's name, without the @")]


class WriteList(Body):
    """A list as its file is to say it: one spelling a line, comments begin with #."""

    text: str = Field(max_length=500_000, examples=["chip\nsemiconductor\n"])


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get(
        "/api/settings",
        summary="What config/monitor.toml says, without secrets",
        tags=["settings"],
        **gives(AllSettings, "Sizes in bytes, durations as config has them"),
    )
    def settings(request: Request) -> Response:
        services = home.services()
        return answer(request, settings_shape(services.settings, home.faults, clock()))

    @router.get(
        "/api/lists",
        summary="The named lists of words",
        tags=["settings"],
        **gives(ListNames, "By name, with the number of their spellings"),
    )
    def lists(request: Request) -> Response:
        found = home.services().settings.lists.values()
        shapes = [{"name": each.name, "spellings": len(each.spellings)} for each in found]
        return answer(request, {"lists": shapes})

    @router.get(
        "/api/lists/{name}",
        summary="One list, as its file says it",
        tags=["settings"],
        **gives(OneList, "Its ETag is what a change names in If-Match"),
    )
    def one_list(request: Request, name: ListName) -> Response:
        return answer(request, _list(home.services(), name))

    @router.put(
        "/api/lists/{name}",
        summary="Let a list say this; it is made where there is none",
        tags=["settings"],
        openapi_extra=takes(WriteList),
        **gives(Edited, "What changed in config/"),
    )
    def write(
        request: Request, name: ListName, body: Annotated[WriteList, Depends(body_of(WriteList))]
    ) -> Response:
        services = home.services()
        seen = _seen(request, services, name)
        change = save_list(services, name, body.text, clock(), seen=seen)
        return answer(request, edited_shape(change))

    @router.delete(
        "/api/lists/{name}",
        summary="Remove a list",
        tags=["settings"],
        **gives(Edited, "What changed in config/"),
    )
    def remove(request: Request, name: ListName) -> Response:
        services = home.services()
        seen = _seen(request, services, name)
        done = drop_list(services, name, clock(), seen=seen)
        return answer(request, edited_shape(done))

    @router.get(
        "/api/edits",
        summary="The newest changes of config/ that the page and the API made",
        tags=["settings"],
        **gives(EditList, "With their diffs; the last one first"),
    )
    def edits(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 20,
    ) -> Response:
        found = home.services().store.config_edits.edits(limit)
        return answer(request, {"edits": [edit_shape(each) for each in found]})

    @router.post(
        "/api/edits/{edit_id}/undo",
        summary="Take a change of config/ back",
        tags=["settings"],
        **gives(EditKept, "The change that was taken back"),
    )
    def take_back(
        request: Request,
        edit_id: Annotated[int, Path(ge=1, le=LARGEST, description="The change's id")],
    ) -> Response:
        services = home.services()
        done = undo(services, edit_id, clock())
        return answer(request, edit_shape(services.store.config_edits.edit(edit_id) or done))

    return router


def _list(services: Services, name: str) -> Shape:
    return {"name": name, "text": list_text(services.home, name)}


def _seen(request: Request, services: Services, name: str) -> str:
    """Return the stamp to hold a change against, "" where the request names no version."""
    now = list_stamp(services, name)
    return now if check_match(request, lambda: tag_of(_list(services, name))) else ""
