"""Any text as a search for all its words."""

from __future__ import annotations

import pytest

from monitor.query import literal, parse


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ('chips "export', '"chips" AND "export"'),
        ("NOT (a OR", '"NOT" AND "a" AND "OR"'),
        ("titel:x", '"titel:x"'),
        ("a*b ** c", '"a" AND "b" AND "c"'),
        ("U.S.-China – talks?", '"U.S.-China" AND "talks"'),
        ("=x @y -z", '"x" AND "y" AND "z"'),
        ("chips chips", '"chips"'),
        ("\x00a\ud800b", '"a\ud800b"'),
    ],
)
def test_all_words_are_searched_and_no_sign_means_anything(text: str, understood: str) -> None:
    query = literal(text)
    assert query.literal
    assert query.spelled_out() == understood
    assert parse(understood).root == query.root


def test_a_long_run_without_spaces_is_searched_in_pieces() -> None:
    query = literal("芯" * 70)
    assert query.spelled_out() == f'"{"芯" * 50}" AND "{"芯" * 20}"'


def test_a_very_long_text_is_cut_and_says_so() -> None:
    query = literal("word " + " ".join(f"w{n}" for n in range(40_000)))
    assert query.spelled_out().count("AND") == 49
    assert query.warnings == ("Only the first 50 words are searched.",)
