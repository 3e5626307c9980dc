"""Clauses about the entry: outlet, feed, address, language, tags, topics, dates, state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model.entry import Enclosure, Entry
from monitor.model.topic import StoredMatch
from monitor.query import Document, document_of, evaluate, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "title": "Title",
    "text": "Text",
    "language": "zh-Hans",
    "feed_url": "https://feeds.nist.gov/news.xml",
    "feed_title": "NIST News: AI",
    "feed_tags": ("official", "United States"),
    "outlet": "The Meridian Courier",
    "domain": "nist.gov",
    "author": "Ana Öztürk",
    "url": "https://www.nist.gov/news/2026/ai-RMF?page=1",
    "tags": ("AI safety", "Standards"),
    "topics": ("ai-policy", "chips"),
    "published_at": datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
    "first_seen_at": datetime(2026, 11, 21, 8, tzinfo=UTC),
    "revised": True,
    "sent": True,
    "enclosures": (Enclosure("https://a.example/x.mp3", "audio/mpeg; v=1"),),
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("feed:nist", True),
        ('feed:"nist news"', True),
        ("feed:feeds.nist.gov/news", True),
        ("feed:https://feeds.nist.gov/news.xml", True),
        ('feed:"HTTPS://Feeds.NIST.gov/news.xml"', True),
        ("feed:https://feeds.nist.gov/NEWS.xml", False),
        ("feed:https://feeds.nist.gov/news", False),
        ("feed:http://feeds.nist.gov/news.xml", False),
        ("feed:https://feeds.nist.gov/news*", True),
        ("feed:nis", False),
        ("feed:news*", True),
        ("outlet:meridian", True),
        ('outlet:"meridian courier"', True),
        ("outlet:courier-meridian", False),
        ("outlet:cour*", True),
        ("outlet:(reuters OR courier)", True),
        ("domain:nist.gov", True),
        ("domain:www.nist.gov", True),
        ("domain:gov", True),
        ("domain:*.gov", True),
        ("domain:ist.gov", False),
        ("author:ozturk", True),
        ("author:ana-ozturk", True),
        ("author:smith", False),
        ("lang:zh", True),
        ("lang:ZH-hans", True),
        ("lang:en", False),
        ("tag:standards", True),
        ('tag:"ai safety"', True),
        ("tag:safety", False),
        ("tag:ai*", True),
        ("tag:official", True),
        ("topic:chips", True),
        ("topic:Chips", True),
        ("topic:chip", False),
        ("topic:chip*", True),
        ("topic:*", True),
        ("url:ai-rmf", True),
        ("url:/news/2026/", True),
        ("url:blog", False),
        ("url:*", True),
        ("type:*", True),
        ("type:audio", True),
        ("type:audio/mpeg", True),
        ("type:video", False),
        ("has:enclosure", True),
        ("has:author", True),
        ("has:published", True),
        ("is:revised", True),
        ("is:withdrawn", False),
        ("is:sent", True),
        ("is:starred", False),
        ("after:2026-11-21", True),
        ("after:2026-11-22", False),
        ("after:2026", True),
        ("before:2026-11-22", True),
        ("before:2026-11-21", False),
        ("on:2026-11-21", True),
        ("on:2026-11", True),
        ("on:2026-11-20", False),
        ("on:2026-12", False),
        ("since:3d", True),
        ("since:2d", False),
        ("since:53h", True),
        ("since:1w", True),
        ("since:2026-11-21", True),
        ("since:99999w", True),
        ("published:2026-11-20", True),
        ("published:2026-11", True),
        ("published:>2026-11-20", False),
        ("published:>=2026-11-20", True),
        ("published:<2026-11-20", False),
        ("published:<=2026-11-20", True),
        ("published:2026-11-19..2026-11-20", True),
        ("published:2025..2025", False),
        ("published:3d", True),
        ("published:2d", False),
        ("published:61h", True),
        ("published:60h", False),
        ("published:1w", True),
        ("published:99999w", True),
    ],
)
def test_a_clause_about_the_entry_holds(query: str, expected: bool) -> None:
    found = evaluate(parse(query), Document(**FIELDS), NOW)
    assert (found is not None) is expected
    if found:
        assert found[0].span is None
        assert found[0].words


@pytest.mark.parametrize(
    "query",
    ["feed:x", "outlet:x", "domain:x", "author:x", "lang:en", "tag:x", "topic:*", "url:x", "url:*", "type:audio",
     "type:*",
     "has:enclosure", "has:author", "has:published", "published:7d", "is:revised", "is:withdrawn", "is:sent", "is:starred", "published:>1990", "before:2026"],
)  # fmt: skip
def test_a_bare_entry_satisfies_none(query: str) -> None:
    assert evaluate(parse(query), Document(title="x", text="x"), NOW) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("domain:müller.example", True),
        ("domain:MÜLLER.example", True),
        ("domain:*.müller.example", True),
        ("domain:xn--mller-kva.example", True),
        ("domain:muller.example", False),
        (f"domain:{'ü' * 80}.example", False),
        ("domain:ü..example", False),
    ],
)
def test_a_host_is_found_in_its_own_letters(query: str, expected: bool) -> None:
    domain = "news.xn--mller-kva.example"
    document = Document(title="x", text="x", domain=domain, url=f"https://{domain}/a")
    assert (evaluate(parse(query), document, NOW) is not None) is expected


def test_an_enclosure_without_a_type_is_of_no_type() -> None:
    document = Document(title="x", text="x", enclosures=(Enclosure("https://a.example/x", ""),))
    assert evaluate(parse("type:*"), document, NOW) is None


def test_an_entry_that_is_only_now_seen_counts_as_seen_now() -> None:
    document = Document(title="x", text="x")
    assert evaluate(parse("since:1h"), document, NOW) is not None
    assert evaluate(parse("on:2026-11-23"), document, NOW) is not None


def test_a_stored_entry_is_seen_with_its_topics_and_revisions() -> None:
    entry = Entry(
        id=1,
        feed_id=2,
        feed_url="https://a.example/feed",
        feed_title="Feed",
        outlet="Outlet",
        tier=2,
        feed_tags=("t",),
        guid="g",
        url="https://a.example/1",
        link="https://a.example/1",
        domain="a.example",
        title="Title",
        author="Author",
        html="",
        text="Text",
        excerpt="",
        language="en",
        published_at=None,
        published_raw="",
        first_seen_at=NOW,
        revised_at=NOW,
        tags=("x",),
        matches=(StoredMatch("chips", 1, 1),),
    )
    document = document_of(entry)
    for query in (
        "topic:chips",
        "is:revised",
        "tag:t",
        "feed:feed",
        "outlet:outlet",
        "on:2026-11-23",
    ):
        assert evaluate(parse(query), document, NOW) is not None


def test_a_key_in_a_feeds_address_is_neither_shown_nor_found_out_piece_by_piece() -> None:
    keyed = Document(**FIELDS | {"feed_url": "https://a.example/feed?token=s3cret"})
    for query in ("feed:a.example/feed", 'feed:"https://a.example/feed?token=s3cret"'):
        found = evaluate(parse(query), keyed, NOW)
        assert found is not None
        assert [each.words for each in found] == ["https://a.example/feed?token=•••"]
    assert evaluate(parse('feed:"a.example/feed?token=s3"'), keyed, NOW) is None
