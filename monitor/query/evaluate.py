"""Whether a query holds for an entry, and the words that show it.

The same function decides for topics, search, preview and digests. It first asks whether the query
holds (most entries fail at a set look-up), and gathers evidence only when it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.model.topic import Evidence
from monitor.query.alternatives import likely_terms, other_parts, surely_there
from monitor.query.document import MOST_STEPS, Document, FoldedText
from monitor.query.find import Find, finds_of, occurs, stands_in
from monitor.query.metadata import fitting
from monitor.query.tree import (
    And,
    Listed,
    Meta,
    Near,
    Node,
    Not,
    Or,
    Query,
    Scope,
    Term,
    spelled_out,
)

MOST_SHOWN = 3
"""Places of one clause that become evidence."""

Views = Sequence[FoldedText]


def evaluate(query: Query, document: Document, now: datetime) -> tuple[Evidence, ...] | None:
    """Return the evidence that a query holds for an entry, or None when it does not.

    `now` is what `since:7d` counts from. The evidence names the clauses that were met, as
    written, each with at most `MOST_SHOWN` places; it is empty when only exclusions were asked.
    """
    return shown(query, document, now) if accepts(query, document, now) else None


def accepts(query: Query, document: Document, now: datetime) -> bool:
    """Say whether a query holds for an entry."""
    begin(document)
    return holds(query.root, document, document.views[""], now)


def shown(query: Query, document: Document, now: datetime) -> tuple[Evidence, ...]:
    """Return the evidence for a query that holds for an entry."""
    begin(document)
    return tuple(dict.fromkeys(evidence(query.root, document, document.views[""], now)))


def begin(document: Document) -> None:
    """Let what follows look at as much as any query may: how long another one was is no matter."""
    title, body = document.views[""]
    title.left = body.left = document.views["lead"][1].left = MOST_STEPS


def holds(node: Node, document: Document, views: Views, now: datetime) -> bool:
    """Say whether one part of a query holds within these texts of an entry."""
    match node:
        case Term():
            return any(occurs(node, text) for text in views)
        case And(parts=parts):
            return all(holds(part, document, views, now) for part in parts)
        case Or():
            return _any_holds(node, document, views, now)
        case Not(part=part):
            return not holds(part, document, views, now)
        case Listed(part=part):
            return any(stands_in(part, text) for text in views)
        case Scope(name=name, part=part):
            return holds(part, document, document.views[name], now)
        case Near():
            return any(finds_of(node, text) for text in views)
        case Meta(name=name, value=value):
            return fitting(name, value, document, now) is not None


def evidence(
    node: Node, document: Document, views: Views, now: datetime, prefix: str = ""
) -> Iterator[Evidence]:
    """Yield what shows that a part holds, clause by clause; the part does hold.

    `prefix` is the field the part stands in, with its colon.
    """
    match node:
        case And(parts=parts):
            for part in parts:
                yield from evidence(part, document, views, now, prefix)
        case Or():
            for term in _terms(node, views):
                yield from _shown(term, views, prefix + term.text)
            for part in other_parts(node):
                if holds(part, document, views, now):
                    yield from evidence(part, document, views, now, prefix)
        case Listed(name=name, part=part):
            # The list is the clause; its spellings share the places that are shown.
            yield from _shown(part, views, f"{prefix}@{name}")
        case Scope(name=name, part=part):
            yield from evidence(part, document, document.views[name], now, f"{name}:")
        case Term() | Near():
            yield from _shown(node, views, _clause(node, prefix))
        case Meta(name=name, value=value):
            yield Evidence(spelled_out(node), fitting(name, value, document, now) or "")
        case Not():
            pass


def _clause(node: Node, prefix: str) -> str:
    text = spelled_out(node)
    return f"{prefix}({text})" if prefix and isinstance(node, Near) else prefix + text


def _shown(node: Node, views: Views, clause: str) -> list[Evidence]:
    """Return the first places of a term, a NEAR or a list, title first."""
    shown: dict[Evidence, None] = {}
    left = MOST_SHOWN
    for text in views:
        finds = finds_of(node, text)
        if not left or not finds:
            continue
        for find in _apart(node, finds, left):
            left -= 1
            for first, after in find.parts:
                span = text.span(first, after)
                shown[Evidence(clause, text.text[span.start : span.end], span)] = None
    return list(shown)


def _apart(node: Node, finds: Sequence[Find], most: int) -> list[Find]:
    """Return the first finds, without those that show no word the ones before did not show.

    A phrase with a distance has many that overlap: of those the closest is shown.
    """
    apart = isinstance(node, Term) and node.within is not None
    ends = sorted(finds, key=lambda find: (find.after, -find.first)) if apart else sorted(finds)
    chosen: list[Find] = []
    parts: set[tuple[int, int]] = set()
    for find in ends:
        if len(chosen) == most:
            break
        if parts.issuperset(find.parts) or (apart and chosen and find.first < chosen[-1].after):
            continue
        chosen.append(find)
        parts.update(find.parts)
    return chosen


def _any_holds(node: Or, document: Document, views: Views, now: datetime) -> bool:
    # What single words tell comes first, of all parts, before the phrases of any are looked for.
    return (
        _surely_holds(node, document, views)
        or any(occurs(term, text) for text in views for term in likely_terms(node, text))
        or any(holds(part, document, views, now) for part in other_parts(node))
    )


def _surely_holds(node: Node, document: Document, views: Views) -> bool:
    """Say whether a part holds as far as single words tell; False is no answer."""
    match node:
        case Or():
            return any(surely_there(node, text) for text in views) or any(
                _surely_holds(part, document, views) for part in other_parts(node)
            )
        case And(parts=parts):
            return all(_surely_holds(part, document, views) for part in parts)
        case Listed(part=part):
            return _surely_holds(part, document, views)
        case Scope(name=name, part=part):
            return _surely_holds(part, document, document.views[name])
        case _:
            return False


def _terms(node: Or, views: Views) -> Iterator[Term]:
    """Yield the terms of an OR that may be in these texts, each once."""
    seen = set()
    for text in views:
        for term in likely_terms(node, text):
            if id(term) not in seen:
                seen.add(id(term))
                yield term
