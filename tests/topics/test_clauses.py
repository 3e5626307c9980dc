"""What an entry owes to one clause alone, and what one NOT keeps out: held against the definition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from monitor.errors import QueryError
from monitor.query import Document, evaluate
from monitor.query.evaluate import holds
from monitor.query.tree import And, Node, Not, Or, Query, Scope
from monitor.topics.clauses import clauses, exclusions, held_clauses, to_blame
from tests.query import texts
from tests.topics.builders import NOW, compiled


def without(node: Node, gone: Node) -> Node | None:
    """Return a tree without one part of an OR, or without one NOT; None for what asks nothing."""
    if node is gone:
        return None
    match node:
        case And(parts=parts) | Or(parts=parts):
            kept = [part for each in parts if (part := without(each, gone)) is not None]
            if not kept:
                return None
            return kept[0] if len(kept) == 1 else type(node)(tuple(kept))
        case Scope(part=part):
            inner = without(part, gone)
            return None if inner is None else replace(node, part=inner)
        case _:
            return node


def accepted(root: Node, document: Document) -> bool:
    return evaluate(Query("", root), document, NOW) is not None


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("a OR b", "a", {"a": (1, 1), "b": (0, 0)}),
        ("a OR b", "a b", {"a": (1, 0), "b": (1, 0)}),
        ("(a OR b) (c OR d)", "a c d", {"a": (1, 1), "b": (0, 0), "c": (1, 0), "d": (1, 0)}),
        ("(a (c OR d)) OR b", "a c", {"a AND (c OR d)": (1, 1), "c": (1, 1), "d": (0, 0), "b": (0, 0)}),
        ("(a (c OR d)) OR b", "a c b", {"a AND (c OR d)": (1, 0), "c": (1, 0), "d": (0, 0), "b": (1, 0)}),
        ("title:(a OR b)", "b", {"title:a": (0, 0), "title:b": (1, 1)}),
        ("a b", "a b", {}),
        ("a NEAR/3 (b OR c)", "a b", {}),
    ],
)  # fmt: skip
def test_clauses_that_hold_and_that_are_needed(
    query: str, title: str, expected: dict[str, tuple[int, int]]
) -> None:
    root = compiled(query).query.root
    document = Document(title=title, text="")
    found = list(held_clauses(root, document, document.views[""], NOW))
    counted = {
        name: (
            int(any(held is node for held, _ in found)),
            int(any(held is node and alone for held, alone in found)),
        )
        for name, node in clauses(root)
    }
    assert counted == expected


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("a NOT b", "a b", ["b"]),
        ("a NOT b NOT c", "a b", ["b"]),
        ("a NOT b NOT c", "a b c", []),
        ("a NOT b", "b", []),
        ("(a NOT b) OR (a NOT c)", "a b c", ["b", "c"]),
        ("title:(a NOT b)", "a b", ["title:b"]),
        ("a NOT (b c)", "a b c", ["b AND c"]),
    ],
)
def test_exclusions_that_alone_keep_an_entry_out(
    query: str, title: str, expected: list[str]
) -> None:
    root = compiled(query).query.root
    document = Document(title=title, text="")
    names = {id(node): name for name, node in exclusions(root)}
    blamed = to_blame(root, document, document.views[""], NOW)
    assert [names[id(node)].strip("()") for node in blamed] == expected


@settings(max_examples=300, deadline=None)
@given(texts.held())
def test_needed_is_what_it_would_not_match_without(case: tuple[str, list[Document]]) -> None:
    text, entries = case
    assume("topic:" not in text)
    try:
        root = compiled(text, lists=texts.LISTS).query.root
    except QueryError:
        assume(False)
        raise
    for document in entries:
        views = document.views[""]
        if holds(root, document, views, NOW):
            found = list(held_clauses(root, document, views, NOW))
            needed = {id(node) for node, alone in found if alone}
            for _, clause in clauses(root):
                left = without(root, clause)
                if left is not None:
                    assert (id(clause) in needed) == (not accepted(left, document))
        else:
            blamed = {id(node) for node in to_blame(root, document, views, NOW)}
            for _, exclusion in exclusions(root):
                left = without(root, exclusion)
                # A NOT inside an OR, taken away, leaves the OR without that part.
                if left is not None and not _within_or(root, exclusion):
                    assert (id(exclusion) in blamed) == accepted(left, document)


def _within_or(node: Node, wanted: Node) -> bool:
    match node:
        case Or(parts=parts):
            return wanted in parts or any(_within_or(part, wanted) for part in parts)
        case And(parts=parts):
            return any(_within_or(part, wanted) for part in parts)
        case Scope(part=part):
            return _within_or(part, wanted)
        case _:
            return False


def test_a_not_may_stand_directly_in_an_or() -> None:
    root = compiled("a (b OR NOT lang:de)").query.root
    document = Document(title="a", text="", language="de")
    (exclusion,) = [node for _, node in exclusions(root)]
    assert isinstance(exclusion, Not)
    assert list(to_blame(root, document, document.views[""], NOW)) == [exclusion]
