"""Words that are spelled nearly alike: by letters left out, put in, changed or swapped."""

from __future__ import annotations

from collections.abc import Iterator

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"

SHORTEST = 3
"""Shorter words are not corrected: each is near to every other one."""

_LONGEST = 40


def most_edits(word: str) -> int:
    """Return how many letters may be wrong in a word: none in a short one, two in a long one."""
    if not SHORTEST <= len(word) <= _LONGEST:
        return 0
    return 1 if len(word) < 6 else 2


def one_edit(word: str) -> Iterator[str]:
    """Yield all words with one letter left out, put in, changed or swapped with the next."""
    letters = _CYRILLIC if any(c in _CYRILLIC for c in word) else _LATIN
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            if after:
                yield before + letter + after[1:]
            yield before + letter + after


def edits(one: str, other: str, most: int) -> int:
    """Return how many edits lead from one word to the other, `most` + 1 when there are more.

    (Damerau's distance, in which no piece is edited twice.)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and (not before_last or min(last) > most):
            return most + 1
        before_last, last = last, row
    return min(last[-1], most + 1)
