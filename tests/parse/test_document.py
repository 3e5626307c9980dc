import gzip
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.entry import ParsedFeed, ParseFailure
from monitor.parse import document, entries
from tests.parse.feeds import ITEM, SPACES, atom, failed, only, outcome_of, parsed, rss

RDF = (
    b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://l.example/"><title>L</title>'
    b'</channel><item rdf:about="https://l.example/1"><title>One</title>'
    b"<link>https://l.example/1</link></item></rdf:RDF>"
)
RSS090 = RDF.replace(b"http://purl.org/rss/1.0/", b"http://my.netscape.com/rdf/simple/0.9/")
ATOM03 = (
    b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>L</title><entry><title>One</title>'
    b'<link rel="alternate" type="text/html" href="https://l.example/1"/></entry></feed>'
)
CDF = (
    b'<?xml version="1.0"?><CHANNEL HREF="https://l.example/"><TITLE>L</TITLE>'
    b'<ITEM HREF="https://l.example/1"><TITLE>One</TITLE></ITEM></CHANNEL>'
)


@pytest.mark.parametrize(
    ("body", "format_"),
    [
        (rss(), "rss20"),
        (rss(version="0.91"), "rss091u"),
        (rss(version="0.92"), "rss092"),
        (RDF, "rss10"),
        (RSS090, "rss090"),
        (ATOM03, "atom03"),
        (atom("<entry><id>1</id><title>One</title></entry>"), "atom10"),
        (CDF, "cdf"),
    ],
)
def test_every_format_is_read(body: bytes, format_: str) -> None:
    feed = parsed(body)
    assert feed.format == format_
    assert only(feed).title
    assert not feed.partial
    assert feed.notes == ()


@pytest.mark.parametrize("body", [rss(""), atom(""), RDF[: RDF.index(b"<item")] + b"</rdf:RDF>"])
def test_a_feed_without_entries_is_a_feed(body: bytes) -> None:
    assert parsed(body).entries == ()


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 50])
def test_an_empty_document(body: bytes) -> None:
    assert failed(body).kind == "empty"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<!DOCTYPE html><title>Sign in</title><p>no", "Sign in"),
        (b"<html><head><title>Just a  moment&hellip;</title></head></html>", "Just a moment…"),
        (b"\n<!-- x --><HTML><body>Not found</body></HTML>", ""),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x.dtd">'
         b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Moved</title></head></html>',
         "Moved"),
    ],
)  # fmt: skip
def test_a_web_page_instead_of_a_feed_is_named(body: bytes, title: str) -> None:
    failure = failed(body, "application/rss+xml")
    assert (failure.kind, failure.page_title) == ("not-a-feed", title)
    assert title in failure.message


@pytest.mark.parametrize(
    "body",
    [
        b"plain words",
        b"%PDF-1.7 \x00\x01\x02",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b'<?xml version="1.0"?><urlset><url><loc>https://a.example/</loc></url></urlset>',
        b'<entry xmlns="http://www.w3.org/2005/Atom"><id>1</id><title>x</title></entry>',
        b'{"error": "not found"}',
        b"[1, 2]",
    ],
)
def test_other_documents_are_no_feeds(body: bytes) -> None:
    assert failed(body).kind == "not-a-feed"


@pytest.mark.parametrize("cut", ["</title><link>https", "<guid", "<pubDate>Mon, 23"])
def test_a_document_that_breaks_off_gives_the_entries_before_the_break(cut: str) -> None:
    body = rss(ITEM + ITEM.replace("rule-1", "rule-2")).decode()
    at = body.rindex(cut) + len(cut)
    feed = parsed(body[:at].encode())
    assert feed.partial
    assert [entry.guid for entry in feed.entries] == ["rule-1"]
    assert "breaks off" in feed.notes[0]


def test_a_break_between_two_entries_loses_none() -> None:
    body = rss(ITEM).partition(b"</channel>")[0]
    assert parsed(body).partial
    assert len(parsed(body).entries) == 1


