"""What hubs send to callbacks: verification of intent, denials, and pushed documents.

A push is answered with success once its entries are stored, so that a crash in between makes the hub
send it again; twice stores once. One that is not signed with our secret is acknowledged as well
and dropped (WebSub section 7.1.2), so that whoever guesses learns nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from monitor.errors import NotFoundError
from monitor.fetch.websub import Intent, is_signed, is_token, read_intent, same_topic
from monitor.model.entry import ParsedFeed
from monitor.model.subscription import Receiver
from monitor.service.recording import Pushed, record_push
from monitor.service.refreshing import Clock, Refresher
from monitor.service.subscribing import confirmed, denied
from monitor.service.wiring import Services

log = logging.getLogger("monitor")

TAKEN, GONE, UNKNOWN = 202, 410, 404


@dataclass(frozen=True, slots=True)
class Reply:
    """What a hub is answered: the status, and the challenge where it verified."""

    status: int
    text: str = ""


class Pushes:
    """The callback's use cases, for as long as `monitor run` runs. From the refresher's loop only."""

    def __init__(
        self,
        services: Services,
        refresher: Refresher,
        clock: Clock,
        on_left: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_left` hears that some of what was pushed still waits for its stories."""
        self._services = services
        self._refresher = refresher
        self._clock = clock
        self._on_left = on_left

    async def hub_asks(self, token: str, query: str) -> Reply:
        """Answer a hub's GET: only what was asked for is verified, all else is 404 (section 5.3.1)."""
        intent = read_intent(query)
        if intent is None or await self.receiver(token, ending=True) is None:
            return Reply(UNKNOWN)
        return await self._refresher.in_database(self._agree, token, intent)

    def _agree(self, token: str, intent: Intent) -> Reply:
        store = self._services.store.subscriptions
        while (receiver := store.receiver(token)) is not None:
            held = receiver.subscription
            if not _expected(receiver, intent):
                log.warning(
                    "push %s: its hub's request (%s) does not fit what was asked of it",
                    receiver.feed.url,
                    intent.mode,
                )
                break
            if held.state == "ending":
                store.forget(held.id)
                return Reply(200, intent.challenge)
            now = self._clock()
            if intent.mode == "denied":
                reason = f"Its hub refused: {intent.reason or 'it gave no reason'}"
                after = denied(held, reason, now)
            else:
                after = confirmed(held, intent.lease, now)
            if store.save(held, after):
                log.info("push %s: %s %s", receiver.feed.url, after.state, after.error)
                return Reply(200, intent.challenge)
            # It was asked again this moment; what was asked is still the same.
        return Reply(UNKNOWN)

    async def receiver(self, token: str, *, ending: bool = False) -> Receiver | None:
        """Return whom a push is for, None when it is for nobody (any more); its body is not needed.

        With `ending` also whom it was for, as long as the hub has not confirmed the end.
        """
        if not is_token(token):
            return None
        # Not in the database thread: who guesses tokens must not keep the monitor from its work.
        found = await asyncio.to_thread(self._services.store.subscriptions.receiver, token)
        return found if found is not None and (ending or _listens(found)) else None

    async def take(
        self, receiver: Receiver, body: bytes, *, content_type: str, signature: str
    ) -> int:
        """Store what a push holds; return the status to answer with.

        Raises `StoreError` when it cannot be stored now; the hub is to send it again.
        """
        url = receiver.feed.url
        if not is_signed(body, signature, receiver.subscription.secret):
            log.warning(
                "push %s dropped: its signature is %s", url, "wrong" if signature else "missing"
            )
            return TAKEN
        parsed = await self._refresher.parse(body, url=url, content_type=content_type)
        if not isinstance(parsed, ParsedFeed):
            log.warning("push %s dropped: %s", url, parsed.message)
            return TAKEN
        return await self._refresher.in_database(
            self._record, receiver.subscription.token, parsed, len(body)
        )

    def _record(self, token: str, parsed: ParsedFeed, size: int) -> int:
        """Store it for the feed as it stands now: another push may have been first."""
        receiver = self._services.store.subscriptions.receiver(token)
        if receiver is None or not _listens(receiver):
            return GONE
        try:
            pushed = record_push(self._services, receiver.feed, parsed, size, self._clock())
        except NotFoundError:
            return GONE
        _log_push(receiver, pushed, size)
        if pushed.left:
            self._on_left()
        return TAKEN


def _listens(receiver: Receiver) -> bool:
    """Tell whether pushes are wanted still: a feed may be removed or switched off meanwhile."""
    watched = receiver.feed.feed is not None and receiver.feed.state != "off"
    return watched and receiver.subscription.state in ("asked", "active")


def _expected(receiver: Receiver, intent: Intent) -> bool:
    """Tell whether a hub's request answers what was asked of it, and is wanted still."""
    held = receiver.subscription
    if not same_topic(held.topic, intent.topic) or held.asked_at is None:
        return False
    if held.state == "ending":
        return intent.mode in ("unsubscribe", "denied")
    return intent.mode in ("subscribe", "denied") and _listens(receiver)


def _log_push(receiver: Receiver, pushed: Pushed, size: int) -> None:
    if not pushed.taken:
        log.warning(
            "push %s left to the next visit: the document does not look like this feed's",
            receiver.feed.url,
        )
        return
    log.info(
        "push %s new=%d revised=%d matches=%d bytes=%d",
        receiver.feed.url,
        pushed.new,
        pushed.revised,
        pushed.matches,
        size,
    )
