"""Addresses a feed names of itself: self, hub (WebSub), older pages (RFC 5005)."""

import json

import pytest

from monitor.model.feed import NO_LINKS, FeedLinks
from tests.parse.feeds import ITEM, atom, parsed, rss

LINKS = FeedLinks(
    self_url="https://ledger.example/feed",
    hub="https://hub.example/",
    prev_archive="https://ledger.example/2026/10",
    next_page="https://ledger.example/feed?page=2&x=1",
)


def links(prefix: str = "") -> str:
    return (
        f'<{prefix}link rel="self" type="application/atom+xml" href="https://ledger.example/feed"/>'
        f'<{prefix}link rel="hub" href="javascript:x"/><{prefix}link rel="hub" href="https://hub.example/"/>'
        f'<{prefix}link rel="hub" href="https://second.example/"/>'
        f'<{prefix}link rel="prev-archive" href="/2026/10"/>'
        f'<{prefix}link rel="next" href="/feed?page=2&amp;x=1"/>'
        f'<{prefix}link rel="previous" href="/feed?page=0"/>'
    )


DECLARED = '<channel xmlns:atom="http://www.w3.org/2005/Atom">'


def in_rss(items: str, inside: str) -> bytes:
    return rss(items, inside).replace(b"<channel>", DECLARED.encode())


@pytest.mark.parametrize("items", ["", ITEM])
def test_rss_names_its_links_in_atom(items: str) -> None:
    feed = parsed(in_rss(items, links("atom:")))
    assert feed.links == LINKS
    assert feed.site_url == "https://ledger.example/"
    assert len(feed.entries) == bool(items)


@pytest.mark.parametrize("entries", ["", "<entry><id>1</id><link rel='next' href='/x'/></entry>"])
def test_atom_names_its_links(entries: str) -> None:
    assert parsed(atom(links() + entries)).links == LINKS


def test_the_long_form_of_a_relation_is_the_short_one() -> None:
    rel = "http://www.iana.org/assignments/relation/prev-archive"
    feed = parsed(atom(f'<link rel="{rel}" href="/old"/><link rel="SELF" href="me"/>'))
    assert feed.links == FeedLinks(
        self_url="https://ledger.example/feeds/me", prev_archive="https://ledger.example/old"
    )


def test_the_base_of_the_document_counts() -> None:
    feed = parsed(atom('<link rel="next" href="p2"/>', 'xml:base="https://base.example/a/"'))
    assert feed.links.next_page == "https://base.example/a/p2"


def test_links_of_entries_are_not_the_feeds() -> None:
    inside = "<item><title>x</title><atom:link rel='next' href='https://x.example/'/></item>"
    assert parsed(in_rss(inside, "")).links == NO_LINKS


@pytest.mark.parametrize("items", [[], [{"id": "1"}]])
def test_json_feed_names_its_links(items: list[object]) -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "feed_url": "/feed.json",
        "next_url": "feed.json?page=2",
        "hubs": [
            {"type": "rssCloud", "url": "https://cloud.example/"},
            {"type": "WebSub", "url": "mailto:x@y.example"},
            {"type": "WebSub", "url": "https://hub.example/"},
        ],
        "items": items,
    }
    assert parsed(json.dumps(body).encode()).links == FeedLinks(
        self_url="https://ledger.example/feed.json",
        hub="https://hub.example/",
        next_page="https://ledger.example/feeds/feed.json?page=2",
    )


@pytest.mark.parametrize("value", [None, 7, [], {"x": 1}, "ftp://a.example/", "http://["])
def test_links_that_are_none_are_empty(value: object) -> None:
    body = {"items": [], "version": "https://jsonfeed.org/version/1", "feed_url": value,
            "next_url": value, "hubs": value}  # fmt: skip
    got = parsed(json.dumps(body).encode()).links
    assert (got.hub, got.prev_archive) == ("", "")
    for address in (got.self_url, got.next_page):
        assert address == "" or address.startswith("https://ledger.example/")


def test_a_document_that_breaks_off_still_names_its_links() -> None:
    body = in_rss(links("atom:") + ITEM, "")
    assert parsed(body[:-60]).links == LINKS
