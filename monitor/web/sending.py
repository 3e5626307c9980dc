"""Sending from the page: an edition now, a delivery again, or never mind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.digests.windows import next_due
from monitor.errors import NotFoundError
from monitor.model.delivery import Delivery
from monitor.service import digesting, outbox
from monitor.service.glancing import glance
from monitor.service.opened import OpenHome
from monitor.web.asked import see
from monitor.web.frozen import frozen
from monitor.web.handing import hand_over, ways_out
from monitor.web.presenting import page, recipient
from monitor.web.row_ids import RowId

UNDER_WAY = "It is being sent; this page shows how each delivery stands."


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/digests/{name}/send")
    def ask(name: str) -> Response:
        """Say what sending now would send, and to whom, before it is done."""
        services = home.services()
        now = clock()
        digest = digesting.digest_named(services, name)
        seen = glance(services, name, now)
        return page(
            "send.html",
            services,
            now,
            here="today",
            digest=digest,
            edition=frozen(seen.rendered.json),
            seen=seen,
            next_at=next_due(digest, now),
        )

    @router.post("/digests/{name}/send")
    def send(name: str) -> Response:
        services = home.services()
        digesting.digest_named(services, name)
        ways = ways_out(services)
        done = hand_over(lambda: digesting.send_now(services, name, ways, clock))
        if done is None:
            return see("/digests", UNDER_WAY)
        edition = done[0].edition
        if edition is None:
            return see(f"/?digest={name}", "Nothing was sent: nothing has matched yet.")
        if not done[0].fresh:
            return see(f"/digests/{edition.id}", f"Nothing new since {edition.id}; it is here.")
        return see(f"/digests/{edition.id}", _told(edition.deliveries))

    @router.post("/deliveries/retry")
    def retry_all() -> Response:
        services = home.services()
        ways = ways_out(services)
        done = hand_over(lambda: outbox.retry(services, ways, None, clock))
        if done is None:
            return see("/digests", UNDER_WAY)
        return see("/digests", _told(done) if done else "No delivery is open.")

    @router.post("/deliveries/{delivery}/retry")
    def retry(delivery: RowId) -> Response:
        services = home.services()
        ways = ways_out(services)
        place = _place(services.store.deliveries.delivery(delivery))
        done = hand_over(lambda: outbox.retry(services, ways, delivery, clock))
        return see(place, UNDER_WAY if done is None else _told(done))

    @router.post("/deliveries/{delivery}/dismiss")
    def dismiss(delivery: RowId) -> Response:
        services = home.services()
        place = _place(services.store.deliveries.delivery(delivery))
        outbox.dismiss(services, delivery, clock())
        return see(place, "Dismissed: it is not tried again by itself, and counts as open no more.")

    return router


def _place(delivery: Delivery | None) -> str:
    """Return the page a delivery stands on."""
    if delivery is None:
        raise NotFoundError("There is no such delivery; see the list under Digests.")
    if delivery.alert_message is not None:
        return f"/alerts/messages/{delivery.alert_message}"
    return f"/digests/{delivery.edition}"


def _told(deliveries: list[Delivery] | tuple[Delivery, ...]) -> str:
    """Say in a sentence or two what came of deliveries."""
    sent = [each for each in deliveries if each.state == "sent"]
    others = [each for each in deliveries if each.state != "sent"]
    told = []
    if len(sent) == 1:
        told.append(f"Sent to {recipient(sent[0])}.")
    elif sent:
        told.append(f"Sent to {len(sent)} recipients.")
    if others:
        one = others[0]
        told.append(f"{len(others)} not sent: {recipient(one)}: {one.error or one.state}")
    return " ".join(told) or "The edition is made; it goes to nobody."
