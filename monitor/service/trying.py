"""Trying topics out on what is stored: `topics test` and `topics explain`. Changes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.model.topic import Topic
from monitor.query import Document, candidates, document_of
from monitor.query.lists import spelled_lists
from monitor.query.tree import Listed, walk
from monitor.service.reading import documents, seen_since
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
from monitor.topics.tally import SHOWN

MOST = 1_500
"""Entries one trial looks at, so that it answers within a second or two."""
WIDEST = 1_000
"""Words and phrases of one side of an AND that the index is asked; more take it a second."""
NEAR_LOOKED_AT = 300
"""Further entries, the newest, among which near misses are looked for."""


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
    samples: int = SHOWN,
) -> Preview:
    """Hold a topic against the stored entries, and against its stored matches.

    Where more than `most` entries come into question (None: no bound) a random part of them is
    looked at and the counts are scaled up; `Preview.share` says so. At most so many `samples` of each
    kind are kept. What is odd about the lists it names is told with what is odd about the topic.
    """
    entries = services.store.entries
    proposed = entries.proposed(
        seen_since(candidates(compiled.query, now, widest=WIDEST), since), None
    )
    stored = entries.proposed(Candidates(topics=(compiled.name,), from_at=since), None)
    wanted = sorted({*proposed, *stored}, reverse=True)
    share = 1.0
    if most is not None and len(wanted) > most:
        draw = random.Random(0)  # noqa: S311 - a sample to look at, the same one each time
        share = most / len(wanted)
        wanted = sorted(draw.sample(wanted, most), reverse=True)
    found = preview(
        compiled,
        documents(services, wanted),
        now,
        near=_near(services, compiled, now, since),
        entries=entries.count(since),
        since=since,
        oldest=oldest(services, now),
        share=share,
        samples=samples,
    )
    return replace(found, lint=(*found.lint, *odd_lists(services, compiled)))


def oldest(services: Services, now: datetime) -> datetime | None:
    """Return when the first entry was seen, where that is less than a week ago; else None.

    All that came since then are few enough to ask for.
    """
    entries = services.store.entries
    week_ago = now - timedelta(days=7)
    if entries.proposed(Candidates(until_at=week_ago), 1):
        return None
    ids = entries.proposed(Candidates(), None)
    return entries.entries(ids[-1:], evidence=False)[0].first_seen_at if ids else None


def odd_lists(services: Services, compiled: CompiledTopic) -> tuple[str, ...]:
    """Return the warnings about the lists a topic names, directly or through other lists."""
    settings = services.settings
    queries = (compiled.query, *(boost.query for boost in compiled.boosts))
    nodes = (node for query in queries for node in walk(query.root, lists=False))
    names = tuple({node.name for node in nodes if isinstance(node, Listed)})
    home = settings.home
    files = tuple(
        f"{home.named(home.lists / f'{name}.txt')}:"
        for name in spelled_lists(settings.lists, names)
    )
    return tuple(warning for warning in settings.odd if warning.startswith(files))


def _near(
    services: Services, compiled: CompiledTopic, now: datetime, since: datetime | None
) -> Iterator[tuple[Entry, Document]]:
    """Yield entries that may be near misses; the index is asked only when the first one is wanted."""
    wider = seen_since(candidates(near_query(compiled.query), now), since)
    yield from documents(services, services.store.entries.proposed(wider, NEAR_LOOKED_AT))


def explain_entry(
    services: Services, compiled: CompiledTopic, number: int, now: datetime
) -> Explanation:
    """Say why a stored entry matches a topic, or why not; raises `NotFoundError`."""
    entry, _, _ = whole_entry(services, number)
    return explain(compiled, document_of(entry), now)
