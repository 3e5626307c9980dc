"""What is scored higher than what."""

from __future__ import annotations

import pytest

from monitor.query import parse
from monitor.query.document import Document
from monitor.query.ranking import parts_of, rarity, score

FILLER = "word " * 80


def scored(query: str, title: str = "", text: str = "", age: float = 0.0) -> float:
    parts = parts_of(parse(query))
    return score(parts, [1.0] * len(parts), Document(title=title, text=text), age)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("chip", ("chip", "x"), ("x", "chip")),  # title over lead
        ("chip", ("x", f"chip {FILLER}"), ("x", f"{FILLER} chip")),  # lead over text
        ("chip", ("x", "chip chip word"), ("x", "chip word word")),  # more over less
        ("chip law", ("", "chip law x x x x x x"), ("", "chip x x x x x x law")),  # close over far
        (
            "chip OR law",
            ("", "chip law x x x x x"),
            ("", "chip chip x x x x x"),
        ),  # both over one twice
        ('"chip law"', ("chip law", ""), ("", "chip law")),
        ("lead:chip -potato", ("chip", ""), ("", "chip")),
        ("ai NEAR/3 law", ("ai law", ""), ("", "ai law")),
    ],
)
def test_better_over_worse(query: str, better: tuple[str, str], worse: tuple[str, str]) -> None:
    assert scored(query, *better) > scored(query, *worse) > 0


def test_freshness_adds_half_at_most_and_half_of_that_after_thirty_days() -> None:
    old = scored("chip", "chip", age=1e6)
    assert scored("chip", "chip") == pytest.approx(1.5 * old)
    assert scored("chip", "chip", age=30) == pytest.approx(1.25 * old)
    assert scored("chip", "chip", age=-5) == scored("chip", "chip")


def test_where_no_words_are_asked_for_freshness_alone_orders() -> None:
    assert parts_of(parse("lang:de since:7d")) == ()
    assert scored("lang:de", age=0) > scored("lang:de", age=3) > 0


def test_what_fewer_entries_hold_weighs_more() -> None:
    assert (
        rarity(0, 20_000) > rarity(10, 20_000) > rarity(10_000, 20_000) > rarity(20_000, 20_000) > 0
    )


def test_exclusions_do_not_count_and_a_long_or_counts_as_one() -> None:
    assert [each.node.text for each in parts_of(parse("chip -law"))] == ["chip"]  # type: ignore[union-attr]
    assert len(parts_of(parse(" OR ".join(f"word{n}" for n in range(100))))) == 1
    assert len(parts_of(parse(" ".join(f"word{n}" for n in range(100))))) == 40
