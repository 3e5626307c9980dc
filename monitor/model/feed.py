"""A feed: what a person asked for, and what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

FeedState = Literal[
    "ok", "new", "failing", "throttled", "blocked", "moved", "gone", "silent", "quarantined", "off"
]
"""The one plain state a feed is in, as `monitor feeds list` shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as config/feeds.toml (or an OPML file it includes) asks for it.

    `every` overrides the default interval; None means the default. `outlet` names who
    publishes, "" means the registrable domain of the entry's address. `tier` is 1 for primary
    sources and the outlets a person trusts most, 2 for the usual press, 3 for the rest.
    `auth_env` names the environment variable that holds the value of the Authorization
    header; the value itself never stands in a file. `headers` are extra request headers.
    """

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    outlet: str = ""
    tier: int = 2
    enabled: bool = True
    user_agent: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    auth_env: str = ""
    full_text: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified exactly as received (RFC 9110 section 8.8), one set.

    The text is the Latin-1 view of the header's bytes, so that encoding it as Latin-1 gives
    back what the server sent, byte for byte. None: the answer had no such header.
    """

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecord:
    """What the database knows of one feed.

    `id` is ours. `title`, `site_url` and `language` are the document's own words. `feed` is
    what config/ says; None once the feed has been removed there (its entries stay).
    `body_hash` is the SHA-256 (hex) of the last body that was parsed; `failures` counts
    failed fetches in a row; `error` is the last failure in words, "" after a success.
    `next_fetch_at` is when it is due; `leased_until_at` when a claim on it expires.
    """

    id: int
    url: str
    feed: Feed | None = None
    title: str = ""
    site_url: str = ""
    language: str = ""
    state: FeedState = "new"
    validators: Validators = NO_VALIDATORS
    body_hash: str = ""
    failures: int = 0
    error: str = ""
    last_fetched_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    next_fetch_at: datetime | None = None
    leased_until_at: datetime | None = None
    entries: int = 0
    matches: int = 0
