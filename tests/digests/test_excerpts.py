"""Where a text is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.excerpts import columns, excerpt, one_line, shorten, shorten_message


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("Short enough.", 40, "Short enough."),
        ("  two \n lines\t", 40, "two lines"),
        ("One is here. Two is here. Three is too long to fit.", 30, "One is here. Two is here."),
        ("It ends right there. And goes on after that.", 20, "It ends right there."),
        ("He said “it is over.” Then he left the room at once.", 30, "He said “it is over.”"),
        ("Is it? It is! But nobody knew that then or now.", 20, "Is it? It is!"),
        # A full stop that ends no sentence: initials, abbreviations, numbers, names.
        (
            "The U.S. bureau has added eleven firms to the list today.",
            30,
            "The U.S. bureau has added…",
        ),
        (
            "Ministers met Dr. Quill and Example Inc. in the old hall.",
            45,
            "Ministers met Dr. Quill and Example Inc. in…",
        ),
        ("Rates rose by 3.5 percent over the whole of the year.", 25, "Rates rose by 3.5…"),
        # A sentence that would show too little of the text.
        (
            "Yes. And then a very long sentence that does not end in time.",
            40,
            "Yes. And then a very long sentence that…",
        ),
        # No blanks, two columns a character.
        ("新规自公布之日起生效。企业需要在三十天内完成审查。", 30, "新规自公布之日起生效。"),
        ("芯片" * 40, 21, "芯片" * 5 + "…"),
        ("x" * 50, 10, "xxxxxxxxx…"),
        ("", 10, ""),
    ],
)
def test_a_text_is_cut_where_a_sentence_ends(text: str, room: int, expected: str) -> None:
    assert excerpt(text, room) == expected


@given(text=st.text(max_size=400), room=st.integers(10, 120))
def test_cut_texts_fit_and_are_one_printable_line(text: str, room: int) -> None:
    for cut in (excerpt(text, room), shorten(one_line(text), room)):
        assert columns(cut) <= room
        assert cut == one_line(cut)
        cut.encode("utf-8")


@given(text=st.text(max_size=400), room=st.integers(10, 120))
def test_an_excerpt_says_nothing_the_text_does_not(text: str, room: int) -> None:
    assert one_line(text).startswith(excerpt(text, room).removesuffix("…"))


def test_a_message_is_never_cut_within_the_command_it_names() -> None:
    told = "It names no feed; look with `monitor feeds discover` and the address of the site."
    for room in range(20, len(told) + 1):
        cut = shorten_message(told, room)
        assert cut.count("`") in (0, 2), cut
        assert len(cut) <= room
    assert shorten_message(told, 45) == "It names no feed; look with…"
    assert shorten_message(told, 60).startswith(
        "It names no feed; look with `monitor feeds discover`"
    )
    assert shorten_message("no ` command", 80) == "no ` command"
