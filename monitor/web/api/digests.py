"""Digests, their editions and deliveries."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from monitor.service import digesting, outbox
from monitor.service.opened import OpenHome
from monitor.service.settings_shapes import digest_shape
from monitor.service.shapes import delivery_shape, edition_shape, sent_shape
from monitor.service.ways import ways_of
from monitor.web.api.answering import answer, paged
from monitor.web.api.asking import Cursor, DigestName, Limit, at, gives
from monitor.web.api.cursors import cursor_at, place_of
from monitor.web.api.documents.digests import (
    Deliveries,
    DigestList,
    EditionList,
    SentEdition,
    WholeEdition,
)

DeliveryId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The delivery's id")]


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:  # one a route
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["digests"])

    @router.get(
        "/api/digests",
        summary="All editions with their deliveries, newest first",
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
        description="Sending twice for one window sends nothing new.",
        **gives(SentEdition, "As `monitor digest send NAME --json`"),
    )
    def send(request: Request, name: DigestName) -> Response:
        services = home.services()
        (sent,) = digesting.send_now(services, name, ways_of(services, os.environ), clock)
        return answer(request, sent_shape(sent))

    @router.get(
        "/api/deliveries",
        summary="The deliveries that are open: planned, failed, or of unknown fate",
        **gives(Deliveries, "Of all editions and alerts"),
    )
    def deliveries(request: Request) -> Response:
        found = home.services().store.deliveries.open_deliveries()
        return answer(request, {"deliveries": [delivery_shape(each) for each in found]})

    @router.post(
        "/api/deliveries/{delivery}/retry",
        summary="Try a delivery again now",
        description="What may have arrived already is sent again.",
        **gives(Deliveries, "As `monitor digest retry DELIVERY --json`"),
    )
    def retry(request: Request, delivery: DeliveryId) -> Response:
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

    @router.post(
        "/api/deliveries/{delivery}/dismiss",
        summary="Let a delivery rest: it is not tried again by itself, and counts as open no more",
        **gives(Deliveries, "The delivery; a retry by its id still sends it"),
    )
    def dismiss(request: Request, delivery: DeliveryId) -> Response:
        services = home.services()
        outbox.dismiss(services, delivery, clock())
        found = services.store.deliveries.delivery(delivery)
        shapes = [delivery_shape(found)] if found else []
        return answer(request, {"deliveries": shapes})

    return router
