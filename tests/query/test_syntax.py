"""How a query is read: precedence, operators, what it is spelled out as, and the warnings."""

from __future__ import annotations

import pytest

from monitor.model.topic import WordList
from monitor.query import FIELDS, OPERATORS, parse
from monitor.query.tree import And, Listed, Meta, Near, Not, Or, Scope, Term, Word
from tests.query.texts import LISTS


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("chips", "chips"),
        ("a b", "a AND b"),
        ("a AND b", "a AND b"),
        ("a b OR c", "(a AND b) OR c"),
        ("a OR b c", "a OR (b AND c)"),
        ("a OR b AND c OR d", "a OR (b AND c) OR d"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("((a))", "a"),
        ("(a OR b) OR c", "a OR b OR c"),
        ("a (b c)", "a AND b AND c"),
        ("a -b", "a AND NOT b"),
        ("a NOT b", "a AND NOT b"),
        ("a AND NOT b", "a AND NOT b"),
        ("a NOT (b OR c)", "a AND NOT (b OR c)"),
        ("a NOT b c", "a AND NOT b AND c"),
        ("-b a", "NOT b AND a"),
        ("a --b", "a AND NOT NOT b"),
        ('"export control*"', '"export control*"'),
        ("“entity list”", '"entity list"'),
        ("„Entity List“", '"Entity List"'),
        ("«loi IA»", '"loi IA"'),
        ("（芯片 OR 半导体）管制", "(芯片 OR 半导体) AND 管制"),
        ("=BIS", "=BIS"),
        ('="Entity List"', '="Entity List"'),
        ("export-control", "export-control"),
        ("chips, please.", "chips AND please"),
        ("Nvidia's", "Nvidia"),
        ("semicond*", "semicond*"),
        ("a NEAR b", "a NEAR/10 b"),
        ("a NEAR/8 (b OR c)", "a NEAR/8 (b OR c)"),
        ("a NEAR/2 b NEAR/3 c", "a NEAR/2 b NEAR/3 c"),
        ("a NEAR/2 (b NEAR/3 c)", "a NEAR/2 (b NEAR/3 c)"),
        ("NOT a NEAR b c", "NOT a NEAR/10 b AND c"),
        ('"a b"~8', '"a b"~8'),
        ("title:x", "title:x"),
        ("TITLE:x", "title:x"),
        ("title:(a OR b)", "title:(a OR b)"),
        ("title:a b", "title:a AND b"),
        ('lead:"a b"', 'lead:"a b"'),
        ("body:(a NEAR b)", "body:(a NEAR/10 b)"),
        ("title：x", "title:x"),
        ("outlet:reuters", "outlet:reuters"),
        ('outlet:"AP News"', 'outlet:"AP News"'),
        ("lang:(zh OR ja)", "lang:zh OR lang:ja"),
        ("tag:(ai -gov)", "tag:ai AND NOT tag:gov"),
        ("url:https://a.example/x?y=1", "url:https://a.example/x?y=1"),
        ("after:2025-01-20 x", "after:2025-01-20 AND x"),
        ("published:>2025-01", "published:>2025-01"),
        ("has:Enclosure", "has:enclosure"),
        ("-topic:*", "NOT topic:*"),
        ("@chips x", "@chips AND x"),
        ("a && b || c", "(a AND b) OR c"),
        ("a | b", "a OR b"),
        ("+a +b", "a AND b"),
        ('+"export control" a', '"export control" AND a'),
        ("+(a b) c", "a AND b AND c"),
        ("+=BIS +@chips", "=BIS AND @chips"),
        ('+="Entity List" ++a', '="Entity List" AND a'),
        ("+title:a", "title:a"),
        ("a|b", "a OR b"),
        ("a||b", "a OR b"),
        ("=A|semicond*|@chips", "=A OR semicond* OR @chips"),
        ('"a"|(b c)', '"a" OR (b AND c)'),
        ("title:a|b", "title:a OR b"),
        ("a&&b", "a AND b"),
        ('"a|b" R&D', '"a|b" AND R&D'),
        ("url:a|b", 'url:"a|b"'),
        ("a !b", "a AND NOT b"),
        ("10:30", "10:30"),
        ("AI: the law", "AI AND the AND law"),
        ("'AND'", '"AND"'),
        ("'title:x'", '"title:x"'),
        ("https://a.example/b", '"https://a.example/b"'),
        ("a\n  OR b", "a OR b"),
        ("and", "and"),
    ],
)
def test_a_query_is_understood_as(text: str, understood: str) -> None:
    query = parse(text, LISTS)
    assert query.spelled_out() == understood
    assert parse(understood, LISTS).root == query.root


def test_the_tree_holds_what_was_asked() -> None:
    root = parse("title:(a NEAR/3 b) (=BIS OR semi*) -lang:zh @more", LISTS).root
    assert isinstance(root, And)
    scope, either, not_, listed = root.parts
    assert isinstance(scope, Scope)
    assert isinstance(scope.part, Near)
    assert scope.part.distance == 3
    assert isinstance(either, Or)
    assert [part.variants for part in either.parts if isinstance(part, Term)] == [
        ((Word("bis", cased="BIS", stemmed=False),),),
        ((Word("semi", prefix=True, stemmed=False),),),
    ]
    assert not_ == Not(Meta("lang", "zh"))
    assert isinstance(listed, Listed)
    assert listed.name == "more"


def test_lists_take_in_lists_and_repeat_nothing() -> None:
    lists = {
        "a": WordList("a", ("x", "@b", '"two words"', "")),
        "b": WordList("b", ("y", "x", "=Z")),
    }
    root = parse("@a", lists).root
    assert isinstance(root, Listed)
    assert isinstance(root.part, Or)
    assert [part.text for part in root.part.parts if isinstance(part, Term)] == [
        '"x"',
        '"y"',
        '="Z"',
        '"two words"',
    ]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("chips or wafers", "the operator is OR in capitals"),
        ("chips and wafers", "the operator is AND in capitals"),
        ("chips not wafers", "the operator is NOT in capitals"),
        ("chips near wafers", "the operator is NEAR in capitals"),
        ("a b OR c", "AND binds tighter than OR"),
        ("US", "write =US to keep the case"),
        ("U.S.", "write =US to keep the case"),
        ("WHO OR ICE", "write =WHO to keep the case"),
        ("CHIPS", "write =CHIPS to keep the case"),
        ("芯片*", "changes nothing"),
        ("lang:zh lang:ja", "did you mean OR"),
    ],
)
def test_what_is_likely_meant_otherwise_is_warned_about(text: str, warning: str) -> None:
    assert any(warning in one for one in parse(text).warnings)


@pytest.mark.parametrize(
    "text", ["a OR b", "(a b) OR c", "=US", "or", "lang:(zh OR ja)", "AI", "us"]
)
def test_plain_queries_have_no_warning(text: str) -> None:
    assert parse(text).warnings == ()


def test_operators_and_fields_are_named_for_the_documentation() -> None:
    assert {"AND", "OR", "NOT", "NEAR/n", "*", "=", "~n", "@"} <= set(OPERATORS)
    assert {"title", "lead", "body", "outlet", "after", "since", "published", "has", "is"} <= set(
        FIELDS
    )
