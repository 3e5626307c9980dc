"""Noticing what a feed's whole documents list no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.entry import ParsedFeed
from monitor.model.feed import FeedRecord
from monitor.model.refresh import Listed, Listing
from monitor.parse.identity import Decided
from monitor.parse.withdrawal import absences
from monitor.service.wiring import Services


@dataclass(frozen=True, slots=True)
class Seen:
    """What a whole document listed, and what it shows by what it lacks."""

    listing: Listing | None = None
    withdrawn: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def known_ids(decided: Decided) -> tuple[int, ...]:
    """Return the ids of stored entries that came again."""
    return tuple(each.id for each in decided.placed if each.id)


def seen_anew(
    services: Services,
    record: FeedRecord,
    document: ParsedFeed | None,
    decided: Decided,
    now: datetime,
) -> Seen:
    """Compare a whole document with the one before; None where none was read to its end.

    What came of older pages is decided about as well, but is no part of the document.
    """
    if document is None or not decided.placed:
        return Seen()
    own = {id(entry) for entry in document.entries}
    before = services.store.refresh.listing(record.id) or Listing()
    listed_at = {each.id: each.listed_at for each in (*before.entries, *before.missing)}
    listed = tuple(
        Listed(each.id, each.entry.published_at, listed_at.get(each.id, now), each.key)
        for each in decided.placed
        if id(each.entry) in own
    )
    found = absences(before, listed)
    notes = (found.note,) if found.note else ()
    return Seen(Listing(listed, found.missing), found.withdrawn, notes)
