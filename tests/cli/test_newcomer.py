"""A newcomer's path, command by command, over real HTTP and a real database."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss

ENTITY_LIST = ("1", "Ministry widens entity list", "Eleven chip firms join the entity list.")
POTATO = ("2", "Crisp news", "A new potato chip with paprika.")
SEMI = ("3", "Plant opens", "A semiconductor plant opened, says the mayor.")


@pytest.fixture
def watched(in_home: Command, site: Site) -> Command:
    """The home watches one feed with three entries and has fetched it."""
    site.pages["/feed.xml"] = Page(rss(ENTITY_LIST, POTATO, SEMI))
    added = in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch", "--outlet", "The Gazette")
    assert added.status == 0
    assert in_home("fetch").status == 0
    return in_home


def test_the_whole_way_from_init_to_a_sent_digest(
    tmp_path: Path, monitor: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "new"
    assert monitor("init", home).status == 0
    settings = home / "config" / "monitor.toml"
    settings.write_text(
        re.sub(r"(?m)^\[fetch\]$", '[fetch]\nallow_private = ["127.0.0.1"]', settings.read_text())
    )
    (home / "config" / "feeds.toml").write_text("")
    site.pages["/feed.xml"] = Page(rss(ENTITY_LIST, POTATO))
    monkeypatch.setenv("MONITOR_HOME", str(home))
    assert monitor("feeds", "add", site.url("/feed.xml"), "--no-fetch").status == 0
    fetched = monitor("fetch", "--json").json
    assert (fetched["feeds"], fetched["entries_new"]) == (1, 2)
    assert monitor("search", "entity list", "--json").json["total"] == 1
    assert "Ministry widens entity list" in monitor("digest", "preview").out
    sent = monitor("digest", "send", "--json").json
    assert [each["state"] for each in sent["deliveries"]] == ["sent"]
    written = sorted(path.suffix for path in (home / "digests").iterdir())
    assert written == [".html", ".json", ".md", ".txt"]


def test_fetch_tells_what_it_did_with_the_promised_keys(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(rss(ENTITY_LIST, POTATO))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    in_home("feeds", "add", site.url("/missing.xml"), "--no-fetch")
    result = in_home("fetch", "--json")
    assert result.status == 0
    shape = result.json
    assert set(shape) == {
        "feeds", "fetched", "not_modified", "failed", "entries_new", "entries_revised",
        "matches_new", "pages", "bytes", "seconds", "failures",
    }  # fmt: skip
    assert (shape["feeds"], shape["fetched"], shape["failed"]) == (2, 1, 1)
    assert shape["matches_new"] == 2  # the one entry matches both topics
    (failure,) = shape["failures"]
    assert failure["url"] == site.url("/missing.xml")
    assert "404" in failure["error"]
    assert failure["next_fetch_at"].endswith("Z")


def test_a_second_fetch_is_conditional_and_stores_nothing_new(watched: Command, site: Site) -> None:
    again = watched("fetch", "--all", "--json").json
    assert (again["not_modified"], again["entries_new"]) == (1, 0)
    assert site.statuses("/feed.xml") == [200, 304]


def test_fetch_without_all_leaves_alone_what_is_not_due(watched: Command, site: Site) -> None:
    assert watched("fetch", "--json").json["feeds"] == 0
    assert len(site.asked) == 1


def test_a_feed_can_be_fetched_by_id_and_by_address(watched: Command, site: Site) -> None:
    number = watched("feeds", "list", "--json").json["feeds"][0]["id"]
    assert watched("fetch", number, "--json").json["feeds"] == 1
    assert watched("fetch", site.url("/feed.xml"), "--json").json["feeds"] == 1


def test_search_gives_the_promised_keys(watched: Command) -> None:
    shape = watched("search", "title:entity", "--json").json
    assert {"query", "understood", "total", "took_ms", "results"} <= set(shape)
    (hit,) = shape["results"]
    assert {
        "id", "title", "url", "feed", "outlet", "published_at", "first_seen_at", "topics", "story",
        "snippet", "score",
    } <= set(hit)  # fmt: skip
    assert hit["id"].startswith("e")
    assert hit["outlet"] == "The Gazette"
    assert sorted(hit["topics"]) == ["chips", "export-controls"]
    assert hit["published_at"] == "2026-11-16T09:00:00Z"


def test_search_finds_inflections_and_respects_not(watched: Command) -> None:
    assert watched("search", "chips", "--json").json["total"] == 2
    assert watched("search", "chips -potato", "--json").json["total"] == 1
    assert watched("search", "topic:chips", "--json").json["total"] == 2


def test_search_limit_and_offset_page_through_all_hits(watched: Command) -> None:
    pages = [
        watched("search", "a", "--sort", "newest", "--limit", 1, "--offset", at, "--json").json
        for at in range(3)
    ]
    seen = [hit["id"] for page in pages for hit in page["results"]]
    assert len(set(seen)) == len(seen) == min(3, pages[0]["total"])


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown", "atom"])
def test_search_writes_every_format(watched: Command, form: str) -> None:
    out = watched("search", "entity", "--format", form).out
    assert "Ministry widens entity list" in out
    if form == "jsonl":
        assert json.loads(out)["outlet"] == "The Gazette"
    if form == "csv":
        (row,) = csv.DictReader(io.StringIO(out))
        assert row["topics"] == "export-controls chips" or row["topics"] == "chips export-controls"
    if form == "atom":
        assert ElementTree.fromstring(out).tag == "{http://www.w3.org/2005/Atom}feed"


def test_csv_does_not_hand_formulas_to_a_spreadsheet(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "=HYPERLINK(1) on chips", "x")))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    in_home("fetch")
    (row,) = csv.DictReader(io.StringIO(in_home("search", "chips", "--format", "csv").out))
    assert row["title"] == "'=HYPERLINK(1) on chips"


def test_show_an_entry_with_its_reasons(watched: Command) -> None:
    number = watched("search", "title:entity", "--json").json["results"][0]["id"]
    shape = watched("show", number, "--json").json
    assert shape["kind"] == "entry"
    why = {match["topic"]: match["why"] for match in shape["matches"]}
    assert "entity list" in [each["words"] for each in why["export-controls"]]
    each = why["chips"][0]
    assert shape[each["field"]][each["start"] : each["end"]] == each["words"]
    story = watched("show", shape["story"], "--json").json
    assert story["kind"] == "story"
    assert [member["id"] for member in story["entries"]] == [number]
    assert "entity list" in watched("show", number).out


def test_an_edited_entry_gets_a_revision_and_stays_one(watched: Command, site: Site) -> None:
    changed = ("1", "Ministry widens entity list again", "Twelve chip firms, says the ministry.")
    site.pages["/feed.xml"].body = rss(changed, POTATO, SEMI)
    assert watched("fetch", "--all", "--json").json["entries_revised"] == 1
    (hit,) = watched("search", "twelve", "--json").json["results"]
    shape = watched("show", hit["id"], "--json").json
    assert [each["title"] for each in shape["revisions"]] == ["Ministry widens entity list"]
    assert watched("search", "eleven", "--json").json["total"] == 0


def test_sending_twice_for_one_window_sends_nothing_new(watched: Command, home: Path) -> None:
    first = watched("digest", "send", "--json").json
    files = {path: path.read_bytes() for path in (home / "digests").iterdir()}
    second = watched("digest", "send", "--json").json
    assert first["new"]
    assert not second["new"]
    assert second["edition"] == first["edition"]
    assert {path: path.read_bytes() for path in (home / "digests").iterdir()} == files
    assert len(watched("digest", "list", "--json").json["editions"]) == 1


def test_what_comes_after_an_edition_is_in_the_next_and_only_there(
    watched: Command, site: Site
) -> None:
    first = watched("digest", "send", "--json").json["edition"]
    site.pages["/feed.xml"].body = rss(("9", "Semiconductor rule", "New."), ENTITY_LIST)
    watched("fetch", "--all")
    second = watched("digest", "send", "--json").json["edition"]
    assert second != first
    titles = [
        [card["title"] for section in shape["sections"] for card in section["cards"]]
        for shape in (watched("digest", "show", each, "--json").json for each in (first, second))
    ]
    assert "Semiconductor rule" not in titles[0]
    assert titles[1] == ["Semiconductor rule"]


def test_a_shown_edition_is_what_was_delivered_byte_for_byte(
    watched: Command, home: Path, tmp_path: Path
) -> None:
    edition = watched("digest", "send", "--json").json["edition"]
    out = tmp_path / "again.html"
    watched("digest", "show", edition, "--format", "html", "--output", out)
    assert out.read_bytes() == (home / "digests" / f"{edition}.html").read_bytes()


def test_the_digest_json_has_the_promised_keys(watched: Command) -> None:
    shape = watched("digest", "preview", "--format", "json").json
    assert {"digest", "edition", "window", "coverage", "sections"} <= set(shape)
    assert {"from", "until", "timezone"} <= set(shape["window"])
    assert {
        "feeds", "ok", "failing", "silent", "entries_seen", "entries_matched", "copies_folded",
        "stories",
    } <= set(shape["coverage"])  # fmt: skip
    assert shape["coverage"]["entries_seen"] == 3
    assert shape["coverage"]["entries_matched"] == 2
    card = shape["sections"][0]["cards"][0]
    assert {
        "story", "title", "url", "outlet", "published_at", "excerpt", "outlets", "copies", "why",
        "entries",
    } <= set(card)  # fmt: skip


def test_topics_list_rematch_test_explain_and_evaluate(
    watched: Command, home: Path, tmp_path: Path
) -> None:
    with (home / "config" / "topics.toml").open("a") as file:
        file.write('\n[topics.food]\ntitle = "Food"\nquery = "potato"\n')
    listed = watched("topics", "list", "--json").json["topics"]
    assert [topic["name"] for topic in listed] == ["export-controls", "chips", "food"]
    assert watched("search", "topic:food", "--json").json["total"] == 0
    (done,) = watched("topics", "rematch", "food", "--json").json["topics"]
    assert (done["gained"], done["lost"]) == (1, 0)
    (hit,) = watched("search", "topic:food", "--json").json["results"]
    preview = watched("topics", "test", "chips", "--json").json
    assert {"topic", "entries", "matches", "per_day", "gained", "lost", "samples"} <= set(preview)
    assert preview["matches"] == 2
    trial = watched("topics", "test", "--query", "mayor", "--json").json
    assert trial["matches"] == 1
    assert 0 <= trial["days_back"] < 1
    why_not = watched("topics", "explain", "chips", hit["id"], "--json").json
    assert why_not["matches"] is False
    assert "potato" in watched("topics", "explain", "chips", hit["id"]).out
    labelled = tmp_path / "labelled.jsonl"
    items = [
        {"title": "Chip plant", "summary": "", "labels": ["chips"]},
        {"title": "Potato chip", "summary": "", "labels": []},
        {"title": "Weather", "summary": "rain", "labels": ["chips"]},
    ]
    labelled.write_text("".join(json.dumps(item) + "\n" for item in items))
    scores = watched("topics", "evaluate", labelled, "--json").json
    assert scores["items"] == 3
    assert {"precision", "recall", "f1", "support", "tp", "fp", "fn"} <= set(
        scores["topics"]["chips"]
    )
    assert scores["topics"]["chips"]["recall"] == 0.5
    assert "macro_f1" in scores
    assert "Weather" in watched("topics", "evaluate", labelled, "--errors").out


def test_topics_test_is_short_and_says_first_and_last_how_many_match(
    in_home: Command, home: Path, site: Site
) -> None:
    items = [(str(n), f"Chip number {n}", "A ban, or so, on chips.") for n in range(12)]
    site.pages["/feed.xml"] = Page(rss(*items))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    in_home("fetch")
    (home / "config" / "lists" / "curbs.txt").write_text("ban OR curb\nban\n")
    with (home / "config" / "topics.toml").open("a") as file:
        file.write(
            "\n[topics.bans]\nquery = '@curbs OR plant'\nfloor = 2\n"
            "boost = [{query = 'title:(\"number 1\" OR mayor)', points = 1}]\n"
        )
    trial = in_home("topics", "test", "--query", "chip").out
    assert trial.splitlines()[0] == trial.splitlines()[-1] == "(query): 12 of 12 entries match"
    assert "less than an hour, too short a time" in trial
    assert "rematch" not in trial
    assert "gained" not in trial
    assert trial.count("Chip number") == 5
    assert in_home("topics", "test", "--query", "chip", "--samples", "7").out.count("number") == 7
    assert len(in_home("topics", "test", "--query", "chip", "--json").json["samples"]) == 12

    named = in_home("topics", "test", "bans").out
    assert "a rematch would gain 1 and lose 0" in named
    assert "matches  only by this" in named
    assert "points  holds for  decides" in named
    assert named.count("1 point of the 2 needed") == 1
    assert "more for the same reason" in named
    assert "config/lists/curbs.txt:1: a list has one spelling a line; OR means nothing" in named
    assert "curbs.txt:1" in in_home("doctor").out

    several = in_home("topics", "test", "chips", "china")
    assert several.status == 2
    assert "monitor topics test --query 'chips china'" in several.err


def test_show_tells_each_clause_once_with_all_it_found(watched: Command) -> None:
    (hit,) = watched("search", "entity list", "--json").json["results"]
    shown = watched("show", hit["id"]).out
    assert '"entity list": “entity list” (title), “entity list” (text)' in shown
    assert shown.count('"entity list":') == 1
