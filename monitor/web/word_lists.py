"""Named lists on the page: what stands in them, who asks for them, and writing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from monitor.errors import ChangedMeanwhileError, MonitorError
from monitor.model.config_edit import ConfigEdit
from monitor.service.opened import OpenHome
from monitor.service.topic_editing import drop_list, list_stamp, preview_list, save_list
from monitor.service.wiring import Services
from monitor.settings.edit_lists import list_text, naming_list
from monitor.web.asked import see
from monitor.web.config_edits import undo_of
from monitor.web.presenting import page

_LONGEST = 1_000_000


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/topics/lists/new")
    def new(name: str = "") -> Response:
        return _form(home.services(), clock(), name, "", "", new=True)

    @router.post("/topics/lists/new")
    def add(
        name: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
        step: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
    ) -> Response:
        name = name.strip().removeprefix("@")
        services = home.services()
        if name in services.settings.lists and step != "edit":
            wrong = f"There is a list @{name} already."
            return _form(services, clock(), name, text, "", new=True, wrong=wrong)
        return _step(home, clock(), name, text, step, seen, new=True)

    @router.get("/topics/lists/{name}")
    def one(name: str, edited: str = "") -> Response:
        services = home.services()
        # First the stamp: an edit between the two makes this an old form.
        seen, text = list_stamp(services, name), list_text(services.home, name)
        return _form(services, clock(), name, text, seen, undo=undo_of(services, edited))

    @router.post("/topics/lists/{name}")
    def change(
        name: str,
        text: Annotated[str, Form()] = "",
        step: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
    ) -> Response:
        services = home.services()
        list_text(services.home, name)
        return _step(home, clock(), name, text, step, seen)

    @router.post("/topics/lists/{name}/remove")
    def remove(name: str, seen: Annotated[str, Form()] = "") -> Response:
        drop_list(home.services(), name, clock(), seen=seen)
        return see("/topics", f"The list @{name} is gone. Undo it under Changes, /edits.")

    return router


def _step(
    home: OpenHome, now: datetime, name: str, text: str, step: str, seen: str, *, new: bool = False
) -> Response:
    services = home.services()
    text = text.replace("\r\n", "\n")
    if len(text) > _LONGEST:  # cut off, the end would be lost
        wrong = f"A list on this page has up to {_LONGEST:,} characters; change its file with an editor."
        return _form(services, now, name, text, seen, new=new, wrong=wrong)
    if step == "edit":
        return _form(services, now, name, text, seen, new=new)
    if not new and seen != list_stamp(services, name):
        return _conflict(services, now, name, text)
    try:
        if step == "save":
            done = save_list(services, name, text, now, new=new, seen="" if new else seen)
            home.services()
            said = f"The list @{name} is saved." if done.id else "Nothing was to be changed."
            return see(f"/topics/lists/{name}{f'?edited={done.id}' if done.id else ''}", said)
        found = preview_list(services, name, text, new=new)
    except ChangedMeanwhileError:
        return _conflict(services, now, name, text)
    except MonitorError as error:
        # With the stamp that came: a newer one would say that the person saw what there is by now.
        return _form(services, now, name, text, seen, new=new, wrong=str(error))
    return page(
        "list_confirm.html",
        services,
        now,
        here="topics",
        name=name,
        text=text,
        seen=seen,
        new=new,
        diffs=found.diffs,
    )


def _conflict(services: Services, now: datetime, name: str, text: str) -> Response:
    """Show what was typed beside what the file says now, and let the person choose."""
    seen = list_stamp(services, name)
    return page(
        "list_conflict.html",
        services,
        now,
        status=409,
        here="topics",
        name=name,
        text=text,
        present=list_text(services.home, name),
        seen=seen,
    )


def _form(
    services: Services,
    now: datetime,
    name: str,
    text: str,
    seen: str,
    *,
    new: bool = False,
    wrong: str = "",
    undo: ConfigEdit | None = None,
) -> Response:
    values: dict[str, Any] = {"named": naming_list(services.settings, name) if name else ()}
    return page(
        "list_form.html",
        services,
        now,
        status=400 if wrong else 200,
        here="topics",
        name=name,
        text=text,
        new=new,
        wrong=wrong,
        seen=seen,
        undo=undo,
        **values,
    )
