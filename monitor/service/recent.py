"""The newest entries that match topics, for pages and output feeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model.edition import Window
from monitor.model.entry import Entry
from monitor.service.wiring import Services

_LOOK_BACK = tuple(timedelta(days=days) for days in (7, 30, 365, 3650))


def recent_matches(
    services: Services, topics: Sequence[str], now: datetime, wanted: int
) -> list[Entry]:
    """Return about the `wanted` newest entries that match one of the topics, newest first.

    Looks back only as far as it must, so that topics with very many matches cost no more.
    """
    entries: list[Entry] = []
    for back in _LOOK_BACK if topics else ():
        window = Window(now - back, now + timedelta(seconds=1), "UTC")
        entries = services.store.entries.matched(window, topics)
        if len(entries) >= wanted:
            break
    return entries[::-1][:wanted]
