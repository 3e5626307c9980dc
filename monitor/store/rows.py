"""Between Python values and what stands in a column: instants, JSON, feeds.

Instants are written as in `monitor.store.migrations`. JSON keeps every character as it is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, overload

from monitor.model.entry import Enclosure
from monitor.model.feed import (
    Feed,
    FeedLinks,
    FeedRecord,
    Moving,
    Rhythm,
    Validators,
    Wishes,
)
from monitor.model.masking import masked
from monitor.model.story import Weighed
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


def weighed(text: str) -> tuple[Weighed, ...]:
    """Read what `from_weighed` wrote."""
    return () if text == "[]" else tuple(Weighed(*each) for each in json.loads(text))


def from_weighed(values: Sequence[Weighed]) -> str:
    """Write the features of a comparison as a JSON list of [name, value, points]."""
    return to_json(tuple([each.name, each.value, each.points] for each in values))


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
                # Of the entry's text what stands there; a feed's address may hold a key.
                each["words"] if "field" in each else masked(each["words"]),
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
            "user_agent_suffix": feed.user_agent_suffix,
            "headers": feed.headers,
            "auth_env": feed.auth_env,
            "auth_scheme": feed.auth_scheme,
            "full_text": feed.full_text,
            "moved_from": feed.moved_from,
            "follow_moves": feed.follow_moves,
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
        validators_url=row["validators_url"],
        body_hash=row["body_hash"],
        failures=row["failures"],
        error=row["error"],
        status=row["status"],
        words=row["words"],
        since_at=maybe_moment(row["since_at"]),
        failing_since_at=maybe_moment(row["failing_since_at"]),
        silent_since_at=maybe_moment(row["silent_since_at"]),
        empty_visits=row["empty_visits"],
        wishes=Wishes(
            _lasting(row["ttl_seconds"]), _numbers(row["skip_hours"]), _numbers(row["skip_days"])
        ),
        rhythm=Rhythm(
            _lasting(row["rhythm_seconds"]),
            _lasting(row["turnover_seconds"]),
            _lasting(row["pause_seconds"]),
        ),
        moving=Moving(
            row["moving_to"], row["moving_days"], date.fromisoformat(row["moving_last_on"])
        )
        if row["moving_to"]
        else None,
        links=FeedLinks(row["self_url"], row["hub"], row["prev_archive"], row["next_page"]),
        last_fetched_at=maybe_moment(row["last_fetched_at"]),
        last_ok_at=maybe_moment(row["last_ok_at"]),
        last_new_at=maybe_moment(row["last_new_at"]),
        next_fetch_at=moment(row["next_fetch_at"]),
        why_then=row["why_then"],
        leased_until_at=maybe_moment(row["leased_until_at"]),
        entries=entries,
        matches=matches,
    )


def standing(feed: FeedRecord) -> dict[str, object]:
    """Return the columns of `feeds` that hold what was observed; `feed_record` reads them."""
    moving = feed.moving
    return {
        "state": feed.state,
        "title": feed.title,
        "site_url": feed.site_url,
        "language": feed.language,
        "etag": feed.validators.etag,
        "last_modified": feed.validators.last_modified,
        "validators_url": feed.validators_url,
        "body_hash": feed.body_hash,
        "failures": feed.failures,
        "error": feed.error,
        "status": feed.status,
        "words": feed.words,
        "since_at": instant(feed.since_at),
        "failing_since_at": instant(feed.failing_since_at),
        "silent_since_at": instant(feed.silent_since_at),
        "empty_visits": feed.empty_visits,
        "ttl_seconds": _seconds(feed.wishes.ttl),
        "skip_hours": to_json(feed.wishes.skip_hours),
        "skip_days": to_json(feed.wishes.skip_days),
        "rhythm_seconds": _seconds(feed.rhythm.every),
        "turnover_seconds": _seconds(feed.rhythm.turnover),
        "pause_seconds": _seconds(feed.rhythm.pause),
        "moving_to": moving.to if moving else "",
        "moving_days": moving.days if moving else 0,
        "moving_last_on": moving.last_on.isoformat() if moving else None,
        "self_url": feed.links.self_url,
        "hub": feed.links.hub,
        "prev_archive": feed.links.prev_archive,
        "next_page": feed.links.next_page,
        "last_fetched_at": instant(feed.last_fetched_at),
        "last_ok_at": instant(feed.last_ok_at),
        "last_new_at": instant(feed.last_new_at),
        "next_fetch_at": instant(feed.next_fetch_at),
        "why_then": feed.why_then,
    }


def _seconds(wait: timedelta | None) -> float | None:
    return None if wait is None else wait.total_seconds()


def _lasting(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _numbers(text: str) -> tuple[int, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def marks(values: Sequence[object]) -> str:
    """Return as many question marks as there are values, for `IN (...)`."""
    return ",".join("?" * len(values))
