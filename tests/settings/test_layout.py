"""Every key of a TOML document has its exact place."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.settings.layout import Layout

DOCUMENT = '''\
# a comment with [brackets] and "quotes
include = ["a", # [[feed]]
  "b"]
a.b . "c d" = 1 # dotted
odd = """
[[feed]]
url = "no" \\"""
""""
lit = \'\'\'
it's # no comment
\'\'\'\'
day = 1979-05-27 07:32:00

[[feed]]
url = "x"   # one
tags = [ "a", {k = [1, 2], "q\\"" = 'v'} ,
  "c",
]

[feed.headers]
Accept = "y"
[[ feed ]]
url = 'z'
\t[ "feed" . headers ] # indented
\tX = "a"

[topics . one]
boost = [
  {query = "q", points = 1},
  # comment
  {query = "r", points = [
    2]},
]
[[topics.one.more]]
x = {}
[[topics.one.more]]
y = []
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("include",), 2),
        (("include", 1), 3),
        (("a", "b", "c d"), 4),
        (("odd",), 5),
        (("lit",), 9),
        (("day",), 12),
        (("feed", 0), 14),
        (("feed", 0, "url"), 15),
        (("feed", 0, "tags", 1, "k", 1), 16),
        (("feed", 0, "tags", 1, 'q"'), 16),
        (("feed", 0, "tags", 2), 17),
        (("feed", 0, "headers"), 20),
        (("feed", 0, "headers", "Accept"), 21),
        (("feed", 1), 22),
        (("feed", 1, "url"), 23),
        (("feed", 1, "headers", "X"), 25),
        (("topics", "one", "boost", 1), 31),
        (("topics", "one", "boost", 1, "points", 0), 32),
        (("topics", "one", "more", 1, "y"), 37),
        (("feed", 1, "missing"), 22),
        (("topics", "one", "missing", "deeper"), 27),
        (("nowhere",), 0),
        ((), 0),
    ],
)
def test_a_key_has_the_line_it_stands_on(path: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(DOCUMENT)
    assert Layout(DOCUMENT).line(path) == line
    assert Layout(DOCUMENT.replace("\n", "\r\n")).line(path) == line


def test_the_span_of_a_value_is_exactly_the_value() -> None:
    layout = Layout(DOCUMENT)
    spans = {each.path: DOCUMENT[each.value : each.end] for each in layout.assignments}
    assert spans["day",] == "1979-05-27 07:32:00"
    assert spans["lit",] == "'''\nit's # no comment\n''''"
    assert spans["feed", 0, "url"] == '"x"'
    assert spans["a", "b", "c d"] == "1"
    assert spans["topics", "one", "more", 0, "x"] == "{}"


strings = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8
) | st.sampled_from(["[[feed]]", "# x", '"""', "'''", "a = 1", "}", "]", ",", "\\"])
keys = st.text("abc-_ .\"'#[=", min_size=1, max_size=4)
values: st.SearchStrategy[Any] = st.recursive(
    strings | st.integers(-9, 99) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(keys, values, max_size=4), max_size=4))
@settings(deadline=None, max_examples=150)
def test_every_key_of_every_document_is_found_with_its_value(rows: list[dict[str, Any]]) -> None:
    import tomlkit

    document = tomlkit.document()
    tables = tomlkit.aot()
    for row in rows:
        tables.append(tomlkit.item(row))
    if rows:
        document["feed"] = tables
    text = tomlkit.dumps(document)
    layout = Layout(text)
    for each in layout.assignments:
        read: Any = tomllib.loads(text)
        for part in each.path:
            read = read[part]
        assert tomllib.loads(f"v = {text[each.value : each.end]}")["v"] == read
    found = {each.path[:2] for each in layout.headers}
    found |= {each.path[:2] for each in layout.assignments}
    assert found == {("feed", index) for index in range(len(rows))}
