"""Watch one more feed, and keep the very document it was found by as its first refresh.

One GET in all: what was fetched to see that it is a feed is stored, matched and grouped, with its
validators, so that the next visit is a conditional one at its time.
"""

from __future__ import annotations

import shlex
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import MonitorError, UsageError
from monitor.model.feed import Feed
from monitor.service.discovering import Candidate
from monitor.service.grouping import attach_stories
from monitor.service.recording import FeedResult, record_visit
from monitor.service.refreshing import lease
from monitor.service.requests import would_show_secrets
from monitor.service.wiring import Services
from monitor.settings.edit import add_feed, addable
from monitor.settings.home import Home


@dataclass(frozen=True, slots=True)
class Added:
    """A feed that is watched now. `result` is its first refresh.

    None: a monitor that runs beside this one was first, and is fetching it.
    """

    feed: Feed
    result: FeedResult | None


def as_watched(feed: Feed, found: Candidate) -> Feed:
    """Return the feed a person asked for, at the address that was found.

    Raises `UsageError` where its secret would go to another host than the one they named.
    """
    url = found.look.url
    if would_show_secrets(feed, url):
        raise UsageError(
            f"The feed is at another address, {url}, and a secret or header is only sent to the one "
            f"you name. Add that one: monitor feeds add {shlex.quote(url)}"
        )
    return replace(feed, url=url)


def watch(services: Services, feed: Feed, found: Candidate, now: datetime) -> Added:
    """Write the feed into config/feeds.toml and record what it answered.

    Raises `UsageError` when it is watched already, `MonitorError` when it cannot be written. A crash
    between the two leaves a feed that is due.
    """
    look = found.look
    try:
        feed = addable(services.home, as_watched(feed, found))
        add_feed(services.home, feed)
    except UsageError as error:
        if look.url == look.asked:
            raise
        raise UsageError(f"{look.asked} has moved for good: {error}") from None
    record = services.store.feeds.add(feed, now, lease(services.settings.fetch))
    if record is None:
        return Added(feed, None)
    try:
        result = record_visit(services, record, look.answer, now)
        if result.left:
            attach_stories(services, now)
    except Exception as error:
        with suppress(MonitorError):  # else the lease expires by itself
            services.store.feeds.release([record.id])
        if isinstance(error, MonitorError):
            raise
        raise MonitorError(
            f"{feed.url} was added, but what it answered could not be stored ({type(error).__name__}: "
            f"{error}). That is a fault of the monitor's own; please report it."
        ) from error
    return Added(feed, result)


def watched_already(home: Home, found: Candidate) -> bool:
    """Tell whether a feed that was found is watched, under any spelling of its address."""
    try:
        addable(home, Feed(url=found.look.url))
    except UsageError:
        return True
    return False
