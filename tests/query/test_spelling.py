"""Words that are spelled nearly alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.query.spelling import edits, most_edits, one_edit

WORDS = st.text("abcd", max_size=7)


@given(WORDS)
def test_what_is_one_edit_away_is_told_to_be(word: str) -> None:
    for other in one_edit(word):
        assert edits(word, other, 2) <= 1
        assert edits(other, word, 2) <= 1


@given(WORDS, WORDS)
def test_edits_are_the_same_both_ways_and_none_only_between_equals(one: str, other: str) -> None:
    assert edits(one, other, 9) == edits(other, one, 9)
    assert (edits(one, other, 9) == 0) == (one == other)
    assert edits(one, other, 2) == min(edits(one, other, 9), 3)


def test_swapped_letters_are_one_edit() -> None:
    assert edits("chian", "china", 2) == 1
    assert edits("goverment", "government", 2) == 1
    assert edits("abc", "xyz", 2) == 3


def test_short_words_are_left_alone() -> None:
    assert [most_edits(word) for word in ("ai", "law", "china", "nvidia", "x" * 90)] == [
        0,
        1,
        1,
        2,
        0,
    ]
