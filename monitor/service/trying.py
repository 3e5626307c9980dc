"""Trying topics out on what is stored: `topics test` and `topics explain`. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.model.topic import Topic
from monitor.query import Document, candidates, document_of
from monitor.service.showing import whole_entry
from monitor.service.wiring import Services
from monitor.topics import CompiledTopic, Explanation, Preview, compile_topics, explain, preview


def topic_of_query(services: Services, query: str) -> CompiledTopic:
    """Return a topic made of a query alone, to try it; raises `QueryError`."""
    topic = Topic(name="(query)", title="", query=query)
    return compile_topics([topic], services.settings.lists)[0]


def try_topic(
    services: Services, compiled: CompiledTopic, now: datetime, since: datetime | None
) -> Preview:
    """Hold a topic against the stored entries, and against its stored matches."""
    newest = services.store.entries.newest_id()
    counts = services.store.upkeep.stats()
    entries = counts["entries"] if since is None else None
    if entries is None:
        whole = Candidates(from_at=since)
        entries = sum(1 for _ in services.store.entries.candidates(whole))
    pairs = _pairs(services, compiled, now, since, newest)
    return preview(compiled, pairs, now, entries=entries, since=since)


def _pairs(
    services: Services,
    compiled: CompiledTopic,
    now: datetime,
    since: datetime | None,
    newest: int,
) -> Iterator[tuple[Entry, Document]]:
    """Yield what the index proposes, then the entries that match so far but are not among it."""
    seen = set()
    proposed = candidates(compiled.query, now)
    if since is not None:
        bounds = [bound for bound in (since, proposed.from_at) if bound is not None]
        proposed = replace(proposed, from_at=max(bounds))
    for candidate in services.store.entries.candidates(proposed):
        if candidate.entry.id <= newest:
            seen.add(candidate.entry.id)
            yield candidate.entry, document_of(candidate.entry)
    matched = Candidates(topics=(compiled.name,), from_at=since)
    for candidate in services.store.entries.candidates(matched):
        if candidate.entry.id not in seen:
            yield candidate.entry, document_of(candidate.entry)


def explain_entry(
    services: Services, compiled: CompiledTopic, number: int, now: datetime
) -> Explanation:
    """Say why a stored entry matches a topic, or why not; raises `NotFoundError`."""
    entry, _, _ = whole_entry(services, number)
    return explain(compiled, document_of(entry), now)
