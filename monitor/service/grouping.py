"""Attach matched entries to stories.

Only entries that match a topic are grouped: stories exist for digests and search results, and
what nobody watches would only cost time. Grouping follows the refresh in its own transaction and
starts from what is not grouped yet, so that a crash between the two loses nothing.
"""

from __future__ import annotations

from datetime import datetime

from monitor.service.wiring import Services
from monitor.stories.grouping import LOOK_BACK, group

BATCH = 5000


def attach_stories(services: Services, now: datetime) -> int:
    """Group every matched entry that belongs to no story yet; return how many there were."""
    attached = 0
    while fresh := services.store.stories.ungrouped(BATCH):
        since = min(entry.seen_at for entry in fresh) - LOOK_BACK
        recent = services.store.stories.grouped(since)
        services.store.stories.attach(group(fresh, recent), now)
        attached += len(fresh)
    return attached
