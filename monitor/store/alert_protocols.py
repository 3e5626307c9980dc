"""What the rest of the monitor needs of a store for alerts; see `monitor.store.protocols`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model.alert import AlertPiece, AlertQueue, AlertStanding, Carried
from monitor.model.delivery import AlertMessage
from monitor.model.digest import Recipient
from monitor.model.edition import Rendered
from monitor.model.entry import Entry


class AlertStore(Protocol):
    """How far alerts have looked, and what they found: each story once, whatever it is called."""

    def keep(self, names: Iterable[str], now: datetime) -> None:
        """Let alerts that are new begin with the next entry, and forget those not named.

        What a forgotten one has told stays known, should it come back; what it had not told goes.
        """

    def keep_zone(self, alert: str, timezone: str, utc_offset: timedelta) -> None:
        """Remember the zone that an alert, known since `keep`, goes by, and its offset from UTC now."""

    def zones(self) -> dict[str, tuple[str, timedelta]]:
        """Return, by alert, the zone that was kept last, with its offset then."""

    def standing(self, alert: str) -> AlertStanding | None:
        """Return how far an alert has looked, None for one that never began."""

    def piece(self, standing: AlertStanding, most: int) -> AlertPiece | None:
        """Return what comes next, at most so many ids and edits; None when all has been looked at.

        It ends before the first entry that matches a topic and has no story yet: it may be about one
        that was told.
        """

    def touched(self, standing: AlertStanding, piece: AlertPiece) -> list[int]:
        """Return the stories that the entries of a piece are in."""

    def untold(self, alert: str, keys: Sequence[str]) -> list[str]:
        """Return those of these keys ("s7", "e12", "day 2026-11-23") that an alert has not found.

        A story was found under its own id, under any that leads to it, or as an entry that is in it.
        """

    def found_at(self, alert: str, key: str) -> datetime | None:
        """Return when an alert found what has exactly this key, None when it did not."""

    def carried(self, story_ids: Sequence[int]) -> dict[int, list[Carried]]:
        """Return who carries these stories, by story, in the order they were first seen."""

    def former(self, standing: AlertStanding, entry_ids: Sequence[int]) -> list[Entry]:
        """Return entries from before an alert that were edited since, as they stood when it began.

        Without those whose edits were trivial. Topics that found them later without an edit are among
        their matches: these make no news of them.
        """

    def found(
        self,
        standing: AlertStanding,
        piece: AlertPiece,
        keys: Sequence[str],
        now: datetime,
        *,
        weighed: bool = False,
    ) -> list[str] | None:
        """Note what a piece brought and that it was looked at, in one transaction.

        Return the keys that are new, each as the story is called now. None, and nothing is written, when
        the alert stands elsewhere: another process has looked, or it was forgotten.
        """

    def queue(self, alert: str) -> AlertQueue:
        """Return what waits to be told, what was found first coming first."""

    def freeze(
        self,
        alert: str,
        queue: AlertQueue,
        rendered: Rendered,
        to: Sequence[Recipient],
        now: datetime,
    ) -> AlertMessage | None:
        """Store a message that tells all of a queue, with a planned delivery for each recipient.

        In one transaction, in which what was told in another message already is noted as such. None, and
        nothing is written, when the queue is no longer this one.
        """

    def settle(self, alert: str, queue: AlertQueue) -> None:
        """Note what of a queue another message has told already, when it holds nothing else."""

    def messages(
        self, alert: str | None = None, limit: int | None = None, before: int | None = None
    ) -> list[AlertMessage]:
        """Return messages, newest first."""

    def message(self, number: int) -> AlertMessage | None:
        """Return one message, or None."""
