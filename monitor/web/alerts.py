"""The pages about alerts: how they stand, what they told, and how its deliveries stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from monitor.errors import NotFoundError
from monitor.model.delivery import AlertMessage
from monitor.service.alert_shapes import listed
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services
from monitor.web.editions import FRAMES, as_sent, standing_of
from monitor.web.presenting import page
from monitor.web.row_ids import RowId

IN_LIST = 50


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/alerts")
    def alerts() -> Response:
        services = home.services()
        now = clock()
        messages = services.store.alerts.messages(limit=IN_LIST + 1)
        return page(
            "alerts.html",
            services,
            now,
            here="digests",
            at=now,
            alerts=listed(services, now),
            messages=messages[:IN_LIST],
            more=len(messages) > IN_LIST,
            titles={each.name: each.title for each in services.settings.alerts},
            open=len(services.store.deliveries.open_deliveries()),
        )

    @router.get("/alerts/messages/{number}.{form}")
    def one_form(number: RowId, form: str) -> Response:
        """Give one form of a message, byte for byte as it was sent."""
        return as_sent(_message(home.services(), number).rendered, form)

    @router.get("/alerts/messages/{number}")
    def message(number: RowId) -> Response:
        services = home.services()
        found = _message(services, number)
        titles = {each.name: each.title for each in services.settings.alerts}
        answer = page(
            "alert_message.html",
            services,
            clock(),
            here="digests",
            message=found,
            title=titles.get(found.alert, found.alert),
            **_deliveries(found),
        )
        answer.headers["Content-Security-Policy"] = FRAMES
        return answer

    @router.get("/alerts/messages/{number}/deliveries")
    def deliveries(number: RowId) -> Response:
        services = home.services()
        found = _message(services, number)
        return page("part_deliveries.html", services, clock(), **_deliveries(found))

    return router


def _deliveries(message: AlertMessage) -> dict[str, Any]:
    return standing_of(message.deliveries, f"/alerts/messages/{message.id}/deliveries")


def _message(services: Services, number: int) -> AlertMessage:
    found = services.store.alerts.message(number)
    if found is None:
        raise NotFoundError(f"No alert has sent a message {number}; see the list under Alerts.")
    return found
