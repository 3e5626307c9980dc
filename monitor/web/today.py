"""The page Today: what the next edition would hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.digests.windows import next_due
from monitor.service import digesting
from monitor.service.opened import OpenHome
from monitor.web.frozen import frozen
from monitor.web.presenting import page


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/")
    def today(digest: str | None = None) -> Response:
        services = home.services()
        now = clock()
        digests = services.settings.digests
        if not digests:
            return page("welcome.html", services, now, here="today")
        chosen = digesting.digest_named(services, digest or digests[0].name)
        _, rendered = digesting.preview(services, chosen.name, now)
        return page(
            "today.html",
            services,
            now,
            here="today",
            digest=chosen,
            digests=digests,
            edition=frozen(rendered.json),
            next_at=next_due(chosen, now),
        )

    return router
