"""Reading the JSON of a frozen edition or alert back, as far as chat shows it.

A frozen document may be of another version: what is missing or of another kind counts as empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model.edition import Card, Reason

Document = Mapping[str, Any]

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 10**12


def text(value: object) -> str:
    """Return a text, "" for anything else."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int:
    """Return a count, 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(value, 0), _MOST)


def table(value: object) -> Document:
    """Return an object of the document, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def tables(value: object) -> list[Document]:
    """Return the objects of a list."""
    rows = value if isinstance(value, list) else []
    return [each for each in rows if isinstance(each, Mapping)]


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list."""
    rows = value if isinstance(value, list) else []
    return tuple(each for each in rows if isinstance(each, str))


def instant(value: object) -> datetime | None:
    """Return an instant, None for anything else."""
    try:
        at = datetime.fromisoformat(text(value))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    # At the ends of the calendar there is no room for another zone.
    return at if _LONG_AGO.year <= at.year < date.max.year else None


def day(value: object) -> date | None:
    """Return a date, None for anything else."""
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        return None


def timezone(value: object) -> str:
    """Return a zone this machine knows, else "UTC": that of a frozen edition may be gone."""
    try:
        return ZoneInfo(text(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def card(value: object) -> Card:
    """Return a card, without what chat does not show: times, ids, rank."""
    row = table(value)
    return Card(
        story=0,
        title=text(row.get("title")),
        url=text(row.get("url")),
        outlet=text(row.get("outlet")),
        via=text(row.get("via")),
        published_at=None,
        first_seen_at=_LONG_AGO,
        excerpt=text(row.get("excerpt")),
        language=text(row.get("language")),
        outlets=texts(row.get("outlets")),
        copies=number(row.get("copies")),
        why=tuple(
            Reason(
                text(each.get("topic")),
                number(each.get("version")),
                text(each.get("clause")),
                text(each.get("words")),
                text(each.get("field")),
            )
            for each in tables(row.get("why"))
        ),
        entries=(),
        revised=row.get("revised") is True,
    )
