"""Numbers, dates and durations in words, the same in every form and on every machine."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor.digests.windows import zone

# Names of our own: strftime would follow the locale of the machine.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def count(number: int, one: str, many: str) -> str:
    """Write a number with its noun: "1 story", "1,204 entries"."""
    return f"{number:,} {one if number == 1 else many}"


def day(on: date) -> str:
    """Write a date in full: "Monday 23 November 2026"."""
    return f"{_WEEKDAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def short_day(on: date) -> str:
    """Write a date in short: "Mon 23 Nov"."""
    return f"{_WEEKDAYS[on.weekday()][:3]} {on.day} {_MONTHS[on.month - 1][:3]}"


def moment(at: datetime, timezone: str, today: date) -> str:
    """Write an instant as "Mon 23 Nov 07:00", with the year where it is not that of `today`."""
    local = at.astimezone(zone(timezone))
    year = f" {local.year}" if local.year != today.year else ""
    return f"{short_day(local.date())}{year} {local:%H:%M}"


def lasting(span: timedelta) -> str:
    """Write a duration in its largest whole unit: "2 days", "5 hours", "1 minute"."""
    minutes = max(0, int(span.total_seconds() // 60))
    for size, one, many in ((24 * 60, "day", "days"), (60, "hour", "hours")):
        if minutes >= size:
            return count(minutes // size, one, many)
    return count(minutes, "minute", "minutes")


def usually(usual: timedelta | None, pause: timedelta | None = None) -> str:
    """Say how often something new comes: "usually something new every day", "" when not known.

    The longest pause is named where it is out of proportion.
    """
    if usual is None:
        return ""
    told = f"usually something new every {_each(usual)}"
    if pause is not None and pause >= max(3 * usual, 2 * _DAY):
        told += f", with pauses of up to {lasting(pause)}"
    return told


_DAY = timedelta(days=1)
_UNITS = (
    (timedelta(minutes=1), "minute", timedelta(minutes=50)),
    (timedelta(hours=1), "hour", timedelta(hours=20)),
    (_DAY, "day", timedelta(days=6)),
    (timedelta(weeks=1), "week", timedelta(days=53)),
    (timedelta(days=30), "month", timedelta.max),
)
"""Each with its name, and the span from which the next one is used."""


def _each(span: timedelta) -> str:
    """Write a time that comes again and again, rounded: "40 minutes", "day", "3 weeks"."""
    size, name = next((size, name) for size, name, up_to in _UNITS if span < up_to)
    number = max(1, round(span / size))
    return name if number == 1 else f"{number} {name}s"
