"""What a topic asked for over time, and what each of its versions changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from monitor.model.change import Piece
from monitor.service.shapes import Shape, instant
from monitor.service.wiring import Services
from monitor.stories.differences import difference


@dataclass(frozen=True, slots=True)
class BoostChange:
    """A boost that came (`before` is None), went (`after` is None) or has other points."""

    query: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class ListChange:
    """What came into a list and went, as far as the topic asks for it; `name` is "@chips" or "saved:ours"."""

    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """One version of a topic and how it differs from the one before; the first differs from nothing.

    `query` is () where it did not change, `floor` None.
    """

    version: int
    created_at: datetime
    present: bool
    text: str
    first: bool = False
    query: tuple[Piece, ...] = ()
    boosts: tuple[BoostChange, ...] = ()
    floor: tuple[int, int] | None = None
    lists: tuple[ListChange, ...] = ()


def topic_versions(services: Services, name: str) -> tuple[VersionChange, ...]:
    """Return the versions of a topic, the newest first, each with what it changed."""
    kept = services.store.topic_history.versions(name)
    present = services.versions.get(name)
    shown = [
        VersionChange(
            version=each.version,
            created_at=each.created_at,
            present=each.version == present,
            text=_read(each.definition)["query"],
            first=True,
        )
        for each in kept[:1]
    ]
    for one, other in pairwise(kept):
        before, after = _read(one.definition), _read(other.definition)
        shown.append(
            VersionChange(
                version=other.version,
                created_at=other.created_at,
                present=other.version == present,
                text=after["query"],
                query=difference(before["query"], after["query"], None),
                boosts=_boosts(before["boost"], after["boost"]),
                floor=None
                if before["floor"] == after["floor"]
                else (before["floor"], after["floor"]),
                lists=_lists(_named(before), _named(after)),
            )
        )
    return tuple(reversed(shown))


def versions_shape(versions: Sequence[VersionChange]) -> list[Shape]:
    """Shape of the versions of a topic for the API."""
    return [
        {
            "version": each.version,
            "created_at": instant(each.created_at),
            "present": each.present,
            "query": each.text,
            "changes": None
            if each.first
            else {
                "query": [{"kind": piece.kind, "text": piece.text} for piece in each.query],
                "boosts": [
                    {"query": one.query, "before": one.before, "after": one.after}
                    for one in each.boosts
                ],
                "floor": list(each.floor) if each.floor else None,
                "lists": [
                    {"name": one.name, "added": list(one.added), "removed": list(one.removed)}
                    for one in each.lists
                ],
            },
        }
        for each in versions
    ]


def _read(definition: str) -> dict[str, Any]:
    """Read what `monitor.topics.definition` wrote; what an older monitor left out is empty."""
    read: dict[str, Any] = {"query": "", "boost": [], "floor": 1, "lists": {}, "searches": {}}
    read.update(json.loads(definition))
    return read


def _named(read: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Return what a version names: lists with their spellings, saved searches with their query."""
    lists = {f"@{name}": spellings for name, spellings in read["lists"].items()}
    return lists | {f"saved:{name}": [query] for name, query in read["searches"].items()}


def _boosts(
    before: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]]
) -> tuple[BoostChange, ...]:
    one = {str(query): int(points) for query, points in before}
    other = {str(query): int(points) for query, points in after}
    return tuple(
        BoostChange(query, one.get(query), other.get(query))
        for query in {**one, **other}
        if one.get(query) != other.get(query)
    )


def _lists(
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> tuple[ListChange, ...]:
    changes = []
    for name in sorted({*before, *after}):
        one, other = before.get(name, []), after.get(name, [])
        if one != other:
            added = tuple(each for each in other if each not in one)
            removed = tuple(each for each in one if each not in other)
            changes.append(ListChange(name, added, removed))
    return tuple(changes)
