"""Asking hubs for pushes: what is due about subscriptions, done hub by hub.

What is to be done is decided in `subscribing`. The row is written before its hub is asked, as a hub
may verify before it has answered, and as nothing may be lost when the process dies meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import defaultdict
from datetime import datetime

from monitor.fetch.websub import hub_address, request_fields
from monitor.model.fetch import FetchFailure, Posted
from monitor.model.subscription import Followed, Subscription
from monitor.service.refreshing import Clock, Refresher
from monitor.service.subscribing import asked, begun, ending, next_step, unanswered
from monitor.service.wiring import Services

log = logging.getLogger("monitor")

TOKEN_BYTES = 32
MOST_REDIRECTS = 3
MOST_A_ROUND = 20
"""Feeds one hub is asked about in one round."""


async def keep_subscribed(services: Services, refresher: Refresher, clock: Clock) -> None:
    """Do what is due about all subscriptions.

    Each hub is asked for one feed after the other, and for no more once a request has failed: a hub
    that is down costs one wait a round, whoever else it serves.
    """
    due = await refresher.in_database(_due, services, clock())
    results = await asyncio.gather(
        *(_ask_hub(services, refresher, clock, of_hub) for of_hub in due), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result


def _due(services: Services, now: datetime) -> list[list[Subscription]]:
    """Write what can be written without asking anyone; return whom to ask for what, by hub."""
    by_hub: defaultdict[str, list[Subscription]] = defaultdict(list)
    store = services.store.subscriptions
    for feed in store.followed():
        step = next_step(feed, services.settings.web.public_url, now)
        held = feed.subscription
        hub = held.hub if held is not None else hub_address(feed.hub)
        if step.action == "wait" or len(by_hub[hub]) >= MOST_A_ROUND:
            continue
        log.info("push %s %s (%s)", step.action, feed.url, step.why)
        if step.action == "subscribe":
            held = store.add(_new(services, feed, now))
        elif held is not None and step.action == "end":
            after = ending(held, now)
            held = after if store.save(held, after) else None
        elif held is not None and step.action == "forget":
            store.forget(held.id)
        if held is not None and step.action != "forget":
            by_hub[hub].append(held)
    return [each for each in by_hub.values() if each]


def _new(services: Services, feed: Followed, now: datetime) -> Subscription:
    public_url = services.settings.web.public_url
    token, secret = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    return begun(feed, public_url, token, secret, now)


async def _ask_hub(
    services: Services, refresher: Refresher, clock: Clock, of_hub: list[Subscription]
) -> None:
    for held in of_hub:
        if not await _ask(services, refresher, clock, held):
            return


async def _ask(
    services: Services, refresher: Refresher, clock: Clock, before: Subscription
) -> bool:
    """Send one request; tell whether the hub took it."""
    store = services.store.subscriptions
    held = asked(before, clock())
    if not await refresher.in_database(store.save, before, held):
        return True  # somebody else was first
    outcome = await _post(refresher, held)
    if isinstance(outcome, Posted):
        return True
    after = unanswered(held, outcome, clock())
    # A hub that has verified meanwhile was asked with success, whatever became of its answer.
    if await refresher.in_database(store.save, held, after):
        log.warning(
            "push hub=%s feed=%d error=%r", held.hub.partition("?")[0], held.feed_id, after.error
        )
    return False


async def _post(refresher: Refresher, held: Subscription) -> Posted | FetchFailure:
    """Ask, also where the hub says another one is responsible (section 5.1.2: 307 and 308)."""
    fields = request_fields(
        "unsubscribe" if held.state == "ending" else "subscribe",
        topic=held.topic,
        callback=held.callback,
        secret=held.secret,
    )
    outcome = await refresher.post(held.hub, fields)
    for _ in range(MOST_REDIRECTS):
        hops = outcome.hops if isinstance(outcome, FetchFailure) else ()
        # The secret goes to https alone; `hub_address` lets nothing else through.
        url = hub_address(hops[-1].url) if hops else ""
        if not url:
            break
        outcome = await refresher.post(url, fields)
    return outcome
