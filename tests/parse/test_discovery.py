import pytest

from monitor.model.entry import FeedLink
from monitor.parse.decoding import decoded
from monitor.parse.discovery import feed_links
from monitor.parse.webpage import read_page

PAGE = """<!doctype html><html><head><title> The  Daily
Ledger &amp; more </title><base href="https://ledger.example/">
<link rel="stylesheet" href="a.css">
<link rel="alternate" type="application/rss+xml" title="All" href="/all.rss">
<LINK REL='alternate home' TYPE='application/atom+xml; charset=utf-8' HREF='atom.xml'>
<link rel="alternate" type="text/html" hreflang="de" href="/de">
<link rel="alternate" type="application/feed+json" href="https://other.example/feed.json">
<link rel="alternate" type="application/rss+xml" href="javascript:x">
</head><body><a href="/news">News</a><a href="/policy/rss">Policy <b>feed</b></a>
<a href="/all.rss">again</a><a href="/feedback">Feedback</a>
<a href="http://[">x</a></body></html>"""


def test_declared_feeds_come_first_then_likely_links_each_once() -> None:
    assert feed_links(PAGE.encode(), "https://www.ledger.example/x/") == (
        FeedLink("https://ledger.example/all.rss", "All"),
        FeedLink("https://ledger.example/atom.xml", ""),
        FeedLink("https://other.example/feed.json", ""),
        FeedLink("https://ledger.example/policy/rss", "Policy feed"),
    )


def page_title(html: bytes) -> str:
    return read_page(decoded(html).text).title


def test_the_title_of_a_page_is_one_line_of_text() -> None:
    assert page_title(PAGE.encode()) == "The Daily Ledger & more"
    assert page_title("<title>Zürich</title>".encode("cp1252")) == "Zürich"
    assert page_title(b"<p>no title") == ""


def test_a_page_cut_within_a_character_is_read() -> None:
    assert page_title("<title>Zürich</title>é".encode()[:-1]) == "Zürich"


def test_no_page_is_no_feeds() -> None:
    assert feed_links(b"", "https://a.example/") == ()
    assert feed_links(b"\xff\x00<a <<", "no base") == ()


@pytest.mark.parametrize("odd", ["<![foo[bar]]>", "<![%[", "&#" + "9" * 5000 + ";"])
def test_markup_the_parser_chokes_on_leaves_what_came_before(odd: str) -> None:
    link = "<link rel=alternate type='application/rss+xml' href='/feed' title='F'>"
    html = f"<html><head><title>Login</title>{link}</head><body>{odd}</body></html>".encode()
    assert page_title(html) == "Login"
    assert feed_links(html, "https://a.example/") == (FeedLink("https://a.example/feed", "F"),)
