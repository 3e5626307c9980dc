"""Distances, compared with the plainest way to work them out."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query import Document, evaluate, parse
from monitor.query.document import FoldedText
from monitor.query.find import finds_of, occurs
from monitor.query.tree import Near, Term

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = ["a", "b", "chip", "chipset", "chipsets"]
ASKED = ["a", "b", "c", "chip", "chip*", "chipset", "=chipset"]


def places(word: str, text: list[str]) -> list[int]:
    """Where a word of `ASKED` is in a text made of `WORDS`."""
    if word.endswith("*"):
        return [at for at, one in enumerate(text) if one.startswith(word[:-1])]
    if word.startswith("="):
        return [at for at, one in enumerate(text) if one == word[1:]]
    return [at for at, one in enumerate(text) if one.removesuffix("s") == word]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(ASKED), min_size=2, max_size=4),
    st.lists(st.sampled_from(WORDS), max_size=9),
    st.integers(0, 5),
)
def test_a_phrase_with_a_distance_holds_when_each_word_has_a_place_of_its_own(
    asked: list[str], text: list[str], more: int
) -> None:
    within = len(asked) - 1 + more
    query = parse(f'"{" ".join(asked)}"~{within}')
    held = any(
        len(set(chosen)) == len(asked) and max(chosen) - min(chosen) <= within
        for chosen in product(*(places(word, text) for word in asked))
    )
    found = evaluate(query, Document(title="", text=" ".join(text)), NOW)
    assert (found is not None) is held
    if held:
        assert isinstance(query.root, Term)
        for find in finds_of(query.root, FoldedText("text", " ".join(text), "en")):
            assert len(find.parts) == len(asked)
            assert find.after - find.first - 1 <= within


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(ASKED),
    st.sampled_from(ASKED),
    st.lists(st.sampled_from(WORDS), max_size=9),
    st.integers(1, 6),
    st.booleans(),
)
def test_near_holds_when_two_different_words_are_in_reach(
    left: str, right: str, text: list[str], distance: int, ordered: bool
) -> None:
    query = parse(f"{left} {'ONEAR' if ordered else 'NEAR'}/{distance} {right}")
    assert isinstance(query.root, Near)
    held = any(
        one != other and abs(one - other) <= distance and (one < other or not ordered)
        for one in places(left, text)
        for other in places(right, text)
    )
    assert (evaluate(query, Document(title="", text=" ".join(text)), NOW) is not None) is held


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(ASKED), min_size=2, max_size=2),
    st.sampled_from(ASKED),
    st.lists(st.sampled_from(WORDS), max_size=9),
    st.integers(1, 5),
    st.integers(1, 4),
    st.sampled_from(["NEAR", "ONEAR", "swapped"]),
)
def test_a_phrase_with_a_distance_stands_beside_near_wherever_it_is(
    asked: list[str], beside: str, text: list[str], within: int, distance: int, sign: str
) -> None:
    phrase = f'"{" ".join(asked)}"~{within}'
    sides = (beside, phrase) if sign == "swapped" else (phrase, beside)
    query = parse(f" {'NEAR' if sign == 'NEAR' else 'ONEAR'}/{distance} ".join(sides))

    def fits(first: int, last: int, other: int) -> bool:
        if sign == "ONEAR":
            return 0 < other - last <= distance
        if sign == "swapped":
            return 0 < first - other <= distance
        return first - distance <= other <= last + distance

    held = any(
        one != two and other not in (one, two) and abs(one - two) <= within
        and fits(min(one, two), max(one, two), other)
        for one, two in product(*(places(word, text) for word in asked))
        for other in places(beside, text)
    )  # fmt: skip
    assert (evaluate(query, Document(title="", text=" ".join(text)), NOW) is not None) is held


_SIDE = st.sampled_from(["a", "b", "d", '"a b"', '"a b c"', '"b d"~3', '"a a"~2', "(a NEAR/3 d)"])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(_SIDE, min_size=2, max_size=4),
    _SIDE,
    _SIDE,
    st.lists(st.sampled_from("abcdo"), max_size=8),
    st.integers(1, 5),
)
def test_the_order_of_an_or_beside_near_changes_nothing(
    parts: list[str], one: str, other: str, text: list[str], distance: int
) -> None:
    document = Document(title="", text=" ".join(text))
    held = {
        evaluate(
            parse(f"({' OR '.join(order)}) NEAR/{distance} {one} NEAR/{distance} {other}"),
            document,
            NOW,
        )
        is not None
        for order in (parts, parts[::-1], sorted(parts))
    }
    assert len(held) == 1


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('("a b c" OR a) NEAR/5 d NEAR/5 b', "a b c d"),
        ('(a OR "a b c") NEAR/5 d NEAR/5 b', "a b c d"),
        ('"chip b"~4 NEAR/1 x', "chip b o chip x"),
        ('"chip b"~4 NEAR/1 x', "x chip o chip b"),
    ],
)
def test_finds_that_reach_as_far_or_overlap_are_all_looked_at(query: str, text: str) -> None:
    assert evaluate(parse(query), Document(title="", text=text), NOW) is not None


def test_of_overlapping_finds_the_closest_is_shown() -> None:
    found = evaluate(parse('"chip b"~5'), Document(title="", text="chip o chip b chip b"), NOW)
    assert found is not None
    assert [one.span.start for one in found if one.span] == [7, 12, 14, 19]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("licence ONEAR/3 revoked", True),
        ("revoked ONEAR/3 licence", False),
        ("(licence OR permit) ONEAR/2 revoked ONEAR/4 Monday", True),
        ("Monday ONEAR/9 (licence ONEAR/5 revoked)", False),
        ('"the licence" ONEAR/2 revoked', True),
    ],
)
def test_an_ordered_near_keeps_the_order(query: str, expected: bool) -> None:
    document = Document(title="", text="the licence was revoked on Monday")
    assert (evaluate(parse(query), document, NOW) is not None) is expected
    assert parse(parse(query).spelled_out()).root == parse(query).root


@pytest.mark.parametrize(
    "query",
    [
        '"a b a b a b a b"~50 OR zz',
        '"' + "a " * 30 + 'b"',
        "a NEAR/50 b NEAR/50 (a OR b)",
        "=A OR =a",
    ],
)
def test_what_one_query_looks_at_is_no_matter_to_the_next(query: str) -> None:
    document = Document(title="a b", text="a b " * 200_000)
    expected = evaluate(parse('"b a" ONEAR/3 b'), Document(title="", text="a b a b"), NOW)
    assert expected is not None
    evaluate(parse(query), document, NOW)
    again = evaluate(parse('"b a" ONEAR/3 b'), document, NOW)
    assert again is not None
    assert again[0].words == expected[0].words


def test_a_query_that_looks_at_too_much_ends_and_finds_no_more() -> None:
    document = Document(title="", text="x " * 2_000 + "y z")
    document.views["body"][0].left = 1_000
    body = document.views["body"][0]
    root = parse('"x y"').root
    assert finds_of(root, body)  # the rarer word is looked for first
    body.left = 0
    assert finds_of(root, body) == []
    body.left = 0
    assert not occurs(term('"x y"~5'), body)


def term(text: str) -> Term:
    root = parse(text).root
    assert isinstance(root, Term)
    return root
