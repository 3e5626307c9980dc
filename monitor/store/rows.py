"""Between Python values and what stands in a column: instants, JSON, feeds.

Instants are written as in `monitor.store.migrations`. JSON keeps every character as it is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, overload

from monitor.model.entry import Enclosure
from monitor.model.feed import Feed, FeedRecord, Validators
from monitor.model.topic import Evidence, Span, StoredMatch

T = TypeVar("T")

CHUNK = 500
"""How many values one statement is given at most; SQLite's limits allow more everywhere."""

LARGEST_ID = 2**63 - 1
"""The largest integer SQLite keeps; nothing has a larger id."""


@overload
def instant(value: datetime) -> str: ...
@overload
def instant(value: None) -> None: ...
@overload
def instant(value: datetime | None) -> str | None: ...
def instant(value: datetime | None) -> str | None:
    """Write an aware instant: UTC, six decimals, so that text order is time order."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"an instant without a zone: {value!r}")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment(text: str) -> datetime:
    """Read an instant that must be there."""
    return datetime.fromisoformat(text)


def maybe_moment(text: str | None) -> datetime | None:
    """Read an instant that may be missing."""
    return None if text is None else datetime.fromisoformat(text)


def to_json(value: object) -> str:
    """Write lists and dicts compactly, keys in a fixed order, characters as they are."""
    if value == ():
        return "[]"
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def strings(text: str) -> tuple[str, ...]:
    """Read a JSON list of strings."""
    return () if text == "[]" else tuple(json.loads(text))


def enclosures(text: str) -> tuple[Enclosure, ...]:
    """Read what `from_enclosures` wrote."""
    return () if text == "[]" else tuple(Enclosure(*each) for each in json.loads(text))


def from_enclosures(values: Sequence[Enclosure]) -> str:
    """Write enclosures as a JSON list of [url, type, length]."""
    return to_json(tuple([each.url, each.type, each.length] for each in values))


def from_evidence(values: Sequence[Evidence]) -> str:
    """Write evidence as JSON objects; offsets count characters of the stored field."""
    return to_json(
        [
            {"clause": each.clause, "words": each.words}
            | (
                {"field": each.span.field, "start": each.span.start, "end": each.span.end}
                if each.span
                else {}
            )
            for each in values
        ]
    )


def _list(text: str) -> list[dict[str, Any]]:
    return [] if text == "[]" else json.loads(text)


def stored_match(row: sqlite3.Row) -> StoredMatch:
    """Read a row of `matches`."""
    return StoredMatch(
        row["topic"],
        row["version"],
        row["points"],
        tuple(
            Evidence(
                each["clause"],
                each["words"],
                Span(each["field"], each["start"], each["end"]) if "field" in each else None,
            )
            for each in _list(row["evidence"])
        ),
        bool(row["backfilled"]),
    )


def from_feed(feed: Feed) -> str:
    """Write what config says of a feed."""
    return to_json(
        {
            "url": feed.url,
            "title": feed.title,
            "tags": feed.tags,
            "every_seconds": feed.every.total_seconds() if feed.every is not None else None,
            "outlet": feed.outlet,
            "tier": feed.tier,
            "enabled": feed.enabled,
            "user_agent": feed.user_agent,
            "headers": feed.headers,
            "auth_env": feed.auth_env,
            "full_text": feed.full_text,
        }
    )


def config_feed(text: str) -> Feed:
    """Read what `from_feed` wrote."""
    value: dict[str, Any] = json.loads(text)
    every = value.pop("every_seconds")
    return Feed(
        **(
            value
            | {
                "tags": tuple(value["tags"]),
                "headers": tuple((name, content) for name, content in value["headers"]),
                "every": None if every is None else timedelta(seconds=every),
            }
        )
    )


def feed_record(row: sqlite3.Row, entries: int = 0, matches: int = 0) -> FeedRecord:
    """Read a row of `feeds`."""
    return FeedRecord(
        id=row["id"],
        url=row["url"],
        feed=config_feed(row["config"]) if row["in_config"] else None,
        title=row["title"],
        site_url=row["site_url"],
        language=row["language"],
        state=row["state"],
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        failures=row["failures"],
        error=row["error"],
        last_fetched_at=maybe_moment(row["last_fetched_at"]),
        last_ok_at=maybe_moment(row["last_ok_at"]),
        last_new_at=maybe_moment(row["last_new_at"]),
        next_fetch_at=moment(row["next_fetch_at"]),
        leased_until_at=maybe_moment(row["leased_until_at"]),
        entries=entries,
        matches=matches,
    )


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def marks(values: Sequence[object]) -> str:
    """Return as many question marks as there are values, for `IN (...)`."""
    return ",".join("?" * len(values))
