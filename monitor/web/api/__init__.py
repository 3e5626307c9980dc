"""The JSON API: what the page and the command line can do, for programs, below /api.

One module for each kind of thing, with `routes(home, clock)`; the documents are those the commands print
with `--json` (docs/json.md), described for programs in `documents`. `answering` gives a document or
"not modified", `bodies` reads what a request brings, `cursors` pages, `described` makes /openapi.json
complete. What goes wrong is a problem (`monitor.web.problems`). No route decides anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.routing import BaseRoute

from monitor.service.opened import OpenHome
from monitor.web.api import (
    alerts,
    digests,
    entries,
    feed_adding,
    feed_changes,
    feeds,
    health,
    jobs,
    judging,
    saved,
    search,
    settings,
    stories,
    tables,
    topic_looks,
    topics,
    trends,
)

ROOMS = (
    search,
    saved,
    entries,
    stories,
    feeds,
    feed_adding,
    feed_changes,
    topics,
    topic_looks,
    judging,
    trends,
    digests,
    alerts,
    settings,
    tables,
    jobs,
    health,
)


def routes(home: OpenHome, clock: Callable[[], datetime]) -> list[BaseRoute]:
    """Return all routes of the API, bound to one home."""
    return [route for room in ROOMS for route in room.routes(home, clock).routes]
