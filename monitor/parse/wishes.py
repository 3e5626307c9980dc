"""A feed's own wishes about when to come again: ttl, skipHours, skipDays, sy:updatePeriod.

They only ever slow us down (RSS 2.0; RSS 1.0 syndication module). Nonsense is ignored and noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

LONGEST = timedelta(days=7)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_SKIPPED = {
    "hour": re.compile(rb"<skipHours\b[^<>]*>", re.IGNORECASE),
    "day": re.compile(rb"<skipDays\b[^<>]*>", re.IGNORECASE),
}
_LONGEST = 4_000
_VALUES = {
    "hour": re.compile(rb"<hour\b[^>]*>\s*([^<]{1,40}?)\s*</", re.IGNORECASE),
    "day": re.compile(rb"<day\b[^>]*>\s*([^<]{1,40}?)\s*</", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """As in `ParsedFeed`, with notes on what was ignored."""

    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def read_wishes(body: bytes, *, ttl: str, period: str, frequency: str) -> Wishes:
    """Read the wishes of an RSS document; `ttl` is in minutes, `frequency` per `period`."""
    notes: list[str] = []
    lasting = [_ttl(ttl, notes), _period(period, frequency)]
    return Wishes(
        ttl=max((each for each in lasting if each), default=None),
        skip_hours=_skip_hours(_skipped(body, "hour"), notes),
        skip_days=_skip_days(_skipped(body, "day"), notes),
        notes=tuple(notes),
    )


def _ttl(text: str, notes: list[str]) -> timedelta | None:
    if not text.strip():
        return None
    try:
        minutes = float(text[:30])
    except ValueError:
        minutes = 0.0
    if not minutes > 0:
        notes.append(f"ttl {text.strip()[:30]!r} is ignored")
        return None
    return timedelta(minutes=min(minutes, LONGEST / timedelta(minutes=1)))


def _period(period: str, frequency: str) -> timedelta | None:
    lasting = _PERIODS.get(period.strip().lower())
    if lasting is None:
        return None
    times = frequency.strip()
    often = int(times) if times.isascii() and times.isdigit() and len(times) < 6 else 1
    return min(lasting / max(often, 1), LONGEST)


def _skipped(body: bytes, unit: str) -> list[str]:
    found = _SKIPPED[unit].search(body)
    if not found:
        return []
    inside, closed, _ = body[found.end() : found.end() + _LONGEST].partition(b"</skip")
    values = _VALUES[unit].findall(inside) if closed else []
    return [value.decode("ascii", "replace") for value in values]


def _skip_hours(values: list[str], notes: list[str]) -> tuple[int, ...]:
    # RSS 0.91 counted 1 to 24, RSS 2.0 counts 0 to 23.
    hours = {int(value) % 24 for value in values if re.fullmatch(r"1?\d|2[0-4]|0\d", value)}
    if len(values) > 24 or len(hours) >= 24 or (values and not hours):
        notes.append(f"skipHours with {len(values)} values is ignored")
        return ()
    return tuple(sorted(hours))


def _skip_days(values: list[str], notes: list[str]) -> tuple[int, ...]:
    days = {_DAYS.index(value.lower()) for value in values if value.lower() in _DAYS}
    if len(days) >= 7 or (values and not days):
        notes.append(f"skipDays with {', '.join(values[:7])} is ignored")
        return ()
    return tuple(sorted(days))
