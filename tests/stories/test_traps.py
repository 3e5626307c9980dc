"""Traps of the word lists: everyday words that look like a name or a word of news and are none."""

from __future__ import annotations

import pytest

from monitor.stories.folding import fold, raw_words
from monitor.stories.terms import terms


def found(text: str, language: str) -> set[str]:
    return {each.term for each in terms(text, language)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Künst\u00adliche Intelli\u00adgenz", ["Künstliche", "Intelligenz"]),
        ("Nvi\u200bdia", ["Nvidia"]),
        ("Nvi\u200cd\u200dia\u2060 \ufeffshares", ["Nvidia", "shares"]),
        ("\u202aNvidia\u202c \u2066up\u2069", ["Nvidia", "up"]),
        ("英\u200b伟达", ["英伟达"]),
    ],
)
def test_characters_nobody_sees_cut_no_word(text: str, words: list[str]) -> None:
    assert raw_words(text) == words
    assert [fold(word) for word in text.split()] == [fold(word) for word in words]
