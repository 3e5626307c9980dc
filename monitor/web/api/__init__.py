"""The JSON API: what the page and the command line can do, for programs, below /api.

One module for each kind of thing, with `routes(home, clock)`; the documents are those the commands print
with `--json` (docs/json.md), described for programs in `documents`. `answering` gives a document or
"not modified", `bodies` reads what a request brings, `cursors` pages, `described` makes /openapi.json
complete. What goes wrong is a problem (`monitor.web.problems`). No route decides anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter

from monitor.service.opened import OpenHome
from monitor.web.api import (
    digests,
    entries,
    feed_adding,
    feed_changes,
    feeds,
    health,
    judging,
    search,
    settings,
    stories,
    topics,
)
from monitor.web.problems import Json

ROOMS = (
    search,
    entries,
    stories,
    feeds,
    feed_adding,
    feed_changes,
    topics,
    judging,
    digests,
    settings,
    health,
)


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return all routes of the API, bound to one home."""
    router = APIRouter(default_response_class=Json)
    for room in ROOMS:
        router.include_router(room.routes(home, clock))
    return router
