"""Digests as configured, editions as frozen, deliveries as tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where an edition goes. `channel` is "folder" (more come later); `to` its address there."""

    channel: Literal["folder"]
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A digest as config/monitor.toml asks for it: `[digests.NAME]`.

    `at` is local wall time in the IANA zone `timezone`; `days` holds weekdays, 0 is Monday.
    `topics` are names in the order shown, "*" for all the others. `per_topic` and `per_outlet`
    cap the cards of a section.
    """

    name: str
    title: str
    at: time
    timezone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    topics: tuple[str, ...] = ("*",)
    to: tuple[Recipient, ...] = ()
    when_empty: Literal["send", "skip"] = "send"
    per_topic: int = 12
    per_outlet: int = 3


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open `[from_at, until_at)` over first-seen times, with the zone it is shown in."""

    from_at: datetime
    until_at: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A feed an edition names because its trouble is news: what it is, since when, and why.

    `state` is that of the feed, or "gap" where it may have lost entries since a visit. `usual` is the
    time between entries of a silent one, `pause` its longest pause before.
    """

    feed: str
    url: str
    state: str
    error: str
    since_at: datetime | None
    usual: timedelta | None = None
    pause: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the world an edition saw. Counts are of the window; feeds of its end.

    `checked` is how many of the enabled feeds were fetched with success in the window (a 304
    counts): `feeds > 0 and checked == 0` means "we could not look". `gaps` is how many may have lost
    entries in the window. `troubles` are those that became news in it; all others are only counted.
    """

    feeds: int
    ok: int
    failing: int
    silent: int
    checked: int
    entries_seen: int
    entries_matched: int
    copies_folded: int
    stories: int
    gaps: int = 0
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry is on a card: topic and version, the clause, and the words with their field."""

    topic: str
    version: int
    clause: str
    words: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One story of a section, from stored text alone.

    `outlets` are the independent ones, the lead's first; `copies` counts entries that repeat a
    text; `entries` are all entry ids of the story in this window. `revised` says that the
    lead was edited after it was first seen.
    """

    story: int
    title: str
    url: str
    outlet: str
    published_at: datetime | None
    first_seen_at: datetime
    excerpt: str
    language: str
    outlets: tuple[str, ...]
    copies: int
    why: tuple[Reason, ...]
    entries: tuple[int, ...]
    revised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The cards of one topic; `more` counts the stories the caps left out."""

    topic: str
    title: str
    cards: tuple[Card, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue of a digest. `id` is "" for a preview, else "NAME-2026-11-23" and the like.

    `slot` says which scheduled moment it is for, as local wall time ("2026-11-23T07:00"), or
    "by hand" with the instant; a digest has one edition a slot, ever. `missed` counts the
    scheduled moments inside the window that got no edition of their own. `sections` holds the
    topics that have a story, `quiet` the titles of the others.
    """

    digest: str
    title: str
    id: str
    slot: str
    local_on: date
    window: Window
    coverage: Coverage
    sections: tuple[Section, ...]
    missed: int = 0
    quiet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """An edition as it goes out: each form complete on its own."""

    subject: str
    text: str
    markdown: str
    html: str
    json: str


DeliveryState = Literal["planned", "sending", "sent", "failed", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One edition to one recipient over one channel."""

    id: int
    edition: str
    channel: str
    to: str
    state: DeliveryState
    attempts: int = 0
    error: str = ""
    updated_at: datetime | None = None


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
