"""`monitor search` at the command line: a query that begins with a minus, options in any place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss


@pytest.fixture
def fetched(in_home: Command, site: Site, home: Path) -> Command:
    """A home that has fetched two entries, one of the topic chips."""
    site.pages["/feed.xml"] = Page(rss(("1", "Chip exports", "x"), ("2", "Potato chips", "y")))
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n')
    assert in_home("fetch").status == 0
    return in_home


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        (("-topic:*",), ["Potato chips"]),
        (("-topic:*", "--limit", "3"), ["Potato chips"]),
        (("--limit", "3", "-topic:*"), ["Potato chips"]),
        (("--limit=3", "--", "-topic:*"), ["Potato chips"]),
        (("chips", "-potato"), ["Chip exports"]),
        (("chips", "--sort", "newest", "-potato", "--limit", "1"), ["Chip exports"]),
        (("chips -potato",), ["Chip exports"]),
        (("chips", "--limit", "0"), []),
    ],
)
def test_a_query_may_begin_with_a_minus(
    fetched: Command, arguments: tuple[str, ...], titles: list[str]
) -> None:
    found = fetched("search", *arguments, "--json") if "--" not in arguments else None
    found = found or fetched("search", "--json", *arguments)
    assert (found.status, found.err) == (0, "")
    assert [each["title"] for each in found.json["results"]] == titles


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--limt", "3", "chips"), "--limit"),
        (("chips", "--limt=3"), "--limit"),
        (("chips", "--limit"), "requires an argument"),
        (("chips", "--limit", "-3"), "-3"),
        (("--json",), "Missing argument"),
        (("--",), "Missing argument"),
    ],
)
def test_a_mistyped_option_is_refused(
    fetched: Command, arguments: tuple[str, ...], message: str
) -> None:
    refused = fetched("search", *arguments)
    assert (refused.status, refused.out) == (2, "")
    assert message in refused.err


def test_help_is_an_option_in_any_place(fetched: Command) -> None:
    for option in ("-h", "--help"):
        assert "Usage:" in fetched("search", "chips", option).out


@pytest.mark.parametrize("query", ["chips --limit 3", "--limit 3 chips"])
def test_an_option_inside_the_quotes_is_told(fetched: Command, query: str) -> None:
    assert "options stand outside the quotes" in fetched("search", query).err
    assert fetched("search", "chips", "--limit", "3", "--json").err == ""


@pytest.mark.parametrize(
    ("query", "warnings"),
    [
        ("topic:chip", ["No topic is called 'chip'; did you mean topic:chips?"]),
        ("exports -topic:zzz", ["No topic is called 'zzz'"]),
        ("topic:export-c*", []),
        ("topic:zz*", ["No topic is called 'zz*'"]),
        ("topic:* OR topic:Chips", []),
    ],
)
def test_a_topic_nobody_has_is_told(fetched: Command, query: str, warnings: list[str]) -> None:
    assert fetched("search", query, "--json").json["warnings"] == warnings
    assert all(f"note: {warning}" in fetched("search", query).err for warning in warnings)


def test_the_date_shown_is_the_one_sorted_by(fetched: Command) -> None:
    (hit,) = fetched("search", "exports", "--json").json["results"]
    published = fetched("search", "exports").out.splitlines()
    seen = fetched("search", "exports", "--sort", "newest").out.splitlines()
    head = "id  {}  outlet  story"
    assert (published[0], seen[0]) == (head.format("published"), head.format("seen"))
    assert hit["published_at"][:10] != hit["first_seen_at"][:10]
    assert hit["first_seen_at"][:4] in seen[1]
    assert seen[1] != published[1]


@pytest.mark.parametrize(
    ("form", "told"),
    [("csv", "Chip exports"), ("jsonl", '"id": "e'), ("bibtex", "@misc{monitor-e"), ("ris", "TY  - ELEC"),
     ("markdown", "\n2 entries\n"), ("atom", "</feed>"), ("jsonfeed", '"items": [')],
)  # fmt: skip
def test_the_whole_result_is_written_in_every_form(fetched: Command, form: str, told: str) -> None:
    written = fetched("search", "chip*", "--all", "--format", form)
    assert (written.status, written.err) == (0, "")
    assert told in written.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--all",),
        ("--all", "--json"),
        ("--all", "--format", "csv", "--group", "story"),
        ("--facets", "--format", "csv"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    fetched: Command, arguments: tuple[str, ...]
) -> None:
    refused = fetched("search", "chips", *arguments)
    assert (refused.status, refused.out) == (2, "")


def test_stories_and_facets_are_told_as_text_and_as_json(fetched: Command) -> None:
    found = fetched("search", "chip*", "--group", "story", "--facets", "--exact", "--json").json
    assert (found["total"], found["total_is"], found["goes_on"]) == (2, "exact", False)
    assert [each["more"] for each in found["results"]] == [[], []]
    (choice,) = found["facets"]["facets"][0]["choices"]
    assert (choice["value"], choice["count"]) == ("chips", 1)
    assert fetched("search", choice["query"], "--json").json["total"] == 1
    shown = fetched("search", "chip*", "--group", "story", "--facets")
    assert "Topic\n        1  Chips\n" in shown.out
    assert "stories 1 to 2, of 2 entries" in shown.err


def test_what_was_likely_meant_is_told(fetched: Command) -> None:
    missed = fetched("search", "expotrs")
    assert "Did you mean: exports" in missed.err
    assert fetched("search", "expotrs", "--json").json["suggestion"] == "exports"


def test_newest_first_is_by_date_within_what_came_at_once(in_home: Command, site: Site) -> None:
    items = "".join(
        f"<item><guid>{day}</guid><title>Chips of day {day}</title><link>https://a.example/{day}</link>"
        f"{f'<pubDate>Mon, {day} Nov 2026 09:00:00 GMT</pubDate>' if day != 20 else ''}</item>"
        for day in (23, 20, 22, 21)
    )
    site.pages["/feed"] = Page(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
    assert in_home("feeds", "add", site.url("/feed"), "--no-fetch").status == 0
    assert in_home("fetch").status == 0
    found = in_home("search", "chips", "--sort", "newest", "--json").json["results"]
    # What has no date is as of now.
    assert [hit["title"][-2:] for hit in found] == ["20", "23", "22", "21"]
