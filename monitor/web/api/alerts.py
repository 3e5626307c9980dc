"""Alerts: how they stand, what they would have sent, and what they sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from monitor.errors import NotFoundError, UsageError
from monitor.service.alert_shapes import listed, listed_shape, sent_message_shape, trial_shape
from monitor.service.alert_trials import try_alert
from monitor.service.alerting import alert_named
from monitor.service.opened import OpenHome
from monitor.web.api.answering import answer, paged
from monitor.web.api.asking import Cursor, Limit, Since, at, gives
from monitor.web.api.cursors import cursor_at, number_at
from monitor.web.api.documents.digests import AlertList, AlertMessages, AlertTried, WholeMessage

LARGEST = 2**63 - 1


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["digests"])

    @router.get(
        "/api/alerts",
        summary="How the alerts stand",
        **gives(AlertList, "As `monitor alerts list --json`"),
    )
    def alerts(request: Request) -> Response:
        found = listed(home.services(), clock())
        return answer(request, {"alerts": [listed_shape(each) for each in found]})

    @router.get(
        "/api/alerts/{name}/test",
        summary="Replay an alert over what is stored; changes nothing, sends nothing",
        **gives(AlertTried, "As `monitor alerts test NAME --json`"),
    )
    def test(
        request: Request,
        name: Annotated[str, Path(max_length=200, description="An alert's name")],
        since: Since = "",
    ) -> Response:
        services, now = home.services(), clock()
        begin = at(since, now)
        if begin is not None and begin >= now:
            raise UsageError("since lies in the future; look back from now, as in 30d.")
        trial = try_alert(services, alert_named(services, name), now, begin)
        return answer(request, trial_shape(trial))

    @router.get(
        "/api/alerts/messages",
        summary="What alerts have sent, newest first",
        **gives(AlertMessages, "A page of it, with how the deliveries stand"),
    )
    def messages(
        request: Request,
        alert: Annotated[
            str, Query(max_length=200, description="Only of this alert; config/ need not have it")
        ] = "",
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Response:
        of = ("messages", alert)
        before = number_at(cursor, *of) if cursor else None
        store = home.services().store.alerts
        found = store.messages(alert or None, limit + 1, before)
        following = cursor_at([found[limit - 1].id], *of) if len(found) > limit else ""
        shapes = [sent_message_shape(each) for each in found[:limit]]
        return paged(request, {"messages": shapes}, following)

    @router.get(
        "/api/alerts/messages/{message_id}",
        summary="One message of an alert as it was frozen",
        **gives(WholeMessage, "With its content, as a webhook gets it"),
    )
    def message(
        request: Request,
        message_id: Annotated[int, Path(ge=1, le=LARGEST, description="The message's id")],
    ) -> Response:
        found = home.services().store.alerts.message(message_id)
        if found is None:
            raise NotFoundError(
                f"No alert has sent a message {message_id}; see /api/alerts/messages."
            )
        content = json.loads(found.rendered.json)
        return answer(request, sent_message_shape(found) | {"content": content})

    return router
