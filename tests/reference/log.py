"""What the server writes down of each request and of its answer: all the judge looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Fields = tuple[tuple[bytes, bytes], ...]

Ending = Literal["whole", "cut", "drip", "reset", "bomb"]
"""How an answer ends: as it should, before its length, never in time, at once, or never at all."""


@dataclass(frozen=True, kw_only=True)
class Says:
    """What a feed's document wishes, and how fast it turns over: known to the server alone."""

    ttl: timedelta = timedelta(0)
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it is sent. `entries` are the numbers of those in a body that is a feed.

    `feed` says that the body is a feed's document, `says` what it wishes, `path` of an older page
    is told by `page`.
    """

    status: int
    fields: Fields = ()
    body: bytes = b""
    ending: Ending = "whole"
    feed: bool = False
    page: bool = False
    entries: frozenset[int] = frozenset()
    says: Says = field(default_factory=Says)

    @property
    def success(self) -> bool:
        """Whether a feed's document, or that there is no newer one, came whole."""
        return self.ending == "whole" and (
            self.status == 304 or (self.feed and self.status in {200, 226})
        )

    def value(self, name: str) -> bytes | None:
        """Return the value of a header field, None without one."""
        return next((value for key, value in self.fields if key.lower() == name.encode()), None)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request and its answer. `open_there` counts requests open at the host with this one."""

    at: datetime
    host: str
    method: str
    target: str
    fields: Fields
    answer: Answer
    open_there: int = 1

    def value(self, name: str) -> bytes | None:
        """Return the value of the first request header field of a name, None without one."""
        return next((value for key, value in self.fields if key.lower() == name.encode()), None)

    @property
    def conditional(self) -> bool:
        """Whether the request can be answered with a 304."""
        return self.value("if-none-match") is not None or (
            self.value("if-modified-since") is not None
        )
