"""The outbox: work through the deliveries that are due, and note what came of each.

Every delivery is claimed, handed over and finished in writes of their own, so that a process may end at
any point and another goes on (docs/decisions/0016-outbox.md). Sending waits for other people's servers, up
to ten minutes for a reply: call this in a thread in which nobody else waits for the database.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.deliver.message import domain_of, message_id
from monitor.deliver.sending import send
from monitor.deliver.ways import Ways
from monitor.digests.attempts import Outcome
from monitor.digests.links import page_url
from monitor.errors import DeliveryError, OvertakenError, StoreError, UnreachableError
from monitor.model.delivery import Claimed, Delivery, OutMessage
from monitor.service.unsubscribing import unsubscribe_url
from monitor.service.wiring import Services

log = logging.getLogger("monitor")

Clock = Callable[[], datetime]

PUT_OFF = timedelta(minutes=1)
"""How long the others wait at least when nobody can be reached over a channel."""

_PAUSES = (0.2, 1.0)
"""Seconds after which it is tried again to note that something was sent."""


def deliver_open(
    services: Services,
    ways: Ways,
    clock: Clock,
    edition: str | None = None,
    *,
    alerts: bool = False,
    going: Callable[[], bool] = lambda: True,
) -> list[Delivery]:
    """Deliver what is due: of one edition, of alerts alone, or all. Return how each stands now.

    A failure stops no other delivery. Where a channel reaches nobody (the mail server is down), the
    others of it wait as long as the one that found out. No other is begun once `going` says no. Raises
    `StoreError` when nothing can be noted.
    """
    deliveries, after = services.store.deliveries, 0
    touched: list[int] = []
    while going() and (
        claimed := deliveries.claim_next(clock(), after=after, edition_id=edition, alerts=alerts)
    ):
        after = claimed.id
        touched += [claimed.id, *_attempt(services, ways, clock, claimed)]
    return _standing(services, touched)


def retry(services: Services, ways: Ways, delivery_id: int | None, clock: Clock) -> list[Delivery]:
    """Try again: one delivery, or all that are planned or failed, due or not.

    What may have arrived is repeated by hand only where it is named. Raises `NotFoundError` for an unknown
    id, `UsageError` for a delivery that was sent, `OvertakenError` for one that is being sent.
    """
    deliveries = services.store.deliveries
    if delivery_id is None:
        deliveries.wake(clock())
        return deliver_open(services, ways, clock)
    _attempt(services, ways, clock, deliveries.claim(delivery_id, clock()))
    return _standing(services, [delivery_id])


def dismiss(services: Services, delivery_id: int, now: datetime) -> None:
    """Let a delivery rest for good, as nobody waits for it any more; `retry` by its number still sends it.

    Raises `NotFoundError` for an unknown id, `UsageError` for one that was sent, `OvertakenError` for one
    that is being sent.
    """
    services.store.deliveries.dismiss(delivery_id, now)


def out_message(services: Services, claimed: Claimed) -> OutMessage:
    """Return what is handed over for a claimed delivery: the same each time, but for the repeat's note."""
    settings = services.settings
    instance, secret = services.store.deliveries.identity()
    lists = settings.digests if claimed.kind == "digests" else settings.alerts
    titles = {each.name: each.title for each in lists}
    sender = settings.mail.sender
    # The database may be restored, and then counts messages of alerts from an earlier number on.
    of = claimed.of if claimed.kind == "digests" else f"{claimed.of}|{claimed.created_at}"
    named = message_id(
        instance,
        of,
        claimed.to.channel,
        claimed.to.to,
        domain_of(sender) if sender else "monitor.invalid",
    )
    public_url = settings.web.public_url if claimed.to.channel == "mail" else ""
    return OutMessage(
        id=claimed.of,
        list_name=claimed.list_name,
        title=titles.get(claimed.list_name, claimed.list_name),
        rendered=claimed.rendered,
        created_at=claimed.created_at,
        message_id=named,
        unsubscribe_url=unsubscribe_url(public_url, secret, claimed.id) if public_url else "",
        permalink=_permalink(claimed),
        may_be_repeat=claimed.doubtful,
    )


def _permalink(claimed: Claimed) -> str:
    """Return the address of the edition's page, as it was when the edition was frozen."""
    if claimed.kind != "digests":
        return ""
    page = json.loads(claimed.rendered.json).get("page_url") or ""
    return page_url(page, "digests", claimed.of)


def _attempt(services: Services, ways: Ways, clock: Clock, claimed: Claimed) -> list[int]:
    """Make one attempt and note what came of it; return the other deliveries that wait with it."""
    deliveries = services.store.deliveries
    handed = False

    def handing_over() -> None:
        nonlocal handed
        deliveries.hand_over(claimed, clock())
        handed = True

    ways.step("claimed")
    try:
        send(claimed.to, out_message(services, claimed), ways, handing_over)
    except DeliveryError as error:
        failure = error
    except OvertakenError as error:
        log.warning("%s", error)
        return []
    except StoreError:
        raise  # the disk is full, say: nothing more can be noted, and the lease settles this one
    except Exception as error:  # a fault of ours must not keep the others from what is theirs
        log.exception("delivery %d failed; it is noted on it", claimed.id)
        failure = DeliveryError(
            f"The monitor made a mistake here ({type(error).__name__}); its log says more.",
            "unknown" if handed else "temporary",
        )
    else:
        _finish(services, claimed, "sent", clock)
        ways.step("marked")
        return []
    standing = _finish(services, claimed, failure.outcome, clock, str(failure), failure.wait)
    ways.step("marked")
    if not isinstance(failure, UnreachableError):
        return []
    # The next ones would wait for the same server just as long, or try the same password again.
    now = clock()
    until = None
    if failure.outcome != "permanent":
        until = standing.next_at if standing and standing.next_at else now + PUT_OFF
    return deliveries.put_off(claimed.to.channel, until, str(failure), now)


def _finish(
    services: Services,
    claimed: Claimed,
    outcome: Outcome,
    clock: Clock,
    error: str = "",
    wait: timedelta | None = None,
) -> Delivery | None:
    """Note the outcome, if need be a moment later: what was sent and not noted is sent twice."""
    for pause in (*_PAUSES, None):
        try:
            return services.store.deliveries.finish(claimed, outcome, clock(), error, wait)
        except StoreError:
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError("the last round returns or raises")


def _standing(services: Services, ids: list[int]) -> list[Delivery]:
    found = (services.store.deliveries.delivery(each) for each in ids)
    return [each for each in found if each is not None]
