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


@pytest.mark.parametrize(
    ("language", "word", "concept"),
    [
        ("en", "important", "imports"),
        ("en", "custom", "customer"),
        ("en", "optimized", "optimism"),
        ("en", "execution", "executive"),
        ("en", "hospitality", "hospital"),
        ("en", "agents", "ai-agent"),
        ("en", "adoption", "approve"),
        ("en", "governance", "government"),
        ("en", "route", "selloff"),
        ("en", "sentence", "prison"),
        ("en", "House", "housing"),
        ("en", "contains", "shipping"),
        ("en", "celebrity", "anniversary"),
        ("en", "quite", "resign"),
        ("en", "moderate", "content-moderation"),
        ("es", "genera", "women-gender"),
        ("es", "generó", "women-gender"),
        ("es", "generación", "women-gender"),
        ("es", "generativa", "women-gender"),
        ("es", "productividad", "product"),
        ("es", "aplicará", "app"),
        ("es", "plaza", "deadline"),
        ("es", "periodo", "journalist"),
        ("es", "iniciativa", "start-begin"),
        ("es", "nombre", "appoint"),
        ("es", "libre", "book"),
        ("fr", "objectif", "oppose"),
        ("fr", "attention", "expectations"),
        ("fr", "taxi", "tax"),
        ("fr", "tu", "kill"),
        ("fr", "violent", "sexual-assault"),
        ("de", "arbeitet", "employee"),
        ("de", "ausführlich", "exports"),
        ("de", "Fall", "fall"),
        ("de", "Tränen", "women-gender"),
        ("pt", "iniciativa", "start-begin"),
        ("pt", "produtividade", "product"),
        ("pt", "missa", "missile"),
        ("pt", "porta", "shipping"),
    ],
)
def test_a_word_of_the_same_stem_only_is_another_word(
    language: str, word: str, concept: str
) -> None:
    assert f"word:{concept}" not in found(f"Quokkia {word} quokkia", language)


@pytest.mark.parametrize(
    ("language", "word", "concept"),
    [
        ("en", "falling", "fall"),
        ("en", "dropped", "fall"),
        ("en", "slipped", "fall"),
        ("en", "rises", "rise"),
        ("en", "company's", "company"),
        ("en", "companies", "company"),
        ("en", "worries", "fear"),
        ("en", "worrying", "fear"),
        ("en", "announced", "announce"),
        ("en", "approves", "approve"),
        ("en", "adopting", "approve"),
        ("en", "customers", "customer"),
        ("en", "sentenced", "prison"),
        ("en", "AI agents", "ai-agent"),
        ("en", "house prices", "housing"),
        ("es", "anunciado", "announce"),
        ("es", "caído", "fall"),
        ("es", "subieron", "rise"),
        ("es", "mujeres", "women-gender"),
        ("es", "brecha de género", "women-gender"),
        ("es", "productos", "product"),
        ("es", "periodistas", "journalist"),
        ("es", "comenzó", "start-begin"),
        ("fr", "chutent", "fall"),
        ("fr", "reculent", "fall"),
        ("fr", "annoncent", "announce"),
        ("fr", "décident", "decide"),
        ("fr", "annoncé", "announce"),
        ("fr", "économiques", "economy"),
        ("fr", "entreprises", "company"),
        ("de", "gestiegene", "rise"),
        ("de", "Anlegern", "investor"),
        ("de", "veröffentlichte", "launch"),
        ("de", "Regierungen", "government"),
        ("de", "beschloss", "approve"),
        ("pt", "anunciou", "announce"),
        ("pt", "caíram", "fall"),
        ("pt", "produtos", "product"),
        ("pt", "revelou", "reveal"),
        ("pt", "comprou", "buy"),
    ],
)
def test_an_inflection_is_the_same_word(language: str, word: str, concept: str) -> None:
    assert f"word:{concept}" in found(f"Quokkia {word} quokkia", language)
