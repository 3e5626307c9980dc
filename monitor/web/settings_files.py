"""The files of config/ as text, for what has no form: checked as a whole before any of it is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.responses import Response

from monitor.errors import MonitorError
from monitor.service import editing
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services
from monitor.settings.edit_monitor import file_text, replace_text
from monitor.web.forms import sent
from monitor.web.presenting import page
from monitor.web.problems import status_of
from monitor.web.settings import answer_of, done_or_shown, said_of, typed


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/settings/files/{name:path}")
    def show(name: str) -> Response:
        services = home.services()
        file_text(services.home, name)  # is it one that is edited here?
        # First the stamp: an edit between the two makes this an old form.
        seen = editing.stamp(services.home, name)
        return _page(services, clock(), name, file_text(services.home, name), seen)

    @router.post("/settings/files/{name:path}")
    def save(name: str, form: Annotated[FormData, Depends(sent)]) -> Response:
        services, now = home.services(), clock()
        text, seen = typed(form, "text"), typed(form, "seen")
        what = f"Edited {name}"
        try:
            done = done_or_shown(services, form, what, lambda at: replace_text(at, name, text), now)
        except MonitorError as error:
            return _page(services, now, name, text, seen, said_of(error), status=status_of(error))
        if done.made:
            return answer_of(done)
        return _page(services, now, name, text, seen, diffs=done.edited.diffs)

    return router


def _page(
    services: Services,
    now: datetime,
    name: str,
    text: str,
    seen: str,
    said: str = "",
    *,
    diffs: tuple[editing.FileDiff, ...] | None = None,
    status: int = 200,
) -> Response:
    return page(
        "settings_file.html",
        services,
        now,
        status=status,
        here="settings",
        name=name,
        text=text,
        seen=seen,
        said=said,
        diffs=diffs,
    )
