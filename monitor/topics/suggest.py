"""What would make a topic better: edits of it, tried for real.

From the words that tell (`monitor.topics.telling`) come edits a person can make: `OR word` in the query,
a boost that lifts what is just below the floor, a boost that counts against. What an edit does is no
guess: the changed topic is compiled and held against the entries.

Evidence is *judged* when judgements carry the suggestion. Without any, words much more common among
the matches than elsewhere are proposed, which is how a forgotten synonym is found; that evidence is
*unlabelled* and wants a look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.errors import QueryError
from monitor.model.topic import Boost, Topic, WordList
from monitor.query.document import Document
from monitor.query.evaluate import accepts
from monitor.query.lists import Lists
from monitor.topics.compiled import CompiledTopic, compile_topics
from monitor.topics.nearmiss import stratum
from monitor.topics.telling import Candidate

Evidence = Literal["judged", "unlabelled"]

AGAINST = -2
"""Points of a boost that counts against: it loses an entry only when little else speaks for it."""


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A judged entry as the topic sees it: whether it matches, and whether it belongs."""

    id: int
    document: Document
    matches: bool
    belongs: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a topic: the words to write, the changed topic ready to be matched."""

    candidate: Candidate
    written: str
    changed: CompiledTopic


@dataclass(frozen=True, slots=True)
class JudgedEffect:
    """What an edit does to the judged entries."""

    wanted_gained: int = 0
    unwanted_gained: int = 0
    unwanted_removed: int = 0
    wanted_lost: int = 0

    @property
    def better(self) -> int:
        """How many judged entries it puts right, less those it gets wrong."""
        gained = self.wanted_gained - self.unwanted_gained
        return gained + self.unwanted_removed - self.wanted_lost


def edits(topic: Topic, lists: Mapping[str, WordList], proposed: Sequence[Candidate]) -> list[Edit]:
    """Return the changes to try, each with the changed topic.

    One that would make no topic, since its query is too long, is left out; the others stay.
    """
    shared = Lists.of(lists)
    found = []
    for candidate in proposed:
        for written, changed in _changes(topic, candidate):
            try:
                (ready,) = compile_topics([changed], shared)
            except QueryError:
                continue
            found.append(Edit(candidate, written, ready))
    return found


def judged_effect(edit: Edit, judged: Sequence[JudgedDocument], now: datetime) -> JudgedEffect:
    """Hold the changed topic against the judged entries."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for each in judged:
        if concerns(edit, each.document, now):
            matches = stratum(edit.changed, each.document, now) == "matched"
            if matches != each.matches:
                counts[matches, each.belongs] += 1
    return JudgedEffect(
        wanted_gained=counts[True, True],
        unwanted_gained=counts[True, False],
        unwanted_removed=counts[False, False],
        wanted_lost=counts[False, True],
    )


def concerns(edit: Edit, document: Document, now: datetime) -> bool:
    """Say whether an entry holds the word of an edit; no other can it change anything for."""
    return accepts(edit.candidate.query, document, now)


def _changes(topic: Topic, candidate: Candidate) -> Iterator[tuple[str, Topic]]:
    text = candidate.query.text
    if candidate.kind == "remove":
        yield _boosted(topic, text, AGAINST)
        return
    yield f"OR {text}", replace(topic, query=f"({topic.query.strip()}) OR {text}")
    lacking = max([topic.floor - 1, *(-boost.points for boost in topic.boosts)])
    if lacking > 0:
        yield _boosted(topic, text, min(lacking, 2))


def _boosted(topic: Topic, text: str, points: int) -> tuple[str, Topic]:
    line = f"{{query = '{text}', points = {points}}}"
    return line, replace(topic, boosts=(*topic.boosts, Boost(text, points)))
