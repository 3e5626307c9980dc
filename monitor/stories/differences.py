"""What an edit changed, word by word.

A word with the spaces behind it is compared as one; Chinese, Japanese and Korean character by
character. Long texts are first laid side by side by the sentences that stand once in either, and only
what lies between is compared by words, up to a limit: no text can hang this, and where two are too
long or too different to be compared, all of the one gives way to all of the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from monitor.model.change import Edit, Piece, PieceKind
from monitor.model.entry import Revision
from monitor.stories.folding import CJK

CONTEXT = 8
"""Words (or characters of a script without spaces) that are kept around a change."""

CUT = " … "
"""What stands for unchanged words that are left out."""

MOST_WORDS = 600
"""Words between two common sentences up to which they are compared by words."""

MOST_WORK = 2_000_000
"""Pairs of words that are compared at most for one text; what is left then is replaced whole."""

LIKE = 0.25
"""Below this share of common words there is nothing to be seen between the two but all of each."""

_WORD = re.compile(
    rf"(?:[{CJK}]|(?:(?![{CJK}])\w)+(?:[.,'’:/-](?:(?![{CJK}])\w)+)*|[^\w\s])\s*|^\s+"
)
_SENTENCE_END = re.compile(r"(?<=[.!?\"'”’)\]])\s+|[。！？]+[”’」』）]*\s*|\n\s*")


def edits(title: str, text: str, revisions: Sequence[Revision]) -> tuple[Edit, ...]:
    """Compare each earlier text of an entry with the one that followed it.

    `revisions` come oldest first; `title` and `text` are what the entry says now.
    """
    stood = [(each.title, each.text) for each in revisions] + [(title, text)]
    return tuple(
        Edit(
            seen_at=revision.seen_at,
            title=difference(before[0], after[0]),
            text=difference(before[1], after[1]),
        )
        for revision, (before, after) in zip(revisions, pairwise(stood), strict=True)
    )


def difference(before: str, after: str, context: int | None = CONTEXT) -> tuple[Piece, ...]:
    """Return the pieces of two texts in order, neighbours of different kinds.

    Without `context` nothing is left out: the same and the removed pieces joined are `before`, the same
    and the added `after`, but for white space. () for a text that has not changed.
    """
    if before.split() == after.split():
        return ()
    pieces = _joined(each for each in _compared(_Work(MOST_WORK), before, after) if each.text)
    return pieces if context is None else _cut(pieces, context)


@dataclass(slots=True)
class _Work:
    """How many pairs of words may still be compared."""

    left: int


def _compared(work: _Work, before: str, after: str) -> Iterator[Piece]:
    one, other = _sentences(before), _sentences(after)
    at = at2 = 0
    for match, match2 in [*_anchors(one, other), (len(one), len(other))]:
        yield from _by_words(work, "".join(one[at:match]), "".join(other[at2:match2]))
        if match2 < len(other):
            yield Piece("same", other[match2])
        at, at2 = match + 1, match2 + 1


def _sentences(text: str) -> list[str]:
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if start < end]


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return the sentences at which two texts meet, as pairs of places that grow together.

    Both ends as far as they agree, and between them the longest row of sentences that stand once in
    either (patience sorting).
    """
    keys, keys2 = [each.strip() for each in one], [each.strip() for each in other]
    shorter = min(len(keys), len(keys2))
    head = next((at for at in range(shorter) if keys[at] != keys2[at]), shorter)
    left = shorter - head
    tail = next((at for at in range(left) if keys[-1 - at] != keys2[-1 - at]), left)
    end, end2 = len(keys) - tail, len(keys2) - tail
    once = {key for key, count in Counter(keys[head:end]).items() if count == 1}
    places = {key: at for at, key in enumerate(keys2[head:end2], head) if key in once}
    twice = Counter(keys2[head:end2])
    found = [
        (at, places[key])
        for at, key in enumerate(keys[head:end], head)
        if key in places and twice[key] == 1
    ]
    return [
        *((at, at) for at in range(head)),
        *longest_row(found),
        *((end + at, end2 + at) for at in range(tail)),
    ]


def longest_row(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of pairs whose second numbers grow as the first do."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        ends[pile : pile + 1] = [index]
    row = []
    index = ends[-1] if ends else -1
    while index >= 0:
        row.append(pairs[index])
        index = before[index]
    return row[::-1]


def _by_words(work: _Work, before: str, after: str) -> Iterator[Piece]:
    """Compare what lies between two common sentences."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    keys, keys2 = [word.rstrip() for word in one], [word.rstrip() for word in other]
    shorter = min(len(keys), len(keys2))
    head = next((at for at in range(shorter) if keys[at] != keys2[at]), shorter)
    left = shorter - head
    tail = next((at for at in range(left) if keys[-1 - at] != keys2[-1 - at]), left)
    end, end2 = len(keys) - tail, len(keys2) - tail
    yield Piece("same", "".join(other[:head]))
    yield from _matched(work, one[head:end], other[head:end2], kept=head + tail)
    yield Piece("same", "".join(other[end2:]))


def _matched(work: _Work, one: list[str], other: list[str], kept: int) -> Iterator[Piece]:
    keys, keys2 = [word.rstrip() for word in one], [word.rstrip() for word in other]
    cost = len(one) * len(other)
    if max(len(one), len(other)) <= MOST_WORDS and cost <= work.left:
        work.left -= cost
        matcher = SequenceMatcher(None, keys, keys2)
        common = sum(block.size for block in matcher.get_matching_blocks())
        if kept + common >= LIKE * (kept + max(len(one), len(other))):
            for _, start, until, start2, until2 in matcher.get_opcodes():
                if keys[start:until] == keys2[start2:until2]:
                    yield Piece("same", "".join(other[start2:until2]))
                else:
                    yield Piece("removed", "".join(one[start:until]))
                    yield Piece("added", "".join(other[start2:until2]))
            return
    yield Piece("removed", "".join(one))
    yield Piece("added", "".join(other))


def _joined(pieces: Iterator[Piece]) -> tuple[Piece, ...]:
    """Join neighbours of one kind; of a change, what was removed comes first."""
    joined: list[Piece] = []
    for changed, group in groupby(pieces, key=lambda piece: piece.kind != "same"):
        texts: dict[PieceKind, list[str]] = {"same": [], "removed": [], "added": []}
        for piece in group:
            texts[piece.kind].append(piece.text)
        kinds: tuple[PieceKind, ...] = ("removed", "added") if changed else ("same",)
        joined += [Piece(kind, text) for kind in kinds if (text := "".join(texts[kind]))]
    return tuple(joined)


def _cut(pieces: tuple[Piece, ...], context: int) -> tuple[Piece, ...]:
    """Leave out of unchanged stretches what is far from any change."""
    shown = []
    for at, piece in enumerate(pieces):
        if piece.kind == "same":
            words = _WORD.findall(piece.text)
            head = context if at else 0
            tail = context if at + 1 < len(pieces) else 0
            if len(words) > head + tail + 2:
                first = "".join(words[:head]).rstrip()
                last = "".join(words[len(words) - tail :])
                shown.append(Piece("same", f"{first}{CUT if at else CUT.lstrip()}{last}"))
                continue
        shown.append(piece)
    return tuple(shown)
