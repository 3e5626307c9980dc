"""Why an entry matches a topic, or which clause failed and how near it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings

from monitor.errors import QueryError
from monitor.query import Document, evaluate, parse
from monitor.query.tree import And, Node, Not, Or, Scope, in_field
from monitor.topics import explain, near_miss
from monitor.topics.clauses import clauses
from monitor.topics.explain import Step
from tests.query import texts
from tests.topics.builders import NOW, compiled

DOCUMENT = Document(
    title="Alpha bans chips",
    text="Export of graphics boards; the entity said: no list. " + "x " * 60 + "omega bis",
    language="en",
    outlet="Reuters",
)


def told(query: str, *boosts: tuple[str, int], floor: int = 1) -> str:
    return "\n".join(explain(compiled(query, *boosts, floor=floor), DOCUMENT, NOW).words())


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("chip", "holds: chip: “chips”"),
        ("chip potato", "fails: potato: it is not there"),
        ('"entity list"', "its words are there, but not together"),
        ('"entity register"', "“register” is not there"),
        ("=BIS", "it is there in another case only"),
        ("title:export", "it is in the entry, but not in the title"),
        ("lead:omega", "it is in the entry, but not in the title or the first 60 words"),
        ("entity NEAR/2 list", "“entity” and “list” are 3 words apart, 2 allowed"),
        ("entity NEAR/5 potato", "potato is not there"),
        ("alpha NEAR/5 entity", "“Alpha” is in the title, “entity” in the text"),
        ("body:alpha", "it is in the entry, but not in the text"),
        ("chip title:(export OR omega)", "title:omega: it is in the entry, but not in the title"),
        ("list ONEAR/5 entity", "“list” stands behind “entity”, not before it"),
        ("chip NEAR/3 chips", "“chips” is there once, and may not serve both sides"),
        ('"no list" NEAR/3 list', "“no list” and “list” are there, but share a word"),
        ("@chips", "none of its spellings is there"),
        ("chip -export", "it is there, but must not be"),
        ("chip outlet:guardian", "the entry has Reuters"),
        ("chip lang:de", "the entry has en"),
        ("chip author:x", "the entry has none"),
        ("chip (potato OR tomato)", "none of these 2 holds"),
    ],
)
def test_the_clause_that_decided_is_told_with_how_near_it_was(query: str, line: str) -> None:
    assert line in told(query)


def test_the_nearest_of_many_places_is_told() -> None:
    text = "chip " + "o " * 60 + "chip " * 300 + "o " * 20 + "ban"
    topic = compiled("chip NEAR/5 ban")
    words = explain(topic, Document(title="", text=text), NOW).words()
    assert any("“chip” and “ban” are 21 words apart, 5 allowed" in line for line in words)


def test_points_and_floor_are_told() -> None:
    assert told("chip", ("alpha", 2)).startswith("Matches t: 3 points, 1 needed.")
    short = told("chip", ("alpha", -2), ("potato", 5))
    assert "the query holds, but there is only -1 point of the 1 needed" in short
    assert "boost -2: holds: alpha" in short
    assert "potato" not in short
    assert short.endswith("1 other boost does not hold (--all shows all)")
    assert "only 1 point of the 2 needed." in told("chip", floor=2)
    assert "boosts do not hold" in told("chip", ("potato", 1), ("tomato", 1))
    assert told("potato").startswith("Does not match t: the query does not hold.")


def test_boosts_are_left_out_where_the_query_fails_unless_all_is_wanted() -> None:
    answer = explain(compiled("potato", ("alpha", 2), ("tomato", 5)), DOCUMENT, NOW)
    assert "boost" not in "\n".join(answer.words())
    whole = "\n".join(answer.words(whole=True))
    assert "boost +2: holds: alpha" in whole
    assert "boost +5: does not hold: tomato" in whole


def test_what_came_near_is_told_before_what_is_not_there_at_all() -> None:
    lines = told("potato OR tomato OR (entity NEAR/2 list)").splitlines()
    assert lines[2].strip().startswith("fails: entity NEAR/2 list: “entity”")


def test_a_clause_keeps_its_brackets() -> None:
    lines = told("chip", ('title:("entity list" OR alpha)', 2))
    assert 'boost +2: holds: title:("entity list" OR alpha)' in lines


def shown_clauses(step: Step) -> Iterator[str]:
    yield step.clause
    for part in step.parts:
        yield from shown_clauses(part)


def stand_alone(node: Node, field: str = "") -> Iterator[Node]:
    """The parts of a query, each as it reads alone."""
    yield in_field(field, node)
    match node:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from stand_alone(part, field)
        case Scope(name=name, part=part):
            yield from stand_alone(part, name)
        case Not(part=part):
            yield from stand_alone(part, field)
        case _:
            pass


@settings(max_examples=120, deadline=None)
@given(texts.held())
def test_every_shown_clause_reads_back_as_the_part_it_stands_for(
    case: tuple[str, list[Document]],
) -> None:
    text, entries = case
    assume("topic:" not in text)
    try:
        topic = compiled(text, lists=texts.LISTS)
    except QueryError:
        assume(False)
        raise
    there = list(stand_alone(topic.query.root))
    for document in entries:
        answer = explain(topic, document, NOW)
        assert parse(answer.query.clause, texts.LISTS).root == topic.query.root
        shown = [*shown_clauses(answer.query), *(name for name, _ in clauses(topic.query.root))]
        missed = near_miss(topic, document, NOW)
        shown += [missed.missing] if missed and missed.missing else []
        for clause in shown:
            # Behind a NOT, for what only excludes is no query by itself.
            root = parse(f"alpha NOT ({clause})", texts.LISTS).root
            assert isinstance(root, And)
            assert isinstance(root.parts[1], Not)
            assert root.parts[1].part in there


def test_the_answer_is_there_as_data() -> None:
    shown = explain(compiled("chip (potato OR -alpha chip)", ("x", 1)), DOCUMENT, NOW).as_json()
    assert (shown["topic"], shown["matches"], shown["points"], shown["floor"]) == ("t", False, 0, 1)
    chip, either = shown["query"]["parts"]
    assert shown["query"]["joined"] == "AND"
    assert chip["holds"] is True
    assert chip["why"][0]["field"] == "title"
    assert either["joined"] == "OR"
    assert [part["holds"] for part in either["parts"]] == [False, False]
    assert shown["boosts"][0]["points"] == 1


@settings(max_examples=80, deadline=None)
@given(texts.held())
def test_the_explanation_agrees_with_the_evaluator(case: tuple[str, list[Document]]) -> None:
    text, entries = case
    assume("topic:" not in text)
    try:
        topic = compiled(text, lists=texts.LISTS)
    except QueryError:
        assume(False)
        raise
    for document in entries:
        answer = explain(topic, document, NOW)
        assert answer.matches == (evaluate(topic.query, document, NOW) is not None)
        assert answer.words()
