"""What one refresh of a feed brought: everything the store writes in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model.entry import ParsedEntry
from monitor.model.feed import NO_VALIDATORS, FeedState, Validators
from monitor.model.topic import StoredMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry not seen before in this feed. `key` is unique within the feed for ever."""

    key: str
    content_hash: str
    entry: ParsedEntry
    matches: tuple[StoredMatch, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedEntry:
    """A stored entry whose text changed: the old text becomes a revision.

    `key` and `guid` may be new as well (a publisher that changed all its guids); `note` says so.
    """

    id: int
    key: str
    content_hash: str
    entry: ParsedEntry
    matches: tuple[StoredMatch, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """A stored entry that came back unchanged under another identity: only its key moves."""

    id: int
    key: str
    guid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLogLine:
    """One line of the fetch log. `result` is a fetch or parse failure's kind, or "ok" or "304".

    `seconds` is wall time from request to decision; `wire_bytes` what came over the network.
    """

    at: datetime
    result: str
    status: int
    wire_bytes: int
    seconds: float
    entries: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOutcome:
    """The new standing of a feed with all that came with it. Fields as in `FeedRecord`.

    `versions` are those of the topics its entries were matched with; None when that was not done.
    """

    feed_id: int
    state: FeedState
    validators: Validators = NO_VALIDATORS
    body_hash: str = ""
    failures: int = 0
    error: str = ""
    title: str = ""
    site_url: str = ""
    language: str = ""
    last_fetched_at: datetime
    last_ok_at: datetime | None
    last_new_at: datetime | None
    next_fetch_at: datetime
    new: tuple[NewEntry, ...] = ()
    revised: tuple[RevisedEntry, ...] = ()
    rekeyed: tuple[Rekeyed, ...] = ()
    log: FetchLogLine
    versions: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: ids of the new entries in the order given, and counts."""

    new_ids: tuple[int, ...]
    revised: int
    matches: int
