"""What one refresh of a feed brought: everything the store writes in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.model.entry import ParsedEntry
from monitor.model.feed import FeedRecord
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
    `page_text` says that text and HTML of `entry` are those the entry has from its linked page, which
    the feed's own do not replace; `content_hash` is that of the feed's own all the same.
    """

    id: int
    key: str
    content_hash: str
    entry: ParsedEntry
    matches: tuple[StoredMatch, ...] = ()
    note: str = ""
    page_text: bool = False


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """A stored entry that came back unchanged under another identity: only its key moves."""

    id: int
    key: str
    guid: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a whole document listed it.

    `id` is 0 for one that is only now stored, under `key`. `published_at` is as the document says,
    `listed_at` when the entry was first seen in a whole document.
    """

    id: int
    published_at: datetime | None
    listed_at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a feed's last whole document, in its order.

    `missing` are those that this document was the first to lack though it shows older ones.
    """

    entries: tuple[Listed, ...] = ()
    missing: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLogLine:
    """One line of the fetch log.

    `result` is a fetch or parse failure's kind, or "ok", "same", "304" or "pushed". `seconds` is wall
    time from request to decision; `wire_bytes` what came over the network.
    """

    at: datetime
    result: str
    status: int
    wire_bytes: int
    seconds: float
    entries: int
    message: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a feed may have had entries nobody saw: its document turned over completely.

    Between the visits at `from_at` and `until_at`. `pages` counts the older pages that were read
    for it (RFC 5005); `closed` says that they led back to what was known, so that nothing is missing.
    """

    from_at: datetime
    until_at: datetime
    pages: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOutcome:
    """How a feed stands after a refresh, with all that came with it.

    Of `feed` what was observed is written; its address, config and lease are not. `versions` are
    those of the topics its entries were matched with; None when that was not done. `held` are entries
    kept back until a person has decided about the feed; `held_taken` forgets those that were, as they
    are among the new ones. `host_until_at` is until when all feeds of the host are left alone, at
    least. `push` says that this came by push, or that a visit found new entries a hub should have
    pushed; "" for neither. `claimed_until_at` is the claim a visit was made by: where it does not
    hold any more, as the feed has been given another address, been accepted or been claimed anew
    meanwhile, what was observed is about another time, and the feed stays as it is. `listing` is what
    a whole document listed, None where none was read; `withdrawn` are ids of entries that it shows to
    be withdrawn, `back` those of known entries that came again, which are not.
    """

    feed: FeedRecord
    new: tuple[NewEntry, ...] = ()
    revised: tuple[RevisedEntry, ...] = ()
    rekeyed: tuple[Rekeyed, ...] = ()
    held: tuple[NewEntry, ...] = ()
    held_taken: bool = False
    gap: Gap | None = None
    host_until_at: datetime | None = None
    push: Literal["", "came", "missed"] = ""
    claimed_until_at: datetime | None = None
    listing: Listing | None = None
    withdrawn: tuple[int, ...] = ()
    back: tuple[int, ...] = ()
    log: FetchLogLine
    versions: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: ids of the new entries in the order given, and counts.

    `left` says that some still wait for their stories: `monitor.service.grouping`.
    """

    new_ids: tuple[int, ...]
    revised: int
    matches: int
    left: bool = False
