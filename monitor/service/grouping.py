"""Attach matched entries to stories.

Only entries that match a topic are grouped: stories exist for digests and search results, and
what nobody watches would only cost time. Grouping follows the refresh in its own transaction and
starts from what is not grouped yet, so that a crash between the two loses nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.service.wiring import Services
from monitor.stories.grouping import LOOK_BACK, group

BATCH = 2000
SPAN = timedelta(days=30)


def attach_stories(services: Services, now: datetime) -> int:
    """Group every matched entry that belongs to no story yet; return how many there were."""
    attached = 0
    while some := attach_some(services, now):
        attached += some
    return attached


def attach_some(services: Services, now: datetime) -> int:
    """Group the next matched entries without a story, `BATCH` at most; return how many."""
    fresh = services.store.stories.ungrouped(BATCH)
    if fresh:
        # Few new matches among many years: not with all that lies between them at hand.
        fresh = [entry for entry in fresh if entry.seen_at - fresh[0].seen_at < SPAN]
        seen = [entry.seen_at for entry in fresh]
        recent = services.store.stories.grouped(min(seen) - LOOK_BACK, max(seen) + LOOK_BACK)
        services.store.stories.attach(group(fresh, recent), now)
    return len(fresh)