def test_a_broken_document_with_its_end_is_whole() -> None:
    feed = parsed(rss(ITEM + "<item><title>a & b</title></item>"))
    assert not feed.partial
    assert [entry.title for entry in feed.entries][1] == "a & b"


@pytest.mark.parametrize(
    "inside",
    [
        "<title>x&#xD800;y</title>",
        "<title>x&#x110000;y</title>",
        "<title>x&#99999999999;y</title>",
        "<title>x</title><description>&#xDFFF; &amp; &#1;</description>",
        "<title>x</title><georss:point></georss:point>",
        "<title>x</title><georss:point>north</georss:point>",
        "<title>x</title><georss:box/>",
        '<title>x</title><media:content width="" height="x"/>',
        "<title>x</title><media:thumbnail width=''/><media:rating/>",
        "<title>x</title><cc:license/>",
        "<title>x</title><itunes:duration></itunes:duration><itunes:explicit/>",
        "<title>x</title><psc:chapters><psc:chapter/></psc:chapters>",
        "<title>x</title><dcterms:valid>;=;</dcterms:valid><dcterms:valid/>",
        "<title>x</title><image><width>wide</width><height/></image>",
        "<title>x</title><media:restriction/><media:player/><media:license/>",
        "<title>x</title><textInput><name>q</name></textInput>",
    ],
)
def test_what_makes_the_parser_raise_costs_no_entry(inside: str) -> None:
    body = rss(f"<item>{inside}</item>{ITEM}").replace(
        b"<channel>",
        b'<channel xmlns:psc="http://podlove.org/simple-chapters" '
        b'xmlns:cc="http://web.resource.org/cc/" xmlns:dcterms="http://purl.org/dc/terms/">',
    )
    for document_ in (body, body.replace(b"<title>The Ledger</title>", b"<title>A & B</title>")):
        assert [entry.title[:1] for entry in parsed(document_).entries] == ["x", "L"]


def test_namesakes_of_extensions_without_a_namespace_cost_no_entry() -> None:
    body = rss(f"<item><title>x</title><georss:point/></item>{ITEM}").replace(SPACES.encode(), b"")
    assert len(parsed(body).entries) == 2


def test_entity_bombs_and_foreign_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1) if n else b"&a;") * 10) for n in range(12)
    )
    bomb += (
        b'<!ENTITY file SYSTEM "file:///etc/hostname"><!ENTITY % p SYSTEM "http://127.0.0.1/">]>'
    )
    body = rss("<item><title>x &b11; &file;</title></item>").replace(b"<rss", bomb + b"<rss")
    outcome = outcome_of(body)
    if isinstance(outcome, ParsedFeed):
        assert all(len(entry.title) < 200 for entry in outcome.entries)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("ü 芯".encode(), "text/xml"),
        ("ü 芯".encode(), "text/xml; charset=iso-8859-1"),
        ("ü 芯".encode("utf-16"), ""),
        ("ü 芯".encode("utf-16"), "application/rss+xml; charset=utf-16"),
        ("ü 芯".encode("utf-16-le"), ""),
        ("ü 芯".encode("utf-32"), "text/xml"),
        ("ü 芯".encode("gb18030"), ""),
    ],
)
def test_characters_survive_what_headers_and_declarations_say(
    body: bytes, content_type: str
) -> None:
    encoding = next(
        name
        for name in ("utf-8", "utf-16", "utf-16-le", "utf-32", "gb18030")
        if "ü 芯".encode(name) == body
    )
    text = rss("<item><title>ü 芯</title></item>").decode()
    text = text.replace('encoding="UTF-8"', f'encoding="{encoding}"')
    assert only(parsed(text.encode(encoding), content_type)).title == "ü 芯"


