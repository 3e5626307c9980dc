"""What surrounds a search result: by what it can be narrowed, and how it lies in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

FacetName = Literal["topic", "outlet", "feed", "tag", "lang", "state", "month"]

By = Literal["day", "week", "month"]
"""How long the bars of a histogram are."""


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What entries say of their feed. `outlet` is "" when config names none."""

    url: str
    title: str
    outlet: str
    domain: str
    tags: tuple[str, ...]


class EntryFacts(NamedTuple):
    """What is known about an entry besides its texts, for many at once.

    `first_seen` and `published` are instants as text, RFC 3339 in UTC; `published` may be "".
    `enclosures` is their JSON, "[]" without one.
    """

    id: int
    feed: FeedFacts
    outlet: str
    domain: str
    url: str
    author: str
    language: str
    first_seen: str
    published: str
    tags: tuple[str, ...]
    topics: tuple[str, ...]
    enclosures: str
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow a result. `query` is the text that does so, "" when it cannot be written."""

    value: str
    label: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest choices of one kind; `others` counts those that are not listed."""

    name: FacetName
    title: str
    choices: tuple[Choice, ...]
    others: int = 0


@dataclass(frozen=True, slots=True)
class InUse:
    """A clause about the entry that a query has: what it says, and the text without it."""

    clause: str
    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many entries were first seen in `[from_at, until_at)`. `query` narrows to these."""

    from_at: datetime
    until_at: datetime
    label: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars from the first to the last entry, without gaps, in the days of `timezone`.

    `considered` entries were counted; `complete` says that these are all, otherwise they are the
    newest. `exact`: the query was decided for each of them.
    """

    by: By
    timezone: str
    bars: tuple[Bar, ...]
    considered: int
    complete: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """How a result can be narrowed and widened; `considered`, `complete`, `exact` as for `Histogram`."""

    facets: tuple[Facet, ...]
    in_use: tuple[InUse, ...]
    considered: int
    complete: bool
    exact: bool
