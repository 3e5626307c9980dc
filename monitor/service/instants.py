"""Instants as people write them, on the command line and in addresses of the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.errors import UsageError

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(days=7)}


def read_instant(text: str, now: datetime) -> datetime:
    """Read `2026-11-23`, `2026-11-23T07:00` (UTC), `2026-11-23T07:00+01:00`, or `36h`, `7d`, `2w` ago.

    Raises `UsageError` for anything else.
    """
    text = text.strip()
    unit, number = _UNITS.get(text[-1:]), text[:-1]
    try:
        if unit is not None and number.isascii() and number.isdigit() and len(number) < 10:
            return now - int(number) * unit
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{text!r} lies too far away.") from None
    except ValueError:
        raise UsageError(
            f"{text!r} is no time; write 2026-11-23, 2026-11-23T07:00, or 7d for seven days ago."
        ) from None
