"""Documents about entries."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from monitor.web.api.documents.parts import At, Document, EntryRef, Next, Reason, StoryRef

DiffPiece = tuple[Literal["same", "added", "removed"], str]


class Hit(Document):
    """One search result."""

    id: EntryRef
    title: str
    url: str
    feed: str
    outlet: str
    published_at: At | None
    first_seen_at: At
    topics: list[str]
    story: StoryRef | None
    copy_of: EntryRef | None
    copies: list[EntryRef]
    snippet: str
    score: float


class FoundBy(Document):
    """What a query finds, besides the results themselves."""

    query: str
    understood: str
    warnings: list[str]
    note: str
    total: int
    total_is: Literal["exact", "about", "at least"]
    suggestion: str
    took_ms: float


class StoryHit(Hit):
    """A result; by story with the other hits of the story."""

    more: list[EntryRef] = Field(default=[])


class FoundEntries(FoundBy):
    """What a query finds."""

    results: list[StoryHit]
    goes_on: bool = Field(default=False, description="By story: whether there is more")
    facets: dict[str, Any] = Field(
        default={}, description="Where asked for; as /api/search/facets gives them"
    )
    next: Next


class EntryLine(Document):
    """One entry of a list."""

    id: EntryRef
    title: str
    url: str
    feed: str
    outlet: str
    language: str
    published_at: At | None
    first_seen_at: At
    topics: list[str]
    story: StoryRef | None
    copy_of: EntryRef | None
    starred: bool
    excerpt: str


class EntryList(Document):
    """A page of entries."""

    entries: list[EntryLine]
    next: Next


class Enclosure(Document):
    """A file beside an entry."""

    url: str
    type: str
    length: int | None


class PageStanding(Document):
    """How the linked page of an entry stands, where its text is wanted."""

    state: Literal["wanted", "taken", "failed"]
    error: str
    next_at: At | None


class EntryMatch(Document):
    """That an entry matches a topic."""

    topic: str
    version: int
    points: int
    backfilled: bool
    why: list[Reason]


class Revision(Document):
    """An earlier text, compared with the one that followed."""

    seen_at: At
    title: str
    text: str
    title_diff: list[DiffPiece]
    text_diff: list[DiffPiece]


class WholeEntry(Document):
    """One entry."""

    kind: Literal["entry"]
    id: EntryRef
    title: str
    url: str
    link: str
    guid: str
    feed: str
    feed_url: str
    outlet: str
    author: str
    language: str
    tags: list[str]
    published_at: At | None
    published_raw: str
    first_seen_at: At
    text: str
    text_from: Literal["feed", "page"]
    page: PageStanding | None
    html: str
    enclosures: list[Enclosure]
    matches: list[EntryMatch]
    story: StoryRef | None
    copy_of: EntryRef | None
    copies: list[EntryRef]
    starred: bool
    sent: bool
    withdrawn_at: At | None
    revisions: list[Revision]


class Starred(Document):
    """The starred entries."""

    starred: list[EntryRef]
