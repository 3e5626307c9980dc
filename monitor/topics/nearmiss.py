"""Entries a topic only just leaves out: where what it misses is most likely to be.

An entry is a *near miss* when it does not match and one small change would let it:

- the query holds, and the points are at most `FEW_POINTS` below the floor;
- or the query does not hold, its points would be so if it did, and what it lacks is one thing:
  - one clause of an AND, where two other clauses hold, or one holds in the title; or where only an
    exclusion or a condition on metadata fails;
  - the distance of a NEAR both sides of which are there;
  - the field: it is in the entry, but not in the title.

One clause alone that holds deep in the text is not near: with `AI AND law`, all that mention AI would
be. Parts of an OR count each for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from monitor.query.document import Document, FoldedText
from monitor.query.evaluate import accepts, holds
from monitor.query.find import finds_of
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
    in_field,
    spelled_out,
)
from monitor.topics.compiled import CompiledTopic
from monitor.topics.explain import how_near, pointed, where
from monitor.topics.matching import boosts_that_hold, most_points, points_of

FEW_POINTS = 2
"""How far below the floor the points of a near miss may be."""

Stratum = Literal["matched", "near", "rest"]
"""Where an entry stands to a topic."""

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class NearMiss:
    """How near an entry came.

    `points` are those it has, or would have if the query held; `missing` is the clause that fails,
    "" when the query holds; `note` says in words what kept it out.
    """

    points: int
    missing: str
    note: str


class _Gap(NamedTuple):
    """The one part that fails, in the texts it was looked for in; `rank` 0 is nearer than 1."""

    rank: int
    node: Node
    views: Sequence[FoldedText]
    field: str = ""


def stratum(compiled: CompiledTopic, document: Document, now: datetime) -> Stratum:
    """Say whether an entry matches a topic, nearly does, or neither."""
    query_holds = accepts(compiled.query, document, now)
    if not query_holds and _gap(compiled.query.root, document, document.views[""], now) is None:
        return "rest"
    short = compiled.floor - points(compiled, document, now)
    if query_holds and short <= 0:
        return "matched"
    return "near" if short <= FEW_POINTS else "rest"


def near_miss(compiled: CompiledTopic, document: Document, now: datetime) -> NearMiss | None:
    """Return how near an entry came to a topic, or None when it matches or is not near."""
    if compiled.floor - most_points(compiled, document) > FEW_POINTS:
        return None  # most entries: none of the words of any boost is there
    views = document.views[""]
    if accepts(compiled.query, document, now):
        reached = points(compiled, document, now)
        if 0 < compiled.floor - reached <= FEW_POINTS:
            needed = f"{pointed(reached)} of the {compiled.floor} needed"
            return NearMiss(reached, "", needed)
        return None
    gap = _gap(compiled.query.root, document, views, now)
    if gap is None:
        return None
    reached = points(compiled, document, now)
    if compiled.floor - reached > FEW_POINTS:
        return None
    return NearMiss(reached, spelled_out(in_field(gap.field, gap.node)), _note(gap, document, now))


def points(compiled: CompiledTopic, document: Document, now: datetime) -> int:
    """Return the points of an entry, provided that the query holds."""
    return points_of(boosts_that_hold(compiled, document, now))


def near_query(query: Query) -> Query:
    """Return a query that holds for all matches and all near misses of another one, and more.

    It is for the index: `candidates(near_query(query), now)` proposes whatever may be near.
    """
    wider = _wider(query.root)
    return query if wider is None else Query(query.text, Or((query.root, wider)))


def words_in_title(query: Query, document: Document, now: datetime) -> bool:
    """Say whether any word a query asks for stands in the title, where the entry need not match."""
    return _any_in_title(query.root, document, now)


def _any_in_title(node: Node, document: Document, now: datetime) -> bool:
    match node:
        case And(parts=parts) | Or(parts=parts):
            return any(_any_in_title(part, document, now) for part in parts)
        case Near(left=left, right=right):
            return any(_any_in_title(part, document, now) for part in (left, right))
        case Scope(name=name, part=part):
            return name != "body" and _any_in_title(part, document, now)
        case Not() | Meta():
            return False
        case _:
            return holds(node, document, document.views["title"], now)


def _gap(
    node: Node, document: Document, views: Sequence[FoldedText], now: datetime, field: str = ""
) -> _Gap | None:
    """Return the one thing that a part lacks; the part does not hold. None: it lacks more."""
    match node:
        case And(parts=parts):
            return _gap_of_all(parts, document, views, now, field)
        case Or(parts=parts):
            found = None
            for part in parts:
                if isinstance(part, Term | Listed | Meta):
                    continue  # a word that is not there is not near by itself
                gap = _gap(part, document, views, now, field)
                if gap is not None and (found is None or gap.rank < found.rank):
                    found = gap
                    if not gap.rank:
                        break
            return found
        case Near(left=left, right=right):
            sides = [any(finds_of(side, text) for text in views) for side in (left, right)]
            return _Gap(0, node, views, field) if all(sides) else None
        case Scope(name=name, part=part):
            if holds(part, document, document.views[""], now):
                return _Gap(0, node, document.views[""])
            return _gap(part, document, document.views[name], now, name)
        case _:
            return None


def _gap_of_all(
    parts: Sequence[Node],
    document: Document,
    views: Sequence[FoldedText],
    now: datetime,
    field: str,
) -> _Gap | None:
    failing = None
    held = []
    for part in parts:
        if not holds(part, document, views, now):
            if failing is not None:
                return None
            failing = part
        elif _is_of_words(part):
            held.append(part)
    if failing is None or not held:
        return None
    if len(held) == 1 and _is_of_words(failing) and not _in_title(held[0], document, now):
        return None
    inner = _gap(failing, document, views, now, field)
    return inner or _Gap(int(_is_of_words(failing)), failing, views, field)


def _in_title(node: Node, document: Document, now: datetime) -> bool:
    """Say whether a part, which holds, would hold if the entry were its title alone."""
    match node:
        case And(parts=parts):
            return all(_in_title(part, document, now) for part in parts)
        case Or(parts=parts):
            return any(_in_title(part, document, now) for part in parts)
        case Scope(name=name, part=part):
            return name != "body" and holds(part, document, document.views["title"], now)
        case _:
            return holds(node, document, document.views["title"], now)


def _is_of_words(node: Node) -> bool:
    """Say whether a part asks for words rather than against them, or for metadata."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return any(map(_is_of_words, parts))
        case Not() | Meta():
            return False
        case _:
            return True


