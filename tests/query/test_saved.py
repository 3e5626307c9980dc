"""`saved:NAME` stands for the query of a saved search, in brackets, wherever a query may stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from monitor.errors import QueryError
from monitor.model.topic import Boost, Topic
from monitor.query import Document, candidates, evaluate, parse
from monitor.query.lists import Lists
from monitor.query.saved import CircleError, SavedQueryError
from monitor.query.syntax import read_saved
from monitor.topics.compiled import compile_topics, definition
from tests.query.texts import LISTS, held

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEARCHES = {
    "words": "ban OR licence",
    "both": "saved:words chips",
    "law": "title:act lang:en",
    "all": "saved:both OR saved:law",
}
NAMED = Lists({}, SEARCHES)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("saved:words", "ban OR licence"),
        ("saved:words export", "(ban OR licence) AND export"),
        ("export saved:both", "export AND (ban OR licence) AND chips"),
        ("export OR saved:both", "export OR ((ban OR licence) AND chips)"),
        ("export -saved:both", "export AND NOT ((ban OR licence) AND chips)"),
        ("export NEAR/3 saved:words", "export NEAR/3 (ban OR licence)"),
        ("title:saved:words", "title:(ban OR licence)"),
        ("lead:(saved:both OR x)", "lead:(((ban OR licence) AND chips) OR x)"),
        ('saved:"law"', "title:act AND lang:en"),
        ("saved:(words OR law)", "ban OR licence OR (title:act AND lang:en)"),
        ("Saved:all", "((ban OR licence) AND chips) OR (title:act AND lang:en)"),
    ],
)
def test_it_is_read_as_its_query_in_brackets(text: str, understood: str) -> None:
    query = parse(text, NAMED)
    assert query.spelled_out() == understood
    assert query.root == parse(understood).root
    assert not any("AND binds" in each for each in query.warnings)


def test_a_query_knows_the_saved_searches_it_names_directly_or_not() -> None:
    assert set(parse("x saved:all", NAMED).saved) == {"all", "both", "words", "law"}
    assert dict(parse("x", NAMED).saved) == {}


@pytest.mark.parametrize(
    ("marked", "reason", "hint"),
    [
        ("chips saved:^wrds", "no saved search 'wrds'", "`words`"),
        ("chips saved:^qqqq", "no saved search 'qqqq'", "Known: all, both, law, words"),
        ("title:saved:^law", "cannot stand inside `title:`", "side by side"),
        ("a ^NEAR/3 saved:both", "NEAR cannot join AND", "Beside NEAR"),
        ("saved:^=words", "no saved search '=words'", "`words`"),
        ("saved:^", "a value for saved: was expected", ""),
        ("^-saved:words", "only excludes", "Put a word"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(marked: str, reason: str, hint: str) -> None:
    position = marked.index("^")
    with pytest.raises(QueryError) as caught:
        parse(marked.replace("^", ""), NAMED)
    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert caught.value.position == position


def test_without_any_saved_search_the_hint_says_how_to_save_one() -> None:
    with pytest.raises(QueryError, match="monitor searches save"):
        parse("saved:words")


def test_a_circle_is_refused_with_the_names_in_it_from_where_one_stands() -> None:
    lists = Lists({}, {"a": "x saved:b", "b": "saved:c", "c": "y OR saved:a", "d": "saved:b z"})
    for name, chain in (
        ("a", "saved:a refers to saved:b refers to saved:c refers to saved:a"),
        ("b", "saved:b refers to saved:c refers to saved:a refers to saved:b"),
    ):
        with pytest.raises(CircleError, match=chain):
            read_saved(name, lists)
    with pytest.raises(SavedQueryError, match="saved:b cannot be asked") as caught:
        read_saved("d", lists)
    assert caught.value.culprit == "b"
    with pytest.raises(CircleError, match="saved:e refers to saved:e"):
        read_saved("e", Lists({}, {"e": "saved:e"}))


def test_a_wrong_one_far_inside_is_named_as_the_culprit() -> None:
    lists = Lists({}, {"a": "saved:b", "b": "x saved:c", "c": "chips AND"})
    with pytest.raises(SavedQueryError, match="saved:c cannot be asked: The query ends") as caught:
        parse("y saved:a", lists)
    assert (caught.value.culprit, caught.value.position) == ("c", len("y saved:"))


def test_what_they_bring_in_is_limited_and_takes_no_time() -> None:
    searches = {"s0": "outlet:a OR outlet:b"}
    searches |= {f"s{n}": f"saved:s{n - 1} OR saved:s{n - 1}" for n in range(1, 40)}
    lists = Lists({}, searches)
    with pytest.raises(QueryError, match="more than 10,000 words and other parts"):
        parse("saved:s39", lists)
    parse("saved:s10", lists)
    words = Lists({}, {"w": " OR ".join(f"w{n}" for n in range(1_200))})
    with pytest.raises(QueryError, match="5,000 are possible"):
        parse("saved:w saved:w saved:w saved:w saved:w", words)


@pytest.mark.parametrize("order", [1, -1])
def test_how_deep_they_stand_counts_whichever_is_read_first(order: int) -> None:
    searches = {"s0": "((((x))))"}
    searches |= {f"s{n}": f"y (z OR saved:s{n - 1})" for n in range(1, 30)}
    lists = Lists({}, searches)
    names = [*searches][::order]
    for name in (name for name in names if int(name[1:]) >= 24):
        with pytest.raises(QueryError, match="More than 50"):
            read_saved(name, lists)
    good = [read_saved(name, lists).depth for name in names if int(name[1:]) < 24]
    assert sorted(good) == [4 + 2 * n for n in range(24)]


def test_what_is_odd_about_a_saved_search_is_not_told_of_every_query_that_names_it() -> None:
    lists = Lists({}, {"odd": 'chip OR "chip ban"', "us": "us"})
    assert parse("saved:odd", lists).warnings == ()
    assert len(read_saved("odd", lists).warnings) == 1
    assert any("can never hold" in one for one in parse("saved:us -saved:us", lists).warnings)


def test_the_index_is_asked_for_their_words_and_bounds() -> None:
    lists = Lists({}, {"new": "chips since:7d topic:law"})
    asked = candidates(parse("saved:new ban", lists), NOW)
    assert asked == candidates(parse("ban (chips since:7d topic:law)"), NOW) or asked.fts
    assert (asked.from_at is not None, asked.topics) == (True, ("law",))


@settings(max_examples=80, deadline=None)
@given(held())
def test_naming_a_saved_query_is_the_same_as_asking_it(case: tuple[str, list[Document]]) -> None:
    text, entries = case
    try:
        plain = parse(text, LISTS)
    except QueryError:
        return
    named = parse("saved:it", Lists(dict(LISTS), {**LISTS.searches, "it": text}))
    assert named.root == plain.root
    for document in entries:
        assert evaluate(named, document, NOW) == evaluate(plain, document, NOW)


def test_a_topic_is_another_version_when_a_saved_search_it_names_changes() -> None:
    topic = Topic(
        name="t", title="T", query="x saved:both", boosts=(Boost("saved:law", 1), Boost("y", 1))
    )
    first = definition(topic, NAMED)
    assert definition(topic, Lists({}, {**SEARCHES, "unused": "z"})) == first
    assert definition(topic, Lists({}, {**SEARCHES, "words": "ban"})) != first
    assert definition(topic, Lists({}, {**SEARCHES, "law": "act"})) != first
    assert "searches" not in definition(Topic(name="t", title="T", query="x"), NAMED)


def test_a_topic_may_not_ask_for_topics_by_way_of_a_saved_search() -> None:
    lists = Lists({}, {"mine": "x topic:law"})
    with pytest.raises(QueryError, match="a topic cannot ask for topics"):
        compile_topics([Topic(name="t", title="T", query="saved:mine")], lists)
