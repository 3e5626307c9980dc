"""Which entries what surrounds a search result is counted over: see `monitor.service.facets`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model.entry import Enclosure
from monitor.model.facet import EntryFacts
from monitor.query import Document, Query, document_of
from monitor.query.evaluate import accepts
from monitor.query.narrowing import (
    about_entry,
    asks_only_about_entry,
    fields_in,
    is_period,
    parts_of,
)
from monitor.service.proposing import proposed_ids
from monitor.service.wiring import Services

CONSIDERED = 10_000
"""Entries whose facts are read."""

COUNTED = 50_000
"""Entries a histogram counts where nothing but their ids is needed."""

DECIDED = 500
"""Entries the query is decided for, one by one."""


@dataclass(frozen=True, slots=True)
class Considered:
    """What the counts are of. `ids` may be more than those `facts` are about; each says whether it is exact."""

    query: Query
    now: datetime
    ids: Sequence[int]
    ids_complete: bool
    ids_exact: bool
    facts: Sequence[EntryFacts]
    complete: bool
    exact: bool


def considered(services: Services, query: Query, now: datetime) -> Considered:
    """Return what the index proposes for a query, with facts, as far as clauses are decided by them."""
    about = about_entry(query)
    ids, ids_complete = proposed_ids(services, query, now, COUNTED)
    facts: Sequence[EntryFacts] = services.store.facets.facts(ids[:CONSIDERED])
    complete = ids_complete and len(ids) <= CONSIDERED
    exact = ids_exact = asks_only_about_entry(query)
    if about is not None and not all(is_period(part) for part in parts_of(about)):
        read = {each.id for each in facts}
        facts = list(holding(about, facts, now))
        gone = read - {each.id for each in facts}
        # Behind those whose facts were read, the index alone tells.
        ids_exact = exact and len(ids) <= CONSIDERED
        ids = [each for each in ids if each not in gone] if gone else ids
    if not exact and len(facts) <= DECIDED and complete:
        wanted = {
            entry.id
            for entry in services.store.entries.entries([f.id for f in facts], evidence=False)
            if accepts(query, document_of(entry), now)
        }
        facts = [each for each in facts if each.id in wanted]
        ids, exact, ids_exact = [each.id for each in facts], True, True
    return Considered(query, now, ids, ids_complete, ids_exact, facts, complete, exact)


def _first_seen(facts: EntryFacts) -> object:
    return facts.first_seen


_PARTS: dict[str, Callable[[EntryFacts], object]] = {
    "feed": lambda facts: facts.feed.url,
    "outlet": lambda facts: facts.outlet,
    "domain": lambda facts: (facts.domain, facts.url),
    "author": lambda facts: facts.author,
    "lang": lambda facts: facts.language,
    "tag": lambda facts: (facts.tags, facts.feed.url),
    "topic": lambda facts: facts.topics,
    "url": lambda facts: facts.url,
    "type": lambda facts: facts.enclosures,
    "published": lambda facts: facts.published,
    "is": lambda facts: facts.states,
    "has": lambda facts: (facts.states, bool(facts.author), bool(facts.published)),
}
"""What each field looks at: entries alike in it get the same answer."""


def holding(about: Query, facts: Iterable[EntryFacts], now: datetime) -> Iterator[EntryFacts]:
    """Yield the entries that clauses about the entry accept, deciding once for all that are alike."""
    looks = [_PARTS.get(name, _first_seen) for name in sorted(fields_in(about))]
    known: dict[object, bool] = {}
    for each in facts:
        key = tuple([look(each) for look in looks])
        holds = known.get(key)
        if holds is None:
            holds = known[key] = accepts(about, _document(each), now)
        if holds:
            yield each


def _document(facts: EntryFacts) -> Document:
    """Return an entry without its texts as queries see it."""
    return Document(
        title="",
        text="",
        language=facts.language,
        feed_url=facts.feed.url,
        feed_title=facts.feed.title,
        feed_tags=facts.feed.tags,
        outlet=facts.outlet,
        domain=facts.domain,
        author=facts.author,
        url=facts.url,
        tags=facts.tags,
        topics=facts.topics,
        published_at=datetime.fromisoformat(facts.published) if facts.published else None,
        first_seen_at=datetime.fromisoformat(facts.first_seen),
        revised="is:revised" in facts.states,
        withdrawn="is:withdrawn" in facts.states,
        starred="is:starred" in facts.states,
        sent="is:sent" in facts.states,
        enclosures=tuple(Enclosure(*each) for each in json.loads(facts.enclosures)),
    )
