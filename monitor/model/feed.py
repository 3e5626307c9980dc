"""A feed: what a person asked for, and what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

FeedState = Literal[
    "ok", "new", "failing", "throttled", "blocked", "moved", "gone", "silent", "quarantined", "off"
]
"""The one plain state a feed is in, as `monitor feeds list` shows it."""

AuthScheme = Literal["", "basic", "bearer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as config/feeds.toml (or an OPML file it includes) asks for it.

    `every` overrides the default interval; None means the default. `outlet` names who
    publishes, "" means the registrable domain of the entry's address. `tier` is 1 for primary
    sources and the outlets a person trusts most, 2 for the usual press, 3 for the rest.
    `auth_env` names the environment variable with the secret for the Authorization header, which
    itself never stands in a file: the whole value, or with `auth_scheme` "bearer" the token, with
    "basic" user:password. `headers` are extra request headers. `user_agent_suffix` is added to the
    usual User-Agent. `full_text` asks for the linked page of each new matched entry.

    `moved_from` is the address the monitor itself replaced by `url`, "" when it did not.
    `follow_moves` false keeps the address whatever permanent redirects the server sends.
    """

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    outlet: str = ""
    tier: int = 2
    enabled: bool = True
    user_agent: str = ""
    user_agent_suffix: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    auth_env: str = ""
    auth_scheme: AuthScheme = ""
    full_text: bool = False
    moved_from: str = ""
    follow_moves: bool = True


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


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the last document read says about when to come again; it holds for a 304 too.

    `skip_hours` are 0 to 23, `skip_days` 0 (Monday) to 6, both UTC.
    """

    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a feed brings something new, as far as is known.

    `every` is the usual time between two visits that brought something. `turnover` is how long it
    takes until all entries of its document have been replaced by others: who comes less often than
    that misses some. `pause` is the longest time without anything new in the last months.
    """

    every: timedelta | None = None
    turnover: timedelta | None = None
    pause: timedelta | None = None


NO_RHYTHM = Rhythm()


@dataclass(frozen=True, slots=True)
class Moving:
    """Permanent redirects that agree: all led to `to`, on so many `days` (UTC), last on `last_on`."""

    to: str
    days: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Move:
    """A change of address the monitor made in config, as a server had said so for three days.

    `merged`: the new address was watched already. `undone_at` is when a person took it back.
    """

    url: str
    to: str
    moved_at: datetime
    merged: bool = False
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """Addresses the document names: its own (`self`), its WebSub hub, older pages (RFC 5005)."""

    self_url: str = ""
    hub: str = ""
    prev_archive: str = ""
    next_page: str = ""


NO_LINKS = FeedLinks()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecord:
    """What the database knows of one feed.

    `id` is ours. `title`, `site_url` and `language` are the document's own words. `feed` is
    what config/ says; None once the feed has been removed there (its entries stay).
    `validators_url` is the address the validators came from where redirects led to another one, ""
    for the feed's own. `empty_visits` counts visits in a row that found a document without entries
    where there had been some.
    `body_hash` is the SHA-256 (hex) of the last body that was parsed; `failures` counts
    failed fetches in a row; `error` is the last failure in words, "" after a success;
    `status` the HTTP status it came with, 0 without an answer, and `words` the beginning of what the
    server wrote with it (FRB-101). `since_at` is since when it has been in its state,
    `failing_since_at` when the present row of failures began, and `silent_since_at` when it was first
    seen that it brings nothing new for unusually long (it stays through failures and goes with the
    next new entry). `next_fetch_at` is when it is due, and
    `why_then` says why then; `leased_until_at` is when a claim on it expires.
    """

    id: int
    url: str
    feed: Feed | None = None
    title: str = ""
    site_url: str = ""
    language: str = ""
    state: FeedState = "new"
    validators: Validators = NO_VALIDATORS
    validators_url: str = ""
    body_hash: str = ""
    failures: int = 0
    error: str = ""
    status: int = 0
    words: str = ""
    since_at: datetime | None = None
    failing_since_at: datetime | None = None
    silent_since_at: datetime | None = None
    empty_visits: int = 0
    wishes: Wishes = NO_WISHES
    rhythm: Rhythm = NO_RHYTHM
    moving: Moving | None = None
    links: FeedLinks = NO_LINKS
    last_fetched_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    next_fetch_at: datetime | None = None
    why_then: str = ""
    leased_until_at: datetime | None = None
    entries: int = 0
    matches: int = 0
