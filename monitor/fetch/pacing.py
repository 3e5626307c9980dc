"""What an answer's headers say about when to come again.

Retry-After (RFC 9110 section 10.2.3), Cache-Control max-age (RFC 9111 section 5.2.2.1) and
Expires (RFC 9111 section 5.3). Publishers write all kinds of things into them: what is no number
and no date is ignored, what is absurd is cut to a cap.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.fetch.cadence import MAX_ASKED, MAX_RETRY_AFTER
from monitor.fetch.headers import RawHeaders, values
from monitor.model.fetch import Pacing

_MAX_AGE = re.compile(r'(?:^|,)\s*max-age\s*=\s*"?(\d+)"?\s*(?=,|$)', re.IGNORECASE | re.ASCII)
_MAX_AGE_GIVEN = re.compile(r"(?:^|,)\s*(?:max-age|no-store|no-cache)\b", re.IGNORECASE)


def read_pacing(headers: RawHeaders, now: datetime) -> Pacing:
    """Read an answer's wishes; `now` is when it came.

    Dates are read against the answer's own Date header where it has one, so that a server whose
    clock is wrong is still understood.
    """
    date = _first(headers, b"date")
    server_now = read_date(date) or now
    return Pacing(
        retry_after=read_retry_after(_first(headers, b"retry-after"), server_now),
        max_age=read_max_age(_joined(headers, b"cache-control")),
        expires_at=_read_expires(headers, server_now, now),
    )


def read_retry_after(text: str, now: datetime) -> timedelta | None:
    """Read a Retry-After; None when it is missing, past, negative or neither number nor date."""
    text = text.strip()
    wait = _seconds(text)
    if wait is None:
        date = read_date(text)
        wait = date - now if date is not None else None
    if wait is None or wait <= timedelta(0):
        return None
    return min(wait, MAX_RETRY_AFTER)


def read_max_age(cache_control: str) -> timedelta | None:
    """Read the max-age of a Cache-Control; None when there is none above 0."""
    found = _MAX_AGE.search(cache_control)
    wait = _seconds(found.group(1)) if found else None
    return min(wait, MAX_ASKED) if wait else None


def read_date(text: str) -> datetime | None:
    """Read an HTTP date in any of its three forms (RFC 9110 section 5.6.7); None when it is none."""
    try:
        date = parsedate_to_datetime(text.strip())
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        # These are what the parser raises for text that is no date; an unknown wish is no wish.
        return None


def _read_expires(headers: RawHeaders, server_now: datetime, now: datetime) -> datetime | None:
    if _MAX_AGE_GIVEN.search(_joined(headers, b"cache-control")):
        return None  # Cache-Control takes precedence, RFC 9111 section 5.3
    expires = read_date(_first(headers, b"expires"))
    if expires is None or expires <= server_now:
        return None
    return now + min(expires - server_now, MAX_ASKED)


def _seconds(text: str) -> timedelta | None:
    """Read a whole number of seconds; more than nine digits are cut, not calculated with."""
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0")
    return timedelta(seconds=int(digits or "0") if len(digits) < 10 else 10**9)


def _first(headers: RawHeaders, name: bytes) -> str:
    found = values(headers, name)
    return found[0].decode("latin-1") if found else ""


def _joined(headers: RawHeaders, name: bytes) -> str:
    return b",".join(values(headers, name)).decode("latin-1")
