"""Taking back a change of config/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.service.editing import undo
from monitor.service.opened import OpenHome
from monitor.web.asked import see


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.post("/edits/{edit_id}/undo")
    def take_back(edit_id: int) -> Response:
        done = undo(home.services(), edit_id, clock())
        return see("/edits", f"Took back: {done.what}")

    return router
