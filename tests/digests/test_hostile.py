"""A hostile feed cannot break, bloat or deceive a digest.

Every payload goes into every place a feed can fill; the HTML is then read by a parser, and only
the elements and attributes of our own template may be there. Markdown is rendered first.
"""

from __future__ import annotations

import json
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from monitor.digests.fitting import without_summaries
from monitor.digests.links import http_url
from monitor.digests.rendering import TO_MARKER, render
from monitor.model.edition import Rendered
from tests.digests.builders import (
    a_card,
    an_edition,
)
from tests.digests.hostile import PAYLOADS, filled

URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "https:/evil",
    "https://",
    "https://trusted.example@evil.example/",
    "https://trusted.example\\@evil.example/",
    "http://[",
    "https://a.example/\r\nBcc: x",
    "https://a.example/ javascript:x",
    " https://a.example/",
    "",
    "relative/path",
    "ftp://a.example/",
)

TAGS = {
    "html", "head", "meta", "title", "style", "body", "div", "main", "header", "h1", "h2", "h3", "p",
    "span", "strong", "ul", "li", "code", "section", "a", "bdi", "blockquote", "footer",
    "ol", "b", "br", "small",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "http-equiv", "style", "class", "dir", "aria-hidden", "href", "rel",
}  # fmt: skip
MARKDOWN_TAGS = {
    "h1",
    "h2",
    "h3",
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "li",
    "a",
    "blockquote",
    "hr",
    "code",
}


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.comments: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


HARMLESS = render(filled("harmless"))
# Summaries yield where an edition grows too long, with a note.
SHORTER = render(without_summaries(filled("harmless"), 1_000_000))


def like(rendered: Rendered) -> Rendered:
    """Return the edition full of harmless text that has the same parts."""
    return HARMLESS if "written by a model" in rendered.html else SHORTER


def check_html(rendered: Rendered) -> None:
    reader = Reader(rendered.html)
    plain = Reader(like(rendered).html)
    assert set(reader.tags) <= TAGS
    assert {name for name, _ in reader.attributes} <= ATTRIBUTES
    assert reader.comments == ["to", "to"]
    assert rendered.html.count(TO_MARKER) == 2
    # The template's own styles and nothing else; as many tags as with harmless text.
    styles = {value for name, value in plain.attributes if name in {"style", "class", "content"}}
    assert {
        value for name, value in reader.attributes if name in {"style", "class", "content"}
    } <= styles
    assert [tag for tag in reader.tags if tag not in {"a", "blockquote", "code"}] == [
        tag for tag in plain.tags if tag not in {"a", "blockquote", "code"}
    ]
    assert all(value.startswith("https://") for name, value in reader.attributes if name == "href")


def check_lines(rendered: Rendered) -> None:
    assert "\n" not in rendered.subject
    for form in (rendered.subject, rendered.text, rendered.markdown, rendered.html):
        odd = {c for c in form if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} and c != "\n"}
        assert not odd
        assert not set(form) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
        )
    for form in (rendered.html, rendered.text, rendered.markdown, rendered.json):
        form.encode("utf-8")


def check_markdown(rendered: Rendered) -> None:
    reader, plain = (_shown(each.markdown) for each in (rendered, like(rendered)))
    assert set(reader.tags) <= MARKDOWN_TAGS
    for tag in ("h1", "h2", "h3", "hr", "ul", "li"):
        assert reader.tags.count(tag) == plain.tags.count(tag), tag
    assert {name for name, _ in reader.attributes} <= {"href"}
    assert all(value.startswith("https://") for _, value in reader.attributes)


def _shown(markdown: str) -> Reader:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return Reader(parser.render(markdown))


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_payloads_are_text_in_every_field_and_form(payload: str) -> None:
    rendered = render(filled(payload))
    check_html(rendered)
    check_lines(rendered)
    check_markdown(rendered)
    json.loads(rendered.json)


@settings(deadline=None, max_examples=60)
@given(
    text=st.lists(
        st.sampled_from(PAYLOADS[:-2])
        | st.text(alphabet="<>&\"'`[](){}!*_#|\\/-+=.:1 \n\r\t", max_size=20)
    ).map(lambda parts: "".join(parts) + "x")
)
def test_any_mixture_of_markup_is_text(text: str) -> None:
    rendered = render(filled(text))
    check_html(rendered)
    check_lines(rendered)
    check_markdown(rendered)


@pytest.mark.parametrize("url", URLS)
def test_addresses_that_are_not_plainly_http_are_no_links(url: str) -> None:
    assert http_url(url) == ""
    rendered = render(an_edition(a_card(url=url)))
    assert "<a " not in rendered.html
    assert "](" not in rendered.markdown
    assert json.loads(rendered.json)["sections"][0]["cards"][0]["url"] == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?y=1&z=2#f", "https://a.example/x?y=1&z=2#f"),
        ("http://a.example:8080/a_b(c)*'", "http://a.example:8080/a_b(c)*'"),
        ('https://a.example/"onclick="', "https://a.example/%22onclick=%22"),
        ("https://a.example/<script>", "https://a.example/%3Cscript%3E"),
        ("https://中文.example/路", "https://中文.example/路"),
        ("https://a.example/\u202emoc.knab", "https://a.example/%E2%80%AEmoc.knab"),
        (
            "https://a.example/\x9b2J\u2028x\u200by",
            "https://a.example/%C2%9B2J%E2%80%A8x%E2%80%8By",
        ),
    ],
)
def test_addresses_keep_their_spelling_but_for_what_no_address_may_hold(
    url: str, expected: str
) -> None:
    assert http_url(url) == expected


@pytest.mark.parametrize("mark", ["\u202e", "\u2028", "\x85", "\x9b", "\u200f"])
def test_an_address_neither_breaks_a_line_nor_turns_its_direction(mark: str) -> None:
    check_lines(render(an_edition(a_card(url=f"https://a.example/{mark}x?{mark}"))))
    assert http_url(f"https://a{mark}.example/") == ""


def test_round_brackets_and_entities_in_an_address_survive_markdown() -> None:
    url = "https://a.example/x_(y)?a=1&copy;=2"
    html = MarkdownIt("commonmark").render(render(an_edition(a_card(url=url))).markdown)
    (href,) = [value for name, value in Reader(html).attributes if name == "href"]
    assert href.replace("%28", "(").replace("%29", ")") == url


def test_nothing_in_the_html_is_loaded_from_anywhere() -> None:
    html = render(filled("x")).html
    assert "Content-Security-Policy" in html
    assert "default-src 'none'" in html
    for word in (
        "src=",
        "srcset",
        "url(",
        "@import",
        "<link",
        "<img",
        "<script",
        "<table",
        "<form",
    ):
        assert word not in html
    reader = Reader(render(an_edition(a_card())).html)
    assert ("rel", "noopener noreferrer") in reader.attributes
    assert ("content", "no-referrer") in reader.attributes


def test_writing_direction_and_language_are_set_apart_for_each_card() -> None:
    reader = Reader(render(an_edition(a_card(language="ar", title="عنوان"))).html)
    assert reader.attributes.count(("lang", "ar")) == 2
    assert ("lang", "en") in reader.attributes  # our own word beside the excerpt
    assert ("dir", "auto") in reader.attributes
    assert ("lang", "") in Reader(render(an_edition(a_card(language="x y"))).html).attributes
