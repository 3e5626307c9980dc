"""Other ways to write a name with capitals or digits: GPU and GPUs, GPT-5 and GPT5, 3nm and 3 nm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from monitor.query.folding import DASHES
from monitor.query.tree import Word

MOST_VARIANTS = 8
"""Ways to write one phrase that are looked for, the one that was typed among them."""

_LETTERS_DIGITS = re.compile(r"([a-z]+)([0-9][a-z0-9]*)")
_DIGITS_LETTERS = re.compile(r"([0-9]+)([a-z]+)")


def spellings(
    words: Sequence[Word], pieces: Sequence[str], gaps: Sequence[str]
) -> tuple[tuple[Word, ...], ...]:
    """Return the ways to write these words, as typed first.

    `pieces` are the words as written, with their case; `gaps` what stands before each. Words with
    `*` or `=` stay as they are.
    """
    choices = [[(word,), *_alone(word, piece)] for word, piece in zip(words, pieces, strict=True)]
    return tuple(islice(_sequences(words, choices, gaps, 0), MOST_VARIANTS))


def _sequences(
    words: Sequence[Word], choices: Sequence[list[tuple[Word, ...]]], gaps: Sequence[str], at: int
) -> Iterator[tuple[Word, ...]]:
    if at == len(words):
        yield ()
        return
    for choice in choices[at]:
        for rest in _sequences(words, choices, gaps, at + 1):
            yield (*choice, *rest)
    joined = _joined(words[at], words[at + 1], gaps[at + 1]) if at + 1 < len(words) else None
    if joined:
        for rest in _sequences(words, choices, gaps, at + 2):
            yield (joined, *rest)


def _alone(word: Word, piece: str) -> Iterator[tuple[Word, ...]]:
    """Yield the other number of a word that has no stem, and its letters and digits apart."""
    form = word.form
    if word.prefix or word.cased:
        return
    if piece.isalpha():
        # With the case, or IT would find "its".
        if len(piece) > 1 and piece.isupper():
            yield (Word(f"{form}s", cased=f"{piece}s", stemmed=False),)
        elif len(piece) > 2 and piece[-1] == "s" and piece[:-1].isupper():
            yield (Word(form[:-1], cased=piece[:-1], stemmed=False),)
        return
    if form.isalnum() and not form.isdigit():
        yield (Word(form[:-1] if form.endswith("s") else f"{form}s", stemmed=False),)
    if match := _LETTERS_DIGITS.fullmatch(form):
        # Only with a hyphen, or A100 would find "a 100".
        yield (Word(match[1], stemmed=False), Word(match[2], stemmed=False, glued=True))
    elif match := _DIGITS_LETTERS.fullmatch(form):
        lone = len(match[2]) == 1
        yield (Word(match[1], stemmed=False), Word(match[2], stemmed=False, glued=lone))


def _joined(word: Word, after: Word, gap: str) -> Word | None:
    """Return two words as one where a hyphen, or a digit before a letter, lets them be: GPT-5."""
    if word.prefix or word.cased or after.prefix or after.cased:
        return None
    joined = word.form + after.form
    if _DIGITS_LETTERS.fullmatch(joined) and after.form.isalpha():
        return Word(joined, stemmed=False)
    hyphen = len(gap) == 1 and gap in DASHES
    if hyphen and word.form.isalpha() and _LETTERS_DIGITS.fullmatch(joined):
        return Word(joined, stemmed=False)
    return None