def _wider(node: Node) -> Node | None:
    """Return what holds wherever a part has a gap, and more; None when it never has one."""
    match node:
        case And(parts=parts):
            worded = [part for part in parts if _is_of_words(part)]
            ways: list[Node] = [_all_of(worded)] if worded and len(worded) < len(parts) else []
            for place in range(len(worded)):
                others = worded[:place] + worded[place + 1 :]
                if len(others) == 1:
                    ways.append(Scope("title", others[0]))
                elif others:
                    ways.append(And(tuple(others)))
            return _any_of(ways)
        case Or(parts=parts):
            return _any_of([wider for part in parts if (wider := _wider(part)) is not None])
        case Near(left=left, right=right):
            return And((left, right))
        case Scope(part=part):
            wider = _wider(part)
            return _any_of([part] if wider is None else [part, wider])
        case _:
            return None


def _all_of(parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _any_of(parts: Sequence[Node]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _note(gap: _Gap, document: Document, now: datetime) -> str:
    node, views = gap.node, gap.views
    named = _short(in_field(gap.field, node))
    match node:
        case Near():
            return how_near(node, document, views)
        case Scope(name=name, part=part):
            everywhere = document.views[""]
            if holds(part, document, everywhere, now):
                return f"{_short(part)} is in the entry, but not in the {where(name)}"
            return _note(_Gap(gap.rank, part, everywhere, ""), document, now)
        case Not(part=part):
            return f"{_short(part)} is there, but must not be"
        case Or(parts=parts):
            words = all(isinstance(part, Term | Listed) for part in parts)
            return f"none of these {len(parts)} {'is there' if words else 'holds'}: {named}"
        case And():
            return f"this does not hold: {named}"
        case _:
            return f"{named}: {how_near(node, document, views)}"


def _short(node: Node) -> str:
    text = spelled_out(node)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
