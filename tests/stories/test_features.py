"""How headlines and text are folded before they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.features import bare_title, features, folded_words, with_copy
from tests.stories.build import entry


@pytest.mark.parametrize(
    ("title", "outlet", "bare"),
    [
        ("Chip rules tightened again in Freedonia - Marzipan Post", "", "Chip rules tightened again in Freedonia"),
        ("Chip rules tightened — a very long outlet name here", "", "Chip rules tightened — a very long outlet name here"),
        ("Chips - Marzipan Post", "Marzipan Post", "Chips"),
        ("Chips - memory", "", "Chips - memory"),
        ("Freedonia beats Sylvania in the final - 3 to 2", "", "Freedonia beats Sylvania in the final - 3 to 2"),
        ("Watch Freedonia open its chip plant", "", "Freedonia open its chip plant"),
        ("BREAKING: Plant opens", "", "Plant opens"),
        ("Watchdog: chips unsafe", "", "Watchdog: chips unsafe"),
        ("How plants grow via @gardener, @plants", "", "How plants grow"),
        (" - ", "", "-"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_decoration_is_cut_off_a_headline(title: str, outlet: str, bare: str) -> None:
    assert bare_title(title, outlet) == bare


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Freedonia’s chip-wall", ["freedonia", "chip", "wall"]),
        ("1,000 firms, 2.5 percent", ["1000", "firms", "2.5", "percent"]),
        ("H20 chips, 3nm", ["h20", "chips", "3nm"]),
        ("将28家企业AI芯片", ["将", "28", "家企业", "ai", "芯片"]),
        ("Ａｉ café", ["ai", "cafe"]),
        ("カメラ", ["カメラ"]),
    ],
)
def test_words_are_folded_and_numbers_made_comparable(text: str, words: list[str]) -> None:
    assert folded_words(text) == words


def test_an_excerpt_that_repeats_the_title_counts_for_nothing() -> None:
    found = features(entry(1, "Chip plant opens", "Chip plant opens Marzipan Post"))
    assert (found.surface.lead, found.surface.excerpt) == (frozenset(), "")
    assert found.counts.keys() == found.title


def test_what_a_copy_says_besides_counts_less_than_the_title() -> None:
    bare = features(entry(1, "Tomainia Semi opens a plant"))
    copy = features(
        entry(2, "Tomainia Semi opens a plant", "Nvidia will buy 40,000 wafers a month.")
    )
    told = with_copy(bare, copy)
    assert told.counts["firm:nvidia"] == 0.6
    assert (told.title, told.order, told.surface) == (bare.title, bare.order, bare.surface)
    assert "number:40000" in told.figures
    assert with_copy(told, bare) is told


def test_a_name_that_says_whose_something_is_is_no_subject() -> None:
    found = features(entry(1, "Alibaba-backed robot maker plans listing"))
    assert "firm:alibaba" not in found.title
    assert 0 < found.counts["firm:alibaba"] < 0.5


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.text(max_size=200), st.sampled_from(["", "en", "de", "zh-hant"]))
def test_any_text_has_features(title: str, excerpt: str, language: str) -> None:
    found = features(entry(1, title, excerpt, language=language))
    assert found.title <= found.counts.keys() == found.kinds.keys() == found.shown.keys()
    assert found.figures <= found.counts.keys()
    assert set(found.firms) <= set(found.actors) <= found.title


@pytest.mark.parametrize(
    ("title", "number"),
    [("Chip two", "2"), ("Two", "2"), ("The rise of the Big Five", "5")],
)
def test_a_title_may_end_with_a_number_in_words(title: str, number: str) -> None:
    """It has no word behind it that could be counted."""
    surface = features(entry(1, title)).surface
    assert surface.counted == frozenset()
    assert surface.numbers == {number}


_TELLING = [
    "two",
    "Five",
    "zwei",
    "11",
    "2.1",
    "März",
    "issue",
    "third",
    "$3",
    "%",
    "亿",
    "28",
    "chips",
    "the",
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(_TELLING), max_size=6),
    st.sampled_from(["", "en", "de", "fr", "es", "zh-hant"]),
)
def test_any_row_of_numbers_and_words_has_features(words: list[str], language: str) -> None:
    surface = features(entry(1, " ".join(words), language=language)).surface
    assert all(number and word for number, word in surface.counted)
