"""Invented news for benchmarks/stories.py: events, each reported once or more, in several languages.

Words are made of syllables and occur as words of a language do, the n-th in frequency 1/n as often as
the first (Zipf); names are rare. Two entries in five are reports of an event others report too,
one in ten repeats another's text. The same seed gives the same news.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "tur",
    "ven",
    "sa",
    "der",
    "pol",
    "ish",
    "ra",
    "tem",
    "no",
    "gu",
    "fal",
    "cor",
    "bi",
    "tan",
    "el",
    "os",
    "mer",
]
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "zh")
VOCABULARY = 30_000
TITLE, BLURB = 9, 30
ALIVE = 400
"""Events that are reported about at a time."""


@dataclass(frozen=True, slots=True)
class Made:
    """One invented entry."""

    title: str
    excerpt: str
    language: str


@dataclass(frozen=True, slots=True)
class _Event:
    language: str
    names: list[str]
    words: dict[str, list[str]]
    told: list[Made]


class News:
    """An endless, seeded stream of entries."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._words = {
            language: [self._word(language) for _ in range(VOCABULARY)]
            for language in dict.fromkeys(LANGUAGES)
        }
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
        self._alive: list[_Event] = []

    def __iter__(self) -> Iterator[Made]:
        rng = self._rng
        while True:
            language = rng.choice(LANGUAGES)
            chance = rng.random()
            if chance < 0.6 or len(self._alive) < ALIVE:
                event = self._event(language)
                made = self._told(event, language)
                event.told.append(made)
                if chance < 0.1 or len(self._alive) < ALIVE:
                    self._begin(event)
                yield made
                continue
            event = rng.choice(self._alive)
            if chance > 0.9 and event.told:
                yield rng.choice(event.told)
                continue
            # Mostly in the language it began in: the others are other markets.
            made = self._told(event, event.language if rng.random() < 0.8 else language)
            event.told.append(made)
            yield made

    def _begin(self, event: _Event) -> None:
        if len(self._alive) < ALIVE:
            self._alive.append(event)
        else:
            self._alive[self._rng.randrange(ALIVE)] = event

    def _event(self, language: str) -> _Event:
        names = [
            "".join(self._rng.choices(SYLLABLES, k=4)).capitalize() + self._rng.choice("aeiou")
            for _ in range(3)
        ]
        words = {language: self._some(language, 14) for language in self._words}
        return _Event(language, names, words, [])

    def _told(self, event: _Event, language: str) -> Made:
        rng = self._rng
        known = event.words[language]
        title = [
            *rng.sample(event.names, 2),
            *rng.sample(known, 4),
            *self._some(language, TITLE - 6),
        ]
        blurb = [*event.names, *rng.sample(known, 10), *self._some(language, BLURB - 13)]
        if rng.random() < 0.2:
            title.append(str(rng.randint(2, 2000)))
        rng.shuffle(title)
        rng.shuffle(blurb)
        between = "" if language == "zh" else " "
        return Made(between.join(title), between.join(blurb), language)

    def _some(self, language: str, count: int) -> list[str]:
        return self._rng.choices(self._words[language], cum_weights=self._weights, k=count)

    def _word(self, language: str) -> str:
        if language == "zh":
            return "".join(chr(self._rng.randrange(0x4E00, 0x4E00 + 3000)) for _ in range(2))
        return "".join(self._rng.choices(SYLLABLES, k=self._rng.randint(1, 4)))
