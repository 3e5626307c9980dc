"""The newest entries that match topics, for pages and output feeds."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.service.wiring import Services


def recent_matches(
    services: Services, topics: Sequence[str], wanted: int, before: int | None = None
) -> list[Entry]:
    """Return the `wanted` newest entries that match one of the topics, the newest first.

    Only those with smaller ids than `before`, where that is given.
    """
    if not topics:
        return []
    entries = services.store.entries
    return entries.entries(
        entries.proposed(Candidates(topics=tuple(topics), until_id=before), wanted)
    )
