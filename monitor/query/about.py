"""What a query asks about the entry itself, in a form a table can be asked.

A list of groups of facts. Each entry that the query accepts has at least one fact of every group;
there may be others that have. So groups may be left out, facts of a group may not.
"""

from __future__ import annotations

from monitor.model.search import Fact
from monitor.query.metadata import DATE_FIELDS
from monitor.query.tree import And, Meta, Node, Not, Or, Scope

Groups = tuple[tuple[Fact, ...], ...]

MOST_FACTS = 50
"""Facts of all groups: SQLite reads no condition of a thousand parts, and each costs a look at all feeds."""


def about(node: Node) -> Groups:
    """Return the groups of facts of a query or a part of one, those that ask for one fact first."""
    groups = dict.fromkeys(_groups(node, wanted=True))
    kept: list[tuple[Fact, ...]] = []
    left = MOST_FACTS
    for group in sorted(groups, key=lambda group: len(group) > 1 or not group[0].wanted):
        if len(group) <= left:
            kept.append(group)
            left -= len(group)
    return tuple(kept)


def _groups(node: Node, *, wanted: bool) -> Groups:
    match node:
        case Meta(name=name, value=value):
            if name in DATE_FIELDS and name != "published":
                return ()  # a range of ids: see `superset`
            return ((Fact(name, value, wanted),),)
        case Not(part=part):
            return _groups(part, wanted=not wanted)
        case Scope(part=part):
            return _groups(part, wanted=wanted)
        case And(parts=parts):
            return _all(parts, wanted) if wanted else _any(parts, wanted)
        case Or(parts=parts):
            return _any(parts, wanted) if wanted else _all(parts, wanted)
        case _:
            return ()


def _all(parts: tuple[Node, ...], wanted: bool) -> Groups:
    return tuple(group for part in parts for group in _groups(part, wanted=wanted))


def _any(parts: tuple[Node, ...], wanted: bool) -> Groups:
    """Return one group with a fact of each part, () when a part has none."""
    if len(parts) > MOST_FACTS:
        return ()
    merged: dict[Fact, None] = {}
    for part in parts:
        groups = _groups(part, wanted=wanted)
        if not groups:
            return ()
        fewest = min(groups, key=len)
        merged.update(dict.fromkeys(fewest))
    return (tuple(merged),) if len(merged) <= MOST_FACTS else ()
