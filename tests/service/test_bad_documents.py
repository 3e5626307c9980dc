"""Documents that cannot be read, from the server to what a person sees of the feed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss

Listed = Callable[[bytes], dict[str, Any]]


@pytest.fixture
def listed(in_home: Command, home: Path, site: Site) -> Listed:
    """Serve a document, fetch it, return the feed as `feeds list` shows it."""
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace("[fetch]", "[fetch]\nparse_seconds = 1", 1))

    def refresh(body: bytes) -> dict[str, Any]:
        site.pages["/feed.xml"] = Page(body)
        url = site.url("/feed.xml")
        (home / "config" / "feeds.toml").write_text(f"[[feed]]\nurl = {json.dumps(url)}\n")
        in_home("fetch", "--all")
        (feed,) = in_home("feeds", "list", "--json").json["feeds"]
        assert isinstance(feed, dict)
        return feed

    return refresh


def test_promise_26_a_document_that_was_given_up_says_why_and_what_to_do(listed: Listed) -> None:
    flood = b" ".join(b'a%d="x"' % number for number in range(200_000))
    feed = listed(b"<rss><channel><item " + flood + b"/></channel></rss>")
    assert feed["state"] == "failing"
    assert feed["error"].startswith(
        "The document is too complex to be parsed safely: parsing it took"
    )
    assert "raise parse_seconds" in feed["error"]
    assert feed["next_fetch_at"]


def test_promise_26_a_bomb_says_what_it_is(listed: Listed) -> None:
    body = rss(("1", "x", "&q;" * 9_000)).replace(
        b"<rss", b'<!DOCTYPE rss [<!ENTITY q "' + b"q" * 9_000 + b'">]><rss', 1
    )
    assert "entities that would make it grow" in listed(body.replace(b"&amp;q;", b"&q;"))["error"]


def test_12_a_page_is_named_with_the_feed_it_names(listed: Listed, site: Site) -> None:
    link = "<link rel=alternate type='application/rss+xml' title='News' href='/news.xml'>"
    feed = listed(f"<!doctype html><html><head><title>Moved</title>{link}</head></html>".encode())
    assert feed["state"] == "failing"
    url = site.url("/feed.xml")
    assert f"monitor feeds edit {url} --url {site.url('/news.xml')}" in feed["error"]


def test_12_a_protection_is_a_blocked_feed(listed: Listed) -> None:
    feed = listed(b"<html><title>Just a moment...</title><script>_cf_chl_opt={}</script></html>")
    assert feed["state"] == "blocked"
    assert "a protection against robots (Cloudflare)" in feed["error"]


def test_44_the_words_of_a_mislabelled_document_are_found(listed: Listed, in_home: Command) -> None:
    body = rss(("1", "Ausfuhrkontrolle für Größe", "芯片 rule")).replace(b"utf-8", b"iso-8859-1")
    assert listed(body)["state"] == "ok"
    found = in_home("search", "größe", "--json").json
    assert "Größe" in json.dumps(found, ensure_ascii=False)
