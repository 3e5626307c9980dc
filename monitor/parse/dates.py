"""Dates as feeds write them, made aware UTC, or refused.

feedparser guesses boldly (31 February becomes March, epoch seconds a year long past, CEST is read
as UTC), so the usual forms are read here: RFC 822 and its relatives, ISO 8601 and its relatives,
the same in Chinese, Japanese and Korean, and epoch numbers. Its own result is the last resort and is
believed only where the raw text shows the same year and day. A date before 1990 or more than
two days ahead is no date. The raw text is kept beside in any case.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from time import struct_time

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)

_TIME = (
    r"(?P<hour>\d{1,2})[:h時시](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\b\.?)?"
)
_ZONE = r"\s*(?:\(?(?P<zone>[A-Za-z]{1,5}(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{1,2}(?::?\d{2})?)\)?)?"
_REST = r"(?:\s*\([^()]*\))?\s*"
_CLOCK = rf"(?:[Tt\s]\s*(?:{_TIME})?{_ZONE})?{_REST}$"
_WEEKDAY = r"(?:[^\W\d]+\.?(?:,\s*|\s+))?"
_NUMERIC = re.compile(
    r"(?P<year>\d{4})\s*[-/.年년]\s*(?P<month>\d{1,2})\s*[-/.月월]\s*(?P<day>\d{1,2})\s*[日일.]?"
    + _CLOCK
)
_DAY_FIRST = re.compile(
    _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<name>[A-Za-z]{3,9})\.?,?[\s-]*"
    r"(?P<year>\d{4}|\d{2}),?" + _CLOCK
)
_MONTH_FIRST = re.compile(
    _WEEKDAY + r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)"
    r"(?P<year>\d{4}),?" + _CLOCK
)
# 4/5/2026 may be either; with "am" or "pm" behind it, it is American.
_AMERICAN = re.compile(
    rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}})\s+(?=.*[AaPp][Mm]){_TIME}{_ZONE}{_REST}$"
)
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")
_OFFSET = re.compile(r"([A-Za-z]*)([+-])(\d{1,2}):?(\d{2})?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Hours east of Greenwich. A name in use in several places goes by its most common one in feeds.
_ZONES: dict[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4, "trt": 3,
    "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "ct": -6, "mst": -7, "mdt": -6, "mt": -7,
    "pst": -8, "pdt": -7, "pt": -8, "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3,
    "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "clt": -4, "sast": 2, "cat": 2, "eat": 3,
    "wat": 1, "irst": 3.5, "gst": 4, "pkt": 5, "ist": 5.5, "npt": 5.75, "wib": 7, "ict": 7,
    "hkt": 8, "sgt": 8, "pht": 8, "myt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip


def read_date(raw: str, parsed: struct_time | None, now: datetime) -> datetime | None:
    """Return the instant that `raw` names, in UTC, or None when it is missing or not plausible.

    `parsed` is feedparser's reading (UTC), used for forms unknown here. A date without a time is
    midnight UTC; a time without a zone, or with a zone nobody knows, is taken as UTC.
    """
    text = raw.strip()
    if not text or len(text) > 100:
        return None
    try:
        found = _read(text, parsed)
    except (ValueError, OverflowError):
        return None
    if found is None or not EARLIEST <= found <= now + AHEAD:
        return None
    return found


def _read(text: str, parsed: struct_time | None) -> datetime | None:
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        seconds = int(epoch[1]) if epoch[1] else int(epoch[2]) / 1000
        return datetime.fromtimestamp(seconds, UTC)
    for form in (_DAY_FIRST, _NUMERIC, _MONTH_FIRST, _AMERICAN):
        found = form.match(text)
        if found:
            return _from_parts(found.groupdict())
    return _confirmed(text, parsed)


def _from_parts(parts: dict[str, str | None]) -> datetime | None:
    name = parts.get("name")
    if name is None:
        month = int(parts["month"] or 0)
    elif name[:3].lower() in _MONTHS:
        month = _MONTHS.index(name[:3].lower()) + 1
    else:
        return None
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= 90 else 2000
    hour, minute, second = (int(parts[part] or 0) for part in ("hour", "minute", "second"))
    if half := (parts["half"] or "")[:1].lower():
        hour = hour % 12 + (12 if half == "p" else 0)
    # A leap second, and the 24:00 some feeds write, are moved to what Python can hold.
    extra = timedelta()
    if hour == 24 and minute == second == 0:
        hour, extra = 0, timedelta(days=1)
    zone = timezone(_offset(parts["zone"] or ""))
    day = int(parts["day"] or 0)
    local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    return local.astimezone(UTC) + extra


def _offset(zone: str) -> timedelta:
    """Read `+0200`, `+02:00`, `+2`, `GMT+2` and zone names (RFC 822 section 5 and many more)."""
    found = _OFFSET.match(zone)
    if found:
        minutes = int(found[3]) * 60 + int(found[4] or 0)
        return timedelta(minutes=minutes if found[2] == "+" else -minutes)
    return timedelta(hours=_ZONES.get(zone.lower(), 0.0))


def _confirmed(text: str, parsed: struct_time | None) -> datetime | None:
    """Believe feedparser where the text has its year, and its day give or take the zone."""
    if parsed is None:
        return None
    found = datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
    numbers = re.findall(r"\d+", text)
    days = {str((found + timedelta(days=shift)).day) for shift in (-1, 0, 1)}
    day_shown = any(number.lstrip("0") in days for number in numbers)
    return found if str(found.year) in numbers and day_shown else None
