"""What a topic would find among stored entries, before it is saved: `monitor topics test`.

The values and their JSON; `monitor.topics.tally` works them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitor.model.entry import Entry
from monitor.model.topic import StoredMatch


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry shown in a preview. `match` is None where it does not match; then `note` says why."""

    entry: Entry
    match: StoredMatch | None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the samples of `monitor topics test` show it."""
        found = self.match
        shown = {
            "id": f"e{self.entry.id}",
            "title": self.entry.title,
            "outlet": self.entry.outlet,
            "url": self.entry.url,
            "first_seen_at": self.entry.first_seen_at.isoformat().replace("+00:00", "Z"),
            "points": found.points if found else 0,
            "why": [
                {
                    "clause": e.clause,
                    "words": e.words,
                    "field": e.span.field if e.span else "",
                    "start": e.span.start if e.span else None,
                    "end": e.span.end if e.span else None,
                }
                for e in (found.evidence if found else ())
            ],
        }
        return shown | ({"note": self.note} if self.note else {})


@dataclass(frozen=True, slots=True)
class ClauseTally:
    """What one clause of the query brings: matches it holds for, and those it alone brings."""

    clause: str
    hits: int
    alone: int


@dataclass(frozen=True, slots=True)
class BoostTally:
    """What one boost does.

    `hits` counts the matches it holds for and the entries it alone keeps out. `decides` counts those
    that match only because of it or, for negative points, do not match only because of it;
    `samples` shows the latter.
    """

    query: str
    points: int
    hits: int
    decides: int
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """What one NOT keeps out: entries that would match without it."""

    clause: str
    entries: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What came of it. `gained` and `lost` are against the stored matches of the topic's name.

    `per_day` maps 7, 30 and 90 days, as far as entries go back, to hits a day. `samples` are drawn
    at random from all hits; `gained_samples` and `lost_samples` are the newest ones. `outlets` and
    `overlap` (other topics, as stored) count matches, the most first. `lint` says what is likely to
    be meant otherwise. `share` is the part of the candidates that was looked at; below 1 all counts
    are estimates from a random sample, scaled up. `days_back` says how many days the entries go
    back: with less than one, hits a day are no rate.
    """

    topic: str
    entries: int
    matches: int
    per_day: dict[int, float]
    gained: int
    lost: int
    samples: tuple[Sample, ...] = ()
    gained_samples: tuple[Sample, ...] = ()
    lost_samples: tuple[Sample, ...] = ()
    clauses: tuple[ClauseTally, ...] = ()
    boosts: tuple[BoostTally, ...] = ()
    removed: tuple[Removed, ...] = ()
    near_misses: tuple[Sample, ...] = ()
    outlets: tuple[tuple[str, int], ...] = ()
    overlap: tuple[tuple[str, int], ...] = ()
    lint: tuple[str, ...] = ()
    share: float = 1.0
    days_back: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the keys of `monitor topics test`."""
        return {
            "topic": self.topic,
            "entries": self.entries,
            "matches": self.matches,
            "per_day": {str(days): round(hits, 2) for days, hits in self.per_day.items()},
            "gained": self.gained,
            "lost": self.lost,
            "samples": _shown(self.samples),
            "gained_samples": _shown(self.gained_samples),
            "lost_samples": _shown(self.lost_samples),
            "clauses": [
                {"clause": each.clause, "hits": each.hits, "alone": each.alone}
                for each in self.clauses
            ],
            "boosts": [
                {
                    "query": each.query,
                    "points": each.points,
                    "hits": each.hits,
                    "decides": each.decides,
                    "samples": _shown(each.samples),
                }
                for each in self.boosts
            ],
            "removed": [
                {"clause": each.clause, "entries": each.entries, "samples": _shown(each.samples)}
                for each in self.removed
            ],
            "near_misses": _shown(self.near_misses),
            "outlets": [{"outlet": name, "matches": count} for name, count in self.outlets],
            "overlap": [{"topic": name, "matches": count} for name, count in self.overlap],
            "lint": list(self.lint),
            "share": round(self.share, 4),
            "days_back": round(self.days_back, 2),
        }


def _shown(samples: tuple[Sample, ...]) -> list[dict[str, Any]]:
    return [sample.as_json() for sample in samples]
