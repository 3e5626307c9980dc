"""Inflections: `chips` and `chip` have one stem, and a query for one finds the other.

Stems are those of the Snowball algorithms for English, German, French and Spanish, on forms that
are already folded (so without accents). Texts in any other language, and those of unknown
language, are treated as English: that is the language of most words the monitor can stem in them.
Left as they are: forms of fewer than four characters, forms with a digit or any character
beyond a to z, and so all of Chinese, Japanese and Korean.

Three corrections, because the algorithms expect accents or native words: a German `-s` that is left
(`Chips`, `Nvidias`) is dropped, so is a Spanish one after a consonant (`chips`), and a French
`-ée`, `-ées` counts as `-é`.

Snowball needs some microseconds for a word (50 without PyStemmer), so stems are kept, per language
and bounded.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any

LANGUAGES = ("en", "de", "fr", "es")
"""The languages a stem may be of; the first one stands for all others."""

_ALGORITHMS = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_KEPT = 200_000

_GERMAN_S = re.compile(r"[^su]s$")
_SPANISH_S = re.compile(r"[^aeiousy]s$")
_FRENCH_EE = re.compile(r"(?<=[a-z]{3})ees?$")


class _Stems(dict[str, str]):
    """Form to stem in one language; clears itself when it grows too large."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._lock = threading.Lock()
        self._algorithm: Any = None

    def __missing__(self, form: str) -> str:
        if len(form) < 4 or not form.isascii() or not form.isalpha():
            if len(form) == 1:
                self[form] = form  # a Chinese text has hundreds of these
            return form
        # A Snowball stemmer keeps the word it works on in itself: one thread at a time.
        with self._lock:
            if len(self) > _KEPT:
                self.clear()
            stem = self[form] = self._stem(form)
        return stem

    def _stem(self, form: str) -> str:
        if self._algorithm is None:
            import snowballstemmer

            self._algorithm = snowballstemmer.stemmer(_ALGORITHMS[self._language])
            if hasattr(self._algorithm, "maxCacheSize"):
                self._algorithm.maxCacheSize = 0  # the stems are kept here
        if self._language == "fr":
            form = _FRENCH_EE.sub("e", form)
        stem: str = self._algorithm.stemWord(form)
        if stem == form and (
            (self._language == "de" and _GERMAN_S.search(form))
            or (self._language == "es" and _SPANISH_S.search(form))
        ):
            stem = self._algorithm.stemWord(form[:-1])
        return stem


_STEMS = {language: _Stems(language) for language in LANGUAGES}


def stem_language(language: str) -> str:
    """Return which of `LANGUAGES` a BCP 47 tag is stemmed in."""
    primary = language[:2].lower()
    return primary if primary in _STEMS and language[2:3] in ("", "-", "_") else LANGUAGES[0]


def stem_table(language: str) -> Mapping[str, str]:
    """Return the look-up of stems by form for one of `LANGUAGES`; it knows every form."""
    return _STEMS[language]


def stem(form: str, language: str) -> str:
    """Return the stem of one folded form in the language of its text (any BCP 47 tag or "")."""
    return _STEMS[stem_language(language)][form]


def stems(forms: Iterable[str], language: str) -> list[str]:
    """Return the stems of many forms, in order."""
    return list(map(_STEMS[stem_language(language)].__getitem__, forms))
