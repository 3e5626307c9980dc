"""What numbers come to: grouping and the figures of headlines read them alike."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.figures import figures_and_dates
from monitor.stories.folding import fold, raw_words
from monitor.stories.numbers import SCALES, number_at, number_value

LANGUAGES = ["en", "de", "es", "fr", "pt", "zh", "ko", ""]


def as_figure(text: str, language: str) -> Decimal:
    (figure,), _ = figures_and_dates(text, language)
    return figure.value


def as_term(text: str, language: str) -> str:
    value, _, _ = number_at([fold(word) for word in raw_words(text)], 0, language)
    return value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1 billion", "en", 10**9),
        ("1 billion", "es", 10**12),
        ("1 billón", "es", 10**12),
        ("2 billones", "es", 2 * 10**12),
        ("1 Billion", "de", 10**12),
        ("1 billion", "fr", 10**12),
        ("1 bilhão", "pt", 10**9),
        ("25 mil millones", "es", 25 * 10**9),
        ("25 mil milhões", "pt", 25 * 10**9),
        ("3조", "ko", 3 * 10**12),
        ("3천억", "ko", 3 * 10**11),
        ("5千人", "zh", 5000),
        ("5千万", "zh", 5 * 10**7),
        ("1,234.5", "de", Decimal("1234.5")),
        ("1.234,5", "en", Decimal("1234.5")),
        ("5k", "en", 5000),
        ("65 md", "fr", 65 * 10**9),
        ("65 Mds", "fr", 65 * 10**9),
        ("2,5 million", "en", 25 * 10**5),
        ("2.5 million", "de", 25 * 10**5),
        ("65bn", "en", 65 * 10**9),
        ("123456789012345", "en", 123456789012345),
    ],
)
def test_both_readers_take_a_number_for_the_same(text: str, language: str, value: object) -> None:
    assert as_figure(text, language) == value
    assert as_term(text, language) == as_term(str(value), "en")


def test_a_number_too_long_to_be_one_stays_text() -> None:
    assert number_value("1234567890123456", "", "en") is None
    for digits in ("1234567890123456", "9" * 400, "1" + ",000" * 200):
        assert number_at([digits, "billion"], 0, "en") == (digits, False, 1)
        assert figures_and_dates(f"sum {digits} billion", "en")[0] == ()


@settings(max_examples=300, deadline=None)
@given(
    st.integers(1, 999),
    st.sampled_from(["", ".5", ",5", ".250", ",250", ",250.5", ".250,5"]),
    st.sampled_from(["", *(word for word in SCALES if len(word) > 1 or word >= "\u3040")]),
    st.sampled_from(LANGUAGES),
)
def test_any_number_is_the_same_to_both(whole: int, rest: str, scale: str, language: str) -> None:
    gap = "" if scale >= "\u3040" else " "
    text = f"{whole}{rest}{gap}{scale}"
    value = number_value(f"{whole}{rest}", scale, language)
    assert value is not None
    assert as_figure(text, language) == value
    assert float(as_term(text, language)) == float(
        f"{float(value):.3g}" if value >= 10**6 or value % 1 else value
    )
