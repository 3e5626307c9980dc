"""Trying topics out on what is stored: `topics test` and `topics explain`. Changes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.model.topic import Topic
from monitor.query import Document, candidates, document_of
from monitor.service.showing import whole_entry
from monitor.service.wiring import Services
from monitor.topics import (
    CompiledTopic,
    Explanation,
    Preview,
    compile_topics,
    explain,
    near_query,
    preview,
)

MOST = 2_000
"""Entries one trial looks at, so that it answers within a second or two."""
NEAR_LOOKED_AT = 300
"""Further entries, the newest, among which near misses are looked for."""
_AT_ONCE = 400


def topic_of_query(services: Services, query: str) -> CompiledTopic:
    """Return a topic made of a query alone, to try it; raises `QueryError`."""
    topic = Topic(name="(query)", title="", query=query)
    return compile_topics([topic], services.settings.lists)[0]


def try_topic(
    services: Services,
    compiled: CompiledTopic,
    now: datetime,
    since: datetime | None,
    *,
    most: int | None = MOST,
) -> Preview:
    """Hold a topic against the stored entries, and against its stored matches.

    Where more than `most` entries come into question (None: no bound) a random part of them is
    looked at and the counts are scaled up; `Preview.share` says so.
    """
    entries = services.store.entries
    proposed = entries.proposed(_since(candidates(compiled.query, now), since), None)
    stored = entries.proposed(Candidates(topics=(compiled.name,), from_at=since), None)
    wanted = sorted({*proposed, *stored}, reverse=True)
    share = 1.0
    if most is not None and len(wanted) > most:
        draw = random.Random(0)  # noqa: S311 - a sample to look at, the same one each time
        share = most / len(wanted)
        wanted = sorted(draw.sample(wanted, most), reverse=True)
    return preview(
        compiled,
        _pairs(services, wanted),
        now,
        near=_near(services, compiled, now, since),
        entries=entries.count(since),
        since=since,
        share=share,
    )


def _near(
    services: Services, compiled: CompiledTopic, now: datetime, since: datetime | None
) -> Iterator[tuple[Entry, Document]]:
    """Yield entries that may be near misses; the index is asked only when the first one is wanted."""
    wider = _since(candidates(near_query(compiled.query), now), since)
    yield from _pairs(services, services.store.entries.proposed(wider, NEAR_LOOKED_AT))


def _since(wanted: Candidates, since: datetime | None) -> Candidates:
    bounds = [bound for bound in (since, wanted.from_at) if bound is not None]
    return replace(wanted, from_at=max(bounds, default=None))


def _pairs(services: Services, ids: Sequence[int]) -> Iterator[tuple[Entry, Document]]:
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        for entry in services.store.entries.entries(part, evidence=False):
            yield entry, document_of(entry)


def explain_entry(
    services: Services, compiled: CompiledTopic, number: int, now: datetime
) -> Explanation:
    """Say why a stored entry matches a topic, or why not; raises `NotFoundError`."""
    entry, _, _ = whole_entry(services, number)
    return explain(compiled, document_of(entry), now)
