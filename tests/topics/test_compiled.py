"""Topics made ready: errors name the topic, definitions are canonical, warnings say where."""

from __future__ import annotations

import json

import pytest

from monitor.errors import QueryError
from monitor.model.topic import WordList
from monitor.topics import compile_topics, definition
from tests.topics.builders import LISTS, a_topic, compiled


@pytest.mark.parametrize(
    ("query", "boosts", "message", "position"),
    [
        ("a OR", (), "Topic t, query: The query ends", 4),
        ("a", (("b", 1), ("x (", -1)), "Topic t, boost 2: ", 3),
        ("@chps", (), "Topic t, query: There is no list @chps", 0),
        ("a topic:other", (), "a topic cannot ask for topics", 2),
        ("a", (("topic:b", 1),), "Topic t, boost 1: a topic cannot ask for topics", 0),
    ],
)
def test_an_error_names_topic_and_part_and_keeps_its_place(
    query: str, boosts: tuple[tuple[str, int], ...], message: str, position: int
) -> None:
    with pytest.raises(QueryError) as caught:
        compile_topics([a_topic("fine", name="f"), a_topic(query, *boosts)], LISTS)
    assert message in caught.value.reason
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("topic", "warning"),
    [
        (compiled("a or b"), "query: `or` is searched"),
        (compiled("a", ("US", 1)), "boost 1: `US`"),
        (compiled("a", ("b", 2), ("c", -5), floor=4), "floor: no entry can reach 4 points; 3"),
        (compiled("a since:7d"), "query: since: moves on"),
        (compiled("a published:7d"), "query: published: moves on"),
    ],
)
def test_warnings_say_where(topic: object, warning: str) -> None:
    assert any(one.startswith(warning) for one in topic.warnings)  # type: ignore[attr-defined]


def test_the_definition_holds_query_boosts_floor_and_the_lists_they_use() -> None:
    topic = a_topic(" @chips ", ("title:b", 2), floor=2)
    assert json.loads(definition(topic, LISTS)) == {
        "query": "@chips",
        "boost": [["title:b", 2]],
        "floor": 2,
        "lists": {"chips": ["H20", "=BIS", "@more"], "more": ["graphics card", "芯片"]},
    }


def test_only_what_changes_the_matches_changes_the_definition() -> None:
    topic = a_topic("@chips", ("b", 1))
    same = definition(topic, LISTS)
    assert definition(a_topic("@chips", ("b", 1), name="other"), LISTS) == same
    assert definition(topic, {**LISTS, "unused": WordList("unused", ("y",))}) == same
    assert definition(a_topic("@chips", ("b", 1), floor=2), LISTS) != same
    assert definition(a_topic("@chips", ("b", 2)), LISTS) != same
    assert definition(topic, {**LISTS, "more": WordList("more", ("GPU",))}) != same
