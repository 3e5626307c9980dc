"""Rulings: what a person decided about stories, and how stories stood before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.model.story import Weighed

RulingKind = Literal["merge", "split", "pin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An entry's place in a story, with all that is stored of why it has it.

    `pinned` says that a person decided about it: the machine never changes it.
    """

    entry: int
    story: int
    copy_of: int | None
    pinned: bool
    why: tuple[str, ...]
    score: float | None
    features: tuple[Weighed, ...]
    version: int
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStanding:
    """A story without its entries. One that is `merged_into` another has none."""

    id: int
    founder: int
    merged_into: int | None = None
    pinned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How some stories stand: each by id, and all their entries by id."""

    stories: tuple[StoryStanding, ...]
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants: merge `others` into `story`, split `entries` off it, or pin it."""

    kind: RulingKind
    story: int
    others: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A wish that was carried out.

    `others` are the stories that were merged, or the one that was split off; `entries` those that
    moved, all of a pinned story. `before` is how everything it touched stood; `undone_at` is None
    while it stands.
    """

    id: int
    kind: RulingKind
    story: int
    others: tuple[int, ...]
    entries: tuple[int, ...]
    before: Standing
    decided_at: datetime
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PairLabel:
    """What a ruling says of two entries: that they belong to one story, or do not."""

    entry: int
    other: int
    together: bool
    ruling: int
