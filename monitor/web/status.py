"""The page Status: how the monitor itself fares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.digests.windows import next_due
from monitor.service.opened import OpenHome
from monitor.web.presenting import page


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

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
            due=sum(
                record.next_fetch_at is not None and record.next_fetch_at <= now
                for record in records
                if record.state not in ("off", "gone")
            ),
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
        )

    return router
