"""`monitor searches`: save, list, show, remove; and queries of the command line that name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss

FIRST = ("1", "The entity list grows", "x")
SECOND = ("2", "Chips on the entity list", "y")
THIRD = ("3", "Weather in the hills", "z")


@pytest.fixture
def watching(in_home: Command, site: Site, home: Path) -> Command:
    """A home that has fetched one entry."""
    site.pages["/feed.xml"] = Page(rss(FIRST))
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n')
    assert in_home("fetch").status == 0
    return in_home


def test_a_search_is_saved_shown_changed_and_removed(
    watching: Command, site: Site, home: Path
) -> None:
    assert watching("searches", "list").err.startswith("There is no saved search yet")
    done = watching(
        "searches", "save", "lists", '"entity list"', "-weather", "--title", "The lists"
    )
    assert (done.status, done.out) == (0, 'saved:lists finds "entity list" -weather\n')
    assert watching("searches", "list", "--json").json["searches"][0]["new"] == 0
    site.pages["/feed.xml"] = Page(rss(FIRST, SECOND, THIRD))
    assert watching("fetch", "--all").status == 0
    (listed,) = watching("searches", "list", "--json").json["searches"]
    assert listed.pop("looked_at").endswith("Z")
    assert listed == {
        "name": "lists",
        "title": "The lists",
        "query": '"entity list" -weather',
        "sort": "newest",
        "new": 1,
        "new_more": False,
        "named_by": [],
    }
    peeked = watching("searches", "show", "lists", "--peek", "--json").json
    assert [(each["title"], each["new"]) for each in peeked["results"]] == [
        (SECOND[1], True),
        (FIRST[1], False),
    ]
    assert (peeked["name"], peeked["total"]) == ("lists", 2)
    shown = watching("searches", "show", "lists")
    assert shown.out.splitlines()[0].startswith("new  e")
    assert "2 of 2 entries, 1 new" in shown.err
    assert watching("searches", "list", "--json").json["searches"][0]["new"] == 0
    changed = watching("searches", "save", "lists", "chips")
    assert changed.out == 'saved:lists finds chips (was "entity list" -weather)\n'
    assert 'title = "The lists"' in (home / "config" / "searches.toml").read_text()
    assert "is so already" in watching("searches", "save", "lists", "chips").err
    assert watching("searches", "remove", "lists").out == "removed lists: chips\n"
    assert watching("searches", "list", "--json").json == {"searches": []}


def test_what_was_not_all_shown_stays_new(watching: Command, site: Site) -> None:
    watching("searches", "save", "all", "the OR chips OR weather")
    site.pages["/feed.xml"] = Page(rss(FIRST, SECOND, THIRD))
    watching("fetch", "--all")
    some = watching("searches", "show", "all", "--limit", "1")
    assert "so it stays new" in some.err
    assert watching("searches", "list", "--json").json["searches"][0]["new"] == 2
    assert "stays new" not in watching("searches", "show", "all", "--limit", "2").err
    assert watching("searches", "list", "--json").json["searches"][0]["new"] == 0


def test_a_query_names_it(watching: Command) -> None:
    watching("searches", "save", "lists", '"entity list"')
    found = watching("search", "saved:lists grows", "--json").json
    assert found["understood"] == '"entity list" AND grows'
    assert found["total"] == 1
    tried = watching("topics", "test", "--query", "saved:lists OR chips", "--json")
    assert tried.json["matches"] == 1


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("save", "My List", "x"), 2, "is no name"),
        (("save", "new", "(x"), 2, "never closed"),
        (("save", "lists", "saved:lists"), 2, "cannot refer to itself"),
        (("save", "new", "saved:list"), 2, "Did you mean `lists`?"),
        (("save", "new"), 2, "Missing argument"),
        (("show", "list"), 1, "did you mean lists?"),
        (("remove", "list"), 1, "did you mean lists?"),
        (("remove", "lists"), 2, "searches.both.query"),
    ],
)
def test_what_cannot_be_is_refused_with_advice(
    in_home: Command, arguments: tuple[str, ...], status: int, words: str
) -> None:
    assert in_home("searches", "save", "lists", '"entity list"').status == 0
    assert in_home("searches", "save", "both", "saved:lists OR chips").status == 0
    result = in_home("searches", *arguments)
    assert (result.status, result.out) == (status, "")
    assert words in result.err
