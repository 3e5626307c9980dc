"""How many stories an alert's query found day by day, and whether the last 24 hours are out of the ordinary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.digests.alerts import VOLUME_DAYS, JudgeVolume, day_key, is_fresh, stories_a_day
from monitor.digests.volume import measured
from monitor.model.alert import AlertPiece, AlertStanding
from monitor.model.digest import Alert
from monitor.model.edition import Volume
from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.query import Query, candidates, document_of
from monitor.query.evaluate import accepts
from monitor.service.reading import seen_since
from monitor.service.wiring import Services

WEIGH_EVERY = timedelta(minutes=10)
"""A month of entries is held against the query each time, so not at every bell."""

_DAY = timedelta(days=1)
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_TITLE = 300


JUDGE: JudgeVolume = measured


@dataclass(frozen=True, slots=True)
class FoundAt:
    """When the query first found a story, and the entry it found."""

    key: str
    at: datetime
    entry: int
    title: str


def weigh(
    services: Services,
    alert: Alert,
    query: Query,
    standing: AlertStanding,
    now: datetime,
    judge_volume: JudgeVolume,
) -> Iterator[str]:
    """Hold the last 24 hours against the usual range, once something new has come; yield the day's key."""
    newest = services.store.entries.newest_id()
    since = standing.weighed_at
    if newest < standing.next_id or (
        since is not None and timedelta(0) <= now - since < WEIGH_EVERY
    ):
        return
    keys = [day_key(alert, now)]
    told = not services.store.alerts.untold(alert.name, keys)
    if told or volume_at(services, alert, query, now, judge_volume).unusual != "many":
        keys = []
    piece = AlertPiece(newest + 1, max(standing.next_change, services.store.entries.changes()))
    yield from services.store.alerts.found(standing, piece, keys, now, weighed=True) or ()


def volume_at(
    services: Services, alert: Alert, query: Query, at: datetime, judge_volume: JudgeVolume
) -> Volume:
    """Return how many stories the query found in the 24 hours up to an instant, against what is usual."""
    found = found_stories(services, alert, query, at - VOLUME_DAYS * _DAY, at)
    counts = stories_a_day((each.at for each in found), at)
    watched = days_watched(at, any_stored(services))
    return judge_volume(alert.name, alert.title, counts, watched, 1)


def accepted_entries(
    services: Services, alert: Alert, query: Query, from_at: datetime, until_at: datetime
) -> Iterator[Entry]:
    """Yield the entries first seen from one instant up to another (included) that an alert is about.

    The newest first, read in bounded pieces.
    """
    wanted = seen_since(candidates(query, until_at), from_at)
    for candidate in services.store.entries.candidates(wanted):
        entry = candidate.entry
        fresh = entry.first_seen_at <= until_at and is_fresh(alert, entry)
        if fresh and accepts(query, document_of(entry), until_at):
            yield entry


def found_stories(
    services: Services, alert: Alert, query: Query, from_at: datetime, until_at: datetime
) -> list[FoundAt]:
    """Return the stories an alert is about, each when it was first found in this time, in that order."""
    found: dict[str, FoundAt] = {}
    for entry in accepted_entries(services, alert, query, from_at, until_at):
        key = f"e{entry.id}" if entry.story is None else f"s{entry.story}"
        # The newest come first, so that the first of a story stays.
        found[key] = FoundAt(key, entry.first_seen_at, entry.id, entry.title[:_TITLE])
    return sorted(found.values(), key=lambda each: each.entry)


def days_watched(
    until_at: datetime, seen: Callable[[datetime, datetime], bool]
) -> tuple[bool, ...]:
    """Say for each block of 24 hours up to an instant, the oldest first, whether it tells what is usual.

    `seen` says whether any entry was stored between two instants. A day without one was not watched; the
    first two of a database are those of a first fetch, which brings a month of entries at once.
    """
    starts = [until_at - _DAY * (VOLUME_DAYS - place) for place in range(VOLUME_DAYS)]
    watched = [seen(at, at + _DAY) for at in starts]
    if not seen(_LONG_AGO, starts[0]):
        begun = next((place for place, there in enumerate(watched) if there), 0)
        watched[begun : begun + 2] = [False] * len(watched[begun : begun + 2])
    return tuple(watched)


def any_stored(services: Services) -> Callable[[datetime, datetime], bool]:
    """Return what `days_watched` asks of the store."""

    def seen(from_at: datetime, until_at: datetime) -> bool:
        return bool(
            services.store.entries.proposed(Candidates(from_at=from_at, until_at=until_at), 1)
        )

    return seen
