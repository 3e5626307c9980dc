"""The hits of a search by story: one group for each, at the place of its best hit.

Pages fit together: a story stands on one page alone, that of its first hit, whichever page is asked for,
as long as nothing new comes in between. To know that, all hits up to the page's end are read, so that
a page far back takes longer, and none beyond the first `MOST_READ` hits is grouped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model.entry import Entry
from monitor.query import Query, document_of
from monitor.query.evaluate import accepts
from monitor.service.query_text import query_of
from monitor.service.searching import Found, Hit, Sort, search
from monitor.service.wiring import Services

MOST_READ = 2_000
"""Hits that are grouped at most; what follows is found entry by entry."""

_TO_BEGIN_WITH = 60
_MOST_IN_A_STORY = 100
"""Entries of one story that are asked whether they are hits, the newest."""


@dataclass(frozen=True, slots=True)
class Group:
    """A story with its best hit, and what else of it the query accepts, newest first.

    `copies` have the same text as an entry before them, `reports` are all others.
    An entry without a story is a group of its own.
    """

    hit: Hit
    reports: tuple[Entry, ...] = ()
    copies: tuple[Entry, ...] = ()

    @property
    def more(self) -> tuple[int, ...]:
        """Return the ids of all but the best hit."""
        return tuple(entry.id for entry in (*self.reports, *self.copies))


@dataclass(frozen=True, slots=True)
class FoundGroups:
    """One page of groups. `found` tells of the search; its `hits` are the best of the groups shown.

    `goes_on` says that there is a next page; `cut` that further hits are not grouped any more.
    `in_all` is the number of groups of all pages where it is known.
    """

    found: Found
    groups: tuple[Group, ...]
    goes_on: bool
    cut: bool
    in_all: int | None


def grouped(
    services: Services,
    text: str,
    *,
    now: datetime,
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
    or_literally: bool = False,
    exact: bool = False,
) -> FoundGroups:
    """Find stored entries and group them by story. `limit` and `offset` count groups.

    Raises `QueryError` as `search` does.
    """
    wanted = offset + limit
    take = max(_TO_BEGIN_WITH, 2 * wanted)
    while True:
        take = min(take, MOST_READ)
        found = search(
            services,
            text,
            now=now,
            sort=sort,
            limit=take,
            or_literally=or_literally,
            exact=exact,
        )
        best = _best_of_each(found.hits)
        read_all = len(found.hits) < take
        if len(best) > wanted or read_all or take == MOST_READ:
            break
        take *= 3
    shown = best[offset:wanted]
    return FoundGroups(
        found=replace(found, hits=tuple(shown)),
        groups=_groups(services, query_of(services, text)[0], shown, now),
        goes_on=len(best) > wanted,
        cut=not read_all and len(best) <= wanted,
        in_all=len(best) if read_all else None,
    )


def flat(found: Found, limit: int, offset: int) -> FoundGroups:
    """Return the hits of a search as groups of their own; `limit` and `offset` as it was asked."""
    counted = found.total_is == "exact"
    return FoundGroups(
        found,
        tuple(Group(hit) for hit in found.hits),
        goes_on=offset + len(found.hits) < found.total if counted else len(found.hits) == limit,
        cut=False,
        in_all=found.total if counted else None,
    )


def _best_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """Return the first hit of each story, and those without one, in their order."""
    first: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        story = hit.entry.story
        first.setdefault(("s", story) if story is not None else ("e", hit.entry.id), hit)
    return list(first.values())


def _groups(
    services: Services, query: Query, shown: Sequence[Hit], now: datetime
) -> tuple[Group, ...]:
    stories = [hit.entry.story for hit in shown if hit.entry.story is not None]
    members = {
        story: [each for each in ids if each not in best][:_MOST_IN_A_STORY]
        for best in [{hit.entry.id for hit in shown}]
        for story, ids in services.store.facets.members(stories).items()
    }
    others = [each for ids in members.values() for each in ids]
    hits = {
        entry.id: entry
        for entry in services.store.entries.entries(others, evidence=False)
        if accepts(query, document_of(entry), now)
    }
    groups = []
    for hit in shown:
        story = hit.entry.story
        more = [hits[each] for each in members.get(story or 0, []) if each in hits]
        reports, copies = _told_apart(hit.entry, more)
        groups.append(Group(hit, tuple(reports), tuple(copies)))
    return tuple(groups)


def _told_apart(best: Entry, others: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return which entries say something in their own words, and which repeat one before them."""
    told = {best.copy_of or best.id}
    reports: list[Entry] = []
    copies: list[Entry] = []
    for entry in others:
        text = entry.copy_of or entry.id
        (copies if text in told else reports).append(entry)
        told.add(text)
    return reports, copies
