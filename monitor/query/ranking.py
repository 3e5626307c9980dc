"""How well an entry answers a query that accepts it: docs/search.md has the formula in words.

Pure and of the entry alone: what depends on the other entries (how rare a part of the query is, what
"now" is to freshness) is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from monitor.query.document import LEAD_WORDS, Document, FoldedText
from monitor.query.evaluate import begin
from monitor.query.find import Find, finds_of
from monitor.query.tree import And, Listed, Near, Node, Or, Query, Scope, Term

TITLE, LEAD, TEXT = 8.0, 3.0, 1.0
"""What a find weighs in the title, in the first `LEAD_WORDS` words of the text, behind them."""

HALF = 4.0
"""Of so much weight a part of a query gets half of all it can get: the tenth find adds little."""

LENGTH, USUAL_WORDS = 0.25, 110
"""How much of a find's weight in the text depends on its length, and the length that is usual."""

CLOSENESS, APART = 0.5, 5.0
"""What parts side by side add at most, and at how many words between two of them half is left."""

FRESHNESS, HALF_LIFE_DAYS = 0.5, 30.0
"""What the newest entry gains over an old one, and after how many days half of that is left."""

MOST_PARTS = 40
_MOST_PLACES = 30


@dataclass(frozen=True)
class Part:
    """A part of a query that finds words: a word, phrase, NEAR or list; `scope` as in `title:`."""

    node: Node
    scope: str = ""


def parts_of(query: Query) -> tuple[Part, ...]:
    """Return the parts of a query that count for its score, each once; none of an exclusion.

    Of an OR with more than `MOST_PARTS` the whole counts as one part, as a list does.
    """
    found = tuple(dict.fromkeys(_parts(query.root, "")))
    return found[:MOST_PARTS]


def rarity(holding: int, among: int) -> float:
    """Return the weight of a part that so many of some entries hold (as bm25 has it)."""
    return log(1 + (among - holding + 0.5) / (holding + 0.5))


def score(
    parts: Sequence[Part], weights: Sequence[float], document: Document, age_days: float
) -> float:
    """Return the score of an entry the query accepts; `weights` has the rarity of each part."""
    begin(document)
    relevance = 0.0
    by_text: dict[str, list[tuple[int, Find]]] = {}
    for at, (part, weight) in enumerate(zip(parts, weights, strict=True)):
        found = 0.0
        for text in document.views[part.scope]:
            places = _finds(part.node, text)
            if places:
                found += _weight(text, places)
                by_text.setdefault(text.field, []).extend((at, find) for find in places)
        relevance += weight * found / (found + HALF)
    if len(parts) > 1:
        close = max((_closeness(finds, len(parts)) for finds in by_text.values()), default=0.0)
        relevance *= 1 + CLOSENESS * close
    fresh: float = 2.0 ** (-max(age_days, 0.0) / HALF_LIFE_DAYS)
    # Where nothing is looked for but facts, freshness alone orders.
    return (relevance or (0.0 if parts else 1.0)) * (1 + FRESHNESS * fresh)


def _parts(node: Node, scope: str) -> Iterator[Part]:
    match node:
        case Term() | Near() | Listed():
            yield Part(node, scope)
        case Scope(name=name, part=part):
            yield from _parts(part, name)
        case And(parts=parts):
            for part in parts:
                yield from _parts(part, scope)
        case Or(parts=parts):
            inside = [each for part in parts for each in _parts(part, scope)]
            if len(inside) > MOST_PARTS and all(isinstance(part, Term) for part in parts):
                yield Part(node, scope)
            else:
                yield from inside[:MOST_PARTS]


def _finds(node: Node, text: FoldedText) -> Sequence[Find]:
    return finds_of(node, text)[:_MOST_PLACES]


def _weight(text: FoldedText, finds: Iterable[Find]) -> float:
    if text.field == "title":
        return TITLE * sum(1 for _ in finds)
    whole = sum(LEAD if find.first < LEAD_WORDS else TEXT for find in finds)
    return whole / (1 - LENGTH + LENGTH * len(text.forms) / USUAL_WORDS)


def _closeness(finds: list[tuple[int, Find]], parts: int) -> float:
    """Return how close together the parts found in one text are: 1 side by side, all of them."""
    found = len({at for at, _ in finds})
    if found < 2:
        return 0.0
    ordered = sorted((find.first, find.after, at) for at, find in finds)
    counts: dict[int, int] = {}
    begin_at = 0
    between: int | None = None
    for _, after, at in ordered:
        counts[at] = counts.get(at, 0) + 1
        while len(counts) == found:
            first = ordered[begin_at]
            inside = sum(end - start for start, end, _ in ordered[begin_at : begin_at + found])
            gap = max(0, after - first[0] - inside)
            between = gap if between is None else min(between, gap)
            counts[first[2]] -= 1
            if not counts[first[2]]:
                del counts[first[2]]
            begin_at += 1
    gap = between or 0
    return (found - 1) / (parts - 1) * APART / (APART + gap / (found - 1))
