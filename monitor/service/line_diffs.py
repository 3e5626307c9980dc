"""What differs between two texts, line by line, in a time that grows with their length. Pure.

Lines that stand once in both are taken to be the same; difflib compares what lies between them, which alone takes
minutes for a thousand edits of a long file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from monitor.stories.differences import longest_row

Opcode = tuple[str, int, int, int, int]
"""As of `SequenceMatcher.get_opcodes`."""

_CLOSELY = 400
"""Lines between two of the same up to which what lies between is compared line by line."""


def hunks(before: Sequence[str], after: Sequence[str], context: int) -> Iterator[list[Opcode]]:
    """Yield the places that differ, with some lines around them."""
    matcher = _Known(None, "", "")
    matcher.opcodes = opcodes_of(before, after)
    if any(what != "equal" for what, *_ in matcher.opcodes):
        yield from matcher.get_grouped_opcodes(context)


class _Known(SequenceMatcher[str]):
    """Groups opcodes that are known already."""

    opcodes: list[Opcode]

    def get_opcodes(self) -> list[Opcode]:  # type: ignore[override]
        return list(self.opcodes)


def opcodes_of(before: Sequence[str], after: Sequence[str]) -> list[Opcode]:
    """Return how to make one of the other."""
    found: list[Opcode] = []
    i = j = 0
    for at, to in [*_anchors(before, after), (len(before), len(after))]:
        for what, i1, i2, j1, j2 in _between(before[i:at], after[j:to]):
            _put(found, (what, i + i1, i + i2, j + j1, j + j2))
        if at < len(before):
            _put(found, ("equal", at, at + 1, to, to + 1))
        i, j = at + 1, to + 1
    return found


def _between(before: Sequence[str], after: Sequence[str]) -> list[Opcode]:
    if not before and not after:
        return []
    if max(len(before), len(after)) > _CLOSELY and list(before) != list(after):
        what = "replace" if before and after else "delete" if before else "insert"
        return [(what, 0, len(before), 0, len(after))]
    return list(SequenceMatcher(None, before, after, False).get_opcodes())


def _put(found: list[Opcode], new: Opcode) -> None:
    """Add an opcode, to the last one where that is of the same kind."""
    if found and found[-1][0] == new[0]:
        what, i1, _, j1, _ = found.pop()
        new = (what, i1, new[2], j1, new[4])
    found.append(new)


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Return where lines stand that stand once in both, as many as keep their order."""
    once, other = Counter(before), Counter(after)
    places = {line: place for place, line in enumerate(after) if other[line] == 1}
    pairs = [
        (place, places[line])
        for place, line in enumerate(before)
        if once[line] == 1 and line in places
    ]
    return longest_row(pairs)
