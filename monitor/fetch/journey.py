"""One fetch under way: where it has got to, and what may be said there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from monitor.fetch.addresses import same_party
from monitor.fetch.failures import Stop
from monitor.fetch.headers import header_safe
from monitor.model.feed import NO_VALIDATORS, Validators
from monitor.model.fetch import NO_PACING, FetchFailure, FetchRequest, Hop, Pacing


@dataclass(slots=True)
class Journey:
    """What was asked, where redirects have led to, and what is left of the time.

    `first` and `url` are the addresses asked first and last, None until one could be read.
    `now` tells the time answers are read at. `identity` asks for a body without content coding. `wire_bytes` counts finished answers.
    """

    asked: FetchRequest
    seconds_left: float
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    first: httpx.URL | None = None
    url: httpx.URL | None = None
    hops: list[Hop] = field(default_factory=list)
    identity: bool = False
    wire_bytes: int = 0
    pacing: Pacing = NO_PACING
    snippet: str = ""

    @property
    def at_home(self) -> bool:
        """Whether the fetch is still at the party it was meant for, whatever the redirects.

        The feed's own headers, which may be secrets, are only for that one, and so are validators
        that came from it: another could say 304 to them wrongly.
        """
        return self.first is not None and self.url is not None and same_party(self.first, self.url)

    @property
    def address(self) -> str:
        """Where the fetch has got to, as text; as it was asked for before the first redirect."""
        return self.hops[-1].url if self.hops else self.asked.url

    @property
    def validators(self) -> Validators:
        """The validators to send to where the fetch has got to: those that came from there."""
        came_from = self.asked.validators_url
        here = self.address == came_from if came_from else self.at_home
        return header_safe(self.asked.validators) if here else NO_VALIDATORS

    @property
    def extra_headers(self) -> tuple[tuple[str, str], ...]:
        """The feed's own headers, where they may be sent."""
        return self.asked.headers if self.at_home else ()

    def failure(self, stop: Stop) -> FetchFailure:
        """Return how the fetch ended as a value."""
        return FetchFailure(
            url=self.address if self.first is not None else _without_user_info(self.asked.url),
            kind=stop.kind,
            message=stop.message,
            status=stop.status,
            pacing=self.pacing,
            hops=tuple(self.hops),
            snippet=self.snippet,
            wire_bytes=self.wire_bytes,
        )


def _without_user_info(text: str) -> str:
    """Cut what stands before an @ out of an address nobody could read: it ends up in logs."""
    before, at, after = text.rpartition("@")
    scheme, separator, _ = before.partition("://")
    return f"{scheme}{separator}…@{after}" if at and separator else f"…@{after}" if at else text
