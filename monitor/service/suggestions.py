"""What `monitor topics suggest` finds, as values and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model.entry import Entry
from monitor.service.shapes import Shape, entry_id
from monitor.topics.nearmiss import Stratum
from monitor.topics.recall import Estimate, Judged
from monitor.topics.suggest import Edit, Evidence, JudgedEffect


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An edit and what it would do, to the judged entries and to the stored ones.

    `already` is how many entries with the word match as it is. `exact` is false where the counts of
    matches are scaled up from a sample. `samples` are entries that would be gained or lost.
    """

    edit: Edit
    evidence: Evidence
    judged: JudgedEffect
    gained: int
    lost: int
    already: int
    exact: bool
    samples: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """All there is to say about a topic. `days` is how far back the entries go.

    `further` is about how many more to judge, and of which stratum most, for a useful estimate; None
    before there is any, and when no feasible number would do. `not_drawn` are judgements that do not
    count for the estimate. `unwanted_needed` is how many more matches must be judged not to belong
    before words that would remove are proposed.
    """

    topic: str
    entries: int
    days: float
    judgements: int
    suggestions: tuple[Suggestion, ...]
    to_judge: tuple[tuple[Entry, Stratum], ...]
    sizes: Mapping[Stratum, int]
    judged: Mapping[Stratum, Judged]
    estimate: Estimate | None
    further: tuple[int, Stratum] | None
    not_drawn: int
    unwanted_needed: int


def suggestions_shape(found: Suggestions) -> Shape:
    """Shape of `monitor topics suggest --json`."""
    return {
        "topic": found.topic,
        "entries": found.entries,
        "judgements": found.judgements,
        "suggestions": [_suggestion_shape(each, found.days) for each in found.suggestions],
        "to_judge": [
            {"id": entry_id(entry.id), "title": entry.title, "stratum": name}
            for entry, name in found.to_judge
        ],
        "estimate": None if found.estimate is None else _estimate_shape(found, found.estimate),
        "judge_more": None
        if found.further is None
        else {"entries": found.further[0], "most_of": found.further[1]},
        "judged_elsewhere": found.not_drawn,
        "unwanted_needed": found.unwanted_needed,
    }


def _suggestion_shape(each: Suggestion, days: float) -> Shape:
    effect = each.judged
    return {
        "edit": each.edit.written,
        "word": each.edit.candidate.text,
        "kind": each.edit.candidate.kind,
        "evidence": each.evidence,
        "wanted_gained": effect.wanted_gained,
        "unwanted_gained": effect.unwanted_gained,
        "unwanted_removed": effect.unwanted_removed,
        "wanted_lost": effect.wanted_lost,
        "matches_gained": each.gained,
        "matches_lost": each.lost,
        "matches_already": each.already,
        "gained_per_day": round(each.gained / days, 2),
        "lost_per_day": round(each.lost / days, 2),
        "exact": each.exact,
        "samples": [{"id": entry_id(one.id), "title": one.title} for one in each.samples],
    }


def _estimate_shape(found: Suggestions, estimate: Estimate) -> Shape:
    return {
        "precision": None if estimate.precision is None else round(estimate.precision, 4),
        "precision_interval": [round(bound, 4) for bound in estimate.precision_interval],
        "recall": None if estimate.recall is None else round(estimate.recall, 4),
        "recall_interval": [round(bound, 4) for bound in estimate.recall_interval],
        "judged": {name: [each.yes, each.no] for name, each in found.judged.items()},
        "strata": dict(found.sizes),
    }
