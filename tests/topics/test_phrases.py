"""Which words and phrases of an entry could stand in a query, and how they are written there."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given, settings

from monitor.query import Document, evaluate, parse
from monitor.topics.phrases import best_spelling, overlap, phrases, query_of
from tests.query import texts
from tests.topics.builders import NOW


def found(title: str, text: str = "", language: str = "en") -> set[str]:
    return set(phrases(Document(title=title, text=text, language=language)).values())


def test_words_and_neighbours_are_found_in_title_and_lead() -> None:
    assert found("New entity list", "The Bureau widened its export-controls.") == {
        "entity", "list", "entity list", "Bureau", "Bureau widened", "widened", "export",
        "controls", "export-controls",
    }  # fmt: skip
    assert "zebra" not in found("", "filler words " * 60 + "zebra")
    assert "a. b" not in found("", "This alpha. Beta")


def test_inflections_are_one_by_the_language_of_the_entry() -> None:
    (one,) = {tuple(phrases(Document(title=word, text="", language="de"))) for word in ("Gesetz",)}
    (other,) = {tuple(phrases(Document(title="Gesetzes", text="", language="de")))}
    assert one == other
    assert (
        next(iter(phrases(Document(title="chips Chip", text="", language="en")).values()))
        == "chips"
    )


def test_function_words_and_numbers_are_left_out_but_not_names_in_capitals() -> None:
    assert found("The 2026 report was with us") == set()
    assert found("US and EU on AI in 2026") == {"US", "EU", "AI"}
    assert found("GPT 5 is out") == {"GPT", "GPT 5"}
    assert found("Der neue Minister und die Länder", language="de") == {"Minister", "Länder"}


def test_runs_without_spaces_give_their_pieces() -> None:
    assert found("出口管制", language="zh") == {
        "出口",
        "口管",
        "管制",
        "出口管",
        "口管制",
        "出口管制",
    }
    # Function characters neither begin nor end a piece, and punctuation parts runs.
    assert found("的芯片。美国", language="zh") == {"芯片", "美国"}
    assert found("チップの規制", language="ja") == {"規制", "チッ", "ップ", "チップ"}


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("chips", "chips"),
        ("entity list", '"entity list"'),
        ("export-control", '"export-control"'),
        ("BIS", "=BIS"),
        ("NIST", "NIST"),
        ("C++", '"C++"'),
        ("U.S.", '"U.S."'),
        ("OR", '"OR"'),
        ("出口管制", "出口管制"),
        ("  ", None),
    ],
)
def test_a_phrase_becomes_a_query_for_it(written: str, query: str | None) -> None:
    assert query_of(written) == query


def test_the_spelling_shown_is_the_usual_one() -> None:
    assert best_spelling({"Chips": 2, "chips": 2, "CHIPS": 1}) == "chips"
    assert best_spelling({"Huawei": 3, "huawei": 1}) == "Huawei"


def test_phrases_that_share_a_word_overlap() -> None:
    assert overlap(("entiti", "list"), ("list",))
    assert not overlap(("entiti",), ("list",))
    assert overlap(("出", "口", "管"), ("口", "管", "制"))
    assert not overlap(("出", "口"), ("管", "制"))


@settings(max_examples=100, deadline=None)
@given(texts.held())
def test_the_query_for_a_phrase_finds_the_entry_it_comes_from(
    case: tuple[str, list[Document]],
) -> None:
    for document in case[1]:
        for written in phrases(document).values():
            # One sign that stands for several words (½) may be cut through.
            query = query_of(written) if normalize("NFKC", written) == written else None
            if query is not None:
                assert evaluate(parse(query), document, NOW) is not None, written
