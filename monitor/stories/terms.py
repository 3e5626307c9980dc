"""What a text consists of for grouping: concepts, numbers, and the words nobody listed."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

from monitor.stories.concepts import Lexicon, lexicon
from monitor.stories.folding import fold, is_cjk, raw_words, stem
from monitor.stories.numbers import number_at, scale_mark
from monitor.stories.words import STOP, STOP_CHARACTERS

Kind = Literal["name", "word", "number", "amount", "other"]


class Term(NamedTuple):
    """One term: what is compared, its kind, and how it stood in the text."""

    term: str
    kind: Kind
    shown: str


def terms(text: str, language: str) -> list[Term]:
    """Return the terms of a text in order.

    A run of CJK characters is cut at the spellings that are known, what is between them into
    overlapping pairs, those with a function word's character left out. Of the other words those
    that carry no meaning alone are left out. A word written with a capital is stemmed as English
    whatever the language, so that a name nobody listed is the same everywhere.
    """
    raw = raw_words(text)
    return terms_of(raw, [fold(word) for word in raw], language)


def terms_of(raw: list[str], folded: list[str], language: str) -> list[Term]:
    """Return the same of words that are cut apart and folded already."""
    known, short = lexicon(), language[:2]
    found: list[Term] = []
    at = 0
    while at < len(raw):
        word = folded[at]
        first = word[0]
        if first >= "\u3040" and is_cjk(word):
            _cut_run(word, known, found)
            at += 1
            continue
        if first.isdigit():
            value, large, taken = number_at(folded, at, short)
            shown = " ".join(raw[at : at + taken])
            if large and taken == 1 and at + 1 < len(raw):
                shown += scale_mark(folded[at + 1])
            found.append(Term(f"number:{value}", "amount" if large else "number", shown))
            at += taken
            continue
        if word in known.names and (listed := known.name_at(raw, folded, at)):
            concept, taken = listed
            if concept:
                found.append(Term(concept, "name", " ".join(raw[at : at + taken])))
            else:
                found += [_unlisted(folded[k], raw[k], short) for k in range(at, at + taken)]
        elif listed := known.word_at(folded, at, short):
            concept, taken = listed
            found.append(Term(concept, "word", " ".join(raw[at : at + taken])))
        else:
            taken = 1
            if word not in STOP and len(word) > 1:
                found.append(_unlisted(word, raw[at], short))
        at += taken
    return found


def _unlisted(word: str, raw: str, language: str) -> Term:
    return Term(stem(word, "en" if raw[0].isupper() else language), "other", raw)


def _cut_run(run: str, known: Lexicon, found: list[Term]) -> None:
    rest, at = 0, 0
    while at < len(run):
        for size in range(min(known.longest, len(run) - at), 1, -1):
            concept = known.runs.get(run[at : at + size])
            if concept is None or (concept and _is_part(run, at, size, rest, known)):
                continue
            if concept:
                _pairs(run[rest:at], found)
                kind: Kind = "word" if concept.startswith("word:") else "name"
                found.append(Term(concept, kind, run[at : at + size]))
                rest = at + size
            at += size
            break
        else:
            at += 1
    _pairs(run[rest:], found)


def _is_part(run: str, at: int, size: int, rest: int, known: Lexicon) -> bool:
    """Tell whether a spelling found in a run is a piece of a longer word.

    Foreign names in katakana and Korean words are spelled out: モディ is a piece of コモディティ.
    Another spelling may stand beside it, and Korean particles follow what they belong to.
    """
    first, last = run[at], run[at + size - 1]
    if at > rest and _is_katakana(first) and _is_katakana(run[at - 1]):
        return True
    if at > rest and first >= "\uac00" and run[at - 1] >= "\uac00":
        return not known.runs[run[at : at + size]].startswith("word:")
    until = at + size
    if until < len(run) and _is_katakana(last) and _is_katakana(run[until]):
        return not any(run[until:end] in known.runs for end in range(until + 2, len(run) + 1))
    return False


def _is_katakana(char: str) -> bool:
    return "\u30a1" <= char <= "\u30ff" and char != "・"


def _pairs(piece: str, found: list[Term]) -> None:
    for one, other in pairwise(piece):
        if one not in STOP_CHARACTERS and other not in STOP_CHARACTERS:
            found.append(Term(one + other, "other", one + other))
