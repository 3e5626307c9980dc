"""Days, weeks and months of a time zone, as half-open stretches of instants, and the clauses for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.model.facet import By

MOST_BARS = 400
"""Bars of a histogram at most; beyond that they are longer than was asked for."""

_DAYS_BY_DAY = 62
_DAYS_BY_WEEK = 2 * 366
_COARSER: dict[By, By] = {"day": "week", "week": "month"}
_LENGTH: dict[By, int] = {"day": 1, "week": 7, "month": 28}


def fitting_by(first: datetime, last: datetime, wanted: By | None = None) -> By:
    """Return how long bars are to be for what lies between two instants, as wanted where that is possible."""
    days = (last - first).days + 1
    if wanted is None:
        return "day" if days <= _DAYS_BY_DAY else "week" if days <= _DAYS_BY_WEEK else "month"
    while wanted in _COARSER and days // _LENGTH[wanted] + 2 > MOST_BARS:
        wanted = _COARSER[wanted]
    return wanted


def borders(first: datetime, last: datetime, by: By, zone: tzinfo) -> list[tuple[date, datetime]]:
    """Return the first day and instant of each period from that of `first` to the one after `last`.

    The borders are midnights of the zone: where clocks change, a day has 23 or 25 hours. The last
    border ends what holds `last`.
    """
    on = _start(first.astimezone(zone).date(), by)
    found = [(on, midnight(on, zone))]
    while found[-1][1] <= last and len(found) <= 50 * MOST_BARS:
        try:
            on = _next(on, by)
        except OverflowError:  # the end of the calendar
            break
        found.append((on, midnight(on, zone)))
    return found


def midnight(on: date, zone: tzinfo) -> datetime:
    """Return the instant a day begins in a zone: the first there is of it, where clocks skip midnight."""
    try:
        return datetime.combine(on, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(on, time(), UTC)


def between(from_at: datetime, until_at: datetime) -> str:
    """Return the clauses for what was first seen in `[from_at, until_at)`, days where they are UTC's."""
    first, last = _day(from_at), _day(until_at)
    if first and last:
        begin = date.fromisoformat(first)
        if until_at - from_at == timedelta(days=1):
            return f"on:{first}"
        if begin.day == 1 and _next(begin, "month").isoformat() == last:
            return f"on:{first[:7]}"
    return f"after:{first or _instant(from_at)} before:{last or _instant(until_at)}"


def counted(ids: Sequence[int], first_ids: Sequence[int]) -> list[int]:
    """Count ids, the largest first, between each two of `first_ids`, which ascend."""
    counts = [0] * (len(first_ids) - 1)
    at = len(counts) - 1
    for entry_id in ids:
        while at >= 0 and entry_id < first_ids[at]:
            at -= 1
        if at < 0:
            break
        if entry_id < first_ids[at + 1]:
            counts[at] += 1
    return counts


def _start(on: date, by: By) -> date:
    if by == "week":
        return on - timedelta(days=on.weekday()) if on.toordinal() > 7 else on
    return on.replace(day=1) if by == "month" else on


def _next(on: date, by: By) -> date:
    if by == "month":
        return date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return on + timedelta(days=_LENGTH[by])


def _day(at: datetime) -> str:
    at = at.astimezone(UTC)
    return at.date().isoformat() if at.time() == time() else ""


def _instant(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at.second else f"{at:%Y-%m-%dT%H:%MZ}"
