"""Whether an entry matches topics: points, floor and the reasons.

A topic's query gives 1 point; each boost whose query holds adds its own, which may be negative. An
entry matches when the query holds and its points reach the floor. The evidence lists what met the
query, then what met each boost, whose points stand behind the clause: `title:"entity list" (+3)`.

An entry is folded once for all topics, and a topic none of whose required words it holds costs one
look-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model.topic import Evidence, StoredMatch
from monitor.query.document import Document
from monitor.query.evaluate import evaluate
from monitor.query.stems import stem_language
from monitor.topics.compiled import CompiledTopic


def match(
    compiled: CompiledTopic, document: Document, version: int, now: datetime
) -> StoredMatch | None:
    """Return the match of an entry with one topic, or None when there is none.

    `version` is the topic's, as the store gave it; `now` is what relative dates count from.
    """
    if not possible(compiled, document):
        return None
    found = evaluate(compiled.query, document, now)
    if found is None:
        return None
    points = 1
    reasons = list(found)
    for boost in compiled.boosts:
        held = evaluate(boost.query, document, now)
        if held is None:
            continue
        points += boost.points
        # A boost that only asks about metadata exclusions has no words to show.
        shown = held or (Evidence(boost.query.spelled_out(), ""),)
        reasons += [replace(e, clause=f"{e.clause} ({boost.points:+d})") for e in shown]
    if points < compiled.floor:
        return None
    return StoredMatch(compiled.name, version, points, tuple(dict.fromkeys(reasons)))


def match_all(
    compiled: Sequence[CompiledTopic],
    document: Document,
    versions: Mapping[str, int],
    now: datetime,
) -> tuple[StoredMatch, ...]:
    """Return the matches of an entry with all these topics, in their order.

    `versions` gives each topic's version by name.
    """
    matches = (match(topic, document, versions[topic.name], now) for topic in compiled)
    return tuple(one for one in matches if one is not None)


def possible(compiled: CompiledTopic, document: Document) -> bool:
    """Say whether an entry holds at least one of the words a topic cannot do without."""
    required = compiled.required
    if required is None:
        return True
    stems = required.stems[stem_language(document.language)]
    if not stems.isdisjoint(document.stem_set):
        return True
    return bool(required.heads) and not required.heads.isdisjoint(document.head_set)
