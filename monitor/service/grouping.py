"""Attach matched entries to stories that did not get one as they were stored.

A refresh gives stories to what it brings in the write that stores it. What comes to match later waits
for this: entries a changed topic has found, entries with the text of their page, what a large document
brought beyond `monitor.store.grouping.AT_ONCE`, and what an older version of the monitor stored. Only
entries that match a topic are grouped: stories exist for digests and search results, and what nobody
watches would only cost time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.service.wiring import Services

BATCH = 100
"""Entries in one transaction, a second at most."""


def attach_stories(services: Services, now: datetime) -> int:
    """Group every matched entry that belongs to no story yet; return how many there were."""
    return sum(attach_pieces(services, now))


def attach_pieces(services: Services, now: datetime, after: int = 0) -> Iterator[int]:
    """Do the same piece by piece, each a short transaction; yield how many were grouped in it.

    With `after` only for entries of larger ids.

    Whoever iterates may let others work in between, or stop: it starts from what is not grouped.
    """
    stories = services.store.stories
    while not stories.catch_up(now):
        yield 0
    last = after
    while some := stories.waiting(last, BATCH):
        while not stories.revive(some):
            yield 0
        yield stories.attach_new(some, now)
        last = some[-1]
