"""Upkeep: what the database keeps, for how long."""

from __future__ import annotations

from datetime import datetime

from monitor.service.wiring import Services


def upkeep(services: Services, now: datetime) -> tuple[int, int]:
    """Delete what `[keep]` says is too old; return how many entries and log lines that were.

    Only entries that no topic wanted are ever deleted.
    """
    while not services.store.stories.tidy(now):
        pass
    keep = services.settings.keep
    services.store.jobs.prune(now - keep.fetch_log)
    return services.store.upkeep.prune(now - keep.unmatched, now - keep.fetch_log)
