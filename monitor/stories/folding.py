"""How text is made comparable: case, width, accents and quotes folded, words cut apart, stems.

Words of Chinese, Japanese and Korean are not set apart by spaces: a run of these scripts stays
whole here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
"""Characters of Chinese, Japanese and Korean, to stand in the brackets of a pattern."""

_WORD = re.compile(
    rf"\d+(?:[.,]\d+)*(?:(?![{CJK}])[^\W\d_])*|[{CJK}]+|(?:(?![{CJK}])[^\W_])+(?:(?<=\d)\.\d+)*"
)
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_IS_CJK = re.compile(rf"[{CJK}]")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_ELISION = re.compile(r"\b[ldnsjmct]'(?=\w)", re.IGNORECASE)
_STEMMERS = {"en": "english", "de": "german", "es": "spanish", "fr": "french", "pt": "portuguese"}


def fold(text: str) -> str:
    """Fold case, width, accents, typographic quotes and invisible characters away."""
    if text.isascii():
        return text.casefold()
    text = _plain(text)
    decomposed = unicodedata.normalize("NFD", text.casefold())
    # Only Latin, Greek and Cyrillic lose their marks: a Japanese voicing mark is another letter.
    kept = "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def raw_words(text: str) -> list[str]:
    """Return the words of a text as written: CJK runs whole, possessives and elisions cut off.

    A number keeps what is written onto it: "H20" is one word, and so are "1,000" and "65bn".
    """
    if not text.isascii():
        text = _plain(text)
    if "'" in text:
        text = _ELISION.sub("", _POSSESSIVE.sub("", text))
    return _WORD.findall(text)


def number_spans(text: str) -> list[tuple[int, int]]:
    """Return where the words that begin with a digit stand in a folded text."""
    return [found.span() for found in _WORD.finditer(text) if found[0][0].isdigit()]


def _plain(text: str) -> str:
    """Return text in one width, with straight quotes and without characters nobody sees.

    Soft hyphens, joiners and marks of direction are put inside words by pages and word processors.
    """
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return text.replace("\u2019", "'").replace("\u2018", "'")


def is_cjk(word: str) -> bool:
    """Tell whether a word is a run of Chinese, Japanese or Korean."""
    return word[:1] >= "\u3040" and _IS_CJK.match(word) is not None


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; other languages than five are taken for English."""
    # A Snowball stemmer holds the word it works on and so serves one thread only; making one
    # costs next to nothing beside its work.
    algorithm = _STEMMERS.get(language[:2], "english")
    return str(snowballstemmer.stemmer(algorithm).stemWord(word)) if word.isalpha() else word
