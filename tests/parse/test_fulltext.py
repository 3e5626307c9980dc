"""The text of web pages: which address, which encoding, what is the article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse.cleaning import clean_markup
from monitor.parse.fulltext import decoded_page, host_of, not_a_page, page_address, read_page

PARAGRAPH = "The bureau widens the entity list, and lawyers who follow it expected the step. " * 3
URL = "https://news.example/a"


@pytest.mark.parametrize(
    ("link", "url", "asked"),
    [
        ("https://a.example/1?utm_source=x", "https://a.example/1", "link"),
        ("https://A.example./1", "https://a.example/1", "link"),
        ("https://count.example/r/7", "https://a.example/1", "url"),
        ("", "", "link"),
        ("https://a.example/?p=1", "https://a.example/?p=1", "link"),
        ("https://a.example/", "https://a.example/", ""),
        ("https://a.example#top", "https://a.example/", ""),
    ],
)
def test_the_link_is_asked_unless_it_leads_over_a_service_that_counts(
    link: str, url: str, asked: str
) -> None:
    assert page_address(link, url) == {"link": link, "url": url, "": ""}[asked]


def test_hosts() -> None:
    assert host_of("https://News.Example.:8443/a") == "news.example"
    assert host_of("https://[::1]/a") == "::1"
    assert host_of("https://[broken") == host_of("") == ""


@pytest.mark.parametrize(
    ("content_type", "body", "instead"),
    [
        ("text/html", b"x", ""),
        ("Text/HTML; charset=x", b"x", ""),
        ("application/xhtml+xml", b"x", ""),
        ("", b"\xef\xbb\xbf \n<!doctype html>", ""),
        ("", b"%PDF-1.4", "no web page"),
        ("application/pdf", b"<html>", "application/pdf"),
        ("text/plain", b"<html>", "text/plain"),
        ("application/rss+xml", b"<rss>", "application/rss+xml"),
    ],
)
def test_pages_are_told_from_other_documents(content_type: str, body: bytes, instead: str) -> None:
    assert not_a_page(content_type, body) == instead


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Zürich".encode(), "text/html"),
        ("Zürich".encode(), "text/html; charset=utf-8"),
        ("Zürich".encode("latin-1"), 'text/html; charset="ISO-8859-1"'),
        (b"\xef\xbb\xbf" + "Zürich".encode(), "text/html; charset=latin-1"),
        (b"\xff\xfe" + "Zürich".encode("utf-16-le"), "text/html"),
        (b"<meta charset=latin-1>" + "Zürich".encode("latin-1"), "text/html"),
        (b"<?xml version='1.0' encoding='latin-1'?>" + "Zürich".encode("latin-1"), ""),
        ("Zürich".encode("latin-1"), "text/html; charset=utf-8"),
        ("Zürich".encode("latin-1"), "text/html; charset=no-such-thing"),
    ],
)
def test_encodings(body: bytes, content_type: str) -> None:
    assert decoded_page(body, content_type).endswith("Zürich")


class TestWithTheExtra:
    """What needs trafilatura."""

    @pytest.fixture(autouse=True)
    def _extra(self) -> None:
        pytest.importorskip("trafilatura", reason="the extra `fulltext` is not installed")

    def test_the_article_is_found_and_safe(self) -> None:
        page = (
            "<html><head><script>alert(1)</script></head><body><nav><a href=/>Home</a></nav><article>"
            f"<h1>Entity list</h1><p>{PARAGRAPH}<img src=x onerror=alert(1)></p><ul><li>one</li></ul>"
            f"<p onclick=x()>{PARAGRAPH}</p></article><footer>Imprint</footer></body></html>"
        )
        found = read_page(page.encode(), URL, "text/html")
        assert found.text.startswith("Entity list The bureau widens")
        assert "Home" not in found.text
        assert "Imprint" not in found.text
        assert "alert" not in found.html
        assert "<p>" in found.html
        assert clean_markup(found.html, URL).html == found.html

    @pytest.mark.parametrize(
        "declaration",
        ["<?xml version='1.0' encoding='utf-8'?>", "<?xml version='1.0' encoding='shift_jis'?>\n"],
    )
    def test_a_declaration_does_not_hide_the_page(self, declaration: str) -> None:
        page = f"{declaration}<html><body><p>Zürich. {PARAGRAPH}</p></body></html>"
        assert "entity list" in read_page(page.encode(), URL, "text/html").text

    @pytest.mark.parametrize(
        "control",
        [
            "\x00",
            "\x1b",
            "\x07",
            "\x7f",
            "&#0;",
            "&#27;",
            "&#x1B;",
            "&#011;",
            "&#x0b;",
            "&#27",
            "&#12;",
            "\ufffe",
            "&#xFFFF;",
        ],
    )
    def test_control_characters_do_not_hide_the_page(self, control: str) -> None:
        page = f"<html><body><p>{PARAGRAPH} Before{control}after. {PARAGRAPH}</p></body></html>"
        found = read_page(page.encode(), URL, "text/html")
        assert "entity list" in found.text
        assert found.text.replace(" ", "").count("Beforeafter") == 1

    @pytest.mark.parametrize(
        "reference", ["&#9;", "&#10;", "&#x20;", "&#270;", "&#x1B0;", "&#65;", "&#150;"]
    )
    def test_other_references_stay(self, reference: str) -> None:
        page = f"<html><body><p>{PARAGRAPH} A{reference}B. {PARAGRAPH}</p></body></html>"
        assert " AB." not in read_page(page.encode(), URL, "text/html").text

    def test_65_what_is_nested_too_deep_gives_nothing(self) -> None:
        found = read_page(b"<html><body>" + b"<div>" * 5_000 + b"text", URL, "text/html")
        assert (found.text, found.html) == ("", "")

    @settings(max_examples=40, deadline=None)
    @given(st.binary(max_size=300))
    def test_any_bytes_give_an_answer(self, body: bytes) -> None:
        found = read_page(b"<html><body><p>" + body, URL, "text/html")
        assert "<script" not in found.html
