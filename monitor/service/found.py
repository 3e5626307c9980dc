"""One page of what a search finds, and how many there are in all, in bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10
from typing import Literal

from monitor.model.search import Candidates, CountIs, Counted
from monitor.query import Query, candidates, document_of
from monitor.query.evaluate import accepts
from monitor.service.ranked import ranked
from monitor.store import Store

Sort = Literal["relevance", "newest"]

MOST_LOOKED_AT = 2_000
"""Entries that are decided about for one page, or four for each hit up to its end; unless exact."""

_SAMPLE = 100
"""Entries that are looked at where there are as many: the share of hits tells of the others."""

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
) -> Page:
    """Return one page: the best first and behind those that were scored the others by age, or all by age."""
    wanted = candidates(query, now)
    counted = store.entries.proposed_count(wanted)
    hits: list[tuple[int, float]] = []
    looked_at = 0
    without = _NONE
    if sort == "relevance":
        first = ranked(store, query, wanted, counted, now)
        hits = [(hit.entry.id, hit.score) for hit in first.hits]
        without = first.looked_at
        looked_at = len(without)
    all_seen = counted.is_ == "exact" and looked_at >= counted.number
    cut_short = False
    if not all_seen:
        # One more than the page holds tells whether there is a next one.
        enough = offset + limit + 1
        most = max(MOST_LOOKED_AT, 4 * enough)
        all_seen = True
        for accepted in _others(store, query, wanted, without, now):
            if not exact and (
                (len(hits) >= enough and looked_at >= _SAMPLE) or looked_at >= most
            ):
                all_seen, cut_short = False, len(hits) < enough
                break
            looked_at += 1
            if accepted is not None:
                hits.append((accepted, 0.0))
    total, total_is = _total(len(hits), looked_at, counted, all_seen, cut_short)
    return Page(
        hits=tuple(hits[offset : offset + limit]),
        total=total,
        total_is=total_is,
        looked_at=looked_at,
        cut_short=cut_short,
    )


def _others(
    store: Store, query: Query, wanted: Candidates, without: frozenset[int], now: datetime
) -> Iterator[int | None]:
    """Yield the id of each candidate the query accepts, None for each it does not, newest first."""
    for candidate in store.entries.candidates(wanted, without=without):
        accepted = accepts(query, document_of(candidate.entry), now)
        yield candidate.entry.id if accepted else None


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
