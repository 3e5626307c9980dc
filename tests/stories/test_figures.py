"""Figures and dates of headlines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.figures import figures_and_dates


@pytest.mark.parametrize(
    ("title", "language", "wanted"),
    [
        ("12 firms named", "en", [(12, "", "firm")]),
        ("Fines of 1,000 and 1000", "en", [(1000, "", ""), (1000, "", "")]),
        ("Strafe von 1.000 Euro", "de", [(1000, "eur", "")]),
        ("Anteil von 1,5 Prozent", "de", [(Decimal("1.5"), "%", "")]),
        ("A $1bn plan", "en", [(10**9, "usd", "")]),
        ("A US$1.5 billion plan", "en", [(15 * 10**8, "usd", "")]),
        ("A 1 billion dollar plan", "en", [(10**9, "usd", "")]),
        ("A 2 billion plan", "en", [(2 * 10**9, "", "plan")]),
        ("投资10亿美元", "zh", [(10**9, "usd", "")]),
        ("列入12家企业", "zh", [(12, "", "家")]),
        ("1.2万亿元计划", "zh", [(12 * 10**11, "cny", "")]),
        ("1,5 Mrd. Euro für Chips", "de", [(15 * 10**8, "", "")]),
        ("2 milliards d'euros", "fr", [(2 * 10**9, "", "")]),
        ("A $1,000 million plan", "en", [(10**9, "usd", "")]),
        ("1.500 Mrd. und 1.5 Mio", "de", [(1500 * 10**9, "", ""), (15 * 10**5, "", "")]),
        ("Up 5% and 5 per cent", "en", [(5, "%", ""), (5, "%", "")]),
        ("Fell 3.5 percent", "en", [(Decimal("3.5"), "%", "")]),
        ("2000家企业", "zh", [(2000, "", "家")]),
        ("2000亿美元", "zh", [(2000 * 10**8, "usd", "")]),
        ("Code 1234567890123456 of it", "en", []),
        ("GPT-5, H20, 5G, 3nm and the 2nd", "en", []),
        ("Section 232, Article 6 and Rule 12", "en", []),
        ("第5条 and 5 rules", "zh", [(5, "", "rule")]),
        ("At 10:30 in 2027", "en", []),
        ("Hearing on March 3, 2027", "en", []),
        ("7 reasons why the S&P 500 falls", "en", []),
        ("Ten firms named", "en", [(10, "", "firm")]),
        ("Once firms, dos", "en", []),
        ("sıx models banned", "en", []),
        ("fıve chips", "en", []),
        ("Ban from Aprıl 3 on", "en", [(3, "", "")]),
        ("APRİL 3", "en", [(3, "", "")]),
    ],
)
def test_figures(title: str, language: str, wanted: list[tuple[object, str, str]]) -> None:
    figures, _ = figures_and_dates(title, language)
    assert [(each.value, each.kind, each.noun) for each in figures] == wanted


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("By 2027-03-01", (2027, 3, 1)),
        ("Hearing on March 3, 2027", (2027, 3, 3)),
        ("Hearing on 3 March", (None, 3, 3)),
        ("Hearing on Sept. 4", (None, 9, 4)),
        ("Am 1. März 2027", (2027, 3, 1)),
        ("El 3 de marzo de 2027", (2027, 3, 3)),
        ("Le 1er août", (None, 8, 1)),
        ("2027年3月1日起", (2027, 3, 1)),
        ("3月1日起施行", (None, 3, 1)),
        ("From March 2027", (2027, 3, None)),
        ("Chips by 2030", (2030, None, None)),
    ],
)
def test_dates(title: str, wanted: tuple[int | None, int | None, int | None]) -> None:
    figures, dates = figures_and_dates(title, "en")
    assert [each.when for each in dates] == [wanted]
    assert figures == ()


pieces = st.sampled_from(
    [
        "Aprıl",
        "APRİL",
        "apri\u0307l",
        "sıx",
        "FİVE",
        "mıllıon",
        "bıllion",
        "ſept",
        "\u212a",
        "ı",
        "İ",
        "3",
        "2027",
        " ",
        ".",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=80) | st.lists(pieces | st.characters(), max_size=20).map("".join),
    st.sampled_from(["en", "de", "zh", "", "fr"]),
)
def test_any_headline_can_be_read(title: str, language: str) -> None:
    figures_and_dates(title, language)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**9))
def test_a_number_is_read_however_it_is_grouped(number: int) -> None:
    spellings = [
        (f"Sum of {number:,} here", "en"),
        (f"Sum of {number:,} here".replace(",", "."), "de"),
        (f"Sum of {number:,} here".replace(",", "\u202f"), "fr"),
    ]
    if not 1900 <= number <= 2099:
        spellings.append((f"Sum of {number} here", "en"))
    for title, language in spellings:
        (figure,), _ = figures_and_dates(title, language)
        assert figure.value == number, title
