"""A topic's query for Lucene, Meltwater and Google, and what is said to be lost."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.model.topic import Boost, Topic, WordList
from monitor.query import Document, evaluate, parse
from monitor.topics import compile_topics
from monitor.topics.export import SYNTAXES, Exported, Syntax, export
from tests.conftest import Command
from tests.query.test_properties import NOW
from tests.query.texts import LISTS, held

NAMES = {
    "chips": WordList("chips", ("H20", "=B30A", "graphics card*", "entity list", "@more")),
    "more": WordList("more", ("芯片",)),
    "many": WordList("many", tuple(f"word{n}" for n in range(2_000))),
}


def exported(query: str, syntax: Syntax, **fields: object) -> Exported:
    topic = Topic(name="t", title="T", query=query, **fields)  # type: ignore[arg-type]
    return export(compile_topics([topic], {**NAMES, **LISTS} | NAMES)[0], syntax)


@pytest.mark.parametrize(
    ("query", "lucene", "meltwater", "google"),
    [
        ("chip ban", "chip AND ban", "chip AND ban", "chip ban"),
        ("chip OR wafer", "chip OR wafer", "chip OR wafer", "chip OR wafer"),
        ("(a OR b) c", "(a OR b) AND c", "(a OR b) AND c", "(a OR b) c"),
        ("a OR b c", "a OR (b AND c)", "a OR (b AND c)", "a OR (b c)"),
        ("a -b", "a AND NOT b", "a AND NOT b", "a -b"),
        ("a -(b OR c)", "a AND NOT (b OR c)", "a AND NOT (b OR c)", "a -b -c"),
        ('a "entity list"', 'a AND "entity list"', 'a AND "entity list"', 'a "entity list"'),
        ("export-control", '"export-control"', '"export-control"', '"export-control"'),
        ("C++", '"C++"', '"C++"', '"C++"'),
        ('"AND"', '"AND"', '"AND"', '"AND"'),
        ("芯片", "芯片", "芯片", "芯片"),
        ("semicond*", "semicond*", "semicond*", "semicond"),
        ("GPT-4*", "GPT\\-4*", "GPT-4*", '"GPT-4"'),
        ("=BIS", "BIS", "BIS", "BIS"),
        ('"=BIS rule"', '"BIS rule"', '"BIS rule"', '"BIS rule"'),
        ('"a b"~5', '"a b"~5', '"a b"~5', "a AROUND(5) b"),
        ('"a b c"~5', '"a b c"~5', '"a b c"~5', "a b c"),
        (
            "a NEAR/5 (b OR c)",
            '"a b"~5 OR "a c"~5',
            "a NEAR/5 (b OR c)",
            "a AROUND(5) b OR a AROUND(5) c",
        ),
        ("a ONEAR/5 b", "a AND b", "a ONEAR/5 b", "a AROUND(5) b"),
        (
            "a NEAR/5 b NEAR/3 c",
            '"a b"~5 AND c',
            "(a NEAR/5 b) NEAR/3 c",
            "a AROUND(5) b c",
        ),
        ("a NEAR/5 b -c", '"a b"~5 AND NOT c', "(a NEAR/5 b) AND NOT c", "a AROUND(5) b -c"),
        ("title:(a OR b)", "title:(a OR b)", "title:(a OR b)", "intitle:a OR intitle:b"),
        ("a -title:(b OR c)", None, None, "a -intitle:b -intitle:c"),
        ("body:a", "text:a", "text:a", "intext:a"),
        ("lead:a", "title:a OR text:a", "title:a OR ingress:a", "a"),
        ("title:(a NEAR/5 b)", 'title:"a b"~5', "title:(a NEAR/5 b)", "intitle:a intitle:b"),
        ("a domain:nist.gov", "a AND domain:nist.gov", "a AND url:nist.gov", "a site:nist.gov"),
        ('a outlet:"AP News"', 'a AND source:"AP News"', 'a AND source:"AP News"', "a"),
        ("a url:news", "a", "a AND url:news", "a inurl:news"),
        ("a lang:de", "a AND language:de", "a", "a"),
        ("a has:author", "a AND _exists_:author", "a", "a"),
        ("a is:starred type:audio feed:x", "a", "a", "a"),
        (
            "a published:2025-01..2025-02",
            "a AND published:[2025-01 TO 2025-02]",
            "a",
            "a after:2025-01-01 before:2025-03-01",
        ),
        ("a published:>2025", "a AND published:{2025 TO *}", "a", "a after:2026-01-01"),
        ("a published:<=2025", "a AND published:[* TO 2025]", "a", "a before:2026-01-01"),
        ("a after:2025-01-01", "a AND published:[2025-01-01 TO *]", "a", "a after:2025-01-01"),
        ("a before:2025-01-01", "a AND published:{* TO 2025-01-01}", "a", "a before:2025-01-01"),
        ("a since:7d", "a", "a", "a"),
        ("a published:7d", "a", "a", "a"),
        ("a on:2025-01-20", None, "a", "a after:2025-01-20 before:2025-01-21"),
        ("a on:2025-12", None, "a", "a after:2025-12-01 before:2026-01-01"),
        ("a before:2025-12", None, "a", "a before:2025-12-01"),
        ("a published:2025-02..2025-01", None, "a", "a"),
        ("a domain:*.gov", "a AND domain:gov", "a AND url:gov", "a site:gov"),
        ('a tag:"export con*"', 'a AND tags:"export con*"', "a", "a"),
        ('"a = b"', '"a b"', '"a b"', '"a b"'),
        ("a since:2025-01-01", "a AND published:[2025-01-01 TO *]", "a", "a after:2025-01-01"),
        ("-lang:zh", "", "", ""),
        ("a OR -lang:zh", "a", "a", "a"),
        ("a -(b c)", "a AND NOT (b AND c)", "a AND NOT (b AND c)", "a"),
        ("a --b", "a", "a", "a"),
        ("a -(b NEAR/3 c)", 'a AND NOT "b c"~3', "a AND NOT (b NEAR/3 c)", "a"),
        (
            "@chips",
            'H20 OR B30A OR "graphics card*" OR "entity list" OR 芯片',
            'H20 OR B30A OR "graphics card*" OR "entity list" OR 芯片',
            'H20 OR B30A OR "graphics card" OR "entity list" OR 芯片',
        ),
    ],
)
def test_a_query_is_written(
    query: str, lucene: str | None, meltwater: str | None, google: str
) -> None:
    for syntax, expected in (("lucene", lucene), ("meltwater", meltwater), ("google", google)):
        known = next(one for one in SYNTAXES if one == syntax)
        assert expected is None or exported(query, known).query == expected


@pytest.mark.parametrize(
    ("query", "syntax", "lost"),
    [
        ("=BIS", "lucene", "exact case"),
        ("=BIS", "google", "exact case"),
        ("lead:a", "lucene", "lead:"),
        ("lead:a", "google", "lead:"),
        ("a is:starred", "meltwater", "is: is nothing Meltwater"),
        ("a topic", "google", ""),
        ('a tag:"export con*"', "lucene", "inside of a phrase"),
        ('a author:"Jane Sm*"', "lucene", "inside of a phrase"),
        ("a tag:exp*", "lucene", ""),
        ("a published:2025-02..2025-01", "google", "without a day"),
        ('"export control*"', "lucene", "inside of a phrase"),
        ("semicond*", "google", "left out"),
        ("@chips NEAR/5 ban", "lucene", "NEAR is written as AND"),
        ("a ONEAR/5 b", "google", "either order"),
        ("a ONEAR/5 b", "lucene", "NEAR is written as AND"),
        ("a NEAR/5 b NEAR/5 c", "google", "NEAR is written as side by side"),
        ("a after:2025", "lucene", "first-seen time"),
        ("a after:2025", "google", "the day Google gives"),
        ("a -(b c)", "google", "excludes several words"),
        ("a -(b NEAR/3 c)", "google", "words, phrases and sites only"),
        ("a --b", "lucene", "double exclusion"),
        ("-lang:zh", "lucene", "nothing left to exclude from"),
        ("title:(-a b) c", "lucene", ""),
        ("@many", "google", "reads 32 words, and this has 2000"),
        ("@many", "lucene", "characters"),
        (" OR ".join(f"a{n}" for n in range(33)), "google", "reads 32 words, and this has 33"),
    ],
)
def test_what_is_lost_is_said(query: str, syntax: Syntax, lost: str) -> None:
    result = exported(query, syntax)
    assert any(lost in line for line in result.lost) if lost else not result.lost


@pytest.mark.parametrize(
    ("query", "syntax", "note"),
    [
        ("a domain:nist.gov", "lucene", "hosts below a host"),
        ("a lang:zh", "lucene", "variants of a language"),
        ("GPT-5", "google", "other spellings"),
        ('"a b"~5', "google", "words between"),
        ("a NEAR/5 b", "google", "words between"),
        ("a on:2025-01-20", "google", "are days"),
        ('a outlet:"AP New*"', "meltwater", "* inside of a phrase"),
    ],
)
def test_what_is_counted_or_spelled_otherwise_is_noted(
    query: str, syntax: Syntax, note: str
) -> None:
    assert any(note in line for line in exported(query, syntax).notes)


def test_points_are_lost() -> None:
    (line,) = exported("a", "lucene", boosts=(Boost("b", 2),), floor=2).lost
    assert line.startswith("boosts and the floor")


def test_only_some_of_many_clauses_are_shown() -> None:
    (line,) = exported("=A OR =B OR =C OR =D OR =E", "lucene").lost
    assert line == "exact case: found in any case: =A, =B, =C and 2 more"


@settings(max_examples=250, deadline=None)
@given(held(), st.sampled_from(SYNTAXES))
def test_what_lost_nothing_finds_the_same_when_it_is_pasted_back(
    case: tuple[str, list[Document]], syntax: Syntax
) -> None:
    text, entries = case
    try:
        result = export(compile_topics([Topic(name="t", title="T", query=text)], LISTS)[0], syntax)
    except QueryError:
        assume(False)
        raise
    assume(result.query)
    back = parse(result.query)
    if not result.lost:
        query = parse(text, LISTS)
        for entry in entries:
            held_here = evaluate(query, entry, NOW) is not None
            assert (evaluate(back, entry, NOW) is not None) is held_here


def test_the_command_writes_the_query_and_says_what_is_lost(in_home: Command) -> None:
    result = in_home("topics", "export", "chips", "--syntax", "lucene")
    assert result.status == 0
    assert result.out == "(chip OR semiconductor OR H20) AND NOT potato\n"
    assert "note: inflections" in result.err
    shown = in_home("topics", "export", "export-controls", "--syntax", "google", "--json").json
    assert shown["query"] == '"export control" OR "entity list"'
    assert shown["lost"] == ['* at the end of a word is left out: "export control*"']
    assert set(shown) == {"topic", "syntax", "query", "lost", "notes"}


def test_the_command_refuses_what_it_does_not_know(in_home: Command) -> None:
    assert in_home("topics", "export", "nothing", "--syntax", "lucene").status == 1
    assert in_home("topics", "export", "chips", "--syntax", "sphinx").status == 2
    assert in_home("topics", "export", "chips").status == 2
