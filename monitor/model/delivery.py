"""What was frozen, and the outbox: one message to one recipient over one channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from monitor.model.digest import Recipient
from monitor.model.edition import Rendered, Window

DeliveryState = Literal["planned", "sending", "sent", "failed", "unknown"]

Step = Literal[
    "composed", "frozen", "claimed", "connected", "greeted", "recipient-accepted", "handing-over",
    "handed-over", "replied", "marked",
]  # fmt: skip
"""What a digest goes through, in this order; tests end the process at each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One edition, or one message of an alert, to one recipient over one channel.

    Exactly one of `edition` ("" else) and `alert_message` (None else) is set. `to` is the recipient's
    address as config has it. A failed one that is tried again by itself has `next_at`; without, it
    waits for a person. `repeats` counts the attempts made although an earlier one may have arrived.
    """

    id: int
    edition: str
    channel: str
    to: str
    state: DeliveryState
    alert_message: int | None = None
    attempts: int = 0
    repeats: int = 0
    error: str = ""
    next_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that one process alone may send, until its lease runs out.

    `claim` is the token that proves it. `of` names the edition, or the alert's message as
    "alert-NAME-ID"; `list_name` the digest or alert. `created_at` is when it was frozen. `doubtful`: an
    earlier attempt may have arrived, so that this one may be a repeat.
    """

    id: int
    claim: str
    to: Recipient
    of: str
    kind: Literal["digests", "alerts"]
    list_name: str
    rendered: Rendered
    created_at: datetime
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEdition:
    """A frozen edition as kept: what was rendered, byte for byte, and where it went."""

    id: str
    digest: str
    slot: str
    local_on: date
    window: Window
    created_at: datetime
    rendered: Rendered
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutMessage:
    """What a channel hands over: frozen forms, and what it says of itself to this recipient.

    `id` names the edition or the alert's message ("daily-2026-11-23-0700", "alert-chips-12"),
    `list_name` the digest or alert it is one of, `title` what people call that. `message_id` is the
    same at every attempt, for every recipient another ("<…@…>", RFC 5322 section 3.6.4).
    `unsubscribe_url` is "" where the monitor has no public address, `permalink`, that of the edition's page,
    where readers have no page and for what is no edition.
    `may_be_repeat`: an earlier attempt may have arrived. `trial`: `monitor digest test`.
    """

    id: str
    list_name: str
    title: str
    rendered: Rendered
    created_at: datetime
    message_id: str
    unsubscribe_url: str = ""
    permalink: str = ""
    may_be_repeat: bool = False
    trial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """One message of an alert, frozen: the stories it told, in all forms."""

    id: int
    alert: str
    created_at: datetime
    rendered: Rendered
    stories: tuple[str, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
