"""What a query asks in vain is told, and nothing that is not in vain."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.model.topic import WordList
from monitor.query import Document, evaluate, parse
from monitor.query.implied import Comparison
from monitor.query.lint import never_holds
from monitor.query.tree import And, Not, Or, Query, walk
from tests.query.test_properties import NOW
from tests.query.texts import LISTS, POOLS, documents, queries

NEVER = [
    "chips -chips",
    "chips -chip",
    "title:x NOT x",
    "title:x NOT lead:x",
    "body:(x y) NOT y",
    "x (y -y)",
    "(x -x) OR (y -y)",
    "title:(x -x)",
    '"chip ban" -ban',
    '"chip ban rules" -"ban rules"',
    "(a NEAR/3 b) -a",
    "(a NEAR/3 b) -(a NEAR/5 b)",
    "(a ONEAR/3 b) -(a NEAR/3 b)",
    "=Semiconductor -semicond*",
    "@more -@chips",
    "=US -@chips",
    "x (a OR b) -(a OR b OR c)",
    "lang:zh lang:ja",
    "after:2025-06 before:2025-01",
    "on:2025 on:2026-01",
    "on:2025-01 before:2025",
    "published:2025-02..2025-01",
    "published:2025-01 published:>2025-02",
    "published:2025 -has:published",
    "author:smith -has:author",
    "type:audio -has:enclosure",
    "topic:chips -topic:chips",
]


@pytest.mark.parametrize("text", NEVER)
def test_what_can_never_hold_is_told(text: str) -> None:
    query = parse(text, LISTS)
    assert never_holds(query.root)
    assert any("can never hold" in warning for warning in query.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "chips -potato",
        "x NOT title:x",
        "lead:x NOT title:x",
        "title:x -body:x",
        "ban -'chip ban'",
        '"a b"~5 -"a b"',
        "(a NEAR/5 b) -(a NEAR/3 b)",
        "(a NEAR/3 b) -(a ONEAR/3 b)",
        "policy -policies",  # Spanish and French have other stems for the two
        "chips -=chips",
        "semicond* -semiconductor",
        "semiconductor -semicond*",
        "@chips -@more",
        "lang:zh lang:zh-hans",
        "after:2025-01 before:2025-02",
        "since:7d before:2020",  # it may still be 2020
        "outlet:ap outlet:news",
        "tag:ai tag:chips",
        "a NEAR/1 a",
        "-topic:*",
        '"GPT-5" -GPT-6',
    ],
)
def test_what_may_hold_is_not_called_impossible(text: str) -> None:
    query = parse(text, LISTS)
    assert not never_holds(query.root)
    assert not any("never" in one for one in query.warnings)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ('chip OR "chip ban"', '`"chip ban"` adds nothing: `chip` finds it too.'),
        ('"chip ban" OR chip', '`"chip ban"` adds nothing: `chip` finds it too.'),
        ("chip OR (chip ban)", "`chip AND ban` adds nothing: `chip` finds it too."),
        ("chip OR title:chip", "`title:chip` adds nothing: `chip` finds it too."),
        ("chip OR chip", "`chip` is there twice."),
        ("chip OR chips", "`chips` adds nothing: `chip` finds it too."),
        ("H20 OR @chips", "`H20` adds nothing: `@chips` finds it too."),
        ("芯片 OR 芯片出口", "`芯片出口` adds nothing: `芯片` finds it too."),
        ("AI OR =AI", "`=AI` adds nothing: `AI` finds it too."),
        ("lang:zh lang:ja", "an entry has one language; did you mean OR?"),
        ("inte* chips", "`inte*` begins very many words"),
        ('"inte* rules"', "`inte*` begins very many words"),
        ("a OR (b -b)", "`b AND NOT b` can never hold: `NOT b` excludes all of it."),
        ("芯", "single character"),
    ],
)
def test_what_is_in_vain_or_broad_is_told_with_its_clause(text: str, warning: str) -> None:
    assert any(warning in one for one in parse(text, LISTS).warnings)


@pytest.mark.parametrize(
    "text",
    [
        "chip OR wafer",
        "chip OR chipset",
        "芯片",
        "semic*",
        "a OR (b -c)",
        "outlet:AP",
        "outlet:nist.gov",
        "AT&T",
        "IT-Sicherheit",
        '"US Congress"',
    ],
)
def test_what_is_good_is_let_be(text: str) -> None:
    warnings = parse(text, LISTS).warnings
    assert [one for one in warnings if "AND binds" not in one] == []


def test_a_list_is_not_searched_for_what_it_repeats() -> None:
    lists = {"a": WordList("a", ("chip", "chip ban", "chips"))}
    assert parse("@a", lists).warnings == ()


@st.composite
def cases(draw: st.DrawFn) -> tuple[Query, Query, list[Document]]:
    """Two queries and a few entries of the same words."""
    pool = draw(st.sampled_from(POOLS))
    both = []
    for _ in range(2):
        try:
            both.append(parse(draw(queries(pool)), LISTS))
        except QueryError:
            assume(False)
    return both[0], both[1], draw(st.lists(documents(pool), min_size=1, max_size=3))


@settings(max_examples=250, deadline=None)
@given(cases())
def test_a_part_that_never_holds_is_never_accepted_and_one_contained_is_found_by_the_other(
    case: tuple[Query, Query, list[Document]],
) -> None:
    one, other, entries = case
    for first, second in ((one.root, other.root), (other.root, one.root)):
        parts = [first, And((first, Not(second))), And((first, second)), Or((first, second))]
        for part in [inner for whole in parts for inner in walk(whole)]:
            if never_holds(part):
                for entry in entries:
                    assert evaluate(Query("", part), entry, NOW) is None
        for narrow in walk(first):
            for broad in walk(second):
                if Comparison().implies(narrow, broad):
                    for entry in entries:
                        held = evaluate(Query("", narrow), entry, NOW) is not None
                        assert not held or evaluate(Query("", broad), entry, NOW) is not None
