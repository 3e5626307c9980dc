"""Clauses are added to a query's text and taken out again, and the text asks for just that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query import Document, evaluate, literal, parse
from monitor.query.narrowing import (
    about_entry,
    asks_only_about_entry,
    base_of,
    clause,
    parts_of,
    without,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, number, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "narrowed"),
    [
        ("chips", "chips outlet:nist.gov"),
        ("  chips ", "chips outlet:nist.gov"),
        ("chips OR tea", "(chips OR tea) outlet:nist.gov"),
        ("chips tea OR ham", "(chips tea OR ham) outlet:nist.gov"),
        ("a NEAR/3 b", "a NEAR/3 b outlet:nist.gov"),
        ("chips -lang:de", "chips -lang:de outlet:nist.gov"),
        ("title:(a OR b)", "title:(a OR b) outlet:nist.gov"),
        ("lang:(zh OR ja)", "(lang:(zh OR ja)) outlet:nist.gov"),
        ('"entity list"~4', '"entity list"~4 outlet:nist.gov'),
    ],
)
def test_a_clause_is_added_so_that_both_must_hold(text: str, narrowed: str) -> None:
    added = clause("outlet", "nist.gov")
    assert base_of(parse(text), {}, NOW).narrowed(added) == narrowed
    assert set(parts_of(parse(narrowed))) == {*parts_of(parse(text)), parse(added).root}


def test_words_that_were_searched_as_they_stand_can_be_narrowed() -> None:
    query = literal("plant (opens AND")
    text = base_of(query, {}, NOW).narrowed("lang:en")
    assert text.endswith(" lang:en")
    assert evaluate(parse(text), Document(title="Plant opens and", text="", language="en"), NOW)
    assert evaluate(parse(text), Document(title="Plant opens", text="", language="en"), NOW) is None


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("chips outlet:x", "outlet:x", "chips"),
        ('outlet:"The Wire" chips', 'outlet:"The Wire"', "chips"),
        ("a outlet:x b", "outlet:x", "a b"),
        ("(a OR b) lang:en", "lang:en", "(a OR b)"),
        ("a -lang:de", "NOT lang:de", "a"),
        ("a -lang:de b", "NOT lang:de", "a b"),
        ("a AND lang:de AND b", "lang:de", "a AND b"),
        ("lang:de", "lang:de", ""),
        ("lang:de -tag:x", "lang:de", "-tag:x"),
    ],
)
def test_a_clause_is_taken_out(text: str, gone: str, left: str) -> None:
    query = parse(text)
    (part,) = [each for each in parts_of(query) if each in parts_of(parse(f"x {gone}"))]
    assert without(query, [part], {}) == left


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("a", "a on:2026-11-22"),
        ("a on:2026-11", "a on:2026-11-22"),
        ("a since:7d", "a on:2026-11-22"),
        ("a since:30h", "a since:30h on:2026-11-22"),  # which begins in the midst of that day
        ("after:2026-11-01 before:2026-12-01", "on:2026-11-22"),
        ("after:2026-11-01 a OR b", "(after:2026-11-01 a OR b) on:2026-11-22"),
    ],
)
def test_a_period_takes_the_place_of_one_that_holds_it(text: str, within: str) -> None:
    assert base_of(parse(text), {}, NOW).within(day(22), day(23)) == within


def test_what_asks_about_the_entry_alone_is_told_apart() -> None:
    query = parse("chips lang:en -tag:x (topic:a OR is:sent)")
    about = about_entry(query)
    assert about is not None
    assert about.spelled_out() == "lang:en AND NOT tag:x AND (topic:a OR is:sent)"
    assert not asks_only_about_entry(query)
    assert asks_only_about_entry(parse("lang:en -tag:x"))
    assert about_entry(parse("chips (tea OR lang:en)")) is None


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=200, deadline=None)
@given(NAMES, st.sampled_from(["outlet", "feed", "tag", "author"]))
def test_any_name_is_written_so_that_it_finds_whoever_is_called_so(name: str, field: str) -> None:
    written = clause(field, name)
    if written:
        document = Document(
            title="", text="", outlet=name, feed_title=name, tags=(name,), author=name
        )
        assert evaluate(parse(written), document, NOW) is not None
        assert evaluate(parse(f"{written} {written}"), document, NOW) is not None
