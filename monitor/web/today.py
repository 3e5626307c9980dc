"""The page Today: what the next edition would hold, and parts of it alone: to be renewed, or to come later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from monitor.digests.windows import next_due
from monitor.service import digesting
from monitor.service.glancing import glance
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services
from monitor.web.frozen import contents, frozen
from monitor.web.presenting import page
from monitor.web.stars import starred_ids


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def today(digest: str | None = None, near: str = "") -> Response:
        services = home.services()
        now = clock()
        digests = services.settings.digests
        if not digests:
            return page("welcome.html", services, now, here="today")
        values = _next(services, digest or digests[0].name, now, near=bool(near))
        return page("today.html", services, now, here="today", digests=digests, **values)

    @router.get("/today/{digest}")
    def part(digest: str) -> Response:
        """Give what may have changed since the page was opened."""
        services = home.services()
        now = clock()
        return page("part_today.html", services, now, **_next(services, digest, now))

    @router.get("/today/{digest}/near")
    def near_part(digest: str) -> Response:
        """Give what nearly matched: it takes longer than all the rest, so it comes after the page."""
        services = home.services()
        now = clock()
        return page("part_near.html", services, now, **_next(services, digest, now, near=True))

    return router


def _next(services: Services, name: str, now: datetime, *, near: bool = False) -> dict[str, Any]:
    digest = digesting.digest_named(services, name)
    seen = glance(services, digest.name, now, near=near)
    edition = frozen(seen.rendered.json)
    return {
        "digest": digest,
        "edition": edition,
        "seen": seen,
        "near": near,
        "contents": contents(edition),
        "next_at": next_due(digest, now),
        "last": next(iter(services.store.editions.editions(name, limit=1, forms=False)), None),
        "starred": starred_ids(services),
    }
