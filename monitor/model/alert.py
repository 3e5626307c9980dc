"""Alerts: how far each has looked, what it has found and not told yet, and what a message tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.model.edition import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStanding:
    """How far an alert has looked.

    It began with the entry `first_id` and after the edit `first_change` (a number among all edits of
    entries); `next_id` is the first entry it has not looked at, `next_change` the last edit it has.
    `weighed_at` is when its volume was last held against the usual one.
    """

    name: str
    began_at: datetime
    first_id: int
    first_change: int
    next_id: int
    next_change: int
    weighed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertPiece:
    """What an alert looks at next: entries `[from_id, until_id)` and those of `edited`.

    `until_change` is the last edit that is looked at with them.
    """

    until_id: int
    until_change: int
    edited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """One entry of a story as far as it carries it: whose it is, and whether it repeats another."""

    entry: int
    outlet: str
    first_seen_at: datetime
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class FoundStory:
    """What an alert has found and not told yet.

    `key` is as stored: a story ("s7"), an entry without one ("e12") or a day ("day 2026-11-23").
    `story` is the story it is now, that `key` may have been merged into or the entry may have come
    into; `entry` the entry that has none. `told_in` is the message that told this story by another id.
    """

    key: str
    found_at: datetime
    story: int | None = None
    entry: int | None = None
    told_in: int | None = None

    @property
    def now_key(self) -> str:
        """Return the key it would be found by now."""
        if self.story is not None:
            return f"s{self.story}"
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQueue:
    """What waits for an alert's next message: `last_at` is when its last one was frozen.

    `next_message` is the number the next message of any alert gets.
    """

    last_at: datetime | None
    next_message: int
    found: tuple[FoundStory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContent:
    """What one message of an alert tells, before it takes a form.

    `name` is the message's own ("alert-chips-12"), `notes` sentences above the cards, `more` counts the
    stories that have no card; `search` is the query that lists all of them. `page_url` is the address of
    the page, "" where it has none.
    """

    alert: str
    title: str
    name: str
    created_at: datetime
    timezone: str
    cards: tuple[Card, ...]
    notes: tuple[str, ...] = ()
    more: int = 0
    search: str = ""
    page_url: str = ""


@dataclass(frozen=True, slots=True)
class Ring:
    """That an alert would have found a story at an instant: `title` is that of the entry that did it."""

    at: datetime
    key: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """One message an alert would have sent: when, and what it would have told."""

    at: datetime
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTrial:
    """What `alerts test` found: the messages of a time, the latest last, and what would still wait."""

    alert: str
    since_at: datetime
    until_at: datetime
    entries: int
    fired: tuple[Fired, ...]
    waiting: tuple[Ring, ...] = ()
    busiest_on: date | None = None
    busiest: int = 0


def message_name(alert: str, number: int) -> str:
    """Name a message of an alert: "alert-chips-12"."""
    return f"alert-{alert}-{number}"
