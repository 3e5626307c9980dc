"""Which words would better a topic: how they are found, and what an edit does."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query import Document
from monitor.topics.nearmiss import stratum
from monitor.topics.suggest import JudgedDocument, JudgedEffect, edits, judged_effect
from monitor.topics.telling import (
    Candidate,
    Usage,
    Used,
    Words,
    candidates,
    fragments,
    log_odds,
)
from tests.topics.builders import LISTS, NOW, a_topic, compiled

TOPIC = a_topic("chips", ("webinar", -1))


def doc(title: str, outlet: str = "a.example", language: str = "en") -> Document:
    return Document(title=title, text="", language=language, outlet=outlet)


def usage(*documents: Document) -> Usage:
    counted = Usage()
    for document in documents:
        counted.add(document)
    return counted


def proposed(
    *,
    belonging: list[Document] | None = None,
    others: list[Document] | None = None,
    missed: list[Document] | None = None,
    wrong: list[Document] | None = None,
    query: str = "chips",
) -> list[Candidate]:
    rest = others or [doc(f"weather{n} report garden") for n in range(60)]
    groups = [usage(*(each or [])) for each in (belonging, rest, missed, wrong)]
    words = Words(usage(*rest, *(belonging or [])), *groups)
    return candidates(words, Used(compiled(query)), judged=5, unlabelled=5, against=5)


def told(found: list[Candidate]) -> list[tuple[str, str]]:
    return [(each.kind, each.query.text) for each in found]


def test_a_word_of_missed_entries_is_proposed_first() -> None:
    missed = [doc("Lithography garden", "a"), doc("lithography report", "b")]
    found = proposed(missed=missed, belonging=[*missed, *(doc(f"chips {n}") for n in range(20))])
    assert told(found)[0] == ("add", "lithography")
    assert "garden" not in {each.text for each in found}


def test_without_judgements_what_matches_share_and_others_have_not_is_proposed() -> None:
    matches = [doc("Chips from Huawei", outlet) for outlet in "abcdef"]
    assert told(proposed(belonging=matches)) == [("add", "Huawei")]
    # A word of one outlet only may be its own boilerplate.
    others = [doc(f"weather{n} report garden", "b.example") for n in range(60)]
    one_outlet = [doc("Chips from Huawei") for _ in range(6)]
    assert proposed(belonging=one_outlet, others=others) == []
    # Where the home has one outlet there is no other to ask for.
    assert told(proposed(belonging=one_outlet)) == [("add", "Huawei")]


def test_words_of_the_topic_are_left_out() -> None:
    matches = [doc("Semiconductors of Huawei 出口管制", outlet) for outlet in "abcdef"]
    assert told(proposed(belonging=matches, query="Huawei* OR semiconductor OR 出口管制")) == []


def test_a_phrase_stands_for_its_words_when_they_hardly_stand_alone() -> None:
    counted = usage(doc("entity list"), doc("entity list"), doc("long list here"))
    assert ("entiti",) in fragments(counted)
    assert ("list",) not in fragments(counted)
    matches = [doc("Chips entity list", outlet) for outlet in "abcdef"]
    assert told(proposed(belonging=matches)) == [("add", '"Chips entity"')] or told(
        proposed(belonging=matches)
    ) == [("add", '"entity list"')]


def test_a_word_of_wrong_entries_is_counted_against() -> None:
    wrong = [doc("Potato chips with paprika"), doc("Potato chips again paprika")]
    right = [doc(f"Chips for servers {n}", outlet) for n, outlet in enumerate("abcdefghijkl")]
    found = [each for each in proposed(belonging=right, wrong=wrong) if each.kind == "remove"]
    assert {each.text for each in found} <= {"Potato chips", "paprika", "Potato"}
    assert found


def test_edits_change_the_topic_and_are_compiled() -> None:
    (candidate,) = [
        each
        for each in proposed(belonging=[doc("Chips from Huawei", outlet) for outlet in "abcdef"])
        if each.kind == "add"
    ]
    plain, boost = edits(TOPIC, LISTS, [candidate])
    assert plain.written == "OR Huawei"
    assert stratum(plain.changed, doc("Huawei"), NOW) == "matched"
    # A boost may lift what another one counts against.
    assert boost.written == "{query = 'Huawei', points = 1}"
    assert stratum(boost.changed, doc("chips webinar"), NOW) == "near"
    assert stratum(boost.changed, doc("Huawei chips webinar"), NOW) == "matched"
    assert edits(a_topic("x" * 9_995), LISTS, [candidate]) == []
    # What cannot be is left out alone: the boost is possible where the query is full.
    (boost,) = edits(a_topic("x " * 4_997, ("webinar", -1)), LISTS, [candidate])
    assert boost.written.startswith("{query")


def test_the_effect_is_counted_on_the_judged_entries() -> None:
    (edit,) = edits(
        a_topic("chips"),
        LISTS,
        [
            each
            for each in proposed(belonging=[doc("Chips Huawei", outlet) for outlet in "abcdef"])
            if "Huawei" in each.text
        ],
    )
    topic = compiled("chips")
    judged = [
        JudgedDocument(n, doc(title), stratum(topic, doc(title), NOW) == "matched", belongs)
        for n, (title, belongs) in enumerate(
            [
                ("Huawei", True),
                ("Chips Huawei", True),
                ("Chips Huawei", False),
                ("potato", False),
                ("Chips Huawei again", False),
            ]
        )
    ]
    effect = judged_effect(edit, judged, NOW)
    assert effect.wanted_gained + effect.unwanted_gained <= 1
    assert effect.unwanted_removed == effect.wanted_lost == 0
    assert JudgedEffect(3, 1, 2, 1).better == 3


@given(
    st.integers(1, 50), st.integers(0, 50), st.integers(0, 200), st.integers(0, 200),
    st.floats(0.0001, 0.9),
)  # fmt: skip
def test_log_odds_have_the_sign_of_the_difference(
    count: int, more: int, other: int, other_more: int, share: float
) -> None:
    score = log_odds(count, count + more, other, other + other_more, share)
    assert math.isfinite(score)
    swapped = log_odds(other, other + other_more, count, count + more, share)
    assert score == pytest.approx(-swapped)


def test_a_frequent_word_and_a_rare_one_need_more_than_a_small_difference() -> None:
    assert log_odds(1, 100, 0, 1_000, 0.0005) < 3
    assert log_odds(50, 100, 480, 1_000, 0.48) < 1
    assert log_odds(20, 100, 10, 1_000, 0.02) > 5
