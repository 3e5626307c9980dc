"""Terms: concepts in several languages, numbers made comparable, and the rest as it stands."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.concepts import KINDS, lexicon
from monitor.stories.folding import fold, raw_words, stem
from monitor.stories.numbers import number_at
from monitor.stories.terms import terms


def found(text: str, language: str) -> list[str]:
    return [each.term for each in terms(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Nvidia shares fall"),
        ("en", "NVDA stock sank"),
        ("zh", "英伟达股价下跌"),
        ("zh", "輝達股價下跌"),
        ("es", "Las acciones de Nvidia cayeron"),
        ("de", "Nvidia-Aktien fallen"),
        ("fr", "Les actions de Nvidia en baisse"),
    ],
)
def test_one_event_is_the_same_concepts_in_every_language(language: str, text: str) -> None:
    assert {"firm:nvidia", "word:shares", "word:fall"} <= set(found(text, language))


@pytest.mark.parametrize(
    ("text", "term", "there"),
    [
        ("Apple opens a shop", "firm:apple", True),
        ("An apple a day", "firm:apple", False),
        ("The US and China talk", "place:united-states", True),
        ("Tell us more", "place:united-states", False),
        ("Commerce Department adds firms", "body:us-commerce-department", True),
        ("S&P 500 closes", "market:us/sp-500", True),
    ],
)
def test_names_are_found_as_they_are_spelled(text: str, term: str, there: bool) -> None:
    assert (term in found(text, "en")) is there


def test_unlisted_names_are_the_same_in_every_language() -> None:
    english, german = (
        found("Quokkia fires Belmontes", "en"),
        found("Quokkia feuert Belmontes", "de"),
    )
    assert {"quokkia", "belmont"} <= set(english) & set(german)


def test_cjk_is_cut_at_known_spellings_and_into_pairs_between_them() -> None:
    assert found("杏仁半导", "zh") == ["杏仁", "仁半", "半导"]
    assert found("杏仁的半导", "zh") == ["杏仁", "半导"], "的 only serves grammar"
    assert [t for t in found("杏仁英伟达半导", "zh") if ":" in t] == ["firm:nvidia"]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("$65 billion", "en", "number:6.5e+10"),
        ("65bn", "en", "number:6.5e+10"),
        ("650 亿美元", "zh", "number:6.5e+10"),
        ("650亿美元", "zh", "number:6.5e+10"),
        ("65 Milliarden Dollar", "de", "number:6.5e+10"),
        ("65 mil millones", "es", "number:6.5e+10"),
        ("US$ 65.000 millones", "es", "number:6.5e+10"),
        ("65 milliards", "fr", "number:6.5e+10"),
        ("1 Billion Euro", "de", "number:1e+12"),
        ("1,5 Millionen", "de", "number:1.5e+06"),
        ("1.5 million", "en", "number:1.5e+06"),
        ("28家实体", "zh", "number:28"),
        ("1,000 firms", "en", "number:1000"),
        ("3nm", "en", "number:3nm"),
        ("2.5 per cent", "en", "number:2.5"),
        ("153.074 puestos", "es", "number:153074"),
    ],
)
def test_numbers_are_comparable(text: str, language: str, value: str) -> None:
    assert value in found(text, language)


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="0123456789.,bnm亿 mil", min_size=1, max_size=40),
    st.sampled_from(["en", "es", "zh"]),
)
def test_any_number_is_read(text: str, language: str) -> None:
    words = [fold(word) for word in raw_words(text)]
    for at, word in enumerate(words):
        value, _, taken = number_at(words, at, language)
        assert value
        assert 1 <= taken <= len(words) - at
        assert word


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "en", "de", "zh", "ja", "xx"]))
def test_any_text_has_terms_without_end_or_emptiness(text: str, language: str) -> None:
    for each in terms(text, language):
        assert each.term
        assert each.shown


def listed(name: str) -> list[str]:
    text = files("monitor.stories.lexicon").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("name", KINDS)
def test_each_line_of_names_is_an_id_and_its_spellings(name: str) -> None:
    ids = []
    for line in listed(name):
        concept, colon, spellings = line.partition(":")
        assert colon, line
        assert concept == concept.strip().lower(), line
        assert all(each.strip() for each in spellings.split(",")), line
        ids.append(concept)
    assert len(ids) == len(set(ids))


def test_each_line_of_words_names_known_languages() -> None:
    ids = []
    for line in listed("words.txt"):
        concept, *columns = line.split("|")
        assert columns, line
        for column in columns:
            language, colon, spellings = column.strip().partition(":")
            assert colon, line
            assert language in {"en", "zh", "es", "de", "fr", "pt", "ja", "ko"}, line
            assert all(each.strip() for each in spellings.split(",")), line
        ids.append(concept.strip())
    assert len(ids) == len(set(ids))


def test_a_spelling_leads_to_one_concept_in_a_language() -> None:
    known = lexicon()
    for language, spellings in known.words.items():
        for each in spellings.values():
            concepts: dict[tuple[str, ...], set[str]] = {}
            for stems, _, concept in each:
                concepts.setdefault(stems, set()).add(concept)
            assert all(len(found) == 1 for found in concepts.values()), (language, concepts)
    assert stem("shares", "en") in known.words["en"]


def test_the_documentation_counts_the_lists_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "stories.md").read_text("utf-8")
    said = re.search(r"([\d,]+) names \(.*?\) and\s+([\d,]+) words of news", page, re.DOTALL)
    assert said
    names, words = (int(each.replace(",", "")) for each in said.groups())
    assert names == round(sum(len(listed(name)) for name in KINDS), -2)
    assert words == round(len(listed("words.txt")), -1)


def test_each_line_of_everyday_words_says_of_what_it_is() -> None:
    kinds = [line.partition(":")[0] for line in listed("plain.txt")]
    assert kinds == ["names", "en", "es", "fr", "de", "pt", "zh", "ja", "ko"]
