"""Linked pages: whose text is wanted, what a visit came to, what robots.txt says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.model.feed import Feed
from monitor.model.topic import StoredMatch

PageState = Literal["wanted", "taken", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPage:
    """A page to be asked for now, its host held for it.

    `url` is where redirects have led to so far, after `hops` of them; `host` is its host name.
    `attempts` counts visits that came to nothing. `first_seen_at` is the entry's. `feed` is what
    config says of the entry's feed, None when config no longer has it. The host is held until
    `held_until_at`, unless the visit is recorded before.
    """

    entry: int
    url: str
    host: str
    attempts: int
    hops: int
    first_seen_at: datetime
    feed_url: str
    feed: Feed | None
    held_until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisit:
    """What a visit came to, and when to go on.

    `visited` is the host that was held, until `held_until_at`; now no page of it is asked for before
    `free_at`. `url` and `host`
    are where to ask at `next_at` as long as the state is "wanted". `error` says in a sentence what
    was amiss, "" when nothing was.
    """

    entry: int
    visited: str
    held_until_at: datetime
    free_at: datetime
    state: PageState
    url: str
    host: str
    attempts: int
    hops: int
    next_at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenText:
    """The text an entry gets from its page: everything there is to match besides the title.

    `html` is safe to show. `matches` are those with the new text, by topics of these `versions`;
    `since_change` is the number of edits (`EntryStore.changes`) before the entry was read.
    """

    text: str
    html: str
    matches: tuple[StoredMatch, ...]
    versions: Mapping[str, int]
    since_change: int


@dataclass(frozen=True, slots=True)
class PageText:
    """What was found on a page: HTML that is safe to show, and its plain text. Both may be "".

    `fault` says why it could not be read, "" when it could.
    """

    html: str
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStanding:
    """How an entry's page stands: see `PageVisit`."""

    url: str
    state: PageState
    attempts: int
    next_at: datetime
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What an origin answered for its robots.txt (RFC 9309), valid until `expires_at`.

    `rules` is its text, "" when it has none and everything is allowed. `error` is not "" when it
    could not be had, so that nothing is allowed for now (section 2.3.1.4).
    """

    origin: str
    rules: str
    error: str
    fetched_at: datetime
    expires_at: datetime
