"""What every form of an export says of a search and of its entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from monitor.digests.excerpts import one_line
from monitor.digests.links import http_url
from monitor.model.entry import Entry

URN = "urn:ai-policy-monitor"
"""What the ids of feeds and their items begin with."""

_NOT_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an export is of: the query as given and as understood, and when it was asked.

    `base` is the address of the page with its final slash, "" at the command line. `updated_at` is
    when the newest of it changed, None where that is not known before it is written. `title` is what a
    feed is called, "" for the query itself.
    """

    query: str
    understood: str
    now: datetime
    base: str = ""
    updated_at: datetime | None = None
    title: str = ""


def line(text: str) -> str:
    """Return a text on one line, without what XML cannot hold."""
    return one_line(_NOT_XML.sub(" ", text))


def link(entry: Entry) -> str:
    """Return the address of an entry, "" for one that is not to be opened."""
    return http_url(entry.url or entry.link)


def published_at(entry: Entry) -> datetime:
    """Return when an entry was published as far as that is known."""
    return entry.published_at or entry.first_seen_at


def published_on(entry: Entry) -> date:
    """Return the day an entry was published, UTC."""
    return published_at(entry).astimezone(UTC).date()


def changed_at(entry: Entry) -> datetime:
    """Return when an entry last changed here."""
    return entry.revised_at or entry.first_seen_at