@pytest.mark.parametrize("declared", ["utf-16", "iso-8859-1", "no-such-thing", "us-ascii"])
def test_utf8_is_recognised_whatever_is_declared(declared: str) -> None:
    body = rss("<item><title>ü 芯</title></item>").replace(b"UTF-8", declared.encode())
    assert only(parsed(body)).title == "ü 芯"
    plain = rss("<item><title>plain</title></item>").replace(b"UTF-8", declared.encode())
    assert only(parsed(plain)).title == "plain"


def test_windows_text_without_a_declaration_is_read() -> None:
    body = rss("<item><title>“Zürich”</title></item>").decode().encode("cp1252")
    body = body.replace(b' encoding="UTF-8"', b"")
    assert only(parsed(body)).title == "“Zürich”"


def test_leading_blanks_and_junk_are_forgiven() -> None:
    assert len(parsed(b"\n\n  " + rss()).entries) == 1
    feed = parsed(b"<html><body>Warning: x</body></html>" + rss())
    assert len(feed.entries) == 1
    assert feed.notes[0].startswith("sloppy")


def test_a_document_that_is_a_gzip_file_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(rss())
    assert len(parsed(packed).entries) == 1
    assert failed(b"\x1f\x8b\x08\x00broken").kind == "broken"
    monkeypatch.setattr(document, "UNPACKED_CAP", 100)
    assert failed(packed).kind == "too-complex"


def test_entries_over_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.parse.syndication.MAX_ENTRIES", 3)
    feed = parsed(rss(ITEM * 5))
    assert len(feed.entries) == 3
    assert feed.notes == ("2 entries beyond 3 are left out",)
    assert entries.MAX_ENTRIES == 10_000


def test_a_text_that_names_a_file_is_not_opened(tmp_path: object) -> None:
    assert failed(b"/etc/hostname").kind == "not-a-feed"
    assert failed(b"file:///etc/hostname").kind == "not-a-feed"


SEEDS = [
    rss(
        ITEM
        + "<item><title>&lt;b&gt;x&lt;/b&gt;</title><media:content width='1'/><georss:point>1 2"
        "</georss:point><content:encoded><![CDATA[<p>t<a href='/x'>y</a>]]></content:encoded></item>"
    ),
    atom(
        "<entry><id>1</id><title type='html'>a&amp;lt;</title><updated>2026-11-01</updated></entry>"
    ),
    RDF,
    b'{"version":"https://jsonfeed.org/version/1.1","title":"L","items":[{"id":"1","tags":["a"],'
    b'"content_html":"<p>x","date_published":"2026-11-01T00:00:00Z","attachments":[{"url":"/a"}]}]}',
]
SPLICES = [
    b"&#xD800;", b"&#0;", b"\x00", b"\xff", b"<![CDATA[", b"]]>", b"<!--", b"<item>", b"</item>",
    b"<georss:point/>", b"<media:player/>", b'"', b"'", b"<", b">", b"&", b"&amp;#xDFFF;", b"null",
    b"{", b"[", b"\\ud800", b"1e999", b"<script>", b"</rss>", b"xml:base='http://['", b"\x1b$B",
    b"<title type='xhtml'>", b"<content type='image/png'>", b"<image>", b"<textinput>", b"<source>",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    body = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(body)))
        gone = draw(st.integers(0, 20))
        body = body[:at] + draw(st.sampled_from(SPLICES)) + body[at + gone :]
    return body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(mutated(), st.binary(max_size=80)), st.sampled_from(["", "text/xml;charset=x", "é"])
)
def test_any_bytes_give_an_outcome_with_clean_text(body: bytes, content_type: str) -> None:
    outcome = outcome_of(body, content_type)
    if isinstance(outcome, ParseFailure):
        assert outcome.message
        return
    for entry in outcome.entries:
        for text in (entry.guid, entry.link, entry.title, entry.author, entry.html, entry.text):
            text.encode()
            assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
        assert entry.link == "" or entry.link.startswith(("http://", "https://"))
        assert not re.search(r"<(script|style|iframe|svg|form)\b", entry.html)
