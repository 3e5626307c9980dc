"""Digests, their editions and deliveries; alerts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.service import digesting, outbox
from monitor.service.alert_shapes import listed, listed_shape, trial_shape
from monitor.service.alert_trials import try_alert
from monitor.service.alerting import alert_named
from monitor.service.opened import OpenHome
from monitor.service.settings_shapes import digest_shape
from monitor.service.shapes import delivery_shape, edition_shape, sent_shape
from monitor.service.ways import ways_of
from monitor.web.api.answering import answer, paged
from monitor.web.api.asking import Cursor, DigestName, Limit, Since, at, gives
from monitor.web.api.cursors import cursor_at, place_of
from monitor.web.api.documents.digests import (
    AlertList,
    AlertTried,
    Deliveries,
    DigestList,
    EditionList,
    SentEdition,
    WholeEdition,
)

LARGEST = 2**63 - 1


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:  # noqa: C901  # one a route
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["digests"])

    @router.get(
        "/api/digests",
        summary="All editions with their deliveries, newest first",
        description=("Sending twice for one window sends nothing new."),
        **gives(EditionList, "As `monitor digest list --json`, a page of it"),
    )
    def editions(
        request: Request,
        digest: Annotated[str, Query(max_length=200, description="Only of this digest")] = "",
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> Response:
        services, of = home.services(), ("editions", digest)
        name = digesting.digest_named(services, digest).name if digest else None
        found = services.store.editions.editions(name, forms=False)
        if cursor:
            last = place_of(cursor, *of)
            places = [place for place, each in enumerate(found) if [each.id] == last]
            found = found[places[0] + 1 :] if places else []
        following = cursor_at([found[limit - 1].id], *of) if len(found) > limit else ""
        shapes = [edition_shape(each) for each in found[:limit]]
        return paged(request, {"editions": shapes}, following)

    @router.get(
        "/api/digests/{edition}",
        summary="One edition as it was frozen",
        **gives(WholeEdition, "As `monitor digest show EDITION --json`"),
    )
    def edition(
        request: Request,
        edition: Annotated[str, Path(max_length=200, description="The edition's id")],
    ) -> Response:
        frozen = digesting.edition_named(home.services(), edition)
        return answer(request, json.loads(frozen.rendered.json))

    @router.get(
        "/api/schedule",
        summary="The digests of config/monitor.toml, and when each is due",
        **gives(DigestList, "In the order of config/"),
    )
    def schedule(request: Request) -> Response:
        services, now = home.services(), clock()
        shapes = [digest_shape(each, now) for each in services.settings.digests]
        return answer(request, {"digests": shapes})

    @router.get(
        "/api/digests/{name}/preview",
        summary="What an edition would hold; nothing is recorded or sent",
        **gives(WholeEdition, "As `monitor digest preview NAME --format json`"),
    )
    def preview(
        request: Request,
        name: DigestName,
        since: Annotated[
            str,
            Query(max_length=40, description="Begin of the window; else the last edition's end"),
        ] = "",
        until: Annotated[str, Query(max_length=40, description="Its end; else now")] = "",
    ) -> Response:
        now = clock()
        _, rendered = digesting.preview(home.services(), name, now, at(since, now), at(until, now))
        return answer(request, json.loads(rendered.json))

    @router.post(
        "/api/digests/{name}/send",
        summary="Freeze the edition that is due and deliver it",
        **gives(SentEdition, "As `monitor digest send NAME --json`"),
    )
    def send(request: Request, name: DigestName) -> Response:
        services = home.services()
        (sent,) = digesting.send_now(services, name, ways_of(services, os.environ), clock)
        return answer(request, sent_shape(sent))

    @router.get(
        "/api/deliveries",
        summary="The deliveries that are open: planned, failed, or of unknown fate",
        description=("What may have arrived already is sent again."),
        **gives(Deliveries, "Of all editions and alerts"),
    )
    def deliveries(request: Request) -> Response:
        found = home.services().store.deliveries.open_deliveries()
        return answer(request, {"deliveries": [delivery_shape(each) for each in found]})

    @router.post(
        "/api/deliveries/{delivery}/retry",
        summary="Try a delivery again now",
        **gives(Deliveries, "As `monitor digest retry DELIVERY --json`"),
    )
    def retry(
        request: Request,
        delivery: Annotated[int, Path(ge=1, le=LARGEST, description="The delivery's id")],
    ) -> Response:
        services = home.services()
        done = outbox.retry(services, ways_of(services, os.environ), delivery, clock)
        return answer(request, {"deliveries": [delivery_shape(each) for each in done]})

    @router.post(
        "/api/deliveries/retry",
        summary="Try all deliveries again that are planned or failed",
        **gives(Deliveries, "As `monitor digest retry --json`"),
    )
    def retry_all(request: Request) -> Response:
        services = home.services()
        done = outbox.retry(services, ways_of(services, os.environ), None, clock)
        return answer(request, {"deliveries": [delivery_shape(each) for each in done]})

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

    return router
