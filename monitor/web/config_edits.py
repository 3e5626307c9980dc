"""What was changed in config/ by the page and the API, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.model.config_edit import ConfigEdit
from monitor.service.editing import diffs_of, undo, undoable
from monitor.service.masking import masked, masked_diffs
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services
from monitor.web.asked import see
from monitor.web.presenting import page
from monitor.web.row_ids import RowId

_SHOWN = 20
"""Changes on a page; their files before and after are read for it."""


def undo_of(services: Services, edit_id: str) -> ConfigEdit | None:
    """Return the change of config/ an address names, where it was not undone since."""
    number = int(edit_id) if edit_id.isascii() and edit_id.isdigit() and len(edit_id) < 19 else 0
    edit = services.store.config_edits.edit(number) if number else None
    return edit if edit is not None and edit.undone_at is None else None


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/edits")
    def edits() -> Response:
        services = home.services()
        found = services.store.config_edits.edits(_SHOWN)
        return page(
            "edits.html",
            services,
            clock(),
            edits=[
                (replace(each, what=masked(each.what)), masked_diffs(diffs_of(each)))
                for each in found
            ],
            undoable=undoable(services, found),
        )

    @router.post("/edits/{edit_id}/undo")
    def take_back(edit_id: RowId) -> Response:
        done = undo(home.services(), edit_id, clock())
        return see("/edits", f"Undone: {done.what}")

    return router
