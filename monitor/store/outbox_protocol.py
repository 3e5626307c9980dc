"""What the rest of the monitor may ask of the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from monitor.digests.attempts import Outcome
from monitor.model.delivery import Claimed, Delivery


class DeliveryStore(Protocol):
    """What is still to be delivered (docs/decisions/0016-outbox.md)."""

    def identity(self) -> tuple[str, str]:
        """Return a name no other home has, and a secret that never leaves the home."""

    def open_deliveries(self, edition_id: str | None = None) -> list[Delivery]:
        """Return deliveries that are not sent, oldest first, but for those nobody wants any more.

        That is those of people who have unsubscribed, and those a person dismissed.
        """

    def delivery(self, delivery_id: int) -> Delivery | None:
        """Return one delivery, or None."""

    def claim_next(
        self,
        now: datetime,
        *,
        after: int = 0,
        edition_id: str | None = None,
        alerts: bool = False,
    ) -> Claimed | None:
        """Claim the first delivery with an id above `after` that is due, or return None.

        Of one edition, with `alerts` of alerts alone, else of all.

        Due is what is planned, what failed or is unknown and has its next attempt now, and what a
        process that has ended left behind. Only one process ever holds a delivery.
        """

    def claim(self, delivery_id: int, now: datetime) -> Claimed:
        """Claim one delivery whether or not it is due, as a person wants it.

        Raises `NotFoundError` for an unknown id, `UsageError` for one that was sent,
        `OvertakenError` for one that is being sent.
        """

    def hand_over(self, claimed: Claimed, now: datetime) -> None:
        """Note that the message goes out this moment: from now on it may have arrived.

        Raises `OvertakenError` when the lease ran out and another process has gone on; then nothing
        may be sent.
        """

    def finish(
        self,
        claimed: Claimed,
        outcome: Outcome,
        now: datetime,
        error: str = "",
        wait: timedelta | None = None,
    ) -> Delivery | None:
        """Note what came of the attempt; return how the delivery stands, None when it is another's by now.

        That it was sent is noted even then, and whoever holds it by now hands nothing over any more.
        `wait` is how long the other side asked to be left alone.
        """

    def wake(self, now: datetime) -> None:
        """Let all that is planned or failed be due, but what nobody wants any more."""

    def dismiss(self, delivery_id: int, now: datetime) -> None:
        """Let a delivery rest: it is not tried again by itself, nor counted as open.

        Raises `NotFoundError` for an unknown id, `UsageError` for one that was sent,
        `OvertakenError` for one that is being sent.
        """

    def put_off(self, channel: str, until: datetime | None, error: str, now: datetime) -> list[int]:
        """Let what is due over a channel wait until then, or for a person; no attempt is counted.

        Returns the ids.
        """

    def unsubscribe(self, delivery_id: int, now: datetime) -> None:
        """Send the recipient of a delivery nothing more of its digest or alert that is still open."""

    def list_of(self, delivery_id: int) -> tuple[str, str] | None:
        """Return what a delivery is one of: ("digests" or "alerts", name); None for an unknown id."""
