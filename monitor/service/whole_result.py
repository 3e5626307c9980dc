"""The whole result of a search, for exports: read in batches, so that any size fits in memory.

It comes newest first whatever order a page has, since only the best few hundred hits are ranked at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.query import Query, document_of, evaluate
from monitor.query.narrowing import about_entry
from monitor.service.considered import holding
from monitor.service.proposing import proposed_ids
from monitor.service.query_text import query_of
from monitor.service.searching import Hit, hit_of
from monitor.service.wiring import Services

MOST_EXPORTED = 100_000
"""Entries an export holds at most, the newest; docs/search.md and its first line or field say so."""

_MOST_PROPOSED = 5_000_000
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Whole:
    """A search whose hits come one after the other, once. `understood` as in `Found`."""

    query: str
    understood: str
    hits: Iterator[Hit]


def whole_result(
    services: Services,
    text: str,
    *,
    now: datetime,
    most: int = MOST_EXPORTED,
    or_literally: bool = False,
) -> Whole:
    """Return all hits of a search, the newest `most` of them, newest first; their score is 0.

    Raises `QueryError` at once when the text is no query, unless `or_literally`.
    """
    query, _ = query_of(services, text, or_literally=or_literally)
    return Whole(text, query.spelled_out(), _hits(services, query, now, most))


def _hits(services: Services, query: Query, now: datetime, most: int) -> Iterator[Hit]:
    ids, _ = proposed_ids(services, query, now, _MOST_PROPOSED)
    about = about_entry(query)
    found = 0
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        if about is not None:
            facts = services.store.facets.facts(batch)
            batch = [each.id for each in holding(about, facts, now)]
        hits = []
        for entry in services.store.entries.entries(batch, evidence=False):
            evidence = evaluate(query, document_of(entry), now)
            if evidence is not None:
                hits.append((entry, evidence))
        copies = services.store.stories.copies([entry.id for entry, _ in hits])
        for entry, evidence in hits:
            if found == most:
                return
            found += 1
            yield hit_of(entry, 0.0, evidence, copies.get(entry.id, ()))
