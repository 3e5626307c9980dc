"""How many stories an alert's query found day by day, and whether the last 24 hours are out of the ordinary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.digests.alerts import VOLUME_DAYS, JudgeVolume, day_key, is_fresh, stories_a_day
from monitor.digests.volume import known_days, measured
from monitor.model.alert import AlertPiece, AlertStanding
from monitor.model.digest import Alert
from monitor.model.edition import Volume
from monitor.model.entry import Entry
from monitor.query import Query, candidates, document_of
from monitor.query.evaluate import accepts
from monitor.service.reading import seen_since
from monitor.service.wiring import Services

WEIGH_EVERY = timedelta(minutes=10)
"""A month of entries is held against the query each time, so not at every bell."""

_DAY = timedelta(days=1)
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
    if (
        _told_lately(services, alert, now)
        or volume_at(services, alert, query, now, judge_volume).unusual != "many"
    ):
        keys = []
    piece = AlertPiece(newest + 1, max(standing.next_change, services.store.entries.changes()))
    yield from services.store.alerts.found(standing, piece, keys, now, weighed=True) or ()


def _told_lately(services: Services, alert: Alert, now: datetime) -> bool:
    """Say whether this date was told, or what was told on the last one is still within the 24 hours."""
    today, before = (
        services.store.alerts.found_at(alert.name, day_key(alert, at)) for at in (now, now - _DAY)
    )
    return today is not None or (before is not None and now - before < _DAY)


def volume_at(
    services: Services, alert: Alert, query: Query, at: datetime, judge_volume: JudgeVolume
) -> Volume:
    """Return how many stories the query found in the 24 hours up to an instant, against what is usual."""
    found = found_stories(services, alert, query, at - VOLUME_DAYS * _DAY, at)
    counts = stories_a_day((each.at for each in found), at)
    return judge_volume(alert.name, alert.title, counts, days_watched(services, at), 1)


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


def days_watched(services: Services, until_at: datetime) -> tuple[bool, ...]:
    """Say for each block of 24 hours up to an instant, the oldest first, whether it tells what is usual."""
    counts = services.store.volumes.story_counts((), until_at, VOLUME_DAYS)
    return known_days(counts.seen, counts.began_at, until_at)
