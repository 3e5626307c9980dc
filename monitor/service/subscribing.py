"""What to do next about the push subscription of a feed, and how it stands after what happened.

Pure: one table from what is known to a step, and one function for each event. A subscription
keeps its callback and secret through all its renewals: hubs know one by topic and callback (WebSub
section 5.1), so another callback would be a second subscription beside the first, and another
secret would make pushes worthless that were signed before the hub had verified.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.fetch.websub import LEASE_ASKED, callback_of, hub_address, renewal_after
from monitor.model.fetch import FetchFailure
from monitor.model.subscription import Followed, PushState, Subscription

RETRY_FIRST = timedelta(minutes=10)
RETRY_LATEST = timedelta(days=1)
DENIED_FOR = timedelta(days=7)
"""How long a hub that refused is left alone."""
SETTLED = timedelta(days=1)
"""How long a verified subscription is kept before another hub or topic takes its place."""
MOST_ENDINGS = 3
"""How often a hub is asked to end a subscription; its lease ends by itself."""
MISSES = 2
"""Visits in a row with new entries nobody pushed, after which a hub is not relied on."""

_COME_AGAIN = frozenset({408, 425, 429})
_FINAL = frozenset({"refused", "bad-url"})

Action = Literal["wait", "subscribe", "ask", "end", "unsubscribe", "forget"]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next about a feed, and why.

    "subscribe" makes a subscription and asks for it; "ask" asks again, or renews; "end" marks one as
    no longer wanted; "unsubscribe" tells its hub; "forget" drops it.
    """

    action: Action
    why: str = ""


def next_step(feed: Followed, public_url: str, now: datetime) -> Step:
    """Say what to do about a feed; `public_url` is "" where hubs cannot reach the monitor."""
    held = feed.subscription
    hub, topic = hub_address(feed.hub), feed.self_url or feed.url
    if held is None:
        if not (public_url and feed.wanted and hub):
            return Step("wait")
        return Step("subscribe", "its document names a hub")
    if not public_url or held.callback != callback_of(public_url, held.token):
        # The hub would have to verify at an address that no longer answers, so it is not asked.
        return Step("forget", "the public address has changed")
    if held.state == "ending":
        if now < held.next_at:
            return Step("wait")
        if held.attempts >= MOST_ENDINGS:
            return Step("forget", "its hub does not confirm the end; the lease ends by itself")
        return Step("unsubscribe", "it is no longer wanted")
    given_up = Step("end" if held.state == "active" else "forget", "it is no longer wanted")
    if not (feed.wanted and hub):
        return given_up
    if (held.hub, held.topic) != (hub, topic):
        since = held.active_since_at
        if held.state == "active" and since is not None and now - since < SETTLED:
            return Step("wait", "it names another hub or topic since today")
        return replace(given_up, why="it names another hub or topic")
    if now < held.next_at:
        return Step("wait")
    if held.state == "denied":
        return Step("forget", "its hub refused a week ago and is asked anew")
    return Step("ask", "the lease is renewed" if held.state == "active" else "not verified yet")


def begun(feed: Followed, public_url: str, token: str, secret: str, now: datetime) -> Subscription:
    """Return a subscription that is about to be asked for; `id` is for the store to give."""
    return Subscription(
        id=0,
        feed_id=feed.feed_id,
        hub=hub_address(feed.hub),
        topic=feed.self_url or feed.url,
        callback=callback_of(public_url, token),
        token=token,
        secret=secret,
        next_at=now,
    )


def asked(held: Subscription, now: datetime) -> Subscription:
    """Return it as it stands while its hub is being asked: if nothing comes of it, again later."""
    lapsed = held.state == "active" and not is_active(held, now)
    return replace(
        held,
        state="asked" if lapsed else held.state,
        asked_at=now,
        attempts=held.attempts + 1,
        next_at=now + _back_off(held.attempts + 1),
    )


