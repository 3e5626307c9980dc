"""What each part of a topic does: what an entry owes to one clause alone, what one NOT keeps out.

A clause here is a part of an OR that the query as a whole hangs on: in `(a OR b) AND NOT c` these
are `a` and `b`. Clauses inside of NEAR and of named lists are not taken apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.query.document import Document, FoldedText
from monitor.query.evaluate import holds
from monitor.query.tree import And, Node, Not, Or, Scope, in_field, spelled_out

Clause = tuple[str, Node]
"""How a part is called, with the field it stands in, and the part."""

Views = Sequence[FoldedText]


def clauses(node: Node, field: str = "") -> Iterator[Clause]:
    """Yield the clauses of a query, those of an OR before those inside of them."""
    match node:
        case Or(parts=parts):
            for part in parts:
                yield spelled_out(in_field(field, part)), part
                yield from clauses(part, field)
        case And(parts=parts):
            for part in parts:
                yield from clauses(part, field)
        case Scope(name=name, part=part):
            yield from clauses(part, name)
        case _:
            pass


def exclusions(node: Node, field: str = "") -> Iterator[Clause]:
    """Yield the parts that must not hold, as written behind their NOT."""
    match node:
        case Or(parts=parts) | And(parts=parts):
            for part in parts:
                yield from exclusions(part, field)
        case Scope(name=name, part=part):
            yield from exclusions(part, name)
        case Not():
            yield spelled_out(in_field(field, node)).removeprefix("NOT "), node
        case _:
            pass


def held_clauses(
    node: Node, document: Document, views: Views, now: datetime, *, alone: bool = True
) -> Iterator[tuple[Node, bool]]:
    """Yield the clauses that hold for an entry the query accepts, each with whether it is needed.

    One is needed, or alone, when the query would not hold without it.
    """
    match node:
        case Or(parts=parts):
            held = [part for part in parts if holds(part, document, views, now)]
            for part in held:
                needed = alone and len(held) == 1
                yield part, needed
                yield from held_clauses(part, document, views, now, alone=needed)
        case And(parts=parts):
            for part in parts:
                yield from held_clauses(part, document, views, now, alone=alone)
        case Scope(name=name, part=part):
            yield from held_clauses(part, document, document.views[name], now, alone=alone)
        case _:
            pass


def to_blame(node: Node, document: Document, views: Views, now: datetime) -> Iterator[Not]:
    """Yield each NOT without which a query that does not hold for an entry would hold."""
    match node:
        case Not():
            yield node
        case Or(parts=parts):
            for part in parts:
                yield from to_blame(part, document, views, now)
        case And(parts=parts):
            # NOTs first: few entries fail one, and then nothing else need be looked at.
            failing: list[Node] = [
                p for p in parts if isinstance(p, Not) and not holds(p, document, views, now)
            ]
            if len(failing) > 1:
                return
            for part in parts:
                if not isinstance(part, Not) and not holds(part, document, views, now):
                    failing.append(part)
                    if len(failing) > 1:
                        return
            for part in failing:
                yield from to_blame(part, document, views, now)
        case Scope(name=name, part=part):
            yield from to_blame(part, document, document.views[name], now)
        case _:
            pass
