"""Reading on in older pages of a feed whose document turned over completely between two visits.

When every entry of a document is new, others may have come and gone since the last visit. Where the
document names an older page (RFC 5005: `prev-archive` of an archived feed, `next` of a paged one),
the pages are read one after the other until one holds an entry that is known: then nothing is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from monitor.model.entry import ParsedEntry, ParsedFeed
from monitor.model.feed import FeedRecord
from monitor.model.fetch import Fetched
from monitor.service.decide import DELTA
from monitor.service.moves import sudden_change

MOST_PAGES = 10
"""Older pages read at most for one gap."""
MOST_HELD = 10_000_000
"""Characters of older entries after which no further page is read: all are held until they are stored."""
_AN_ENTRY = 1_000
"""What an entry takes at least, however short."""


@dataclass(frozen=True, slots=True)
class Older:
    """The entries of older pages, how many pages those were, and whether they met what is known."""

    entries: tuple[ParsedEntry, ...] = ()
    pages: int = 0
    closed: bool = False
    wire_bytes: int = 0


NOTHING_OLDER = Older()

Page = tuple[ParsedFeed | None, int]
"""An older page, None when it could not be had, and the bytes it took on the wire."""


def may_have_lost(record: FeedRecord, outcome: Fetched, document: ParsedFeed) -> bool:
    """Tell whether it is worth asking if all entries of a document are new.

    Not where the server sent only what is new (226) or the document broke off, nor where it is suddenly
    another feed's: whoever got hold of an address does not choose what else is asked for.
    """
    if record.last_new_at is None or not document.entries:
        return False
    if outcome.status == DELTA or outcome.broke_off or document.partial:
        return False
    if not (document.links.prev_archive or document.links.next_page):
        return False
    return not sudden_change(record, document)


async def read_older(
    document: ParsedFeed,
    url: str,
    get: Callable[[str], Awaitable[Page]],
    any_known: Callable[[Sequence[ParsedEntry]], Awaitable[bool]],
    limit: timedelta,
) -> Older:
    """Read the older pages of a document that came from `url`, until one meets what is known.

    A page that cannot be had ends the walk, and so do one that leads in a circle, more entries than
    are good to hold, and the time `limit`.
    """
    held = 0
    older = NOTHING_OLDER
    been = {url, document.links.self_url}
    page: ParsedFeed | None = document
    with suppress(TimeoutError):  # what was read by then is kept
        async with asyncio.timeout(limit.total_seconds()):
            while page is not None and older.pages < MOST_PAGES and not older.closed:
                if held > MOST_HELD:
                    break
                address = page.links.prev_archive or page.links.next_page
                if not address or address in been:
                    break
                been.add(address)
                page, wire_bytes = await get(address)
                entries = page.entries if page is not None else ()
                held += sum(len(each.text) + len(each.html) + _AN_ENTRY for each in entries)
                older = Older(
                    (*older.entries, *entries),
                    older.pages + (page is not None),
                    bool(entries) and await any_known(entries),
                    older.wire_bytes + wire_bytes,
                )
    return older
