"""One page of what a search finds, and how many there are in all, in bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor, log10
from typing import Literal

from monitor.model.entry import Entry
from monitor.model.search import Candidates, Counted, CountIs, Proposed
from monitor.query import Query, candidates, document_of
from monitor.query.evaluate import accepts
from monitor.service.ranked import ranked
from monitor.store import Store

Sort = Literal["relevance", "newest"]

MOST_LOOKED_AT = 1_500
"""Entries that are decided about for one page, or four for each hit up to its end; unless exact."""

FURTHEST = 10_000
"""Hits that pages of the web lead through: each page decides about those before it. An export has all."""

_SAMPLE = 50
"""Entries that are looked at where there are as many: the share of hits tells of the others."""

_FIRST_BATCH, _LARGEST_BATCH = 50, 400
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Ids and scores of the hits of a page, in order; scores are 0 where entries follow by age.

    `cut_short`: the page may lack hits, since as many entries as may be were looked at.
    """

    hits: tuple[tuple[int, float], ...]
    total: int
    total_is: CountIs
    looked_at: int
    cut_short: bool


def page_of(
    store: Store,
    query: Query,
    *,
    now: datetime,
    sort: Sort,
    limit: int,
    offset: int,
    exact: bool,
    before: int | None = None,
) -> Page:
    """Return one page: the best first and behind those that were scored the others by age, or all by age.

    `before` leaves out entries from that id on: where a list goes on, sorted by age.
    """
    wanted = candidates(query, now)
    if before is not None:
        wanted = replace(wanted, until_id=before)
    proposed = store.entries.look(wanted)
    hits: list[tuple[int, float]] = []
    without = _NONE
    if sort == "relevance":
        first = ranked(store, query, wanted, proposed, now)
        hits = [(hit.entry.id, hit.score) for hit in first.hits]
        without = first.looked_at
    looked_at = len(without)
    all_seen = proposed.all_there and looked_at == len(proposed.ids)
    cut_short = False
    if not all_seen:
        # One more than the page holds tells whether there is a next one.
        enough = offset + limit + 1
        most = max(MOST_LOOKED_AT, 4 * enough)
        all_seen = True
        for accepted in _others(store, query, wanted, proposed, without, now):
            if not exact and ((len(hits) >= enough and looked_at >= _SAMPLE) or looked_at >= most):
                all_seen, cut_short = False, len(hits) < enough
                break
            looked_at += 1
            if accepted is not None:
                hits.append((accepted, 0.0))
    total, total_is = _total(len(hits), looked_at, proposed.counted, all_seen, cut_short)
    return Page(
        hits=tuple(hits[offset : offset + limit]),
        total=total,
        total_is=total_is,
        looked_at=looked_at,
        cut_short=cut_short,
    )


def _others(
    store: Store,
    query: Query,
    wanted: Candidates,
    proposed: Proposed,
    without: frozenset[int],
    now: datetime,
) -> Iterator[int | None]:
    """Yield the id of each candidate the query accepts, None for each it does not, newest first."""
    for entry in _entries(store, wanted, proposed, without):
        accepted = accepts(query, document_of(entry), now)
        yield entry.id if accepted else None


def _entries(
    store: Store, wanted: Candidates, proposed: Proposed, without: frozenset[int]
) -> Iterator[Entry]:
    known = [each for each in proposed.ids if each not in without]
    start, size = 0, _FIRST_BATCH
    while start < len(known):
        yield from store.entries.entries(known[start : start + size], evidence=False)
        start += size
        size = min(size * 2, _LARGEST_BATCH)
    if not proposed.all_there:
        older = replace(wanted, until_id=proposed.ids[-1])
        yield from (candidate.entry for candidate in store.entries.candidates(older))


def _total(
    found: int, looked_at: int, counted: Counted, all_seen: bool, cut_short: bool
) -> tuple[int, CountIs]:
    if all_seen:
        return found, "exact"
    if cut_short:
        return found, "at least"
    estimate = counted.number * found / looked_at if looked_at else 0.0
    return max(found, _two_digits(estimate)), "at least" if counted.is_ == "at least" else "about"


def _two_digits(number: float) -> int:
    """Round down to two digits: what is estimated is not told to the last one."""
    if number < 100:
        return int(number)
    unit = 10 ** (floor(log10(number)) - 1)
    return int(number // unit * unit)
