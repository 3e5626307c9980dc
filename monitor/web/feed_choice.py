"""Which of the feeds a page is about: by state, tag and words, in which order; and what is chosen of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from monitor.errors import UsageError
from monitor.model.feed import FeedRecord
from monitor.service.feeds import in_states, title_of, with_tag, with_words

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FAR_AHEAD = datetime.max.replace(tzinfo=UTC)
STATES = (
    "failing", "gone", "blocked", "quarantined", "throttled", "silent", "moved", "new", "ok", "off",
)  # fmt: skip
"""The states, those first that ask most for a person."""

SORTS: dict[str, Callable[[FeedRecord], Any]] = {
    "title": lambda feed: title_of(feed).casefold(),
    "state": lambda feed: STATES.index(feed.state),
    "last": lambda feed: -(feed.last_fetched_at or _LONG_AGO).timestamp(),
    "next": lambda feed: (feed.next_fetch_at or _FAR_AHEAD).timestamp(),
    "entries": lambda feed: -feed.entries,
    "matches": lambda feed: -feed.matches,
}
"""How the feeds may be sorted: by name, trouble first, newest or largest first, next first."""

DAYS = (30, 90)
"""How far back the drawings of the list may go."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the list is shown: "" is all."""

    state: str = ""
    tag: str = ""
    text: str = ""
    sort: str = "title"
    days: int = DAYS[0]

    def of(self, watched: Sequence[FeedRecord], now: datetime) -> list[FeedRecord]:
        """Return those feeds, sorted."""
        states = (self.state,) if self.state else ()
        chosen = with_words(with_tag(in_states(watched, states, now), self.tag), self.text)
        return sorted(sorted(chosen, key=SORTS["title"]), key=SORTS[self.sort])

    def url(self, path: str = "/feeds", **changes: object) -> str:
        """Write the address of this choice, or of one that differs from it in something."""
        values = {
            "q": self.text,
            "state": self.state,
            "tag": self.tag,
            "sort": self.sort if self.sort != "title" else "",
            "days": self.days if self.days != DAYS[0] else "",
        } | changes
        asked = urlencode({key: value for key, value in values.items() if value})
        return f"{path}?{asked}" if asked else path


def choice(
    state: str = "", tag: str = "", q: str = "", sort: str = "", days: str | int = ""
) -> Choice:
    """Read a choice from an address or a form; what nobody knows counts as not said."""
    return Choice(
        state=state if state in (*STATES, "trouble") else "",
        tag=tag[:200],
        text=q[:500],
        sort=sort if sort in SORTS else "title",
        days=int(days) if str(days) in map(str, DAYS) else DAYS[0],
    )


def ticked(watched: Sequence[FeedRecord], ids: Sequence[str]) -> list[FeedRecord]:
    """Return the feeds with these ids; raises `UsageError` where there is none of them."""
    wanted = set(ids)
    found = [record for record in watched if str(record.id) in wanted]
    if not found:
        raise UsageError("No feed was chosen; tick those it is for, and try again.")
    return found
