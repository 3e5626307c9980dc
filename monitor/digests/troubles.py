"""When what is wrong with a feed becomes news, so that each edition tells only what is new.

The windows of a digest tile time, so a moment lies in exactly one of them: what becomes news in it is
named in that edition and only counted in the later ones. Nothing needs to be remembered for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model.edition import Window
from monitor.model.feed import FeedRecord

TOLD_AFTER = timedelta(days=3)
"""A feed that fails for this long is told; what passes sooner alarms nobody."""

FAILING = frozenset({"failing", "throttled", "blocked"})
"""States in which a feed is tried again and again."""


def news_at(feed: FeedRecord) -> datetime | None:
    """Return when a feed's trouble became news, or will; None while it has none.

    Failures of any kind do after three days, silence, a held-back document and a 410 at once.
    """
    if feed.state in FAILING:
        began_at = feed.failing_since_at
        return began_at + TOLD_AFTER if began_at else None
    if feed.state == "silent":
        return feed.silent_since_at
    if feed.state in ("quarantined", "gone"):
        return feed.since_at
    return None


def is_news(feed: FeedRecord, window: Window) -> bool:
    """Tell whether a feed is to be named in the edition of this window."""
    at = news_at(feed)
    return at is not None and window.from_at <= at < window.until_at


def began_at(feed: FeedRecord) -> datetime | None:
    """Return since when a feed has been in trouble, as a person would count it."""
    if feed.state in FAILING:
        return feed.failing_since_at or feed.last_ok_at
    return feed.last_new_at if feed.state == "silent" else feed.since_at
