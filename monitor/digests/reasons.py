"""Why a story is in an edition, shortened from the stored evidence of its matches.

The topic of the section comes first with up to `OWN` reasons, then every other topic of the
digest that wanted the story, with one each. Within a topic each clause of the query gets a reason before
any gets a second, words in the headline come before words in the text, and words that stand in
both are named once, for the headline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.digests.excerpts import one_line, shorten
from monitor.model.edition import Reason
from monitor.model.topic import Evidence, StoredMatch

OWN = 4
OTHER_TOPICS = 4

_CLAUSE_COLUMNS = 60
_WORDS_COLUMNS = 60
_LONGEST = 1_000


def reasons(own: StoredMatch, others: Iterable[StoredMatch]) -> tuple[Reason, ...]:
    """Return the reasons of a card: those of its section's match, then one per other match."""
    found = _of(own, OWN)
    for match in list(others)[:OTHER_TOPICS]:
        found += _of(match, 1)
    return tuple(found)


def in_title(match: StoredMatch) -> bool:
    """Whether any of the words that matched stand in the headline."""
    return any(e.span is not None and e.span.field == "title" for e in match.evidence)


def _of(match: StoredMatch, limit: int) -> list[Reason]:
    """Return up to `limit` reasons; a match without evidence still names topic and version."""
    chosen = _choose(match.evidence, limit)
    if not chosen:
        return [Reason(match.topic, match.version, "", "", "")]
    return [Reason(match.topic, match.version, *_shown(evidence)) for evidence in chosen]


def _choose(evidence: Sequence[Evidence], limit: int) -> list[Evidence]:
    by_clause: dict[str, dict[str, Evidence]] = {}
    for one in sorted(evidence, key=lambda e: e.span is None or e.span.field != "title"):
        distinct = by_clause.setdefault(one.clause, {})
        distinct.setdefault(one.words.casefold(), one)
    # In the order in which the clauses stand in the evidence, whatever field they were found in.
    clauses = [
        list(by_clause[clause].values()) for clause in dict.fromkeys(e.clause for e in evidence)
    ]
    longest = max((len(found) for found in clauses), default=0)
    picked = [
        (depth, index)
        for depth in range(longest)
        for index, c in enumerate(clauses)
        if depth < len(c)
    ]
    kept = sorted(picked[:limit], key=lambda place: (place[1], place[0]))
    return [clauses[index][depth] for depth, index in kept]


def _shown(evidence: Evidence) -> tuple[str, str, str]:
    clause = shorten(one_line(evidence.clause[:_LONGEST]), _CLAUSE_COLUMNS)
    words = shorten(one_line(evidence.words[:_LONGEST]), _WORDS_COLUMNS)
    return clause, words, _field(evidence)


def _field(evidence: Evidence) -> str:
    """Return the field the words stand in; for metadata the one asked about (`lang:de`)."""
    if evidence.span is not None:
        return evidence.span.field
    name, colon, _ = evidence.clause.partition(":")
    return name if colon and name.isalpha() else ""
