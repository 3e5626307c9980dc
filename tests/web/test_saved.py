"""Saved searches on the page: saving, what is new, editing with its diff, removing, feeds."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from monitor.service.editing import stamp
from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.conftest import Command
from tests.site import Page, Site, rss
from tests.web.conftest import ADDRESS, Browser
from tests.web.reading import Read

ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = {"name": "lists", "title": "The lists", "query": '"entity list"', "sort": "newest"}


@pytest.fixture
def saver(reader: Browser) -> Browser:
    """A browser before a home with one saved search."""
    answer = reader.post("/searches", LISTS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/searches/lists")
    return reader


def text_of(answer: httpx.Response) -> str:
    page = Read(answer.text)
    assert page.problems == []
    return page.text


def file_of(home: Path) -> str:
    return (home / "config" / "searches.toml").read_text()


def test_a_search_is_saved_and_shown_with_its_hits(saver: Browser, home: Path) -> None:
    assert '[searches.lists]\ntitle = "The lists"\nquery = \'"entity list"\'\n' in file_of(home)
    answer = saver.get("/searches/lists")
    assert answer.status_code == 200
    text = text_of(answer)
    assert "The lists" in text
    assert "2 entries, 0 new since" in text
    assert "Mark as seen" not in text
    assert 'add {title = "The lists", query = "saved:lists"} to its sections' in text
    assert "<mark>entity list</mark>" in answer.text
    overview = text_of(saver.get("/searches"))
    assert "saved:lists" in overview
    assert " new" not in overview.split("Save a search")[0].split("The lists")[1]
    found = text_of(saver.get("/search?q=saved:lists+ministry"))
    assert '"entity list" AND ministry' in found


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "lists"}, "There is a saved search lists already"),
        ({"name": "My lists"}, "no name for a saved search"),
        ({"name": ""}, "no name for a saved search"),
        ({"query": "(chips"}, "never closed"),
        ({"query": ""}, "The query is empty"),
        ({"query": "saved:new"}, "cannot refer to itself"),
        ({"query": "saved:list"}, "Did you mean lists?"),
        ({"sort": "oldest"}, '"relevance" or "newest"'),
        ({"title": "x" * 501}, "too long"),
        ({"query": "x" * 20_000}, "10,000 are possible"),
        ({"query": "<script>alert</script> saved:\x00"}, "no saved search"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_what_was_typed(
    saver: Browser, home: Path, changed: dict[str, str], words: str
) -> None:
    before = file_of(home)
    answer = saver.post("/searches", {**LISTS, "name": "new", **changed})
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert "<script>alert" not in answer.text
    if "query" not in changed:
        assert "&#34;entity list&#34;</textarea>" in answer.text
    assert file_of(home) == before


def test_what_is_new_stays_so_until_it_is_marked_as_seen(
    in_home: Command, site: Site, home: Path, browser: Browser
) -> None:
    first = ("1", "Ministry widens entity list", "x")
    site.pages["/feed.xml"] = Page(rss(first))
    assert in_home("feeds", "add", site.url("/feed.xml")).status == 0
    assert browser.post("/searches", LISTS).status_code == 303
    second = ("2", "The entity list grows again", "y")
    site.pages["/feed.xml"] = Page(rss(first, second))
    assert in_home("fetch", "--all").status == 0
    for path in ("/searches/lists", "/searches/lists.atom", "/searches/lists.json", "/searches"):
        assert browser.get(path).status_code == 200
    answer = browser.get("/searches/lists")
    assert "2 entries, 1 new since" in text_of(answer)
    assert answer.text.count(">new</span>") == 1
    assert "1 new" in text_of(browser.get("/searches"))
    until = answer.text.split('name="until" value="')[1].split('"')[0]
    site.pages["/feed.xml"] = Page(rss(first, second, ("3", "One more on the entity list", "z")))
    assert in_home("fetch", "--all").status == 0
    assert browser.post("/searches/lists/seen", {"until": until}).status_code == 303
    assert "3 entries, 1 new since" in text_of(browser.get("/searches/lists"))
    for wrong in ("", "x", "-1", "9" * 30, "1e5"):
        assert browser.post("/searches/lists/seen", {"until": wrong}).status_code == 400
    assert browser.post("/searches/none/seen", {"until": "1"}).status_code == 404


def test_an_edit_shows_its_diff_then_is_saved_and_can_be_taken_back(
    saver: Browser, home: Path
) -> None:
    form = saver.get("/searches/lists/edit").text
    seen = form.split('name="seen" value="')[1].split('"')[0]
    assert seen == stamp(Home(home), "config/searches.toml")
    changed = {"title": "Lists", "query": "chip", "sort": "relevance", "seen": seen}
    before = file_of(home)
    preview = saver.post("/searches/lists/edit", {**changed, "do": "preview"})
    assert preview.status_code == 200
    assert "+query = 'chip'" in text_of(preview)  # quoted as what stood there
    assert '-title = "The lists"' in text_of(preview)
    assert file_of(home) == before
    answer = saver.post("/searches/lists/edit", changed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/searches/lists")
    assert file_of(home).endswith("[searches.lists]\nquery = 'chip'\nsort = \"relevance\"\n")
    edits = saver.get("/edits")
    assert "Changed the search lists" in text_of(edits)
    # Only of the latest change are the files as it left them.
    assert re.findall(r'action="(/edits/[0-9]+/undo)"', edits.text) == ["/edits/2/undo"]
    assert "edited again since" in text_of(edits)
    assert saver.post("/edits/2/undo").status_code == 303
    assert file_of(home) == before
    assert saver.post("/edits/3/undo").status_code == 303
    late = saver.post("/searches/lists/edit", {**changed, "query": "late"})
    assert late.status_code == 409
    assert "was edited meanwhile" in text_of(late)
    assert ">late</textarea>" in late.text
    assert "late" not in file_of(home)
    assert saver.post("/searches/lists/edit", {**changed, "seen": "config/x=1"}).status_code == 409
    assert saver.post("/searches/none/edit", changed).status_code == 404


def test_one_that_is_referred_to_stays_and_says_by_whom(saver: Browser, home: Path) -> None:
    assert saver.post("/searches", {"name": "both", "query": "saved:lists"}).status_code == 303
    answer = saver.post("/searches/lists/remove")
    assert answer.status_code == 400
    assert "searches.both.query" in text_of(answer)
    assert "searches.both.query" in text_of(saver.get("/searches/lists"))
    assert saver.post("/searches/both/remove").headers["location"] == "/searches"
    assert saver.post("/searches/lists/remove").status_code == 303
    assert "[searches." not in file_of(home)
    assert "Nothing is saved yet" in text_of(saver.get("/searches"))
    assert saver.get("/searches/lists").status_code == 404


def test_a_saved_search_and_all_topics_are_feeds(saver: Browser) -> None:
    answer = saver.get("/searches/lists.atom")
    feed = ElementTree.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "The lists"
    assert feed.findtext(f"{ATOM}id") == "urn:ai-policy-monitor:search:lists"
    assert len(feed.findall(f"{ATOM}entry")) == 2
    document = saver.get("/searches/lists.json").json()
    assert document["feed_url"] == f"{ADDRESS}/searches/lists.json"
    assert document["home_page_url"] == f"{ADDRESS}/searches/lists"
    assert "hubs" not in document
    assert len(document["items"]) == 2
    both = saver.get("/all.json").json()
    assert {tag for item in both["items"] for tag in item["tags"]} == {"chips", "export-controls"}
    assert both["home_page_url"] == f"{ADDRESS}/"
    assert ElementTree.fromstring(saver.get("/all.atom").content).findtext(f"{ATOM}id") == (
        "urn:ai-policy-monitor:all"
    )
    for path in ("/searches/lists.atom", "/searches/lists.json", "/all.atom", "/all.json"):
        etag = saver.get(path).headers["etag"]
        again = saver.get(path, if_none_match=etag)
        assert (again.status_code, again.content) == (304, b"")
    assert saver.get("/searches/none.atom").status_code == 404


def test_every_output_feed_names_the_hub_that_config_does(
    saver: Browser, seen: Command, home: Path
) -> None:
    monitor = home / "config" / "monitor.toml"
    web = '\n[web]\npage_url = "https://monitor.internal"\nhub = "https://hub.example/"\n'
    monitor.write_text(monitor.read_text() + web)
    with open_services(Home(home), utc_now()) as services:
        browser = Browser(create_app(services, utc_now))
        for path in ("/searches/lists", "/topics/chips", "/all", "/digests/daily"):
            document = browser.get(f"{path}.json").json()
            assert document["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
            assert document["feed_url"] == f"https://monitor.internal{path}.json"
            feed = ElementTree.fromstring(browser.get(f"{path}.atom").content)
            links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
            assert links["hub"] == "https://hub.example/"
            assert links["self"] == f"https://monitor.internal{path}.atom"
