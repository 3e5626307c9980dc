"""What a topic would find, told while it is being written: within a fraction of a second, whatever is stored.

The newest entries that come into question are looked at, one after the other, until the time is up; so
counts are exact for as far back as was looked, which is said. `monitor topics test` takes longer and
estimates all of it (`monitor.service.trying`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.errors import QueryError, UsageError
from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.model.topic import Topic
from monitor.query import Document, candidates
from monitor.query.lists import Lists
from monitor.query.syntax import parse
from monitor.service.reading import documents
from monitor.service.shapes import Shape, instant
from monitor.service.trying import odd_lists, oldest
from monitor.service.wiring import Services
from monitor.settings.edit_topics import checked
from monitor.topics import CompiledTopic, Preview, compile_topics, near_query
from monitor.topics.tally import FEW, Tally

SECONDS = 0.25
"""How long a preview may take."""

DAYS = 30
"""Days of which matches are counted one by one."""

_FOR_MATCHES = 0.75
_AT_ONCE = 50
_MOST = 2_000
_WIDEST = 200
_SAMPLES = 8
_NEAR = 300
_QUICK = 0.04


@dataclass(frozen=True, slots=True)
class PartFault:
    """What is wrong with one part of a topic: "query", "boost 2", or "" for what is no query."""

    part: str
    error: UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPreview:
    """What a topic would do, or what is wrong with it.

    `understood` is the query as it was read. `found` counts the entries first seen since `since`
    (None: all that are stored), of which `looked_at` came into question. `daily` counts matches by day, the
    last 30 at most and as far back as was looked, oldest first.
    """

    faults: tuple[PartFault, ...] = ()
    understood: str = ""
    found: Preview | None = None
    looked_at: int = 0
    since: datetime | None = None
    daily: tuple[int, ...] = ()


def topic_preview(
    services: Services,
    topic: Topic,
    now: datetime,
    *,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> TopicPreview:
    """Try a topic as it is being written; gained and lost are against the stored matches of its name.

    Never raises for what a person typed: `faults` say what is wrong.
    """
    began = clock()
    faults = faults_of(services, topic)
    if faults:
        return TopicPreview(faults=faults)
    (compiled,) = compile_topics([topic], services.settings.lists)
    look = _Look(services, compiled, now)
    look.matches(lambda: clock() > began + _FOR_MATCHES * seconds)
    quick = clock() < began + _QUICK
    look.near_misses(lambda: clock() > began + seconds, by_index=quick)
    return look.preview()


def faults_of(services: Services, topic: Topic) -> tuple[PartFault, ...]:
    """Return all that is wrong with a topic, part by part; () when it may be saved."""
    try:
        checked(topic)
    except UsageError as error:
        return (PartFault("", error),)
    lists = Lists.of(services.settings.lists)
    asked = [("query", topic.query)]
    asked += [(f"boost {number}", boost.query) for number, boost in enumerate(topic.boosts, 1)]
    faults = []
    for part, query in asked:
        try:
            parse(query, lists)
        except QueryError as error:
            faults.append(PartFault(part, error))
    if not faults:
        try:
            compile_topics([topic], lists)
        except QueryError as error:
            faults.append(PartFault("", error))
    return tuple(faults)


class _Look:
    """One look at the stored entries, the newest first."""

    def __init__(self, services: Services, compiled: CompiledTopic, now: datetime) -> None:
        self.services, self.compiled, self.now = services, compiled, now
        self.tally = Tally(compiled, now, samples=_SAMPLES)
        self.whole = True
        self.since: datetime | None = None
        self.days = [0] * DAYS

    def matches(self, enough: Callable[[], bool]) -> None:
        """Count what matches, as far back as the time allows."""
        ids, self.whole = self.proposed()
        for number, (entry, document) in enumerate(documents(self.services, ids, _AT_ONCE), 1):
            before = self.tally.matches
            self.tally.take(entry, document)
            self.since = entry.first_seen_at
            age = (self.now - entry.first_seen_at) // timedelta(days=1)
            if self.tally.matches > before and 0 <= age < DAYS:
                self.days[age] += 1
            # The first ones are looked at in any case: from fewer there is nothing to tell.
            if number % _AT_ONCE == 0 and enough():
                self.whole = self.whole and entry.id == ids[-1]
                return

    def proposed(self) -> tuple[list[int], bool]:
        """Return what comes into question, newest first, and whether that is all of it."""
        entries = self.services.store.entries
        asked = candidates(self.compiled.query, self.now, widest=_WIDEST)
        both = [
            entries.proposed(asked, _MOST),
            entries.proposed(Candidates(topics=(self.compiled.name,)), _MOST),
        ]
        # Where one of them goes further back than was asked, nothing is known of what lies below.
        lowest = max((found[-1] for found in both if len(found) == _MOST), default=0)
        ids = sorted({entry for found in both for entry in found if entry >= lowest}, reverse=True)
        return ids, not lowest

    def near_misses(self, enough: Callable[[], bool], *, by_index: bool) -> None:
        """Look for near misses: among what the index proposes, or where that is slow among the newest."""
        for number, (entry, document) in enumerate(self.newest(by_index=by_index), 1):
            if len(self.tally.near) >= FEW or (number % _AT_ONCE == 0 and enough()):
                return
            self.tally.take_near(entry, document)

    def newest(self, *, by_index: bool) -> Iterator[tuple[Entry, Document]]:
        wider = (
            candidates(near_query(self.compiled.query), self.now, widest=_WIDEST)
            if by_index
            else Candidates()
        )
        ids = self.services.store.entries.proposed(wider, _NEAR)
        yield from documents(self.services, ids, _AT_ONCE)

    def preview(self) -> TopicPreview:
        since = None if self.whole else self.since
        begin = since or oldest(self.services, self.now)
        found = self.tally.preview(begin)
        found = replace(found, lint=(*found.lint, *odd_lists(self.services, self.compiled)))
        covered = DAYS if begin is None else (self.now - begin) // timedelta(days=1) + 1
        return TopicPreview(
            understood=self.compiled.query.spelled_out(),
            found=found,
            looked_at=self.tally.seen,
            since=since,
            daily=tuple(reversed(self.days[: min(DAYS, covered)])),
        )


def preview_shape(preview: TopicPreview) -> Shape:
    """Shape of a preview for the API: `found` has the keys of `monitor topics test --json`."""
    return {
        "faults": [
            {
                "part": each.part,
                "message": each.error.reason
                if isinstance(each.error, QueryError)
                else str(each.error),
                "position": each.error.position if isinstance(each.error, QueryError) else None,
                "hint": (isinstance(each.error, QueryError) and each.error.hint) or None,
            }
            for each in preview.faults
        ],
        "understood": preview.understood,
        "looked_at": preview.looked_at,
        "since": instant(preview.since),
        "daily": list(preview.daily),
        "found": preview.found.as_json() if preview.found else None,
    }
