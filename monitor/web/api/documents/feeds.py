"""Documents about feeds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from monitor.web.api.documents.changes import Edited
from monitor.web.api.documents.parts import At, Document, FeedState, Headline


class FeedShown(Document):
    """How a feed fares."""

    id: str
    url: str
    title: str
    state: FeedState
    since: At | None
    tags: list[str]
    outlet: str
    tier: int
    last_fetched_at: At | None
    next_fetch_at: At | None
    why_then: str
    entries: int
    matches: int
    error: str
    words: str
    status: int
    failures: int
    failing_since: At | None
    last_ok_at: At | None
    last_new_at: At | None
    rhythm_seconds: float | None
    moved_from: str
    moving_to: str
    push: Literal["", "asked", "active", "denied"]
    push_note: str


class FeedList(Document):
    """The watched feeds."""

    feeds: list[FeedShown]


class Explanation(Document):
    """How a feed stands, in sentences."""

    state: str
    words: str
    next: str
    advice: str


class Gap(Document):
    """A time in which entries may have been lost."""

    since: At = Field(alias="from")
    until: At
    pages: int


class Visit(Document):
    """One visit of a feed."""

    at: At
    result: str
    status: int
    bytes: int
    seconds: float
    entries: int
    message: str


class Visits(Document):
    """The last visits."""

    visits: list[Visit]


class WholeFeed(FeedShown):
    """All that is known of a feed."""

    explanation: Explanation
    rhythm: str
    validators: bool
    held: int
    latest: list[Headline]
    gaps: list[Gap]
    visits: list[Visit]


class FeedSettings(Document):
    """A feed as config/feeds.toml has it."""

    url: str
    title: str
    tags: list[str]
    every: str | None
    outlet: str
    tier: int
    enabled: bool
    user_agent: str
    user_agent_suffix: str
    headers: dict[str, str]
    auth_env: str
    auth_scheme: Literal["", "basic", "bearer"]
    full_text: bool
    moved_from: str
    follow_moves: bool


class FeedEdited(Edited):
    """A feed after a change."""

    feed: FeedSettings


class FoundFeed(Document):
    """A feed that was found, or what was looked at and is none."""

    number: int
    url: str
    ok: bool
    title: str
    entries: int
    newest_at: At | None
    latest: list[Headline]
    error: str
    watched: bool = False


class FoundFeeds(Document):
    """What was found at an address."""

    feeds: list[FoundFeed]
    left_out: list[FoundFeed]


class AddedFeed(Edited):
    """A feed that is watched now."""

    added: bool
    id: str | None
    url: str
    asked: str
    fetched: bool
    moved: bool
    title: str
    entries: int
    newest_at: At | None
    latest: list[Headline]
    entries_new: int
    matches_new: int
    next_fetch_at: At | None
    error: str


class Accepted(Document):
    """What came of accepting a feed."""

    url: str
    entries_new: int
    matches_new: int


class Already(Document):
    """A feed that is watched already, and where."""

    url: str
    see: str


class Withheld(Document):
    """Keys that only a trusted list may set."""

    url: str
    keys: list[str]


class Refused(Document):
    """A feed that will not be fetched as things are."""

    url: str
    reason: str


class ImportedFeeds(Edited):
    """What came of a list of feeds."""

    dry_run: bool
    added: list[str]
    already: list[Already]
    left_out: list[str]
    repeated: int
    withheld: list[Withheld]
    faults: list[str]
    refused: list[Refused]
