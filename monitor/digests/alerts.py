"""What rings, and when it may be told.

A story rings when an entry of it that came after the alert began satisfies the query and was new when it
was seen, and when so many independent outlets carry it as the alert asks for. A message may go out
when the hours are not quiet and enough time has passed since the last one. What waits, waits
together: the first moment at which a message may go out tells all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from monitor.digests.windows import zone
from monitor.model.alert import Carried, Fired, Ring
from monitor.model.digest import Alert
from monitor.model.edition import Volume
from monitor.model.entry import Entry

JudgeVolume = Callable[[str, str, Sequence[int], Sequence[bool], int], Volume]
"""Name, title, stories of each day up to now (the oldest first), whether each day was watched, and how
many of the last days are judged, to a volume: `monitor.digests.volume.measured`."""

VOLUME_DAYS = 29
"""Blocks of 24 hours that a volume is judged by: the last one against 28 before."""

MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def is_fresh(alert: Alert, entry: Entry) -> bool:
    """Say whether an entry was news when it was first seen; one without a date counts as that."""
    if entry.published_at is None:
        return True
    return entry.first_seen_at - entry.published_at <= alert.newer_than


def outlets_of(carried: Iterable[Carried]) -> tuple[str, ...]:
    """Return the independent outlets of a story, in the order they came: copies carry nothing new."""
    names: dict[str, str] = {}
    for each in carried:
        if each.copy_of is None:
            names.setdefault(each.outlet.casefold(), each.outlet)
    return tuple(names.values())


def rings_at(carried: Sequence[Carried], accepted: Iterable[int], outlets: int) -> datetime | None:
    """Return when a story rang: both an accepted entry and so many outlets were there; None, never.

    `carried` are all its entries, `accepted` those that may ring.
    """
    wanted = set(accepted)
    seen: list[Carried] = []
    rung = False
    for each in sorted(carried, key=lambda one: one.entry):
        seen.append(each)
        rung = rung or each.entry in wanted
        if rung and (outlets == 1 or len(outlets_of(seen)) >= outlets):
            return each.first_seen_at
    return None


def is_quiet(alert: Alert, at: datetime) -> bool:
    """Say whether a clock in the alert's zone shows a time of its quiet hours."""
    if alert.quiet is None:
        return False
    start, end = alert.quiet
    wall = at.astimezone(zone(alert.timezone)).time()
    return start <= wall < end if start < end else wall >= start or wall < end


def cooled_at(alert: Alert, last_at: datetime | None, now: datetime) -> datetime:
    """Return from when on a message may follow the last one, `now` or later.

    A last message from the future shows a clock that was set back. It is waited for as long as twice
    the cool-down at most; one further ahead holds nothing up.
    """
    if last_at is None or last_at - now > alert.cool_down:
        return now
    return max(now, last_at + alert.cool_down)


def may_send_at(alert: Alert, last_at: datetime | None, now: datetime) -> datetime:
    """Return the first moment, `now` or later, at which a message may go out; to the minute after now."""
    at = cooled_at(alert, last_at, now)
    while is_quiet(alert, at):
        # Quiet hours begin and end at whole minutes of the wall clock, whatever that does meanwhile.
        at = at.replace(second=0, microsecond=0) + MINUTE
    return at


def local_day(alert: Alert, at: datetime) -> date:
    """Return the date in the alert's zone."""
    return at.astimezone(zone(alert.timezone)).date()


def day_key(alert: Alert, at: datetime) -> str:
    """Return what an unusual day is known by: "day 2026-11-23"."""
    return f"day {local_day(alert, at).isoformat()}"


def stories_a_day(times: Iterable[datetime], until_at: datetime) -> list[int]:
    """Count stories in blocks of 24 hours up to `until_at` (included), the oldest first."""
    counts = [0] * VOLUME_DAYS
    for at in times:
        # What was seen at this very moment belongs to the last day.
        back = max(0, (until_at - at) // _DAY)
        if at <= until_at and back < VOLUME_DAYS:
            counts[VOLUME_DAYS - 1 - back] += 1
    return counts


def fired(
    alert: Alert, rings: Sequence[Ring], until_at: datetime
) -> tuple[tuple[Fired, ...], tuple[Ring, ...]]:
    """Return the messages that rings, in order, would have come in, and what still waits at the end."""
    sent: list[Fired] = []
    waiting: list[Ring] = []
    last_at: datetime | None = None
    due_at = until_at
    for ring in rings:
        if waiting and due_at < ring.at:
            sent.append(Fired(due_at, tuple(waiting)))
            last_at, waiting = due_at, []
        if not waiting:
            due_at = may_send_at(alert, last_at, ring.at)
        waiting.append(ring)
    if waiting and due_at <= until_at:
        sent.append(Fired(due_at, tuple(waiting)))
        waiting = []
    return tuple(sent), tuple(waiting)


def busiest(alert: Alert, messages: Iterable[Fired]) -> tuple[date | None, int]:
    """Return the local day with the most messages, the first of several, and how many it had."""
    counts: dict[date, int] = {}
    for each in messages:
        on = local_day(alert, each.at)
        counts[on] = counts.get(on, 0) + 1
    if not counts:
        return None, 0
    day = max(sorted(counts), key=lambda on: counts[on])
    return day, counts[day]
