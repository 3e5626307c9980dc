"""Stories: entries about one event, and copies: the same text at another outlet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """What grouping needs to know of an entry. `story` is None while it belongs nowhere."""

    id: int
    title: str
    excerpt: str
    url: str
    outlet: str
    language: str
    seen_at: datetime
    story: int | None = None
    copy_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """Where one entry belongs.

    `story` is the id of an existing story, or None for "open a new one whose founder is
    `founder`" (an entry id; the entry's own when it stands alone). `copy_of` is the entry whose
    text it repeats, or None. `why` gives the reasons in words.
    """

    entry: int
    story: int | None
    founder: int
    copy_of: int | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """One entry of a story as shown: see `monitor show s7`."""

    entry: int
    title: str
    outlet: str
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    copy_of: int | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story as stored. Its title is its founder's."""

    id: int
    title: str
    created_at: datetime
    members: tuple[StoryMember, ...]
