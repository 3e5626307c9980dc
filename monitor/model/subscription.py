"""WebSub (W3C Recommendation): what is agreed with the hub of a feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from monitor.model.feed import FeedRecord

SubscriptionState = Literal["asked", "active", "denied", "ending"]
"""Asked for and not verified yet; verified by the hub; refused by it; to be given back."""

PushState = Literal["", "asked", "active", "denied"]
"""How a feed's pushes stand, as `monitor feeds list --json` shows it; "" without a subscription."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What is agreed with a hub about one feed. A feed has one at most that is not "ending".

    `hub` is where requests go (https), `topic` the address the hub knows the feed by, `callback` the
    one given to it, which ends in `token`. `secret` is the key of its signatures; both are
    secrets and not shown by `repr`. `asked_at` is when the hub was last asked, `attempts` how often
    since it last verified. `verified_at` is when it last did, `active_since_at` since when that
    holds without interruption, `lease_until_at` until when. `next_at` is when there is something to do.
    `pushed_at` is when a push last came, `misses` how many visits since then found new entries that
    had not been pushed. `error` says what is amiss, "" when nothing is.
    """

    id: int
    feed_id: int
    hub: str
    topic: str
    callback: str = field(repr=False)
    token: str = field(repr=False)
    secret: str = field(repr=False)
    state: SubscriptionState = "asked"
    asked_at: datetime | None = None
    verified_at: datetime | None = None
    active_since_at: datetime | None = None
    lease_until_at: datetime | None = None
    next_at: datetime
    attempts: int = 0
    pushed_at: datetime | None = None
    misses: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A feed that names a hub, or has a subscription, as far as subscribing goes.

    `wanted`: config has it, it is fetched, and it needs no secret or headers of its own. `hub` and
    `self_url` are what it said last.
    """

    feed_id: int
    url: str
    wanted: bool
    hub: str = ""
    self_url: str = ""
    subscription: Subscription | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a push is for: the subscription its address belongs to, and the feed as it stands."""

    subscription: Subscription
    feed: FeedRecord
