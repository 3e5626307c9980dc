"""The JSON API gives the documents of the commands, and the feeds for other programs are sound."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.conftest import Command
from tests.site import Page, Site
from tests.web.conftest import ADDRESS, Browser

ATOM = "{http://www.w3.org/2005/Atom}"


def steady(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out how long it took, and where the next page of an answer is."""
    return {key: value for key, value in document.items() if key not in ("took_ms", "next")}


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/api/search?q=entity", ["search", "entity"]),
        ("/api/search?q=chip&sort=newest&limit=1&offset=1",
         ["search", "chip", "--sort", "newest", "--limit", "1", "--offset", "1"]),
        ("/api/entries/e1", ["show", "e1"]),
        ("/api/entries/e3", ["show", "e3"]),
        ("/api/stories/s1", ["show", "s1"]),
        ("/api/feeds", ["feeds", "list"]),
        ("/api/topics", ["topics", "list"]),
        ("/api/digests", ["digest", "list"]),
    ],
)  # fmt: skip
def test_the_api_answers_as_the_command_does(
    reader: Browser, seen: Command, path: str, command: list[str]
) -> None:
    answer = reader.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert steady(answer.json()) == steady(seen(*command, "--json").json)


def test_an_edition_is_the_document_that_was_frozen(reader: Browser, seen: Command) -> None:
    edition = reader.get("/api/digests").json()["editions"][0]["edition"]
    shown = seen("digest", "show", edition, "--json").json
    assert reader.get(f"/api/digests/{edition}").json() == shown


def test_a_wrong_query_is_told_with_its_position(browser: Browser) -> None:
    answer = browser.get("/api/search?q=chips AND (a OR")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "position", "hint"} == set(answer.json())
    assert answer.json()["position"] >= 11


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/api/search", 422, "q"),
        ("/api/search?q=a&limit=many", 422, "limit"),
        ("/api/search?q=a&limit=100000", 422, "limit"),
        ("/api/search?q=a&offset=-1", 422, "offset"),
        ("/api/search?q=a&sort=best", 422, "sort"),
        ("/api/entries/e99", 404, "e99"),
        ("/api/entries/s1", 404, "story"),
        ("/api/stories/e1", 404, "entry"),
        ("/api/digests/none", 404, "none"),
        ("/api/nothing", 404, "/api/nothing"),
    ],
)
def test_errors_are_json_that_says_what_was_wrong(
    browser: Browser, path: str, status: int, word: str
) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    assert word in answer.json()["detail"]


def test_openapi_describes_every_address_of_the_api(browser: Browser) -> None:
    document = browser.get("/openapi.json").json()
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["tags"]
            fine = [status for status in operation["responses"] if status.startswith("2")]
            assert len(fine) == 1
            assert operation["responses"][fine[0]]["description"] != "Successful Response"
            assert "default" in operation["responses"]


def test_healthz_answers_when_the_database_does(browser: Browser) -> None:
    document = browser.get("/healthz").json()
    assert document["status"] == "ok"
    assert {each["check"] for each in document["checks"]} == {"database", "config", "disk"}


def test_a_topic_is_an_atom_feed_of_its_newest_matches(reader: Browser) -> None:
    answer = reader.get("/topics/chips.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "Chips"
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert "Plant opens late" in titles
    assert "Crisp news" not in titles
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)


def test_a_topic_is_a_json_feed_with_the_same_entries(reader: Browser) -> None:
    answer = reader.get("/topics/chips.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    document = answer.json()
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == f"{ADDRESS}/topics/chips.json"
    feed = ElementTree.fromstring(reader.get("/topics/chips.atom").content)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert [each["id"] for each in document["items"]] == ids


@pytest.mark.parametrize("path", ["/topics/chips.atom", "/topics/chips.json"])
def test_a_feed_that_has_not_changed_is_answered_304(reader: Browser, path: str) -> None:
    tag = reader.get(path).headers["etag"]
    again = reader.get(path, if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert reader.get(path, if_none_match='"other"').status_code == 200


def test_an_empty_topic_is_still_a_feed(browser: Browser) -> None:
    feed = ElementTree.fromstring(browser.get("/topics/chips.atom").content)
    assert feed.findtext(f"{ATOM}updated")
    assert browser.get("/topics/chips.json").json()["items"] == []


def test_a_search_is_offered_as_atom_and_csv(reader: Browser) -> None:
    feed = ElementTree.fromstring(reader.get("/search.atom?q=entity").content)
    assert len(list(feed.iter(f"{ATOM}entry"))) == 2
    answer = reader.get("/search.csv?q=entity")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(answer.text.strip().split("\r\n")) == 3


def test_no_feed_that_is_not_asked_for_again_has_a_next_fetch(
    site: Site, reader: Browser, seen: Command
) -> None:
    site.pages["/gone.xml"] = Page(b"", 410)
    assert seen("feeds", "add", site.url("/gone.xml"), "--no-fetch").status == 0
    failed = seen("fetch", "--json").json["failures"]
    assert [each["next_fetch_at"] for each in failed if each["result"] == "gone"] == [None]
    assert seen("feeds", "edit", "1", "--disable").status == 0
    listed = {each["id"]: each for each in reader.get("/api/feeds").json()["feeds"]}
    for number, why in (("4", "gone for good"), ("1", "switched off")):
        assert listed[number]["next_fetch_at"] is None
        assert why in listed[number]["why_then"]
        one = reader.get(f"/api/feeds/{number}").json()
        assert one["next_fetch_at"] is None
        assert one["why_then"] == listed[number]["why_then"]
        assert "at its own rhythm" not in reader.get(f"/feeds/{number}").text
    assert listed["2"]["next_fetch_at"]
    assert listed["2"]["why_then"]
