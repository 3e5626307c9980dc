"""One tokeniser for both sides: the words of an entry and the words of a query.

A text becomes a list of tokens, each a folded `form` with its place in the *original* text:

- Case, accents, full-width and other compatibility forms are folded (Unicode NFKC, casefold,
  combining marks of Latin, Greek, Cyrillic, Hebrew and Arabic dropped; æ is ae, ø is o, ß is ss).
- Zero-width and bidirectional characters and soft hyphens are as if they were not there.
- Everything that is neither letter nor digit separates: `export-control` is two tokens.
- `U.S.` is one token `us`; a possessive `'s` is dropped; `C++`, `C#` are tokens of their own.
- Chinese, Japanese and Korean characters are one token each, so that a run of them in a query is a
  phrase that is found inside longer runs too.

ASCII text, and text that is ASCII once it is folded, takes a short path: a hundred words cost
some 15 microseconds. Offsets are worked out only where somebody asks for them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe\u3105-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
)
"""Characters (as ranges of a regular expression class) that are one token each."""

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
"""What may glue two tokens into one written word: `GPT-5`."""

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640"
    "\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_INDIC = "\u0900-\u0963\u0966-\u0dff\u0e00-\u0e4e\u0e50-\u109f\u1780-\u17d3"

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_RUN = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_MARK = re.compile(f"[{_MARKS}]")
_ONE_CJK = re.compile(f"[{CJK}]")
_HAS_UNITS = re.compile("[\u1100-\u11ff\u3099\u309a\uff9e\uff9f]")
_UNIT = re.compile(
    "[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|.[\u3099\u309a\uff9e\uff9f]|.", re.DOTALL
)
# The look-behind stands behind what is looked for: that makes it thirty times as fast.
_POSSESSIVE = re.compile(r"'s(?:(?<=[^\W_]'s)|(?<=\.'s))(?![^\W_])")
_ACRONYM = r"[a-z](?:\.[a-z])+\.?(?![a-z0-9])|[a-z](?:\+\+|#)"
# Longer words come first: most tokens then need one alternative only.
_ASCII_TOKEN = re.compile(r"[a-z0-9]{2,}|" + _ACRONYM + r"|[a-z0-9]")
_TOKEN = re.compile(_ACRONYM + f"|[{CJK}]|(?:[^\\W_{CJK}]|[{_INDIC}])+")

_APOSTROPHES = frozenset("'\u2018\u2019\u201b\u02bc\u2032\u00b4\u0060\uff07")
_SPACED = frozenset("\u2122\u2120\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079")
_PLAIN = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
)


class Token(NamedTuple):
    """One folded word and the characters `start` to `end` (half open) it stands at."""

    form: str
    start: int
    end: int


class _Folds(dict[str, str]):
    """What each character (or inseparable unit of several) becomes, worked out once."""

    def __missing__(self, unit: str) -> str:
        if len(self) > 60_000:
            self.clear()
        folded = self[unit] = _fold(unit)
        return folded


def tokens(text: str) -> list[Token]:
    """Return the words of a text with their places in it."""
    folded = fold(text)
    places = spans(text, folded)
    return [Token(form, *place) for form, place in zip(forms_of(folded), places, strict=True)]


def forms(text: str) -> list[str]:
    """Return the folded words alone."""
    return forms_of(fold(text))


def spans(text: str, folded: str, most: int | None = None) -> list[tuple[int, int]]:
    """Return the places of the first `most` words, or all, in the text; `folded` is `fold(text)`.

    Each is (start, end), half open, in the order of `forms_of(folded)`.
    """
    matches = islice(_pattern(folded).finditer(folded), most)
    found = [match.span() for match in matches]
    shifts = None if text.isascii() or not found else _shifts(text, found[-1][1])
    if not shifts:
        return found
    keys = [shift.at for shift in shifts]
    return [(_start(shifts, keys, s), _end(shifts, keys, e)) for s, e in found]


def forms_of(folded: str) -> list[str]:
    """Return the words of a text that has been folded."""
    found: list[str] = _pattern(folded).findall(folded)
    if "." not in folded:
        return found
    return [form.replace(".", "") if "." in form else form for form in found]


def cased(piece: str) -> str:
    """Return one word as it stands, its case kept, everything else folded: `U.S` is `US`."""
    if not piece.isascii():
        piece = unmarked(piece)
        piece = "".join(c for c in piece if unicodedata.category(c) != "Cf")
    return piece.replace(".", "")


def unmarked(text: str) -> str:
    """Return a text without accents and in plain forms of letters, its case and signs kept."""
    plain = _MARK.sub("", unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text)))
    return unicodedata.normalize("NFC", plain)


def is_cjk(form: str) -> bool:
    """Say whether a token is one Chinese, Japanese or Korean character."""
    return _ONE_CJK.fullmatch(form) is not None


def fold(text: str) -> str:
    """Return a text with case, accents and forms folded, words not yet told apart."""
    if not text.isascii():
        text = _NON_ASCII.sub(_fold_run, text)
    text = text.lower()
    if "'s" in text:
        # Two spaces instead of two characters: the places of all others stay.
        text = _POSSESSIVE.sub("  ", text)
    return text


def _fold_run(match: re.Match[str]) -> str:
    run = match[0]
    units = _UNIT.findall(run) if _HAS_UNITS.search(run) else run
    return "".join(map(_FOLDS.__getitem__, units))


def _fold(unit: str) -> str:
    if unit in _APOSTROPHES:
        return "'"
    category = unicodedata.category(unit[0])
    if category == "Cf" or _MARK.fullmatch(unit):
        return ""
    if unit in _SPACED or category in ("Cs", "Cc", "Cn"):
        return " "
    text = unicodedata.normalize("NFKC", unit).casefold()
    text = _MARK.sub("", unicodedata.normalize("NFD", text))
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    # Only letters, digits and the vowel signs between them may stay outside of ASCII, so that
    # English with typographic punctuation takes the short path.
    return "".join(c if c.isascii() or unicodedata.category(c)[0] in "LNM" else " " for c in text)


class _Shift(NamedTuple):
    """Where folding changed the length: folded characters `at` to `until`, originals `start` to `end`.

    Behind it both go on one by one, to the next shift.
    """

    at: int
    until: int
    start: int
    end: int


def _shifts(text: str, until: int) -> list[_Shift]:
    """Return the shifts that matter up to the folded character `until`, included."""
    shifts = []
    start = at = 0
    for match in _RUN.finditer(text):
        if at > until:
            break
        run = match[0]
        if run.isascii():
            start += len(run)
            at += len(run)
            continue
        for unit in _UNIT.findall(run) if _HAS_UNITS.search(run) else run:
            length = len(_FOLDS[unit])
            if length != 1 or len(unit) != 1:
                shifts.append(_Shift(at, at + length, start, start + len(unit)))
            start += len(unit)
            at += length
    return shifts


def _start(shifts: Sequence[_Shift], keys: Sequence[int], at: int) -> int:
    """Return where the original of the folded character `at` starts."""
    place = bisect_right(keys, at) - 1
    if place < 0:
        return at
    shift = shifts[place]
    return shift.start if at < shift.until else shift.end + at - shift.until


def _end(shifts: Sequence[_Shift], keys: Sequence[int], after: int) -> int:
    """Return where the original of the folded character before `after` ends.

    What folded to nothing belongs to the character before it.
    """
    place = bisect_right(keys, after) - 1
    while place >= 0 and shifts[place].at == after < shifts[place].until:
        place -= 1
    if place < 0:
        return after
    shift = shifts[place]
    return shift.end if after <= shift.until else shift.end + after - shift.until


def _pattern(folded: str) -> re.Pattern[str]:
    return _ASCII_TOKEN if folded.isascii() else _TOKEN


_FOLDS = _Folds()
