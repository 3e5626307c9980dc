"""The page Status: how the monitor itself fares, what it did last, and what can be looked into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.digests.windows import next_due
from monitor.errors import NotFoundError
from monitor.service.care_jobs import KINDS, start_care
from monitor.service.feeds import due
from monitor.service.job_kinds import start_rebuild
from monitor.service.masking import masked, name_of
from monitor.service.opened import OpenHome
from monitor.web.asked import see
from monitor.web.presenting import page
from monitor.web.recent_log import RECENT

_VISITS, _LINES, _JOBS = 25, 50, 5


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/status")
    def status() -> Response:
        services = home.services()
        now = clock()
        records = services.store.feeds.feeds()
        applied = services.store.topics.rematched()
        return page(
            "status.html",
            services,
            now,
            here="status",
            stats=services.store.upkeep.stats(),
            states=Counter(record.state for record in records),
            due=len(due(records, now)),
            last_at=max(filter(None, (record.last_fetched_at for record in records)), default=None),
            digests=[(digest, next_due(digest, now)) for digest in services.settings.digests],
            open_deliveries=services.store.deliveries.open_deliveries(),
            waiting=[
                topic.name
                for topic in services.settings.topics
                if applied.get(topic.name) != services.versions[topic.name]
            ],
            warnings=services.settings.warnings,
            home=services.home.root,
            names={record.id: name_of(record) for record in records},
            visits=[
                (feed, replace(line, message=masked(line.message)))
                for feed, line in services.store.history.latest_visits(_VISITS)
            ],
            log=RECENT.lines()[:_LINES],
            jobs=services.store.jobs.jobs(_JOBS),
        )

    @router.post("/status/{care}")
    def look_into(care: str) -> Response:
        services, now = home.services(), clock()
        if care == "rebuild":
            return see(f"/jobs/{start_rebuild(services, None, now).id}")
        if care not in KINDS:
            raise NotFoundError(f"There is nothing called {care} to look into; see /status.")
        return see(f"/jobs/{start_care(services, care, now).id}")

    return router
