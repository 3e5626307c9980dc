"""docs/topics.md names everything, and its examples do what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import QueryError
from monitor.model.topic import WordList
from monitor.query import FIELDS, OPERATORS, Document, evaluate, parse
from monitor.query.lists import Lists

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DOCS = Path(__file__).parents[2] / "docs"
QUERIES = (DOCS / "topics.md").read_text(encoding="utf-8")
LISTS = Lists(
    {
        "bis-terms": WordList("bis-terms", ("=BIS", "entity list")),
        "chips": WordList("chips", ("H20", "B30A")),
        "chipmakers": WordList("chipmakers", ("Nvidia",)),
        "curbs": WordList("curbs", ("ban", "licence")),
    },
    {"chip-curbs": "@curbs NEAR/8 @chips", "eu-law": 'AI law OR "AI act"'},
)
PASTED = QUERIES[QUERIES.index("### Pasted from elsewhere") : QUERIES.index("### To other")]
OURS = QUERIES.replace(PASTED, "")


def rows() -> list[tuple[str, str, str]]:
    """The rows of the tables "Write, Finds, Not"."""
    found = []
    inside = False
    for line in QUERIES.splitlines():
        cells = re.findall(r"`([^`]+)`", line)
        if line.startswith("| Write |"):
            inside = True
        elif inside and line.startswith("| `"):
            found.append((cells[0], cells[1], cells[2]))
        elif not line.startswith("|"):
            inside = False
    return found


@pytest.mark.parametrize(("query", "finds", "not_"), rows())
def test_an_example_finds_what_it_says(query: str, finds: str, not_: str) -> None:
    parsed = parse(query, LISTS)
    for language in ("en", ""):
        assert evaluate(parsed, Document(title=finds, text="", language=language), NOW) is not None
        assert evaluate(parsed, Document(title="", text=not_, language=language), NOW) is None


def test_there_are_examples() -> None:
    assert len(rows()) > 30


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_explained(field: str) -> None:
    assert f"| `{field}:" in QUERIES


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_explained(operator: str) -> None:
    written = {"()": "brackets", '""': "quotes", "@": "`@"}.get(operator, operator)
    assert written in QUERIES


@pytest.mark.parametrize(
    "query", re.findall(r"`((?:[a-z]+):(?:[^`\s]|\"[^`\"]*\"|\([^`]*\))+)`", OURS)
)
def test_every_field_in_the_text_can_be_asked(query: str) -> None:
    parse(query, LISTS)


def table(head: str) -> list[tuple[str, str]]:
    """The first two columns of the table under a head; the columns need not be queries."""
    found = []
    for line in QUERIES.split(f"| {head} |\n|---|---|\n")[1].splitlines():
        if not line.startswith("| "):
            break
        left, right = re.split(r"(?<!\\) \| ", line.strip("| "), maxsplit=1)
        found.append((left.strip("`").replace("\\|", "|"), right))
    return found


@pytest.mark.parametrize(("pasted", "meant"), table("Pasted | Means here"))
def test_what_is_pasted_is_read_as_the_table_says(pasted: str, meant: str) -> None:
    assert f"`{parse(pasted, LISTS).spelled_out()}`" == meant


@pytest.mark.parametrize(("pasted", "_instead"), table("Pasted | Write instead"))
def test_what_is_refused_is_refused_with_advice(pasted: str, _instead: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(pasted, LISTS)
    assert caught.value.hint


@pytest.mark.parametrize(("query", "warning"), table("Query | Warning"))
def test_a_warning_is_what_the_monitor_says(query: str, warning: str) -> None:
    assert warning in parse(query, LISTS).warnings


@pytest.mark.parametrize("query", re.findall(r"--query '([^']+)'", QUERIES))
def test_the_queries_of_the_tutorial_are_good(query: str) -> None:
    assert [one for one in parse(query, LISTS).warnings if "AND binds" not in one] == []


def test_error_examples_are_what_the_monitor_says() -> None:
    for block in re.findall(r"```\n(.*?)```", QUERIES, re.DOTALL):
        lines = block.splitlines()
        if len(lines) > 2 and lines[2].strip() == "^":
            with pytest.raises(QueryError) as caught:
                parse(lines[1][2:], LISTS)
            assert str(caught.value) == block.rstrip("\n")
