"""Durations, sizes, times and days as a person writes them, and written again.

Every reader raises `ValueError` with a message that says what was expected.
"""

from __future__ import annotations

import re
from datetime import time, timedelta

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"([0-9]{1,7})([smhdw])")
_BYTES = {
    "GIB": 1024**3, "MIB": 1024**2, "KIB": 1024,
    "GB": 1000**3, "MB": 1000**2, "KB": 1000, "B": 1,
}  # fmt: skip
_SIZE = re.compile(r"([0-9]{1,9}) ?([KMG]i?B|B)", re.IGNORECASE)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_duration(text: str) -> timedelta:
    """Read "90s", "30m", "1h", "7d" or "2w"."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'must be a duration like "90s", "30m", "1h" or "7d", not {quoted(text)}')
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def format_duration(duration: timedelta) -> str:
    """Write a duration of whole seconds in the largest unit that fits: "1h", not "60m"."""
    seconds = int(duration.total_seconds())
    for unit, length in _SECONDS.items():
        if seconds and unit != "w" and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return "0s"


def read_size(text: str) -> int:
    """Read "10MB" as bytes; KB, MB, GB count in thousands, KiB, MiB, GiB in 1024s."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'must be a size like "500KB", "10MB" or "1GB", not {quoted(text)}')
    return int(found[1]) * _BYTES[found[2].upper()]


def format_size(size: int) -> str:
    """Write bytes in the largest unit that fits exactly."""
    for unit in ("GB", "MB", "KB"):
        if size and size % _BYTES[unit] == 0:
            return f"{size // _BYTES[unit]}{unit}"
    return f"{size}B"


def read_time(text: str) -> time:
    """Read a wall time, "07:00"."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f'must be a time of day like "07:00", not {quoted(text)}')
    return time(int(found[1]), int(found[2]))


def read_hours(text: str) -> tuple[time, time]:
    """Read hours of the day, "22:00-07:00": from the first up to the second, over midnight as well."""
    first, _, last = (part.strip() for part in text.partition("-"))
    wrong = ValueError(f'must be hours like "22:00-07:00", not {quoted(text)}')
    try:
        hours = read_time(first), read_time(last)
    except ValueError:
        raise wrong from None
    if hours[0] == hours[1]:
        raise wrong
    return hours


def read_days(text: str) -> tuple[int, ...]:
    """Read "mon-sun", "mon,wed,fri" or "fri-mon" as weekdays in order, 0 is Monday."""
    days: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        start, end = _day(first), _day(last if dash else first)
        if start is None or end is None:
            raise ValueError(f'must be days like "mon-sun" or "mon,wed,fri", not {quoted(text)}')
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(sorted(days))


def _day(text: str) -> int | None:
    """Return the weekday of a name or its first letters, three at least."""
    found = [place for place, day in enumerate(_DAYS) if len(text) >= 3 and day.startswith(text)]
    return found[0] if found else None


def quoted(value: object) -> str:
    """Show a value in a message: text in quotes, on one line, and not too much of it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = "".join(c if c.isprintable() else "�" for c in text)
    text = text if len(text) <= 60 else text[:59] + "…"
    return f'"{text}"' if isinstance(value, str) else text
