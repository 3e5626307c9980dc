"""`alerts test`: what an alert would have sent, had it been there; changes nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from monitor.digests.alert_cards import unusual_note
from monitor.digests.alerts import (
    VOLUME_DAYS,
    JudgeVolume,
    busiest,
    day_key,
    fired,
    local_day,
    rings_at,
    stories_a_day,
)
from monitor.digests.phrases import moment
from monitor.model.alert import AlertTrial, Ring
from monitor.model.digest import Alert
from monitor.model.entry import Entry
from monitor.query import Query
from monitor.service.alert_volumes import (
    JUDGE,
    FoundAt,
    accepted_entries,
    days_watched,
    found_stories,
)
from monitor.service.alerting import query_of
from monitor.service.wiring import Services

BACK = timedelta(days=90)
"""How far a trial looks back unless it is told."""

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_TITLE = 300


def try_alert(
    services: Services,
    alert: Alert,
    now: datetime,
    since: datetime | None = None,
    judge_volume: JudgeVolume = JUDGE,
) -> AlertTrial:
    """Replay an alert over what was stored since an instant (90 days ago), in the order it came.

    Stories and matches are taken as they are now. Titles are of the entry that made a story ring.
    """
    began_at = services.store.volumes.story_counts([], now, 1).began_at
    # Of a database that is younger, the time there is something of.
    since_at = min(now, max(since or now - BACK, began_at or now - BACK, _EARLIEST))
    query = query_of(services, alert)
    if alert.unusual:
        stories = found_stories(services, alert, query, since_at - VOLUME_DAYS * _DAY, now)
        rings = list(_unusual_days(services, alert, stories, since_at, judge_volume))
        entries = len(stories) - bisect_left([each.at for each in stories], since_at)
    else:
        rings, entries = _story_rings(services, alert, query, since_at, now)
    sent, waiting = fired(alert, rings, now)
    busiest_on, most = busiest(alert, sent)
    return AlertTrial(
        alert=alert.name,
        since_at=since_at,
        until_at=now,
        entries=entries,
        fired=sent,
        waiting=waiting,
        busiest_on=busiest_on,
        busiest=most,
    )


def _story_rings(
    services: Services, alert: Alert, query: Query, since_at: datetime, now: datetime
) -> tuple[list[Ring], int]:
    """Return what would have rung, in order, and how many entries the alert is about."""
    accepted: dict[str, list[tuple[int, datetime, str]]] = {}
    entries = 0
    for entry in accepted_entries(services, alert, query, since_at, now):
        entries += 1
        accepted.setdefault(_key(entry), []).append(
            (entry.id, entry.first_seen_at, entry.title[:_TITLE])
        )
    rung: list[tuple[datetime, int, Ring]] = []
    stories = [int(key[1:]) for key in accepted if key[:1] == "s"] if alert.outlets > 1 else []
    carried = services.store.alerts.carried(stories)
    for key, found in accepted.items():
        first = min(found)
        at: datetime | None = first[1]
        if alert.outlets > 1:
            members = carried.get(int(key[1:]), []) if key[:1] == "s" else []
            at = rings_at(members, [each[0] for each in found], alert.outlets)
        if at is not None:
            rung.append((at, first[0], Ring(at, key, first[2])))
    return [ring for *_, ring in sorted(rung, key=lambda each: each[:2])], entries


def _unusual_days(
    services: Services,
    alert: Alert,
    stories: Sequence[FoundAt],
    since_at: datetime,
    judge_volume: JudgeVolume,
) -> Iterator[Ring]:
    """Yield the days that would have been told, judged with each new story but once an hour at most."""
    times = [each.at for each in stories]
    told_at: datetime | None = None
    judged_at: datetime | None = None
    for at in times[bisect_left(times, since_at) :]:
        key = day_key(alert, at)
        told = told_at is not None and (at - told_at < _DAY or key == day_key(alert, told_at))
        if told or (judged_at is not None and at - judged_at < _HOUR):
            continue
        judged_at = at
        near = times[bisect_left(times, at - VOLUME_DAYS * _DAY) : bisect_right(times, at)]
        counts = stories_a_day(near, at)
        volume = judge_volume(alert.name, alert.title, counts, days_watched(services, at), 1)
        if volume.unusual == "many":
            told_at = at
            when = moment(at, alert.timezone, local_day(alert, at))
            yield Ring(at, key, unusual_note(volume, when))


def _key(entry: Entry) -> str:
    return f"e{entry.id}" if entry.story is None else f"s{entry.story}"
