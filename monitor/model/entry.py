"""Entries: as parsed from a document, and as kept in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.model.feed import NO_LINKS, FeedLinks
from monitor.model.topic import StoredMatch


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file an entry points to. `length` is in bytes, 0 when unknown. Never fetched."""

    url: str
    type: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One entry of a document, cleaned and ready to be stored.

    `guid` is the publisher's, "" without one. `link` is the address as given, made absolute;
    `url` its canonical form (tracking parameters dropped, host lower-case). Both are http(s)
    or "". `domain` is the registrable domain of `url`, "" without one. `html` is safe to show (nh3
    was the last to touch it). `text` is everything there is to match besides the title: summary and
    content as plain text, words never glued.
    `excerpt` is the feed's own summary as plain text, or the beginning of `text`.
    `published_raw` is the date as the feed wrote it; `published_at` is None when it is missing
    or not plausible. `language` is a lower-case BCP 47 tag or "".
    """

    guid: str = ""
    link: str = ""
    url: str = ""
    domain: str = ""
    title: str = ""
    author: str = ""
    html: str = ""
    text: str = ""
    excerpt: str = ""
    language: str = ""
    published_at: datetime | None = None
    published_raw: str = ""
    updated_at: datetime | None = None
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A document that could be read. `format` as in "rss20", "atom10", "json11".

    `partial` says that the document broke off: the entries are those before the break. `ttl`,
    `skip_hours` (0 to 23, UTC) and `skip_days` (0 is Monday, UTC) are the feed's own wishes about
    when to come again; `links` are addresses it names. `notes` say in words what was out of the
    ordinary and what was done.
    """

    format: str
    title: str = ""
    site_url: str = ""
    language: str = ""
    entries: tuple[ParsedEntry, ...] = ()
    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    links: FeedLinks = NO_LINKS
    partial: bool = False
    notes: tuple[str, ...] = ()


ParseFailureKind = Literal["not-a-feed", "broken", "too-complex", "empty"]

PageKind = Literal["", "page", "parking", "login", "challenge", "not-found"]
"""What kind of web page came instead of a feed; "" when it was none."""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed a web page names, with the title it gives it."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailure:
    """A document that gave no entries and is no feed, or that could not be read in the limits.

    `page_title` is the title of the web page that came instead of a feed, where there is one,
    `page` what kind of page that is, and `feeds` are those it names, the likeliest first. `came` is
    the part of the message that says so, without what to do about a feed that is watched.
    """

    kind: ParseFailureKind
    message: str
    came: str = ""
    page_title: str = ""
    page: PageKind = ""
    feeds: tuple[FeedLink, ...] = ()


ParseOutcome = ParsedFeed | ParseFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """What identity needs to know of an entry that is already stored for the same feed."""

    id: int
    key: str
    guid: str
    url: str
    content_hash: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as stored. `id` grows with `first_seen_at`.

    `feed_title` and `outlet` are resolved: what config says, else what was seen (for the outlet
    the registrable domain of the entry's address, then of the feed's). `story` and
    `copy_of` are ids or None. `revised_at` is when its text last changed after it was stored,
    `page_text_at` when it got the text of its linked page, None while `text` is the feed's own.
    `withdrawn_at` is when its feed was found to list it no more while showing older ones.
    `starred`: a person marked it. `sent`: it stands on a card of a frozen edition.
    """

    id: int
    feed_id: int
    feed_url: str
    feed_title: str
    outlet: str
    tier: int
    feed_tags: tuple[str, ...]
    guid: str
    url: str
    link: str
    domain: str
    title: str
    author: str
    html: str
    text: str
    excerpt: str
    language: str
    published_at: datetime | None
    published_raw: str
    first_seen_at: datetime
    revised_at: datetime | None = None
    page_text_at: datetime | None = None
    withdrawn_at: datetime | None = None
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    matches: tuple[StoredMatch, ...] = ()
    story: int | None = None
    copy_of: int | None = None
    starred: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """An entry in a line: what a person needs to know a feed by. `published_at` may be unknown."""

    title: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier text of an entry: how it stood until `seen_at`, when the change was seen."""

    seen_at: datetime
    title: str
    text: str
