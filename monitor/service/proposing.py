"""What the index proposes for a query, as ids: for who counts and sorts by facts of entries."""

from __future__ import annotations

from datetime import datetime

from monitor.query import Query, candidates
from monitor.service.wiring import Services


def proposed_ids(
    services: Services, query: Query, now: datetime, most: int
) -> tuple[list[int], bool]:
    """Return the ids of the newest `most` entries that may fit, newest first; and whether these are all.

    A superset: `monitor.query.evaluate` decides about each.
    """
    ids = services.store.entries.proposed(candidates(query, now), most + 1)
    return ids[:most], len(ids) <= most
