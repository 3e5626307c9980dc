"""`monitor star`, and the queries that find what is starred or sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss


@pytest.fixture
def fetched(in_home: Command, site: Site, home: Path) -> Command:
    """A home that has fetched two entries and sent an edition with one of them."""
    site.pages["/feed.xml"] = Page(
        rss(("1", "The entity list grows", "x"), ("2", "Weather in the hills", "y"))
    )
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n')
    assert in_home("fetch").status == 0
    return in_home


def found(monitor: Command, query: str) -> list[str]:
    return [each["id"] for each in monitor("search", query, "--json").json["results"]]


def test_entries_are_starred_found_and_freed(fetched: Command) -> None:
    assert fetched("star", "e1", "e2", "--json").json == {"starred": ["e2", "e1"]}
    assert sorted(found(fetched, "is:starred")) == ["e1", "e2"]
    assert fetched("show", "e1", "--json").json["starred"] is True
    assert "starred" in fetched("show", "e1").out
    assert fetched("star", "e1", "--remove").out == "1 entry no longer starred\n"
    assert found(fetched, "is:starred") == ["e2"]


def test_what_stood_in_an_edition_is_sent(fetched: Command) -> None:
    assert found(fetched, "is:sent") == []
    assert fetched("digest", "send").status == 0
    (sent,) = found(fetched, "is:sent")
    shown = fetched("show", sent, "--json").json
    assert (shown["title"], shown["sent"], shown["starred"]) == (
        "The entity list grows",
        True,
        False,
    )
    assert found(fetched, "weather -is:sent") != [sent]


@pytest.mark.parametrize(("name", "status"), [("e99", 1), ("x", 2), ("s1", 2)])
def test_what_is_no_entry_cannot_be_starred(fetched: Command, name: str, status: int) -> None:
    for arguments in ([name], [name, "--remove"]):
        result = fetched("star", *arguments)
        assert (result.status, result.out) == (status, "")
        assert name in result.err


def test_what_is_starred_already_is_said(fetched: Command) -> None:
    assert fetched("star", "e1", "e1").out == "1 entry starred\n"
    again = fetched("star", "e1", "e2")
    assert (again.out, again.err) == ("1 entry starred\n", "e1 is already starred\n")
    fetched("star", "e1", "--remove")
    none = fetched("star", "e1", "--remove")
    assert (none.status, none.out, none.err) == (0, "", "e1 is not starred\n")
