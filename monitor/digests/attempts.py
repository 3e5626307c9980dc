"""What becomes of a delivery after an attempt, and when the next one comes.

Mail cannot be handed over exactly once: a server that vanishes between the end of the message and its
reply may have taken it (PROMISES 7). Such a delivery is "unknown" and is repeated by itself once, under
the same Message-ID; all others are repeated only while it is certain that nothing has arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.model.delivery import DeliveryState

LEASE = timedelta(minutes=3)
"""How long an attempt has until the message is handed over; each step of it takes seconds."""

HANDING_LEASE = timedelta(minutes=12)
"""How long it has from then on: the reply may take ten minutes (RFC 5321 section 4.5.3.2.6)."""

LEASE_SLACK = timedelta(minutes=2)
"""So much further ahead may a lease lie, as its giver's clock was read a little later."""

BACK_OFF = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1),
    timedelta(hours=4),
)  # fmt: skip
"""The pauses after the first, second, … temporary failure; then the last of them each time."""

GIVEN_UP_AFTER = timedelta(days=3)
"""What could not be delivered for so long is old news: it stops and is shown."""

REPEAT_AFTER = timedelta(minutes=10)
"""How long to wait before what may have arrived is sent again."""

REPEATS = 1
"""How often that is done without a person."""

Outcome = Literal["sent", "temporary", "permanent", "unknown"]


@dataclass(frozen=True, slots=True)
class After:
    """How a delivery stands after an attempt; without `next_at` it waits for a person, or is sent."""

    state: DeliveryState
    next_at: datetime | None = None


def after_attempt(
    outcome: Outcome,
    now: datetime,
    *,
    attempts: int,
    repeats: int,
    created_at: datetime,
    wait: timedelta | None = None,
) -> After:
    """Decide what follows an attempt.

    `attempts` and `repeats` count this one; `wait` is how long the other side asked to be left alone.
    """
    if outcome == "sent":
        return After("sent")
    if outcome == "permanent":
        return After("failed")
    if outcome == "unknown":
        return After("unknown", now + REPEAT_AFTER if repeats < REPEATS else None)
    if now - created_at >= GIVEN_UP_AFTER:
        return After("failed")
    pause = BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]
    return After("failed", now + min(max(pause, wait or pause), BACK_OFF[-1]))


def after_lost(channel: str, handed: bool, now: datetime, *, repeats: int) -> After:
    """Decide what follows an attempt whose process ended before it could say what came of it.

    Before the message was handed over nothing can have arrived; a folder may be written twice, and who
    takes a webhook drops what has come before by its id. The lease was the wait.
    """
    if not handed or channel in ("folder", "webhook"):
        return After("planned")
    return After("unknown", now if repeats < REPEATS else None)
