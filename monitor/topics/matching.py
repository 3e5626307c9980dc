"""Whether an entry matches topics: points, floor and the reasons.

A topic's query gives 1 point; each boost whose query holds adds its own, which may be negative. An
entry matches when the query holds and its points reach the floor. The evidence lists what met the
query, then what met each boost, whose points stand behind the clause: `title:"entity list" (+3)`.

An entry is folded once for all topics. Which topics are worth a look is told by its words: each
topic stands in an index under the words it cannot do without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model.topic import Evidence, StoredMatch
from monitor.query.document import Document
from monitor.query.evaluate import accepts, shown
from monitor.query.stems import LANGUAGES
from monitor.topics.compiled import CompiledBoost, CompiledTopic


@dataclass(frozen=True, slots=True)
class TopicIndex:
    """Topics by what an entry must hold to match them: places in `topics`.

    `stems` by the language of the entry; `heads` are first four letters of words. `always` are
    those that no word rules out.
    """

    topics: tuple[CompiledTopic, ...]
    stems: Mapping[str, Mapping[str, tuple[int, ...]]]
    heads: Mapping[str, tuple[int, ...]]
    always: frozenset[int]

    def likely(self, document: Document) -> Sequence[CompiledTopic]:
        """Return the topics an entry may match, in their order: never one too few."""
        places = set(self.always)
        by_stem = self.stems[document.stemmed_in]
        for stem in document.stem_set & by_stem.keys():
            places.update(by_stem[stem])
        if self.heads:
            for head in document.head_set & self.heads.keys():
                places.update(self.heads[head])
        return [self.topics[place] for place in sorted(places)]


def index_topics(compiled: Sequence[CompiledTopic]) -> TopicIndex:
    """Return topics with the index over the words they need."""
    stems: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in LANGUAGES}
    heads: dict[str, list[int]] = defaultdict(list)
    always = set()
    for place, topic in enumerate(compiled):
        if not topic.needs:
            always.add(place)
            continue
        need = min(topic.needs, key=lambda one: len(one.stems[LANGUAGES[0]]) + len(one.heads))
        for language, wanted in need.stems.items():
            for stem in wanted:
                stems[language][stem].append(place)
        for head in need.heads:
            heads[head].append(place)
    return TopicIndex(
        tuple(compiled),
        {name: {stem: tuple(at) for stem, at in each.items()} for name, each in stems.items()},
        {head: tuple(at) for head, at in heads.items()},
        frozenset(always),
    )


def match(
    compiled: CompiledTopic, document: Document, version: int, now: datetime
) -> StoredMatch | None:
    """Return the match of an entry with one topic, or None when there is none.

    `version` is the topic's, as the store gave it; `now` is what relative dates count from.
    """
    held = held_boosts(compiled, document, now, compiled.floor)
    if held is None or points_of(held) < compiled.floor:
        return None
    reasons = dict.fromkeys(shown(compiled.query, document, now))
    for boost in held:
        # A boost that only asks about metadata exclusions has no words to show.
        why = shown(boost.query, document, now) or (Evidence(boost.query.spelled_out(), ""),)
        for each in why:
            reasons[replace(each, clause=f"{each.clause} ({boost.points:+d})")] = None
    return StoredMatch(compiled.name, version, points_of(held), tuple(reasons))


def match_all(
    index: TopicIndex, document: Document, versions: Mapping[str, int], now: datetime
) -> tuple[StoredMatch, ...]:
    """Return the matches of an entry with all topics of an index, in their order.

    `versions` gives each topic's version by name.
    """
    likely = index.likely(document)
    matches = (match(topic, document, versions[topic.name], now) for topic in likely)
    return tuple(one for one in matches if one is not None)


def held_boosts(
    compiled: CompiledTopic, document: Document, now: datetime, least: int
) -> tuple[CompiledBoost, ...] | None:
    """Return the boosts that hold for an entry that may come to `least` points, else None.

    None also when the query does not hold. What counts against is not looked at before it is known
    that the rest is enough, and the rest only as long as it may still be: most entries that a wide
    query finds fall short at once.
    """
    likely = [boost for boost in compiled.boosts if possible(boost, document)]
    most = 1 + sum(boost.points for boost in likely if boost.points > 0)
    if most < least or not possible(compiled, document):
        return None
    if not accepts(compiled.query, document, now):
        return None
    held = set()
    for boost in sorted(likely, key=lambda each: -each.points):
        if accepts(boost.query, document, now):
            held.add(id(boost))
        elif boost.points > 0:
            most -= boost.points
            if most < least:
                return None
    return tuple(boost for boost in likely if id(boost) in held)


def most_points(compiled: CompiledTopic, document: Document) -> int:
    """Return the most points an entry can have, told by its words alone."""
    return 1 + sum(
        boost.points for boost in compiled.boosts if boost.points > 0 and possible(boost, document)
    )


def boosts_that_hold(
    compiled: CompiledTopic, document: Document, now: datetime
) -> tuple[CompiledBoost, ...]:
    """Return the boosts that hold for an entry, whether or not the query does."""
    return tuple(
        boost
        for boost in compiled.boosts
        if possible(boost, document) and accepts(boost.query, document, now)
    )


def points_of(held: Sequence[CompiledBoost]) -> int:
    """Return the points of an entry for which the query and these boosts hold."""
    return 1 + sum(boost.points for boost in held)


def possible(compiled: CompiledTopic | CompiledBoost, document: Document) -> bool:
    """Say whether an entry holds the words a topic or boost cannot do without."""
    return all(need.fits(document) for need in compiled.needs)
