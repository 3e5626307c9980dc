"""Stories: entries about one event, and copies: the same text at another outlet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """What grouping needs to know of an entry. `story` is None while it belongs nowhere.

    `pinned` says that a person decided about its story.
    """

    id: int
    title: str
    excerpt: str
    url: str
    outlet: str
    language: str
    seen_at: datetime
    published_at: datetime | None = None
    story: int | None = None
    copy_of: int | None = None
    pinned: bool = False

    @property
    def told_at(self) -> datetime:
        """Return when it was told: the publisher's time, or when it was first seen.

        A first fetch sees a month of entries at once. No entry is told after it was seen.
        """
        return self.seen_at if self.published_at is None else min(self.published_at, self.seen_at)


@dataclass(frozen=True, slots=True)
class TermCounts:
    """In how many of the `total` entries grouped so far each term occurs; what is not named, in none."""

    total: int = 0
    of: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One feature of a pair of entries: its name, its value, and the points it gave to the score."""

    name: str
    value: float
    points: float


@dataclass(frozen=True, slots=True)
class Related:
    """A story that an entry is close to without belonging to it: shown as possibly related.

    `story` is its id, or None for the one that `founder` opens in the same decisions.
    """

    story: int | None
    founder: int
    score: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """Where one entry belongs.

    `story` is the id of an existing story, or None for "open a new one whose founder is
    `founder`" (an entry id; the entry's own when it stands alone). `copy_of` is the entry whose
    text it repeats, or None. `why` gives the reasons in words; `score` and `features` are those of
    the comparison with the founder, None and () where nothing was weighed. `version` is that of the
    features and weights.
    """

    entry: int
    story: int | None
    founder: int
    copy_of: int | None
    why: tuple[str, ...]
    score: float | None = None
    features: tuple[Weighed, ...] = ()
    version: int = 0
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryMerge:
    """Two stories that have turned out to be one: all entries of `story` go to the older `into`."""

    story: int
    into: int
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """What grouping decided: where each new entry belongs, and which stories become one."""

    decisions: tuple[StoryDecision, ...] = ()
    merges: tuple[StoryMerge, ...] = ()


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
    withdrawn_at: datetime | None = None
    score: float | None = None
    features: tuple[Weighed, ...] = ()
    version: int = 0
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story as a list shows it. `outlets` are the independent ones, `copies` counts entries that repeat another."""

    id: int
    title: str
    created_at: datetime
    entries: int
    copies: int
    outlets: tuple[str, ...]
    topics: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    pinned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RelatedStory:
    """A story that another one may have to do with, and why it was thought so."""

    id: int
    title: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A story that turned out to be another: when that was found, and what showed it."""

    id: int
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story as stored. Its title is its founder's.

    `related` are stories it may have to do with, the likeliest first. `merged_into` is the story
    that its entries went to; then it has no members. `merged` are the stories that lead here so,
    `absorbed` those among them that the monitor itself found to be this one.
    `pinned_at` is when a person last decided about its entries.
    """

    id: int
    title: str
    created_at: datetime
    members: tuple[StoryMember, ...]
    related: tuple[RelatedStory, ...] = ()
    merged_into: int | None = None
    merged: tuple[int, ...] = ()
    absorbed: tuple[Absorbed, ...] = ()
    pinned_at: datetime | None = None
