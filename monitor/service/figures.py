"""The monitor in figures, for Prometheus: counts that are known without much work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from monitor.service.wiring import Services

MOST_TOPICS = 200
"""Topics with a figure of their own, so that the number of labels is bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the monitor stands. Ages are seconds, None while there is nothing to have an age."""

    feeds: dict[str, int]
    feeds_due: int
    stored: dict[str, int]
    matches: dict[str, int]
    deliveries: dict[str, int]
    jobs_open: int
    edition_age: dict[str, float]
    fetch_age: float | None
    config_ok: bool


def figures(services: Services, now: datetime, *, config_ok: bool) -> Figures:
    """Count; reads only."""
    store = services.store
    records = store.feeds.feeds()
    at = max((each.last_fetched_at for each in records if each.last_fetched_at), default=None)
    ages = {}
    for digest in services.settings.digests:
        cutoff = store.editions.last_cutoff(digest.name)
        if cutoff is not None:
            ages[digest.name] = (now - cutoff).total_seconds()
    counts = store.topics.counts()
    names = [topic.name for topic in services.settings.topics[:MOST_TOPICS]]
    return Figures(
        feeds=dict(Counter(record.state for record in records)),
        feeds_due=sum(
            record.next_fetch_at is not None and record.next_fetch_at <= now
            for record in records
            if record.state not in ("off", "gone")
        ),
        stored=store.upkeep.stats(),
        matches={name: counts.get(name, 0) for name in names},
        deliveries=store.deliveries.states(),
        jobs_open=sum(job.open for job in store.jobs.jobs(100)),
        edition_age=ages,
        fetch_age=None if at is None else (now - at).total_seconds(),
        config_ok=config_ok,
    )