def _back_off(attempts: int) -> timedelta:
    # The exponent is bounded only to keep the product small; the cap has long been reached.
    return min(RETRY_FIRST * (1 << min(max(attempts - 1, 0), 20)), RETRY_LATEST)


def unanswered(held: Subscription, failure: FetchFailure, now: datetime) -> Subscription:
    """Return it after a request its hub did not take: a refusal holds for a week, all else passes."""
    status = failure.status
    words = failure.message
    if status:
        words = f"Its hub answered {status}"
        words += f": {_without_secrets(failure.snippet, held)}" if failure.snippet else "."
    refused = failure.kind in _FINAL or (400 <= status < 500 and status not in _COME_AGAIN)
    if refused and held.state == "asked":
        return denied(held, words, now)
    wait = max(
        _back_off(held.attempts), min(failure.pacing.retry_after or timedelta(0), DENIED_FOR)
    )
    return replace(held, error=words, next_at=now + wait)


def _without_secrets(text: str, held: Subscription) -> str:
    """Take out what a hub repeats of the request: whoever reads it could push in its name."""
    for secret in (held.callback, held.token, held.secret):
        text = text.replace(secret, "…")
    return " ".join(text.split())[:200]


def confirmed(held: Subscription, lease: timedelta | None, now: datetime) -> Subscription:
    """Return it after its hub verified it, for `lease` or, where it names none, what was asked."""
    lease = lease or LEASE_ASKED
    unbroken = is_active(held, now) and held.active_since_at is not None
    return replace(
        held,
        state="active",
        verified_at=now,
        active_since_at=held.active_since_at if unbroken else now,
        lease_until_at=now + lease,
        next_at=now + renewal_after(lease),
        attempts=0,
        error="",
    )


def denied(held: Subscription, reason: str, now: datetime) -> Subscription:
    """Return it after its hub refused it, at once or later (WebSub section 5.2)."""
    return replace(held, state="denied", next_at=now + DENIED_FOR, error=reason)


def ending(held: Subscription, now: datetime) -> Subscription:
    """Return it as one that is to be given back."""
    return replace(held, state="ending", next_at=now, attempts=0, error="")


def is_active(held: Subscription, now: datetime) -> bool:
    """Tell whether its lease holds."""
    return held.state == "active" and held.lease_until_at is not None and now < held.lease_until_at


def relied_until(
    held: Subscription | None, now: datetime, *, missing: bool = False
) -> datetime | None:
    """Return until when pushes may be relied on, so that visits can be rare; None for not at all.

    `missing`: one more visit, not counted yet, found what should have been pushed.
    """
    if held is None or not is_active(held, now) or held.misses + missing >= MISSES:
        return None
    return held.lease_until_at


def missed(held: Subscription | None, last_ok_at: datetime | None, now: datetime) -> bool:
    """Tell whether new entries a visit found should have been pushed.

    Only if the subscription was active already when the feed was last looked at.
    """
    if held is None or not is_active(held, now):
        return False
    since = held.active_since_at
    return since is not None and last_ok_at is not None and since <= last_ok_at


def push_state(held: Subscription | None, now: datetime) -> PushState:
    """Return the one word for how a feed's pushes stand."""
    if held is None or held.state == "ending":
        return ""
    if held.state == "active":
        return "active" if is_active(held, now) else "asked"
    return held.state


def push_note(held: Subscription | None, now: datetime) -> str:
    """Say what is amiss with a feed's pushes, "" when nothing is."""
    if held is None or held.state == "ending":
        return ""
    if is_active(held, now) and held.misses >= MISSES:
        return (
            f"Its hub does not deliver: the last {held.misses} visits that found new entries came "
            "before any push of them. The feed is visited as usual until a push comes."
        )
    if held.error:
        return held.error
    if push_state(held, now) == "asked":
        return f"Its hub {held.hub.partition('?')[0]} has not verified the subscription yet."
    return ""
