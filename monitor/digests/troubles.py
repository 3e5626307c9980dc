"""When what is wrong with a feed becomes news, so that each edition tells only what is new.

The windows of a digest tile time, so a moment lies in exactly one of them: what becomes news in it is
named in that edition and only counted in the later ones. Nothing needs to be remembered for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model.edition import Window
from monitor.model.feed import FeedRecord, FeedState

TOLD_AFTER = timedelta(days=3)
"""A feed that fails for this long is told; what passes sooner alarms nobody."""

FAILING = frozenset({"failing", "throttled", "blocked"})
"""States in which a feed is tried again and again."""


_TOLD_AT_ONCE = frozenset({"quarantined", "gone"})


def troubles_of(feed: FeedRecord) -> tuple[tuple[FeedState, datetime], ...]:
    """Return what is wrong with a feed, and when each became news or will.

    Failures of any kind do after three days, but at once where no feed was ever at that address. A held-back
    document and a 410 do at once too, and so does silence, which a failure just now does not end.
    """
    found: list[tuple[FeedState, datetime]] = []
    if feed.state in FAILING and feed.failing_since_at:
        never_right = feed.last_ok_at is None and is_no_feed(feed)
        found.append(
            (feed.state, feed.failing_since_at + (timedelta(0) if never_right else TOLD_AFTER))
        )
    if feed.state in _TOLD_AT_ONCE and feed.since_at:
        found.append((feed.state, feed.since_at))
    if feed.silent_since_at and feed.state not in {*_TOLD_AT_ONCE, "off"}:
        found.append(("silent", feed.silent_since_at))
    return tuple(found)


def is_no_feed(feed: FeedRecord) -> bool:
    """Tell whether a failing feed's server answers and has no feed there: its address may be wrong."""
    return feed.status == 404 or 200 <= feed.status < 300


def news_of(feed: FeedRecord, window: Window) -> FeedState | None:
    """Return as what a feed is to be named in the edition of this window, None where it is not."""
    return next(
        (state for state, at in troubles_of(feed) if window.from_at <= at < window.until_at), None
    )


def began_at(feed: FeedRecord, state: FeedState) -> datetime | None:
    """Return since when a feed has been in that trouble, as a person would count it."""
    if state in FAILING:
        return feed.failing_since_at or feed.last_ok_at
    return feed.last_new_at if state == "silent" else feed.since_at
