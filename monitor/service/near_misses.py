"""Entries just outside the topics of an edition: a few to ask about, whether they should match."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.digests.entry_texts import link, outlet, title
from monitor.model.edition import NearlyMatched, Window
from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.model.topic import Topic
from monitor.query import candidates
from monitor.service.reading import documents, seen_since
from monitor.service.wiring import Services
from monitor.stories.features import folded_words
from monitor.topics.compiled import CompiledTopic
from monitor.topics.nearmiss import NearMiss, near_miss, near_query, words_in_title

LOOKED_AT = 300
"""Entries, the newest, that are looked at for each topic in a window of more than `FEW`."""

FEW = 2_000
"""Entries of a window up to which all are looked at: half a millisecond each for four wide topics, where asking
the index their thousands of words takes two seconds however few entries there are."""


@dataclass(frozen=True, slots=True)
class _Near:
    entry: Entry
    miss: NearMiss
    in_title: bool

    @property
    def rank(self) -> tuple[int, bool, int]:
        return (self.miss.points, self.in_title, self.entry.id)


def near_misses(
    services: Services, topics: Sequence[Topic], window: Window, limit: int, now: datetime
) -> tuple[NearlyMatched, ...]:
    """Return at most `limit` entries first seen in a window that match none of the topics, but nearly one.

    Topics take turns in the order given, each with its best: most points, words of the query in the
    title, newest. An outlet, a story and a headline come once. What a person has judged for a topic is
    not asked about again.
    """
    if limit < 1:
        return ()
    titles = {topic.name: topic.title for topic in topics}
    compiled = {one.name: one for one in services.topics if one.name in titles}
    if not compiled:
        return ()
    wanted = _wanted(services, list(compiled.values()), window, now)
    found: dict[str, list[_Near]] = defaultdict(list)
    for entry, document in documents(services, sorted(wanted, reverse=True)):
        # One that has been edited since the index was asked may match by now.
        if any(match.topic in titles for match in entry.matches):
            continue
        for name in wanted[entry.id]:
            miss = near_miss(compiled[name], document, now)
            if miss is not None:
                in_title = words_in_title(compiled[name].query, document, now)
                found[name].append(_Near(entry, miss, in_title))
    best = [
        (name, sorted(found[name], key=lambda near: near.rank, reverse=True)) for name in titles
    ]
    return tuple(
        NearlyMatched(
            entry=near.entry.id,
            topic=name,
            topic_title=titles[name],
            title=title(near.entry),
            outlet=outlet(near.entry),
            url=link(near.entry),
            note=near.miss.note,
            language=near.entry.language,
        )
        for name, near in _dealt(best, limit)
    )


def _wanted(
    services: Services, topics: Sequence[CompiledTopic], window: Window, now: datetime
) -> Mapping[int, list[str]]:
    """Return the entries to look at, each with the topics it may be near to."""
    entries, judgements = services.store.entries, services.store.judgements
    matched = set(
        entries.proposed(
            _within(Candidates(topics=tuple(each.name for each in topics)), window), None
        )
    )
    wanted: dict[int, list[str]] = defaultdict(list)
    seen = entries.proposed(_within(Candidates(), window), FEW + 1)
    for compiled in topics:
        passed = matched | {each.entry for each in judgements.judgements(compiled.name)}
        if len(seen) <= FEW:
            for entry_id in seen:
                if entry_id not in passed:
                    wanted[entry_id].append(compiled.name)
            continue
        asked = _within(candidates(near_query(compiled.query), now), window)
        proposed = entries.proposed(asked, LOOKED_AT + len(passed))
        for entry_id in [each for each in proposed if each not in passed][:LOOKED_AT]:
            wanted[entry_id].append(compiled.name)
    return wanted


def _within(wanted: Candidates, window: Window) -> Candidates:
    until_at = min(window.until_at, wanted.until_at or window.until_at)
    return replace(seen_since(wanted, window.from_at), until_at=until_at)


def _dealt(best: Sequence[tuple[str, Sequence[_Near]]], limit: int) -> list[tuple[str, _Near]]:
    """Take one from each topic in turn, until there are enough or none is left."""
    queues = deque((name, deque(nears)) for name, nears in best if nears)
    taken: list[tuple[str, _Near]] = []
    seen: set[object] = set()
    while queues and len(taken) < limit:
        name, nears = queues.popleft()
        while nears:
            near = nears.popleft()
            marks = _marks(near.entry)
            if seen.isdisjoint(marks):
                seen |= marks
                taken.append((name, near))
                queues.append((name, nears))
                break
    return taken


def _marks(entry: Entry) -> set[object]:
    """Return by what two entries are too alike to ask about both."""
    marks: set[object] = {entry.id, ("outlet", entry.outlet)}
    if entry.story is not None:
        marks.add(("story", entry.story))
    if words := folded_words(entry.title):
        marks.add(("title", tuple(words)))
    return marks
