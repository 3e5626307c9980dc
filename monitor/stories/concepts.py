"""From spellings to concepts: what 輝達, Nvidia and NVDA have in common, and *fell* and *cayeron*.

The lists stand in `monitor/stories/lexicon/`. A concept's id says what kind it is:
`firm:nvidia`, `person:jensen-huang`, `body:…`, `product:…`, `place:…`, `media:…`, `market:us/nasdaq`
(the country whose session it reports) for names, and `word:fall` for what happened.

Names are looked for in every language, words only in their own: Latin script by whole words, names
as they are spelled and words in their inflections (`monitor/stories/inflection.py`); Chinese,
Japanese and Korean as written, the longest spelling first. `plain.txt` lists what only looks like a
spelling: everyday words of one stem with a listed one, and runs a spelling reaches into. They lead
to nothing and keep it from being found there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files

from monitor.stories.folding import fold, is_cjk, raw_words, stem
from monitor.stories.inflection import inflects, stems

KINDS = {
    "firms.txt": "firm",
    "media.txt": "media",
    "people.txt": "person",
    "bodies.txt": "body",
    "markets.txt": "market",
    "products.txt": "product",
    "places.txt": "place",
}
"""The lists of names, and the kind of what each holds."""

_WORDS = "words.txt"
_PLAIN = "plain.txt"

Spelling = tuple[tuple[str, ...], tuple[str, ...] | None, str]
"""The words of a spelling folded, as written where nothing else will do, the concept.

Of a name these are its capitals, of a word of news its inflection.
"""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All spellings: of names by their first word, of words by language and first stem, of CJK runs.

    A run without a concept is an everyday one. `longest` is the length of the longest run, in
    characters.
    """

    names: dict[str, list[Spelling]] = field(default_factory=lambda: defaultdict(list))
    words: dict[str, dict[str, list[Spelling]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    runs: dict[str, str] = field(default_factory=dict)
    longest: int = 1

    def name_at(self, raw: list[str], folded: list[str], at: int) -> tuple[str, int] | None:
        """Return the name that begins at a word and how many words it takes, the longest first.

        Without a concept they are everyday words.
        """
        for words, exact, concept in self.names.get(folded[at], ()):
            until = at + len(words)
            if tuple(folded[at:until]) == words and exact in (None, tuple(raw[at:until])):
                return concept, len(words)
        return None

    def word_at(self, folded: list[str], at: int, language: str) -> tuple[str, int] | None:
        """Return the word of the language that begins there, as `name_at` does."""
        for words, concept in _begun(folded[at], language):
            taken = len(words)
            if taken == 1 or _inflected(folded[at + 1 : at + taken], words[1:], language):
                return (concept, taken) if concept else None
        return None


@lru_cache(maxsize=100_000)
def _begun(word: str, language: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the spellings a folded word begins, and what they say: the longest first.

    Of those of one length the ones that are written with this very word come first.
    """
    words = lexicon().words
    known = words.get(language) or words["en"]
    found = [
        (spelling, concept)
        for key in stems(word, language)
        for spelling, exact, concept in known.get(key, ())
        if spelling[0] == word or (exact is None and inflects(word, spelling[0], language))
    ]
    return tuple(sorted(found, key=lambda one: (-len(one[0]), one[0][0] != word)))


def _inflected(here: list[str], words: tuple[str, ...], language: str) -> bool:
    return len(here) == len(words) and all(
        inflects(one, other, language) for one, other in zip(here, words, strict=True)
    )


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read the lists, once: some 40 ms."""
    found = Lexicon()
    for name, kind in KINDS.items():
        for concept, spellings in _lines(name, ":"):
            for spelling in _spellings(spellings[0]):
                _put_name(found, f"{kind}:{concept}", spelling)
    for concept, columns in _lines(_WORDS, "|"):
        for column in columns:
            language, _, spellings_of = column.partition(":")
            for spelling in _spellings(spellings_of):
                _put_word(found, f"word:{concept}", language.strip(), spelling)
    for kind, (everyday,) in _lines(_PLAIN, ":"):
        for spelling in _spellings(everyday):
            if kind == "names":
                _put_name(found, "", spelling)
            else:
                _put_word(found, "", kind, f"={spelling}")
    for spellings_at in (found.names, *found.words.values()):
        for each in spellings_at.values():
            each.sort(key=lambda one: -len(one[0]))
    return replace(found, longest=max(map(len, found.runs)))


def _lines(name: str, mark: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the concept of each line and what follows, cut at each `|` where that is the mark."""
    text = files("monitor.stories.lexicon").joinpath(name).read_text("utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            concept, _, rest = line.partition(mark)
            yield concept.strip(), rest.split("|") if mark == "|" else [rest]


def _spellings(text: str) -> Iterator[str]:
    return (spelling for part in text.split(",") if (spelling := part.strip()))


def _put_name(lexicon: Lexicon, concept: str, spelling: str) -> None:
    exact = spelling.startswith("=")
    raw = raw_words(spelling.removeprefix("="))
    if any(map(is_cjk, raw)):
        lexicon.runs.setdefault("".join(map(fold, raw)), concept)
    elif raw:
        words = tuple(map(fold, raw))
        lexicon.names[words[0]].append((words, tuple(raw) if exact else None, concept))


def _put_word(lexicon: Lexicon, concept: str, language: str, spelling: str) -> None:
    exact = spelling.startswith("=")
    words = tuple(fold(word) for word in raw_words(spelling.removeprefix("=")))
    if any(map(is_cjk, words)):
        lexicon.runs.setdefault("".join(words), concept)
    elif words:
        first = stem(words[0], language)
        lexicon.words[language][first].append((words, words if exact else None, concept))
