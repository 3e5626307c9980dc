"""Paging by cursor, tags of answers, changes that somebody else may have made first, and bad bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss
from tests.web.calls import ask
from tests.web.conftest import Browser

MORE = [(f"m{number}", f"More about entity list {number}", "Text.") for number in range(3)]


def pages(browser: Browser, path: str, key: str) -> list[list[str]]:
    """Follow `next` to the end; the header Link says the same."""
    found = []
    address: str | None = path
    while address:
        answer = browser.get(address)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        found.append([each.get("id") or each["edition"] for each in document[key]])
        address = document["next"]
        assert answer.headers.get("link") == (f'<{address}>; rel="next"' if address else None)
    return found


@pytest.mark.parametrize(
    ("path", "key", "expected"),
    [
        ("/api/entries?limit=3", "entries", [["e4", "e3", "e2"], ["e1"]]),
        ("/api/entries?limit=2&topic=export-controls&since=7d", "entries", [["e4", "e1"]]),
        ("/api/entries?limit=1&topic=export-controls", "entries", [["e4"], ["e1"]]),
        ("/api/search?q=entity&sort=newest&limit=1", "results", [["e4"], ["e1"]]),
        ("/api/stories?limit=1", "stories", [["s2"], ["s1"]]),
    ],
)
def test_a_list_is_read_page_by_page(
    reader: Browser, path: str, key: str, expected: list[list[str]]
) -> None:
    assert pages(reader, path, key) == expected


def test_a_search_by_relevance_is_read_page_by_page(reader: Browser) -> None:
    whole = reader.get("/api/search?q=entity OR plant").json()
    found = pages(reader, "/api/search?q=entity OR plant&limit=2", "results")
    assert [each for page in found for each in page] == [hit["id"] for hit in whole["results"]]


@pytest.mark.parametrize("path", ["/api/entries?limit=2", "/api/search?q=list&sort=newest&limit=1"])
def test_what_comes_in_meanwhile_moves_nothing(
    reader: Browser, seen: Command, site: Site, path: str
) -> None:
    first = reader.get(path).json()
    expected = reader.get(first["next"]).json()
    site.pages["/more.xml"] = Page(rss(*MORE))
    assert seen("feeds", "add", site.url("/more.xml")).status == 0
    again = reader.get(first["next"]).json()
    assert {**again, "took_ms": 0} == {**expected, "took_ms": 0}
    assert reader.get(path).json() != first


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "e30", "💥", "AAAA", "WzEsMl0", "-1", "MTIzNDU2Nzg5MGFiY2RlZlsxXQ"]
)
@pytest.mark.parametrize(
    "path", ["/api/entries?", "/api/search?q=a&", "/api/search?q=a&sort=newest&", "/api/stories?", "/api/digests?"]
)  # fmt: skip
def test_a_cursor_that_is_none_is_refused(still: Browser, path: str, cursor: str) -> None:
    answer = still.get(f"{path}cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "/api/problems/cursor"


def test_a_cursor_of_another_list_is_refused(reader: Browser) -> None:
    address = reader.get("/api/entries?limit=1").json()["next"]
    cursor = address.partition("cursor=")[2]
    for path in ("/api/entries?topic=chips&", "/api/stories?", "/api/search?q=a&"):
        assert reader.get(f"{path}cursor={cursor}").status_code == 400


@pytest.mark.parametrize(
    "path", ["/api/feeds", "/api/topics", "/api/entries/e1", "/api/search?q=entity", "/api/stats"]
)
def test_what_has_not_changed_is_answered_304(reader: Browser, path: str) -> None:
    tag = reader.get(path).headers["etag"]
    again = reader.get(path, if_none_match=f'"other", {tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert reader.get(path, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize(
    ("read", "change", "one", "other"),
    [
        ("/api/topics/chips", "/api/topics/chips", {"title": "One"}, {"title": "Other"}),
        ("/api/feeds/1/settings", "/api/feeds/1/settings", {"tier": 1}, {"tier": 3}),
    ],
)
def test_a_change_of_what_somebody_else_has_changed_is_refused(
    reader: Browser, read: str, change: str, one: Any, other: Any
) -> None:
    tag = reader.get(read).headers["etag"]
    assert ask(reader.app, "PATCH", change, one, if_match=tag).status_code == 200
    refused = ask(reader.app, "PATCH", change, other, if_match=tag)
    assert refused.status_code == 412
    assert refused.json()["type"] == "/api/problems/changed"
    now = reader.get(read)
    (key,) = one
    assert now.json()[key] == one[key]
    assert ask(reader.app, "PATCH", change, other, if_match=now.headers["etag"]).status_code == 200


def test_a_change_shows_its_diff_and_can_be_taken_back(reader: Browser) -> None:
    before = reader.get("/api/topics/chips").json()
    done = ask(reader.app, "PATCH", "/api/topics/chips", {"query": "@chips"}).json()
    (change,) = done["changes"]
    assert change["file"] == "config/topics.toml"
    (added,) = [text for kind, text in change["lines"] if kind == "added"]
    assert added.startswith("query = ")
    assert "potato" not in added
    assert done["topic"]["query"] == "@chips"
    undone = ask(reader.app, "POST", f"/api/edits/{done['edit']}/undo")
    assert undone.json()["undone_at"]
    assert reader.get("/api/topics/chips").json()["query"] == before["query"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"\xff", {}, 400),
        (b'{"query": NaN}', {}, 400),
        (b'{"floor": 1e999}', {}, 400),
        (b'{"title": "\\ud800"}', {}, 400),
        pytest.param(b"[" * 100_000, {}, 400, id="deep"),
        (b"[]", {}, 422),
        (b"{}", {}, 400),
        (b'{"nothing": 1}', {}, 422),
        (b'{"title": 1}', {}, 422),
        (b'{"floor": true}', {}, 422),
        (b'{"floor": 99999999999999999999999}', {}, 422),
        (b'{"title": "a\\u0000b"}', {}, 400),
        (b'{"query": "a AND ("}', {}, 400),
        (b"{}", {"content_type": "text/plain"}, 415),
        (b"{}", {"content_encoding": "gzip"}, 415),
        pytest.param(b" " * 1_000_001, {}, 413, id="large"),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_and_nothing_changes(
    still: Browser, body: bytes, headers: dict[str, str], status: int
) -> None:
    before = still.get("/api/topics").json()
    named = {"content_type": "application/json"} | headers
    answer = ask(still.app, "PATCH", "/api/topics/chips", body, **named)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert still.get("/api/topics").json() == before


@pytest.mark.parametrize("number", [10**18, 2**63 - 1, 2**63, 10**30])
def test_ids_that_are_too_large_are_not_there(still: Browser, number: int) -> None:
    for path in (f"/api/entries/e{number}", f"/api/stories/s{number}", f"/api/jobs/{number}"):
        assert still.get(path).status_code == 404
    for path in (f"/api/edits/{number}/undo", f"/api/deliveries/{number}/retry"):
        assert ask(still.app, "POST", path).status_code in (404, 422)


@pytest.mark.parametrize("text", ["%00", "%ff", "%ed%a0%80", "%f0%9f%92%a5", "a%00b", "%e2%80%ae"])
def test_any_bytes_in_an_address_are_answered_in_kind(still: Browser, text: str) -> None:
    for path in (f"/api/search?q={text}", f"/api/entries?since={text}", f"/api/topics/{text}"):
        answer = still.get(path)
        assert answer.status_code < 500, (path, answer.text)
        json.loads(answer.content)


def test_each_problem_says_where_it_is_explained(still: Browser) -> None:
    for path in ("/api/search?q=(", "/api/nothing", "/api/search", "/api/entries?cursor=x"):
        problem = still.get(path).json()
        explained = still.get(problem["type"]).json()
        assert (explained["status"], explained["title"]) == (problem["status"], problem["title"])


def test_a_feed_is_watched_at_once_and_several_are_chosen_from(reader: Browser, site: Site) -> None:
    site.pages["/new.xml"] = Page(rss(*MORE))
    done = ask(reader.app, "POST", "/api/feeds", {"url": site.url("/new.xml"), "tags": ["press"]})
    assert done.status_code == 201, done.text
    assert (done.json()["entries_new"], done.json()["fetched"]) == (3, True)
    assert done.json()["changes"][0]["file"] == "config/feeds.toml"
    again = ask(reader.app, "POST", "/api/feeds", {"url": site.url("/new.xml")})
    assert again.status_code == 400
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{name}.xml">' for name in "ab"
    )
    for name in "ab":
        site.pages[f"/{name}.xml"] = Page(rss((name, f"Of {name}", "Text."), title=name))
    site.pages["/page"] = Page(
        f"<html><head>{links}</head></html>".encode(), content_type="text/html"
    )
    several = ask(reader.app, "POST", "/api/feeds", {"url": site.url("/page")})
    assert several.status_code == 409
    assert several.json()["type"] == "/api/problems/several"
    urls = [each["url"] for each in several.json()["candidates"]]
    assert urls == [site.url("/a.xml"), site.url("/b.xml")]
    chosen = ask(reader.app, "POST", "/api/feeds", {"url": site.url("/page"), "choose": "2"})
    assert chosen.json()["url"] == site.url("/b.xml")
