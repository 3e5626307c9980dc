"""What a query asks about the entry itself, in a form a table can be asked.

A list of groups of facts. Each entry that the query accepts has at least one fact of every group;
there may be others that have. So groups may be left out, facts of a group may not.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model.search import Fact
from monitor.query.metadata import DATE_FIELDS, is_relative, period
from monitor.query.tree import And, Meta, Node, Not, Or, Scope

Groups = tuple[tuple[Fact, ...], ...]

MOST_FACTS = 50
"""Facts of all groups: SQLite reads no condition of a thousand parts, and each costs a look at all feeds."""


def about(node: Node, now: datetime) -> Groups:
    """Return the groups of facts of a query or a part of one, those that ask for one fact first.

    `now` is what `published:7d` counts from.
    """
    groups = dict.fromkeys(_groups(node, now, wanted=True))
    kept: list[tuple[Fact, ...]] = []
    left = MOST_FACTS
    for group in sorted(groups, key=lambda group: len(group) > 1 or not group[0].wanted):
        if len(group) <= left:
            kept.append(group)
            left -= len(group)
    return tuple(kept)


def _groups(node: Node, now: datetime, *, wanted: bool) -> Groups:
    match node:
        case Meta(name="published", value=value) if is_relative(value):
            return _recent(value, now, wanted)
        case Meta(name=name, value=value):
            if name in DATE_FIELDS and name != "published":
                return ()  # a range of ids: see `superset`
            return ((Fact(name, value, wanted),),)
        case Not(part=part):
            return _groups(part, now, wanted=not wanted)
        case Scope(part=part):
            return _groups(part, now, wanted=wanted)
        case And(parts=parts):
            return _all(parts, now, wanted) if wanted else _any(parts, now, wanted)
        case Or(parts=parts):
            return _any(parts, now, wanted) if wanted else _all(parts, now, wanted)
        case _:
            return ()


def _recent(value: str, now: datetime, wanted: bool) -> Groups:
    """Return publication within a time that ends now as whole days: of two at its border the one that leaves out less."""
    from_at = period("published", value, now)[0].astimezone(UTC)
    if from_at.year == 1:
        return ()
    day = from_at.date() if wanted else from_at.date() + timedelta(days=1)
    return ((Fact("published", f">={day.isoformat()}", wanted),),)


def _all(parts: tuple[Node, ...], now: datetime, wanted: bool) -> Groups:
    return tuple(group for part in parts for group in _groups(part, now, wanted=wanted))


def _any(parts: tuple[Node, ...], now: datetime, wanted: bool) -> Groups:
    """Return one group with a fact of each part, () when a part has none."""
    if len(parts) > MOST_FACTS:
        return ()
    merged: dict[Fact, None] = {}
    for part in parts:
        groups = _groups(part, now, wanted=wanted)
        if not groups:
            return ()
        fewest = min(groups, key=len)
        merged.update(dict.fromkeys(fewest))
    return (tuple(merged),) if len(merged) <= MOST_FACTS else ()
