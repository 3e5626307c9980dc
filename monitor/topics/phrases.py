"""The words and two-word phrases of an entry that could stand in a query.

They come from the title and the lead, where an entry says what it is about. Inflections count as one
(by the stems of the entry's language), and each keeps the way it is written, to be read and searched.
Runs of Chinese, Japanese and Korean characters, which have no spaces, give every piece of two to
four. Function words, numbers and single letters are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from monitor.errors import QueryError
from monitor.query.document import LEAD_WORDS, Document
from monitor.query.folding import DASHES, Token, is_cjk, tokens
from monitor.query.stems import stems
from monitor.query.syntax import parse
from monitor.query.terms import OPERATOR
from monitor.topics.commonwords import CJK_FUNCTION, COMMON

Key = tuple[str, ...]
"""The stems of a word or phrase, or the characters of a piece of a run: equal for all inflections."""

_LEAD_CHARACTERS = 700
_SHORTEST, _LONGEST_GRAM = 2, 4
_KANA = re.compile("[\u3041-\u3096\u30fc]")


def phrases(document: Document) -> dict[Key, str]:
    """Return the words and phrases of title and lead by key, each as it is written first."""
    found: dict[Key, str] = {}
    for text in (document.title, document.text[:_LEAD_CHARACTERS]):
        read = tokens(text)[:LEAD_WORDS]
        stemmed = stems([token.form for token in read], document.language)
        for key, start, end in _pieces(text, read, stemmed):
            found.setdefault(key, text[start:end])
    return found


def query_of(written: str) -> str | None:
    """Return the query for a word or phrase as written, or None when there is none.

    Capitals that spell another word too (`BIS`, `EAR`) keep their case: `=BIS`.
    """
    plain = written.isalnum() and not OPERATOR.fullmatch(written)
    text = written if plain else f'"{" ".join(written.split())}"'
    try:
        query = parse(text)
        if query.warnings and plain:
            text = f"={written}"
            parse(text)
    except QueryError:
        return None
    return text


def best_spelling(spellings: Mapping[str, int]) -> str:
    """Return the way a phrase is written most often; of equals, the one with fewer capitals."""
    return min(spellings, key=lambda one: (-spellings[one], sum(c.isupper() for c in one), one))


def overlap(one: Key, other: Key) -> bool:
    """Say whether two phrases share a word, or two pieces of a run two characters."""
    if is_cjk(one[0]) and is_cjk(other[0]):
        pairs = {one[at : at + 2] for at in range(len(one) - 1)}
        return any(other[at : at + 2] in pairs for at in range(len(other) - 1))
    return not set(one).isdisjoint(other)


def _pieces(
    text: str, read: Sequence[Token], stemmed: Sequence[str]
) -> Iterator[tuple[Key, int, int]]:
    before: tuple[str, Token] | None = None
    run: list[Token] = []
    for token, stem in zip(read, stemmed, strict=True):
        if is_cjk(token.form):
            if run and run[-1].end != token.start:
                yield from _grams(run)
                run = []
            run.append(token)
            before = None
            continue
        if run:
            yield from _grams(run)
            run = []
        if token.form in COMMON and not _is_acronym(text, token):
            before = None
            continue
        if before is not None and _side_by_side(text, before[1], token):
            yield (before[0], stem), before[1].start, token.end
        if _is_word(text, token):
            yield (stem,), token.start, token.end
        before = (stem, token)
    yield from _grams(run)


def _side_by_side(text: str, left: Token, right: Token) -> bool:
    between = text[left.end : right.start]
    both_numbers = left.form.isdigit() and right.form.isdigit()
    return len(between) == 1 and (between.isspace() or between in DASHES) and not both_numbers


def _is_word(text: str, token: Token) -> bool:
    form = token.form
    if form.isdigit():
        return False
    return len(form) > 2 or _is_acronym(text, token)


def _is_acronym(text: str, token: Token) -> bool:
    """Say whether a word is written in capitals: US, which is not "us", and AI."""
    return len(token.form) > 1 and text[token.start : token.end].isupper()


def _grams(run: Sequence[Token]) -> Iterator[tuple[Key, int, int]]:
    for length in range(_SHORTEST, _LONGEST_GRAM + 1):
        for first in range(len(run) - length + 1):
            piece = run[first : first + length]
            key = tuple(token.form for token in piece)
            if key[0] in CJK_FUNCTION or key[-1] in CJK_FUNCTION or any(map(_KANA.match, key)):
                continue
            yield key, piece[0].start, piece[-1].end
