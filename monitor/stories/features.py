"""What grouping looks at in an entry: words, numbers and the headline without its decoration.

Text is folded before it is compared: NFKC, case, accents, typographic quotes, possessives. Words
of Chinese, Japanese and Korean are not set apart by spaces, so that runs of these scripts are
taken as overlapping pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from monitor.model.story import StoryEntry
from monitor.stories.words import MONTHS, NEGATIONS, PREFIX, STOP

LEAD_WORDS = 40
"""How much of the excerpt is read: its beginning says what happened, the rest is background."""

EXCERPT_CHARACTERS = 1200
TITLE_CHARACTERS = 400
"""Excerpts and titles are read, and taken for equal, up to here."""

LEAD_WEIGHT = 0.6
"""What a term of the lead counts beside one of the title."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_WORD = re.compile(rf"\d+(?:[.,]\d+)*(?:(?![{_CJK}])[^\W\d_])*|[{_CJK}]+|(?:(?![{_CJK}])[^\W_])+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SUFFIX = re.compile(r"\s+(?:[|–—·]|-{1,2})\s+([^-|–—·]{2,40})$")
_VIA = re.compile(r"[\s,]+via\s+@\w+.*$", re.IGNORECASE)
_SIGNATURE = re.compile(r"\bThe post\s.{1,300}?\sappeared first on\b.*$", re.DOTALL)
_STEMMERS = {"en": "english", "de": "german", "es": "spanish", "fr": "french", "pt": "portuguese"}


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared.

    `headline` is the title, decoration cut and folded, its words joined by spaces; `template`
    the same with `#` for each number. `title` and `lead` are the terms of the title and of the
    beginning of the excerpt, empty when that only says the title again. `counts` weighs both.
    `numbers` are the title's, `lead_numbers` the lead's. `counted` pairs numbers of the title
    with what they count or name ("11", "firms"); `negated` holds its "not" and the like.
    `label` is what stands before a colon ("Chips weekly: ..."), "" without one. `excerpt` is the
    whole excerpt, folded. `shown` maps a term to a word it came from.
    """

    headline: str
    template: str
    title: frozenset[str]
    lead: frozenset[str]
    counts: dict[str, float]
    numbers: frozenset[str]
    lead_numbers: frozenset[str]
    counted: frozenset[tuple[str, str]]
    negated: frozenset[str]
    label: str
    excerpt: str
    shown: dict[str, str]


def features(entry: StoryEntry) -> Features:
    """Return what grouping compares of an entry."""
    title = bare_title(entry.title, entry.outlet)
    words = folded_words(title)
    excerpt = folded_words(_SIGNATURE.sub("", entry.excerpt[:EXCERPT_CHARACTERS]))
    lead = [] if _echoes(excerpt, words) else excerpt[:LEAD_WORDS]
    shown: dict[str, str] = {}
    lead_terms = frozenset(_terms(lead, entry.language, shown))
    title_terms = frozenset(_terms(words, entry.language, shown))
    counts = dict.fromkeys(title_terms, 1.0)
    for term in lead_terms:
        counts[term] = counts.get(term, 0.0) + LEAD_WEIGHT
    return Features(
        headline=" ".join(words),
        template=" ".join("#" if word[0].isdigit() else word for word in words),
        title=title_terms,
        lead=lead_terms,
        counts=counts,
        numbers=_numbers(words),
        lead_numbers=_numbers(lead),
        counted=frozenset(_counted(words, entry.language)),
        negated=frozenset(words) & NEGATIONS,
        label=_label(title),
        excerpt=" ".join(excerpt) if lead else "",
        shown=shown,
    )


def fold(text: str) -> str:
    """Fold case, width, accents and typographic quotes away."""
    if text.isascii():
        return text.casefold()
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("\u2018", "'")
    decomposed = unicodedata.normalize("NFD", text.casefold())
    # Only Latin, Greek and Cyrillic lose their marks: a Japanese voicing mark is another letter.
    kept = "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def bare_title(title: str, outlet: str = "") -> str:
    """Cut wire prefixes ("EXCLUSIVE: ") and outlet suffixes (" - Daily Example") off a title.

    What follows the last dash or bar is taken for an outlet when it is this entry's, or when it
    could be a name: up to four words, no number, and less than half of what stands before it.
    """
    title = " ".join(title.split())[:TITLE_CHARACTERS]
    bare = _VIA.sub("", PREFIX.sub("", title, count=1))
    while found := _SUFFIX.search(bare):
        tail, head = found.group(1), bare[: found.start()].rstrip()
        named = bool(outlet) and fold(tail) == fold(outlet)
        short = len(tail.split()) <= 4 and len(head) > 2 * len(tail)
        if not head or not (named or (short and not any(char.isdigit() for char in tail))):
            break
        bare = head
    return bare or title


def folded_words(text: str) -> list[str]:
    """Return the words of a text in order: folded, CJK runs whole, numbers made comparable."""
    return _WORD.findall(_THOUSANDS.sub("", _POSSESSIVE.sub("", fold(text))))


def is_cjk(word: str) -> bool:
    """Tell whether a word is a run of Chinese, Japanese or Korean."""
    return word[:1] >= "\u3040" and _IS_CJK.match(word) is not None


def _terms(words: list[str], language: str, shown: dict[str, str]) -> list[str]:
    """Return stems and pairs of CJK characters, function words left out; note the words shown."""
    found: list[str] = []
    algorithm = _STEMMERS.get(language[:2], "english")
    for word in words:
        if is_cjk(word):
            found += [word[k : k + 2] for k in range(len(word) - 1)] or [word]
        elif word not in STOP and (len(word) > 1 or word.isdigit()):
            term = _stem(algorithm, word)
            shown[term] = word
            found.append(term)
    return found


def _echoes(excerpt: list[str], title: list[str]) -> bool:
    """Tell whether an excerpt is the title again, perhaps with the outlet's name."""
    return len(excerpt) <= len(title) + 4 and excerpt[: len(title)] == title


def _label(title: str) -> str:
    before, colon, after = fold(title).partition(":")
    words = folded_words(before)
    return " ".join(words) if colon and after.strip() and len(words) <= 4 else ""


def _numbers(words: list[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0].isdigit())


def _counted(words: list[str], language: str) -> list[tuple[str, str]]:
    """Pair each number with the word after it, and with a month or, for versions, before it.

    "11 firms" gives ("11", "firm"), "Sora 2.1" ("2.1", "<sora"), "März 3" ("3", "<marz").
    """
    found: list[tuple[str, str]] = []
    algorithm = _STEMMERS.get(language[:2], "english")
    for k, word in enumerate(words):
        if not word[0].isdigit():
            continue
        after = words[k + 1] if k + 1 < len(words) else ""
        if after and is_cjk(after):
            found.append((word, after[0]))
        elif after and after not in STOP and not after[0].isdigit():
            found.append((word, _stem(algorithm, after)))
        before = words[k - 1] if k else ""
        if before in MONTHS or ("." in word and before not in STOP):
            found.append((word, "<" + before))
    return found


@lru_cache(maxsize=100_000)
def _stem(algorithm: str, word: str) -> str:
    # A Snowball stemmer holds the word it works on and so serves one thread only; making one
    # costs next to nothing beside its work.
    return str(snowballstemmer.stemmer(algorithm).stemWord(word)) if word.isalpha() else word
