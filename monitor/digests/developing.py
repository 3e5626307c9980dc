"""Stories that were told before: which come back, and with what news."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.digests.excerpts import clean_line
from monitor.model.change import Change, ChangeKind
from monitor.model.edition import Card, Development, Told

NEWS_COLUMNS = 160
SHOWN_NEWS = 5

_WEIGHTIEST: tuple[ChangeKind, ...] = ("official", "figure", "date", "name", "outlets", "trusted")
"""What brings a story back, the weightiest first. Another headline and a withdrawal are told of the entry
that stood in an edition (`Edition.changed`), not of its story."""


def is_material(changes: Iterable[Change]) -> bool:
    """Whether any of the changes brings a story back."""
    return any(change.kind in _WEIGHTIEST for change in changes)


def news(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return what a story has gained, each in a line; nothing where none of it is material.

    The weightiest come first, of one kind the earliest; what is too much is counted in the last line.
    """
    material = [change for change in changes if change.kind in _WEIGHTIEST]
    material.sort(key=_weight)
    said = dict.fromkeys(clean_line(change.text, NEWS_COLUMNS) for change in material)
    lines = [line for line in said if line]
    if len(lines) <= SHOWN_NEWS:
        return tuple(lines)
    return (*lines[: SHOWN_NEWS - 1], f"and {len(lines) - SHOWN_NEWS + 1:,} more changes")


def bringer(changes: Iterable[Change]) -> int | None:
    """Return the entry that brought the weightiest news: its headline is the one to show."""
    material = [change for change in changes if change.kind in _WEIGHTIEST]
    return min(material, key=_weight).entry if material else None


def _weight(change: Change) -> tuple[int, datetime, int]:
    return _WEIGHTIEST.index(change.kind), change.at, change.entry


def development(card: Card, told: Told, changes: Iterable[Change]) -> Development:
    """Return a story that comes back, with the edition it last stood in."""
    return Development(card, news(changes), told.edition, told.on)
