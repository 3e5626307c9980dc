"""`monitor topics suggest`: words that would better a topic, what to judge next, how much it misses.

The index proposes, and where it proposes much a sample is looked at, so that a hundred thousand stored
entries take seconds. `monitor.topics.suggest` and `monitor.topics.recall` say how it is reckoned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.model.topic import Topic
from monitor.query import Document, Query, candidates
from monitor.service.reading import documents, seen_since
from monitor.service.rematching import topic_named
from monitor.service.suggestions import Suggestion, Suggestions
from monitor.service.wiring import Services
from monitor.topics.nearmiss import Stratum, near_query, stratum
from monitor.topics.recall import Order, estimate, further, sizes
from monitor.topics.suggest import Edit, JudgedDocument, concerns, edits, judged_effect
from monitor.topics.survey import Proposed, Survey, survey
from monitor.topics.telling import Usage, Used, Words
from monitor.topics.telling import candidates as candidate_words

LOOKED_AT = 2_000
"""Entries looked at of those that may match, and of those that may be near."""

SAMPLED = 1_000
"""Entries of the whole store whose words are counted."""

TRIED_ON = 200
"""Entries with a word that an edit is tried on."""

UNWANTED = 5
"""Matches judged not to belong before a removal is proposed: fewer share words by chance."""

_BELONGING = 600
_SHARED = 0.2
_SHOWN = {"add": 8, "remove": 5}
_SAMPLES = 3
_LONE = 3
_MUCH = 0.25
"""The share of the matches that a removal drops which is put behind all others."""


def suggest(
    services: Services, name: str, now: datetime, since: datetime | None = None
) -> Suggestions:
    """Learn from judgements and stored entries; changes nothing. Raises `NotFoundError`."""
    return _Look(services, name, now, since).suggestions()


class _Look:
    """One look at the stored entries with one topic."""

    def __init__(
        self, services: Services, name: str, now: datetime, since: datetime | None
    ) -> None:
        self.services = services
        self.store = services.store.entries
        self.lists = services.settings.lists
        self.compiled = topic_named(services, name)
        self.topic: Topic = next(one for one in services.settings.topics if one.name == name)
        self.now, self.since = now, since
        self.order = Order(name)
        said = services.store.judgements.judgements(name)
        self.judgements = {each.entry: each.belongs for each in said}
        self.everything = self.store.proposed(Candidates(from_at=since), None)
        self.may_match = set(self.proposed(self.compiled.query))
        self.belonging = Usage()
        self.strata: dict[int, Stratum] = {}

    def suggestions(self) -> Suggestions:
        looked = self.survey()
        judged = looked.judged(self.judgements)
        wanted = looked.to_judge(self.judgements)
        known = estimate(looked.parts, judged)
        found = {entry.id: entry for entry in self.store.entries([entry for entry, _ in wanted])}
        size = sizes(looked.parts)
        by_hand = self.judged_documents()
        unwanted = sum(each.matches and not each.belongs for each in by_hand)
        return Suggestions(
            topic=self.compiled.name,
            entries=len(self.everything),
            days=self.days(),
            judgements=len(self.judgements),
            suggestions=tuple(self.tried(by_hand, size["matched"], removals=unwanted >= UNWANTED))
            if self.everything
            else (),
            to_judge=tuple((found[entry], name) for entry, name in wanted if entry in found),
            sizes=size,
            judged=judged,
            estimate=known,
            further=None if known is None else further(looked.parts, judged),
            not_drawn=looked.not_drawn(self.judgements),
            unwanted_needed=max(0, UNWANTED - unwanted),
        )

    def proposed(self, query: Query) -> list[int]:
        return self.store.proposed(seen_since(candidates(query, self.now), self.since), None)

    def survey(self) -> Survey:
        may_be_near = set(self.proposed(near_query(self.compiled.query))) - self.may_match
        proposed = [self.looked_at(self.may_match), self.looked_at(may_be_near)]
        others = set(self.everything) - self.may_match - may_be_near
        return survey(proposed, others, self.order, len(self.judgements) + 100)

    def looked_at(self, entries: set[int]) -> Proposed:
        strata: dict[int, Stratum] = {}
        for entry, document in documents(self.services, self.order.first(entries, LOOKED_AT)):
            where = stratum(self.compiled, document, self.now)
            strata[entry.id] = where
            wanted = where == "matched" and self.judgements.get(entry.id, True)
            if wanted and self.belonging.entries < _BELONGING:
                self.belonging.add(document)
        self.strata |= strata
        return Proposed(entries, strata)

    def words(self, judged: Sequence[JudgedDocument]) -> Words:
        words = Words(Usage(), self.belonging, Usage(), Usage(), Usage())
        for entry, document in documents(self.services, self.order.first(self.everything, SAMPLED)):
            words.store.add(document)
            # What is near is neither: it may well belong.
            if self.strata.get(entry.id, "rest") == "rest" and entry.id not in self.judgements:
                words.others.add(document)
        for each in judged:
            if each.belongs and not each.matches:
                words.missed.add(each.document)
                words.belonging.add(each.document)
            elif not each.belongs:
                words.others.add(each.document)
                if each.matches:
                    words.wrong.add(each.document)
        return words

    def judged_documents(self) -> list[JudgedDocument]:
        return [
            JudgedDocument(
                entry.id,
                document,
                stratum(self.compiled, document, self.now) == "matched",
                self.judgements[entry.id],
            )
            for entry, document in documents(self.services, list(self.judgements))
        ]

    def tried(
        self, judged: Sequence[JudgedDocument], matches: int, *, removals: bool
    ) -> list[Suggestion]:
        against = 6 if removals else 0
        proposed = candidate_words(
            self.words(judged), Used(self.compiled), judged=8, unlabelled=8, against=against
        )
        best: dict[object, Suggestion] = {}
        for edit in edits(self.topic, self.lists, proposed):
            suggestion = self.suggestion(edit, judged)
            former = best.get(edit.candidate.key)
            if suggestion is not None and (
                former is None or suggestion.judged.better > former.judged.better
            ):
                best[edit.candidate.key] = suggestion
        return [
            each
            for kind, most in _SHOWN.items()
            for each in _best(best.values(), kind, most, _MUCH * matches)
        ]

    def suggestion(self, edit: Edit, judged: Sequence[JudgedDocument]) -> Suggestion | None:
        """Try an edit; None when it would do nothing, or more harm than good."""
        effect = judged_effect(edit, judged, self.now)
        adds = edit.candidate.kind == "add"
        if effect.better < 0 or effect.unwanted_gained > effect.wanted_gained:
            return None
        if effect.better == 0 and (not adds or effect.unwanted_gained):
            return None
        held = self.proposed(edit.candidate.query)
        concerned = held if adds else [entry for entry in held if entry in self.may_match]
        taken = self.order.first(concerned, TRIED_ON)
        already, changed = 0, []
        for entry, document in documents(self.services, taken):
            if concerns(edit, document, self.now):
                matches = self.matches(entry, document)
                already += matches
                if matches != (stratum(edit.changed, document, self.now) == "matched"):
                    changed.append(entry)
        if effect.better == 0 and (not changed or already < _SHARED * (already + len(changed))):
            return None
        scale = len(concerned) / len(taken) if taken else 0.0
        count = round(len(changed) * scale)
        return Suggestion(
            edit=edit,
            evidence="judged" if effect.better else "unlabelled",
            judged=effect,
            gained=count if adds else 0,
            lost=0 if adds else count,
            already=round(already * scale),
            exact=len(taken) == len(concerned),
            samples=tuple(changed[:_SAMPLES]),
        )

    def matches(self, entry: Entry, document: Document) -> bool:
        if entry.id not in self.may_match:
            return False
        known = self.strata.get(entry.id)
        return (known or stratum(self.compiled, document, self.now)) == "matched"

    def days(self) -> float:
        oldest = self.store.entries(self.everything[-1:])
        begin = self.since or (oldest[0].first_seen_at if oldest else self.now)
        return max(1.0, (self.now - begin) / timedelta(days=1))


def _best(found: Iterable[Suggestion], kind: str, most: int, much: float) -> list[Suggestion]:
    """Return the best suggestions of a kind: judged ones first, and of these what more carries.

    One that loses so many matches or more comes behind all others.
    """
    of_kind = [each for each in found if each.edit.candidate.kind == kind]
    top = max((each.judged.better for each in of_kind if not _loses(each, much)), default=0)
    # One entry alone says little: few of these, and none where there is better evidence.
    lone = [each for each in of_kind if each.judged.better == 1][: _LONE if top < 2 else 0]
    kept = [each for each in of_kind if each.judged.better != 1]
    ranked = sorted([*lone, *kept], key=lambda each: (_loses(each, much), -each.judged.better))
    return ranked[:most]


def _loses(suggestion: Suggestion, much: float) -> bool:
    return 0 < suggestion.lost >= much
