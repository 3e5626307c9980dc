"""Which topics an entry matches: points, floor, reasons; and the quick look is never wrong."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from monitor.errors import QueryError
from monitor.model.topic import Evidence, Span
from monitor.query import Document, evaluate
from monitor.topics import compile_topics, index_topics, match, match_all, possible
from tests.query import texts
from tests.topics.builders import NOW, a_topic, compiled


def points(query: str, *boosts: tuple[str, int], title: str, floor: int = 1) -> int | None:
    document = Document(title=title, text="", language="en")
    found = match(compiled(query, *boosts, floor=floor), document, 3, NOW)
    return found.points if found else None


@pytest.mark.parametrize(
    ("boosts", "floor", "title", "expected"),
    [
        ((), 1, "alpha", 1),
        ((), 1, "beta", None),
        ((), 2, "alpha", None),
        ((), 0, "alpha", 1),
        ((("beta", 3),), 1, "alpha beta", 4),
        ((("beta", 3),), 1, "alpha", 1),
        ((("beta", 3),), 1, "beta", None),
        ((("beta", 1),), 2, "alpha", None),
        ((("beta", 1),), 2, "alpha beta", 2),
        ((("beta", -1),), 1, "alpha beta", None),
        ((("beta", -1), ("gamma", 1)), 1, "alpha beta gamma", 1),
        ((("beta", -5), ("title:alpha", 2)), -2, "alpha beta", -2),
    ],
)
def test_points_are_one_for_the_query_and_those_of_the_boosts_that_hold(
    boosts: tuple[tuple[str, int], ...], floor: int, title: str, expected: int | None
) -> None:
    assert points("alpha", *boosts, title=title, floor=floor) == expected


def test_a_match_keeps_version_points_and_reasons() -> None:
    topic = compiled("@chips", ('title:"entity list"', 3), ("outlet:reuters", 1), name="chips")
    document = Document(title="Entity List", text="the H20", language="en", outlet="Reuters")
    found = match(topic, document, 7, NOW)
    assert found is not None
    assert (found.topic, found.version, found.points) == ("chips", 7, 5)
    assert found.evidence == (
        Evidence("@chips", "H20", Span("text", 4, 7)),
        Evidence('title:"entity list" (+3)', "Entity List", Span("title", 0, 11)),
        Evidence("outlet:reuters (+1)", "Reuters"),
    )


def test_all_topics_are_matched_in_their_order() -> None:
    topics = index_topics(
        compile_topics(
            [a_topic("a", name="x"), a_topic("b", name="y"), a_topic("b a", name="z")], {}
        )
    )
    document = Document(title="a b", text="")
    found = match_all(topics, document, {"x": 1, "y": 2, "z": 3}, NOW)
    assert [(one.topic, one.version) for one in found] == [("x", 1), ("y", 2), ("z", 3)]
    assert (
        match_all(topics, Document(title="b", text=""), {"x": 1, "y": 2, "z": 3}, NOW)[0].topic
        == "y"
    )


@settings(max_examples=100, deadline=None)
@given(texts.held())
def test_an_entry_the_quick_look_turns_away_never_matches(case: tuple[str, list[Document]]) -> None:
    text, entries = case
    assume("topic:" not in text)
    try:
        topic = compiled(text, lists=texts.LISTS)
    except QueryError:
        assume(False)
        raise
    for document in entries:
        accepted = evaluate(topic.query, document, NOW)
        assert (match(topic, document, 1, NOW) is not None) == (accepted is not None)
        found = match_all(index_topics([topic]), document, {topic.name: 1}, NOW)
        assert len(found) == (accepted is not None)
        if accepted is not None:
            assert possible(topic, document)
