"""Documents about stories and rulings."""

from __future__ import annotations

from typing import Literal

from monitor.web.api.documents.parts import At, Document, EntryRef, Next, StoryRef


class StoryLine(Document):
    """One story of a list."""

    id: StoryRef
    title: str
    created_at: At
    first_seen_at: At
    last_seen_at: At
    entries: int
    copies: int
    outlets: list[str]
    topics: list[str]
    pinned_at: At | None


class StoryList(Document):
    """A page of stories."""

    stories: list[StoryLine]
    next: Next


class Feature(Document):
    """What was weighed of a pair of entries."""

    name: str
    value: float
    points: float


class Member(Document):
    """An entry of a story, and why it belongs to it."""

    id: EntryRef
    title: str
    outlet: str
    url: str
    published_at: At | None
    first_seen_at: At
    copy_of: EntryRef | None
    why: list[str]
    score: float | None
    features: list[Feature]
    version: int
    pinned: bool
    withdrawn_at: At | None


class StoryChange(Document):
    """What a story has gained since it opened."""

    kind: str
    at: At
    entry: EntryRef
    text: str


class RelatedStory(Document):
    """A story that may have to do with it."""

    story: StoryRef
    title: str
    score: float
    why: str


class AbsorbedStory(Document):
    """A story that turned out to be this one."""

    story: StoryRef
    at: At | None
    why: str


class RulingMade(Document):
    """What a person decided about stories."""

    id: str
    kind: Literal["merge", "split", "pin"]
    story: StoryRef
    others: list[StoryRef]
    entries: list[EntryRef]
    decided_at: At
    undone_at: At | None


class WholeStory(Document):
    """One story with its entries."""

    kind: Literal["story"]
    id: StoryRef
    asked: StoryRef
    title: str
    created_at: At
    outlets: list[str]
    copies: int
    entries: list[Member]
    changes: list[StoryChange]
    related: list[StoryRef]
    related_why: list[RelatedStory]
    merged: list[StoryRef]
    absorbed: list[AbsorbedStory]
    pinned_at: At | None
    rulings: list[RulingMade]


class RulingList(Document):
    """All rulings."""

    rulings: list[RulingMade]
