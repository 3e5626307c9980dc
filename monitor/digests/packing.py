"""Putting what chat shows into the room a service gives: texts, items, messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from monitor.digests.chat import Item, Part, Told
from monitor.digests.excerpts import ELLIPSIS

Piece = TypeVar("Piece")


def fitted(text: str, room: int, escaped: Callable[[str], str]) -> str:
    """Return the escaped text, cut so that it takes `room` UTF-16 code units at most."""
    whole = escaped(text)
    if units(whole) <= room:
        return whole
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if units(escaped(text[:middle].rstrip() + ELLIPSIS)) <= room:
            low = middle
        else:
            high = middle - 1
    return escaped(text[:low].rstrip() + ELLIPSIS)


def units(text: str) -> int:
    """Count UTF-16 code units, as the services do: an emoji is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def within(message: Told, size: Callable[[Part, Item | None], int], room: int) -> Told:
    """Keep as many items as have room, dealt in rounds: every part's best first.

    `size` says what an item takes, and for None what a part's heading does. What finds no room is counted.
    """
    kept = [0] * len(message.parts)
    open_parts = [index for index, part in enumerate(message.parts) if part.items]
    while open_parts:
        still_open = []
        for index in open_parts:
            part = message.parts[index]
            need = size(part, part.items[kept[index]])
            need += 0 if kept[index] else size(part, None)
            if need > room:
                continue
            room -= need
            kept[index] += 1
            if kept[index] < len(part.items):
                still_open.append(index)
        open_parts = still_open
    parts = [
        replace(part, items=part.items[:number], more=part.more + len(part.items) - number)
        for part, number in zip(message.parts, kept, strict=True)
    ]
    return replace(
        message,
        parts=tuple(part for part in parts if part.items),
        rest=message.rest + sum(part.more for part in parts if not part.items),
    )


def packed(pieces: Sequence[Piece], fits: Callable[[list[Piece]], bool]) -> list[list[Piece]]:
    """Put the pieces into as few messages as hold them in this order."""
    messages: list[list[Piece]] = [[]]
    for piece in pieces:
        if messages[-1] and not fits([*messages[-1], piece]):
            messages.append([])
        messages[-1].append(piece)
    return messages
