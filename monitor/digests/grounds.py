"""What a sentence may rest on: the numbers, names, quotations and words of the sources.

When in doubt a thing is not found. In scripts without capitals nothing marks a name: of Chinese each
piece of a sentence must stand in the sources, of other such scripts each word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.digests.numerals import all_of, numbers_of
from monitor.digests.quantities import (
    ANY_COUNTING,
    ANY_DAYS,
    COUNTING,
    DAYS,
    MONTHS_IN_SMALL,
    OPENERS,
)
from monitor.digests.summaries import Source
from monitor.stories.folding import CJK, fold, is_cjk
from monitor.stories.inflection import inflects
from monitor.stories.terms import Term, terms
from monitor.stories.words import STOP, STOP_CHARACTERS

_WORD = re.compile(rf"(?:(?![{CJK}])[^\W_])+")
_RUN = re.compile(f"[{CJK}]+")
_QUOTED = re.compile(
    r"“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|»([^«»]*)«|\"([^\"]*)\"|「([^「」]*)」|『([^『』]*)』|‹([^‹›]*)›"
    r"|《([^《》]*)》|‘([^‘]*)’(?!\w)|(?<!\w)'([^']*(?:(?<=\w)'(?=\w)[^']*)*)'(?!\w)"
)
_QUOTE_MARKS = frozenset('“”„«»"「」『』‹›‘《》')
_APOSTROPHE = re.compile("(?<=\\w)['’]")
_NEAR = 2
"""How far apart two words of a name may stand; initials do not count."""
_LEAST_FOUND = 0.5
_GRAMMAR = STOP_CHARACTERS | frozenset("一已从從由至到后後时時中上下内內还還称稱说說会會者所")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: folded, whether it has a capital, and where it stands."""

    folded: str
    capital: bool
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Return the words of a text that are not Chinese, Japanese or Korean."""
    return [
        Word(fold(found[0]), any(c.isupper() for c in found[0]), *found.span())
        for found in _WORD.finditer(text)
    ]


def quotations(text: str) -> tuple[list[str], str]:
    """Return what stands in quotation marks, and the text without; None of it is checked here."""
    quoted: list[str] = []

    def take(found: re.Match[str]) -> str:
        quoted.append(next(group for group in found.groups() if group is not None))
        return " ; "

    rest = _QUOTED.sub(take, text)
    return quoted, rest


class Grounds:
    """The sources of a summary, read once."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.language = sources[0].language[:2] if sources else ""
        texts = [(text, each.language[:2]) for each in sources for text in (each.title, each.text)]
        self._numbers = all_of(numbers_of(text, language) for text, language in texts)
        self._concepts = {
            term.term
            for text, language in texts
            for term in terms(text, language)
            if term.kind == "name" or term.term.startswith("word:")
        }
        self._texts = [_plain(text) for text, _ in texts]
        self._cjk = "\n".join(fold(text) for text, _ in texts)
        self._places: dict[str, list[int]] = defaultdict(list)
        self._capitals: set[str] = set()
        self._alike: dict[str, set[str]] = defaultdict(set)
        at = 0
        for text, _ in texts:
            for word in words_of(text):
                self._places[word.folded].append(at)
                self._alike[word.folded[:3]].add(word.folded)
                if word.capital:
                    self._capitals.add(word.folded)
                at += len(word.folded) > 1  # an initial keeps no names apart
            at += 100  # no name runs from one text into the next

    def fault(self, sentence: str) -> str:
        """Say in a word what of a sentence is not in the sources, "" when everything is."""
        quoted, rest = quotations(sentence)
        if not all(map(self._says, quoted)) or _has_open_quote(rest):
            return "quotation"
        numbers = numbers_of(sentence, self.language)
        if not numbers.found_in(self._numbers):
            return "number"
        words = words_of(sentence)
        left = {word.folded for word in words_of(numbers.rest)}
        if not all(self._found(word) for word in left & COUNTING.get(self.language, ANY_COUNTING)):
            return "number"
        if not all(word in self._places for word in left & self._times()):
            return "time"
        listed = terms(sentence, self.language)
        if any(term.kind == "name" and term.term not in self._concepts for term in listed):
            return "name"
        known = {
            word.folded
            for term in listed
            if term.term in self._concepts
            for word in words_of(term.shown)
        }
        if not self._names_found(sentence, words, known, left) or not self._runs_found(
            sentence, listed
        ):
            return "name"
        return "" if self._is_about(words, known) else "unrelated"

    def _times(self) -> frozenset[str]:
        return DAYS.get(self.language, ANY_DAYS) | MONTHS_IN_SMALL.get(self.language, frozenset())

    def _found(self, word: str, among: Iterable[str] | None = None) -> set[str]:
        """Return the words of the sources that a folded word is, or is an inflection of."""
        pool = self._places if among is None else among
        if word in pool:
            return {word}
        if len(word) < 4:
            return set()
        return {
            each
            for each in self._alike.get(word[:3], ())
            if each in pool and inflects(word, each, self.language)
        }

    def _names_found(
        self, sentence: str, words: Sequence[Word], known: set[str], left: set[str]
    ) -> bool:
        """Look for each word with a capital, and for neighbours among them near each other.

        `left` are the words that no number has taken.
        """
        opening = OPENERS.get(self.language, frozenset()) | STOP
        met: list[tuple[Word, set[str]]] = []
        for number, word in enumerate(words):
            if not word.capital:
                if _is_uncased(word.folded) and word.folded not in self._places:
                    return False
                continue
            first = number == 0
            if word.folded not in left or (first and word.folded in opening):
                continue
            found = self._found(word.folded, None if first else self._capitals)
            if not found and word.folded not in known:
                return False
            met.append((word, found))
        return all(
            self._near(mine, others)
            for (one, mine), (other, others) in pairwise(met)
            if sentence[one.end : other.start] in (" ", "-", ". ") and mine and others
        )

    def _near(self, one: set[str], other: set[str]) -> bool:
        return any(
            abs(here - there) <= _NEAR
            for first in one
            for here in self._places[first]
            for second in other
            for there in self._places[second]
        )

    def _runs_found(self, sentence: str, listed: Sequence[Term]) -> bool:
        """Look for each run of Chinese in pieces of two characters and more; grammar may stand alone."""
        text = fold(sentence)
        for term in listed:
            if term.kind == "name" and is_cjk(term.shown):
                text = text.replace(fold(term.shown), " ")
        return all(self._is_pieced(found[0]) for found in _RUN.finditer(text))

    def _is_pieced(self, run: str) -> bool:
        reached = {0}
        for end in range(1, len(run) + 1):
            if (end - 1 in reached and run[end - 1] in _GRAMMAR) or any(
                start in reached and run[start:end] in self._cjk
                for start in range(max(0, end - 12), end - 1)
            ):
                reached.add(end)
        return len(run) in reached

    def _is_about(self, words: Sequence[Word], known: set[str]) -> bool:
        """Tell whether at least half of what a sentence speaks of is in the sources."""
        telling = [
            each.folded for each in words if each.folded not in STOP and len(each.folded) > 2
        ]
        if not telling:
            return True
        found = sum(1 for each in telling if each in known or self._found(each))
        return found >= _LEAST_FOUND * len(telling)

    def _says(self, quoted: str) -> bool:
        """Tell whether the sources hold the very words."""
        wanted = _plain(quoted).strip(" .,;:!?，。；：！？")
        if not wanted:
            return False
        return any(
            not _inside_word(text, at, at + len(wanted))
            for text in self._texts
            for at in _all_places(wanted, text)
        )


def _plain(text: str) -> str:
    """Return a text as quotations are compared: folded, with one kind of quotation mark."""
    return " ".join(re.sub("[“”„«»‹›「」『』《》]", '"', fold(text)).replace("‘", "'").split())


def _all_places(wanted: str, text: str) -> Iterable[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _inside_word(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch begins or ends within a word that is not Chinese."""
    return any(
        0 < cut < len(text)
        and text[cut - 1].isalnum()
        and text[cut].isalnum()
        and not (is_cjk(text[cut - 1]) or is_cjk(text[cut]))
        for cut in (start, end)
    )


def _has_open_quote(rest: str) -> bool:
    """Tell whether quotation marks are left that belong to no pair; apostrophes are none."""
    rest = _APOSTROPHE.sub("", rest)
    return any(char in _QUOTE_MARKS or char in "'’" for char in rest)


def _is_uncased(word: str) -> bool:
    return any(unicodedata.category(char) == "Lo" for char in word)
