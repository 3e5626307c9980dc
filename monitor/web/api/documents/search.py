"""Documents about searches that are saved, and what surrounds what was found."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from monitor.web.api.documents.changes import Edited
from monitor.web.api.documents.entries import FoundBy, Hit
from monitor.web.api.documents.parts import At, Document, EntryRef

Counts = Literal["exact", "about"]
NextQuery = Field(description='A text to search next, "" where it cannot be written as a query')


class InUse(Document):
    """A clause about the entry that the query has; `query` is the text without it."""

    clause: str
    label: str
    query: str


class FacetChoice(Document):
    """One way to narrow a result."""

    value: str
    label: str
    count: int
    query: str = NextQuery


class Facet(Document):
    """The commonest choices of one kind; `others` counts those that are not listed."""

    name: Literal["topic", "outlet", "feed", "tag", "lang", "state", "month"]
    title: str
    others: int
    choices: list[FacetChoice]


class FacetsFound(Document):
    """By what a result can be narrowed; `complete` false: of the newest `considered` alone."""

    considered: int
    complete: bool
    counts: Counts
    in_use: list[InUse]
    facets: list[Facet]


class HistogramBar(Document):
    """How many entries were first seen in a half-open span of time."""

    since: At = Field(alias="from")
    until: At
    label: str
    count: int
    query: str = NextQuery


class HistogramFound(Document):
    """How a result lies in time, in the days of `timezone`."""

    by: Literal["day", "week", "month"]
    timezone: str
    considered: int
    complete: bool
    counts: Counts
    bars: list[HistogramBar]


class SearchSettings(Document):
    """A saved search as config/searches.toml has it."""

    name: str
    title: str
    query: str
    sort: Literal["relevance", "newest"]


class SearchShown(SearchSettings):
    """A saved search with what is new in it."""

    new: int = Field(description="Entries that came since `looked_at`, up to 99")
    new_more: bool
    looked_at: At | None
    named_by: list[str]


class SearchList(Document):
    """The saved searches."""

    searches: list[SearchShown]


class NewHit(Hit):
    """A result, and whether it came since the last look."""

    new: bool


class SearchWithHits(SearchShown, FoundBy):
    """A saved search and what it finds; `newest` is what /seen takes."""

    results: list[NewHit]
    newest: EntryRef | None


class SearchEdited(Edited):
    """A saved search after a change."""

    search: SearchSettings


class SimilarHit(Hit):
    """A similar entry, and the words it shares."""

    why: list[str]


class SimilarFound(Document):
    """Entries like another one; `words` are those looked for."""

    entry: EntryRef
    words: list[str]
    results: list[SimilarHit]
