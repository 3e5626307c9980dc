"""From spellings to concepts: what 輝達, Nvidia and NVDA have in common, and *fell* and *cayeron*.

The lists stand in `monitor/stories/lexicon/`. A concept's id says what kind it is:
`firm:nvidia`, `person:jensen-huang`, `body:…`, `product:…`, `place:…`, `media:…`, `market:us/nasdaq`
(the country whose session it reports) for names, and `word:fall` for what happened.

Names are looked for in every language, words only in their own: Latin script by whole words, names
as they are spelled and words through the language's stems; Chinese, Japanese and Korean as written,
the longest spelling first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files

from monitor.stories.folding import fold, is_cjk, raw_words, stem

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

Spelling = tuple[tuple[str, ...], tuple[str, ...] | None, str]
"""The words of a spelling as they are compared, as written where capitals count, the concept."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All spellings: of names by their first word, of words by language and first stem, of CJK runs.

    `longest` is the length of the longest CJK spelling, in characters.
    """

    names: dict[str, list[Spelling]] = field(default_factory=lambda: defaultdict(list))
    words: dict[str, dict[str, list[Spelling]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    runs: dict[str, str] = field(default_factory=dict)
    longest: int = 1

    def name_at(self, raw: list[str], folded: list[str], at: int) -> tuple[str, int] | None:
        """Return the name that begins at a word and how many words it takes, the longest first."""
        for words, exact, concept in self.names.get(folded[at], ()):
            until = at + len(words)
            if tuple(folded[at:until]) == words and exact in (None, tuple(raw[at:until])):
                return concept, len(words)
        return None

    def word_at(self, folded: list[str], at: int, language: str) -> tuple[str, int] | None:
        """Return the word of the language that begins there, as `name_at` does."""
        known = self.words.get(language) or self.words.get("en", {})
        for stems, _, concept in known.get(stem(folded[at], language), ()):
            taken = len(stems)
            if taken == 1 or (
                at + taken <= len(folded)
                and all(stem(folded[at + k], language) == stems[k] for k in range(1, taken))
            ):
                return concept, taken
        return None


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
    words = [fold(word) for word in raw_words(spelling)]
    if any(map(is_cjk, words)):
        lexicon.runs.setdefault("".join(words), concept)
    elif words:
        stems = tuple(stem(word, language) for word in words)
        lexicon.words[language][stems[0]].append((stems, None, concept))
