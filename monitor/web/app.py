"""The application: all pages and the API of one opened home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from monitor import __version__
from monitor.service.access import Keys
from monitor.service.jobs import Worker
from monitor.service.opened import OpenHome
from monitor.service.pushing import Pushes
from monitor.service.wiring import Services
from monitor.web import (
    alerts,
    answers,
    api,
    config_edits,
    editions,
    entries,
    entry_feeds,
    feed_adding,
    feed_changes,
    feed_lists,
    feeds,
    finding,
    found_files,
    jobs,
    login,
    metrics,
    saved,
    sending,
    settings,
    settings_files,
    stars,
    status,
    stories,
    today,
    topic_forms,
    topics,
    trends,
    unsubscribing,
    websub,
    word_lists,
)
from monitor.web.access import Access
from monitor.web.api.described import describe
from monitor.web.asked import Asking
from monitor.web.recent_log import keep_recent
from monitor.web.safety import Safety, known_hosts

ABOUT = """\
What the monitor has stored, and what it is told to do. Names and keys are those of the commands' `--json`
(docs/json.md); instants are RFC 3339 in UTC; ids are strings, `e12` an entry, `s7` a story. Lists are paged by
`cursor`; what goes wrong is a problem by RFC 9457 (docs/api.md)."""

_ROOMS = (
    entry_feeds,  # topics/NAME.atom before topics/NAME
    today,
    finding,
    saved,
    found_files,
    entries,
    stars,
    stories,
    word_lists,
    topic_forms,
    topics,
    feed_adding,  # /feeds/add and /feeds/import before /feeds/ID
    feed_lists,
    feed_changes,
    feeds,
    jobs,
    status,
    trends,
    sending,
    editions,
    alerts,
    settings_files,
    settings,
    config_edits,
    metrics,
)
"""The pages."""


def create_app(
    services: Services,
    clock: Callable[[], datetime],
    *,
    host: str | None = None,
    pushes: Pushes | None = None,
) -> FastAPI:
    """Return the ASGI application for one home.

    `clock` tells the time, aware UTC. `host` is the name or address it is served at, by default
    the configured one; requests that name another host are refused, see `safety`. `pushes` takes in
    what WebSub hubs send; without it they are asked to come again.

    `app.state.worker` does long work (`monitor.service.jobs`) from its `start` until its `stop`, which
    `monitor.web.server.serve` sees to.
    """
    keep_recent()
    home = OpenHome(services, clock)
    keys, served_at = Keys(services.home), host or services.settings.web.host
    public_url = services.settings.web.public_url
    routes = [
        *(route for room in _ROOMS for route in room.routes(home, clock).routes),
        *api.routes(home, clock),
        *login.routes(home, clock, keys).routes,
    ]
    if public_url:
        routes += websub.routes(home, pushes).routes
        routes += unsubscribing.routes(home, clock).routes
    app = FastAPI(
        title="AI policy monitor",
        summary="Search, entries, stories, feeds, topics and digests as JSON.",
        description=ABOUT,
        version=__version__,
        docs_url=None,  # both load scripts from elsewhere
        redoc_url=None,
        routes=routes,  # `include_router` would make each a second time
    )
    app.state.worker = Worker(home, clock)
    describe(app)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    answers.install(app, home, clock)
    app.add_middleware(Asking, faults=lambda: home.faults)
    app.add_middleware(Access, home=home, keys=keys, clock=clock, host=served_at)
    app.add_middleware(
        Safety,
        hosts=known_hosts(served_at),
        public_url=public_url,
        page_url=services.settings.web.page_url,
    )
    return app
