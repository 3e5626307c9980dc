"""The piece of a text that is shown around what was found."""

from __future__ import annotations

import pytest

from monitor.model.topic import Span
from monitor.query import snippet

TEXT = "Alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"


def spans(*words: str) -> list[Span]:
    return [Span("text", TEXT.index(word), TEXT.index(word) + len(word)) for word in words]


@pytest.mark.parametrize(
    ("words", "width", "shown", "marked"),
    [
        ((), 30, "Alpha beta gamma delta epsilon…", []),
        (("beta",), 20, "Alpha beta gamma…", ["beta"]),
        (("kappa",), 20, "…iota kappa lambda…", ["kappa"]),
        (("rho",), 20, "…nu xi omicron pi rho", ["rho"]),
        (("beta", "kappa", "lambda"), 24, "…iota kappa lambda mu nu…", ["kappa", "lambda"]),
        (("beta", "kappa"), 200, TEXT, ["beta", "kappa"]),
        (("epsilon",), 3, "…eps…", ["eps"]),
    ],
)
def test_a_snippet_is_cut_at_words_around_most_of_what_was_found(
    words: tuple[str, ...], width: int, shown: str, marked: list[str]
) -> None:
    text, moved = snippet(TEXT, spans(*words), width)
    assert text == shown
    assert [text[span.start : span.end] for span in moved] == marked


def test_line_breaks_become_spaces_and_places_stay() -> None:
    text, moved = snippet("one\ntwo\u2028three", [Span("text", 4, 7)], 50)
    assert (text, moved) == ("one two three", (Span("text", 4, 7),))


def test_an_empty_text_and_spans_beyond_it_are_harmless() -> None:
    assert snippet("", [Span("text", 0, 4)], 10) == ("", ())
