"""Topics, the lists they name, and why an entry matches one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TextField = Literal["title", "text"]
"""The two stored texts in which evidence stands; offsets count their characters from 0."""


@dataclass(frozen=True, slots=True)
class Boost:
    """Points that are added when `query` holds; negative ones count against."""

    query: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a person watches. `query` gives 1 point, each boost that holds its own.

    An entry matches when `query` holds and its points reach `floor`. `guide` says in words
    what belongs and what does not.
    """

    name: str
    title: str
    query: str
    guide: str = ""
    boosts: tuple[Boost, ...] = ()
    floor: int = 1


@dataclass(frozen=True, slots=True)
class WordList:
    """A named list, config/lists/NAME.txt: one spelling a line, each a word or a phrase.

    A spelling is written as in a query without its quotes: `=BIS` keeps its case, `semicon*`
    ends in anything, `entity list` is a phrase, `@other` takes in another list.
    """

    name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (half open) of one stored text of an entry."""

    field: TextField
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a match: the clause of the query as written, and the words it found.

    `words` is the text of the entry at `span`; a clause about metadata (`outlet:nist.gov`) has no
    span and `words` is the value that fitted.
    """

    clause: str
    words: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """That an entry matches a topic: the version of the topic that said so, points and reasons.

    `backfilled`: it was stored before it matched; a topic that was new or changed was applied to it.
    """

    topic: str
    version: int
    points: int
    evidence: tuple[Evidence, ...] = ()
    backfilled: bool = False


@dataclass(frozen=True, slots=True)
class Rematching:
    """How far a version of a topic has been applied to the stored entries, newest first.

    `newest_id` was the newest entry when it began; entries from `next_id` up to it are done, and so
    are those below `floor_id`.
    """

    topic: str
    version: int
    newest_id: int
    next_id: int
    floor_id: int = 1


@dataclass(frozen=True, slots=True)
class TopicVersion:
    """What a topic asked for since `created_at`; `definition` is as `monitor.topics.definition` writes it."""

    topic: str
    version: int
    definition: str
    created_at: datetime
