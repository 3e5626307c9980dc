"""The word diff of an edit: what it shows, and that no text can hang it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.change import Piece
from monitor.model.entry import Revision
from monitor.stories.differences import difference, edits

AT = datetime(2026, 11, 23, tzinfo=UTC)


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in difference(before, after))


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("Ten firms named", "Ten firms named", ""),
        ("Ten  firms named ", "Ten firms named", ""),
        ("10 firms named", "12 firms named", "[-10 -]{+12 +}firms named"),
        ("Ten firms", "Ten firms named", "Ten firms {+named+}"),
        ("It may pass.", "It may not pass.", "It may {+not +}pass."),
        ("It passed.", "It passed. It applies.", "It passed. {+It applies.+}"),
        ("允许出口芯片", "不允许出口芯片", "{+不+}允许出口芯片"),
        ("向12家企业", "向13家企业", "向[-12-]{+13+}家企业"),
        ("Chips", "", "[-Chips-]"),
        ("", "Chips", "{+Chips+}"),
        ("Court hears case", "Minister resigns", "[-Court hears case-]{+Minister resigns+}"),
        ("Costs 1,000 now", "Costs 10,000 now", "Costs [-1,000 -]{+10,000 +}now"),
    ],
)
def test_a_difference_shows_words(before: str, after: str, wanted: str) -> None:
    assert shown(before, after) == wanted


def test_what_is_far_from_a_change_is_left_out() -> None:
    many = [f"word{number}" for number in range(60)]
    before, after = " ".join(many), " ".join([*many[:30], "new", *many[30:]])
    assert [piece.text for piece in difference(before, after)] == [
        "… " + " ".join(many[22:30]) + " ",
        "new ",
        " ".join(many[30:38]) + " … ",
    ]


def test_each_earlier_text_is_compared_with_what_followed_it() -> None:
    first, second = Revision(AT, "One firm", "a"), Revision(AT, "Two firms", "a")
    one, two = edits("Two firms", "a b", [first, second])
    assert Piece("added", "Two firms") in one.title
    assert (one.text, two.title) == ((), ())
    assert two.text == (Piece("same", "a "), Piece("added", "b"))


def test_a_sentence_that_moved_in_a_long_text_does_not_hide_an_edit_elsewhere() -> None:
    sentences = [
        f"Sentence {number} says something of its own about chips. " for number in range(3000)
    ]
    changed = [*sentences[:5], *sentences[6:]]
    changed[2000] = changed[2000].replace("chips", "models")
    pieces = difference("".join(sentences), "".join(changed))
    assert [piece.text for piece in pieces if piece.kind != "same"] == [
        sentences[5], "chips", "models",
    ]  # fmt: skip
    assert all(len(piece.text) < 400 for piece in pieces)


@pytest.mark.timeout(60)
def test_long_texts_are_compared_without_delay() -> None:
    rng = random.Random(5)
    words = [f"w{number}" for number in range(40)]

    def text(end: str, size: int) -> str:
        return "".join(rng.choice(words) + rng.choice([" ", " ", end]) for _ in range(size))

    texts = [
        "a b " * 60_000,
        "b a " * 60_000,
        "a. b. " * 40_000,
        "b. a. c. " * 30_000,
        text(". ", 60_000),
        text(". ", 60_000),
        text(" ", 60_000),
        "。芯片" * 80_000,
        "片芯" * 100_000,
        "." * 300_000,
        " " * 300_000 + "x",
        "'" * 150_000 + "?" * 150_000,
    ]
    for one in texts:
        difference(one, texts[4])
        difference(one, one + "x")


texts = st.lists(
    st.sampled_from(["the ", "rule ", "12 ", "firm. ", "No", " ", "芯", "片", "! ", "…", "\n", "it's "])
    | st.characters(exclude_categories=["Cs"]),
    max_size=14,
).map("".join)  # fmt: skip


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after, context=None)
    if not pieces:
        assert before.split() == after.split()
        return
    for wanted, kind in ((before, "removed"), (after, "added")):
        joined = "".join(piece.text for piece in pieces if piece.kind in ("same", kind))
        assert squeezed(joined) == squeezed(wanted)
    assert all(one.kind != two.kind for one, two in pairwise(pieces))
    assert all(piece.text for piece in pieces)
    cut = difference(before, after)
    assert [each for each in cut if each.kind != "same"] == [
        each for each in pieces if each.kind != "same"
    ]
