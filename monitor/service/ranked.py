"""The first candidates of a search by relevance: chosen by the index, decided and scored one by one.

At most `RANKED` entries are scored, fewer where texts are long. Where more may fit, the index chooses among the newest some thousand:
by bm25, or, where that would have to count a large part of the index, by what titles hold and then
by age. All of it depends on the store and the query alone, so that the pages of one search fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.entry import Entry
from monitor.model.search import Candidates, Proposed
from monitor.query import Query, document_of
from monitor.query.document import Document
from monitor.query.evaluate import accepts
from monitor.query.ranking import Part, parts_of, rarity, score
from monitor.query.superset import in_scope
from monitor.store import Store

RANKED = 150
"""Entries that are scored for one search."""

MOST_BYTES = 110_000
"""Of long texts fewer are scored: about so much text of them."""

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
    store: Store, query: Query, wanted: Candidates, proposed: Proposed, now: datetime
) -> Ranked:
    """Return the best of the candidates, in an order that depends on nothing but store and query."""
    parts = parts_of(query)
    weights, share = _weights(store, parts)
    ids = _chosen(store, query, wanted, proposed, len(parts), share)
    as_of = store.entries.newest_seen_at()
    hits = []
    left = MOST_BYTES
    looked_at = set()
    for entry in store.entries.entries(ids, evidence=False):
        if left <= 0:
            break
        left -= len(entry.text.encode("utf-8", "surrogatepass"))
        looked_at.add(entry.id)
        document = document_of(entry)
        if accepts(query, document, now):
            age = _age_days(entry, as_of)
            hits.append(Scored(entry, document, score(parts, weights, document, age)))
    hits.sort(key=lambda hit: (-hit.score, -hit.entry.id))
    return Ranked(tuple(hits), frozenset(looked_at))


def _chosen(
    store: Store, query: Query, wanted: Candidates, proposed: Proposed, parts: int, share: float
) -> Sequence[int]:
    newest = proposed.ids
    if not parts or len(newest) <= RANKED or not proposed.ranked:
        return newest[:RANKED]
    low = 0 if proposed.all_there else newest[-1]
    if parts > 1 and wanted.asked <= _MOST_COUNTED_WORDS and share <= _MOST_COUNTED_SHARE:
        return store.entries.best(wanted, low, None, RANKED)
    titles = in_scope(query.root, "title")
    best = store.entries.best(wanted, low, titles, RANKED // 2) if titles else ()
    return list(dict.fromkeys((*best, *newest)))[:RANKED]


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
