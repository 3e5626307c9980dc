"""Parameters that several addresses of the API take."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel

from monitor.service.instants import read_instant

MOST = 1000
"""Of anything in one answer."""

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many the answer holds at most")]
Cursor = Annotated[
    str,
    Query(max_length=400, description="Where to go on: as it stands in `next` of the page before"),
]
Since = Annotated[
    str,
    Query(
        max_length=40,
        description="First seen since: 2026-11-23, 2026-11-23T07:00 (UTC), or 36h, 7d, 2w ago",
        examples=["7d"],
    ),
]
Until = Annotated[str, Query(max_length=40, description="First seen before; written as `since`")]
EntryId = Annotated[str, Path(max_length=100, description="An entry, as in e12", examples=["e1"])]
StoryId = Annotated[str, Path(max_length=100, description="A story, as in s7", examples=["s1"])]
FeedName = Annotated[
    str,
    Path(
        max_length=2000,
        description="A feed: its id; also its title or a part of its address that only one feed has",
        examples=["1"],
    ),
]
TopicName = Annotated[
    str, Path(max_length=200, description="A topic's name, as in config/topics.toml")
]
DigestName = Annotated[
    str, Path(max_length=200, description="A digest's name, as in config/monitor.toml")
]


def at(text: str, now: datetime) -> datetime | None:
    """Read `since` or `until`; None where it was not given."""
    return read_instant(text, now) if text else None


def gives(model: type[BaseModel], description: str, status: int = 200) -> dict[str, Any]:
    """Describe what an address answers, as keyword arguments of its route."""
    return {
        "responses": {status: {"model": model, "description": description}},
        "status_code": status,
    }
