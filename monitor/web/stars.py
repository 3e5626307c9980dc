"""Starring: a mark on an entry that a person sets and takes away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.service import showing
from monitor.service.opened import OpenHome
from monitor.service.shapes import entry_id as id_of
from monitor.service.wiring import Services
from monitor.web.asked import asked, see
from monitor.web.presenting import page
from monitor.web.row_ids import entry_number


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.post("/entries/{entry_id}/star")
    def star(entry_id: str) -> Response:
        services = home.services()
        number = entry_number(entry_id)
        services.store.stars.star([number], clock())
        return _shown(services, number, starred=True)

    @router.post("/entries/{entry_id}/unstar")
    def unstar(entry_id: str) -> Response:
        services = home.services()
        number = entry_number(entry_id)
        services.store.stars.unstar([number])
        return _shown(services, number, starred=False)

    def _shown(services: Services, number: int, *, starred: bool) -> Response:
        """Give the button anew where it stands in a page, else the entry's page."""
        if not asked().partial:
            return see(f"/entries/e{number}", "Starred." if starred else "No longer starred.")
        entry, _, _ = showing.whole_entry(services, number)
        return page(
            "part_star.html",
            services,
            clock(),
            entry=number,
            entry_starred=starred,
            title=entry.title,
        )

    return router


def starred_ids(services: Services) -> frozenset[str]:
    """Return the ids of all starred entries, as templates name them: "e12"."""
    return frozenset(map(id_of, services.store.stars.starred()))
