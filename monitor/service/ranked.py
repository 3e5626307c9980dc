"""The first candidates of a search by relevance: chosen by the index, decided and scored one by one.

At most `RANKED` entries are scored. Where more may fit, the index chooses among the newest `POOL`:
by bm25, or, where that would have to count a large part of the index, by what titles hold and then
by age. All of it depends on the store and the query alone, so that the pages of one search fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.entry import Entry
from monitor.model.search import Candidates, Counted
from monitor.query import Query, document_of
from monitor.query.document import Document
from monitor.query.evaluate import accepts
from monitor.query.ranking import Part, parts_of, rarity, score
from monitor.query.superset import in_scope
from monitor.store import Store

RANKED = 250
"""Entries that are scored for one search."""

POOL = 4_000
"""Candidates, the newest, among which the index chooses when there are more than `RANKED`."""

AMONG = 20_000
"""Entries, the newest, by which is told how rare a part of a query is."""

_MOST_COUNTED_WORDS, _MOST_COUNTED_SHARE = 60, 0.25
"""bm25 counts each word in the whole index: up to so many, that so much of all entries hold."""


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry the query accepts."""

    entry: Entry
    document: Document
    score: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was scored, best first, of the candidates with the ids `looked_at`."""

    hits: tuple[Scored, ...]
    looked_at: frozenset[int]


def ranked(
    store: Store, query: Query, wanted: Candidates, counted: Counted, now: datetime
) -> Ranked:
    """Return the best of the candidates, in an order that depends on nothing but store and query."""
    parts = parts_of(query)
    weights, share = _weights(store, parts)
    ids = _chosen(store, query, wanted, counted, len(parts), share)
    as_of = store.entries.newest_seen_at()
    hits = []
    for entry in store.entries.entries(ids, evidence=False):
        document = document_of(entry)
        if accepts(query, document, now):
            age = _age_days(entry, as_of)
            hits.append(Scored(entry, document, score(parts, weights, document, age)))
    hits.sort(key=lambda hit: (-hit.score, -hit.entry.id))
    return Ranked(tuple(hits), frozenset(ids))


def _chosen(
    store: Store,
    query: Query,
    wanted: Candidates,
    counted: Counted,
    parts: int,
    share: float,
) -> Sequence[int]:
    if not parts or (counted.is_ == "exact" and counted.number <= RANKED):
        return store.entries.proposed(wanted, RANKED)
    titles = None
    if parts == 1 or wanted.asked > _MOST_COUNTED_WORDS or share > _MOST_COUNTED_SHARE:
        titles = in_scope(query.root, "title")
        if titles is None:
            return store.entries.proposed(wanted, RANKED)
    best = store.entries.best(wanted, titles, POOL, RANKED if titles is None else RANKED // 2)
    chosen = dict.fromkeys(best)
    for entry_id in store.entries.proposed(wanted, RANKED):
        if len(chosen) >= RANKED:
            break
        chosen[entry_id] = None
    return list(chosen)


def _weights(store: Store, parts: Sequence[Part]) -> tuple[list[float], float]:
    """Return the rarity of each part, and how much of the entries they hold, added up."""
    if len(parts) < 2:
        return [1.0] * len(parts), 0.0
    asked = [in_scope(part.node, part.scope) for part in parts]
    held, among = store.entries.holding(asked, AMONG)
    share = sum(held) / among if among else 0.0
    return [rarity(number, among) for number in held], share


def _age_days(entry: Entry, as_of: datetime | None) -> float:
    """Return how old an entry is beside the newest one: its publisher's date where that is earlier.

    A first fetch brings a month at once, all first seen now. Dates that are not plausible were
    dropped when it was read; one ahead of its time is cut here.
    """
    at = min(entry.published_at or entry.first_seen_at, entry.first_seen_at)
    return 0.0 if as_of is None else max(as_of - at, timedelta()) / timedelta(days=1)
