"""What a topic would find among stored entries, before it is saved: `monitor topics test`."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.model.entry import Entry
from monitor.model.topic import StoredMatch
from monitor.query.document import Document
from monitor.topics.compiled import CompiledTopic
from monitor.topics.matching import match

SPANS = (7, 30, 90)
"""Days over which hits per day are given."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry shown in a preview, with its match; None for one that would be lost."""

    entry: Entry
    match: StoredMatch | None

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the samples of `monitor topics test` show it."""
        found = self.match
        return {
            "id": f"e{self.entry.id}",
            "title": self.entry.title,
            "outlet": self.entry.outlet,
            "url": self.entry.url,
            "first_seen_at": self.entry.first_seen_at.isoformat().replace("+00:00", "Z"),
            "points": found.points if found else 0,
            "why": [
                {"clause": e.clause, "words": e.words, "field": e.span.field if e.span else ""}
                for e in (found.evidence if found else ())
            ],
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """What came of it. `gained` and `lost` are against the stored matches of the topic's name.

    `per_day` maps 7, 30 and 90 days, as far as entries go back, to hits a day. `samples` are drawn
    at random from all hits; `gained_samples` and `lost_samples` are the newest ones.
    """

    topic: str
    entries: int
    matches: int
    per_day: dict[int, float]
    gained: int
    lost: int
    samples: tuple[Sample, ...]
    gained_samples: tuple[Sample, ...]
    lost_samples: tuple[Sample, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the keys of `monitor topics test`."""
        return {
            "topic": self.topic,
            "entries": self.entries,
            "matches": self.matches,
            "per_day": {str(days): round(hits, 2) for days, hits in self.per_day.items()},
            "gained": self.gained,
            "lost": self.lost,
            "samples": [sample.as_json() for sample in self.samples],
            "gained_samples": [sample.as_json() for sample in self.gained_samples],
            "lost_samples": [sample.as_json() for sample in self.lost_samples],
        }


def preview(
    compiled: CompiledTopic,
    pairs: Iterable[tuple[Entry, Document]],
    now: datetime,
    *,
    entries: int | None = None,
    since: datetime | None = None,
    samples: int = 20,
    seed: int = 0,
) -> Preview:
    """Try a topic on entries.

    `pairs` may be the index's candidates alone, together with all entries that have a stored
    match of the topic; then `entries` says how many there are altogether. `since` is how far
    back they go (without it, the oldest one tells). The same `seed` draws the same samples.
    """
    draw = random.Random(seed)  # noqa: S311 - a sample to look at, no secret
    kept: list[Sample] = []
    gained: list[Sample] = []
    lost: list[Sample] = []
    seen = matches = gained_count = lost_count = 0
    hits = dict.fromkeys(SPANS, 0)
    oldest = since or now
    for entry, document in pairs:
        seen += 1
        oldest = min(oldest, entry.first_seen_at)
        stored = any(one.topic == compiled.name for one in entry.matches)
        found = match(compiled, document, 0, now)
        if found is None:
            if stored:
                lost_count += 1
                _keep_newest(lost, Sample(entry, None), samples)
            continue
        matches += 1
        sample = Sample(entry, found)
        _keep_random(kept, sample, matches, samples, draw)
        for days in SPANS:
            hits[days] += entry.first_seen_at > now - timedelta(days=days)
        if not stored:
            gained_count += 1
            _keep_newest(gained, sample, samples)
    begin = since or oldest
    return Preview(
        topic=compiled.name,
        entries=seen if entries is None else entries,
        matches=matches,
        per_day=_per_day(hits, begin, now),
        gained=gained_count,
        lost=lost_count,
        samples=tuple(sorted(kept, key=lambda one: -one.entry.id)),
        gained_samples=tuple(gained),
        lost_samples=tuple(lost),
    )


def _per_day(hits: dict[int, int], begin: datetime, now: datetime) -> dict[int, float]:
    """Return hits a day for the spans the entries cover; always for the shortest one."""
    covered = (now - begin) / timedelta(days=1)
    shown = [days for days in SPANS if days <= covered] or [SPANS[0]]
    return {days: hits[days] / max(1.0, min(days, covered)) for days in shown}


def _keep_random(
    kept: list[Sample], sample: Sample, number: int, most: int, draw: random.Random
) -> None:
    """Keep each of `number` samples so far with the same chance (reservoir sampling)."""
    if len(kept) < most:
        kept.append(sample)
    elif (place := draw.randrange(number)) < most:
        kept[place] = sample


def _keep_newest(kept: list[Sample], sample: Sample, most: int) -> None:
    kept.append(sample)
    kept.sort(key=lambda one: -one.entry.id)
    del kept[most:]
