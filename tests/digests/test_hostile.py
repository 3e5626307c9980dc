"""A hostile feed cannot break, bloat or deceive a digest.

Every payload goes into every place a feed can fill; the HTML is then read by a parser, and only
the elements and attributes of our own template may be there. Markdown is rendered first.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from monitor.digests.links import http_url
from monitor.digests.rendering import TO_MARKER, render
from monitor.model.edition import (
    Changed,
    Development,
    Document,
    Edition,
    Lead,
    NearlyMatched,
    Quote,
    RankPart,
    Reason,
    Rendered,
    Section,
    Summary,
    Trouble,
    Volume,
)
from tests.digests.builders import (
    UNTIL,
    a_card,
    a_coverage,
    an_edition,
)

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title></style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" style="position:fixed;inset:0" x="',
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "</a></h3></article></main></body>",
    "--></style><!--<base href=//evil.example>",
    "<form action=//evil.example><input name=password>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "{{ 7*7 }}{% raw %}{{ say.__class__ }}",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "](https://evil.example) [a",
    "<https://evil.example>",
    "[a]: https://evil.example",
    "```\n<script>alert(1)</script>\n```",
    "`code` ``more`",
    "# heading\n## another\n---\n| a | b |\n|---|---|",
    "- list\n1. list\n> quote\n\n    code",
    "1) list",
    "***\n___",
    "\\[x](javascript:alert(1))",
    "~~x~~ $x$ ^x^ **x** __x__",
    "Subject\r\nBcc: everyone@evil.example\r\n\r\nbody",
    "\x1b]0;title\x07\x1b[2J\x1b[31mred",
    "\x00\x08\x7f\x9b\ud800\udfff",
    "\u202emoc.live\u2066\u2067\u200f",
    "=cmd|'/C calc'!A0",
    "\u2028line\u2029paragraph\x85next",
    "x" * 20_000,
    "<b>" * 5_000,
)

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
    "span", "strong", "ul", "li", "code", "section", "article", "a", "bdi", "blockquote", "footer",
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


def filled(text: str) -> Edition:
    """An edition in which every field a feed, its headers or a model can fill holds the text."""
    card = replace(
        a_card(
            title=text,
            url=text,
            outlet=text,
            excerpt=text,
            language=text,
            outlets=(text, text, text),
            why=(Reason("chips", 2, text, text, "title"), Reason("ai-policy", 1, text, text, text)),
        ),
        rank=(RankPart("points", 1.0),),
        document=Document(13, text, text, text),
        summary=Summary(text, text, 1),
        topic_title=text,
    )
    trouble = Trouble(text, text, "failing", text, UNTIL)
    edition = an_edition(
        card,
        title=text,
        coverage=a_coverage(stories=1, matched=1, troubles=(trouble,)),
        sections=(
            Section(topic="chips", title=text, cards=(card,), more=3),
            Section(topic="", title=text, cards=(card,), more=3, query=text),
        ),
        quiet=(text,),
    )
    return replace(
        edition,
        leads=(Lead(7, text, text, text, 2, text, text),),
        developing=(Development(card, (text, text), text, date(2026, 11, 21)),),
        more_developing=2,
        documents=(card,),
        more_documents=2,
        quotes=(Quote(text=text, speaker=text, outlet=text, url=text, entry=1, story=7, language=text),),
        changed=(
            Changed(kind="edited", entry=2, title=text, before=text, outlet=text, url=text, at=UNTIL,
                    told_in=text, language=text),
        ),
        more_changed=2,
        volumes=(
            Volume(topic="chips", title=text, count=9, span=1, low=0, high=2, days=(0, 9), unusual="many",
                   chance=0.001),
        ),
        near_misses=(
            NearlyMatched(entry=3, topic="chips", topic_title=text, title=text, outlet=text, url=text, note=text,
                          language=text),
        ),
        notes=(text,),
        public_url=text,
    )  # fmt: skip


HARMLESS = render(filled("harmless"))


def check_html(rendered: Rendered) -> None:
    reader = Reader(rendered.html)
    plain = Reader(HARMLESS.html)
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
    reader, plain = (_shown(each.markdown) for each in (rendered, HARMLESS))
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
    ],
)
def test_addresses_keep_their_spelling_but_for_what_no_address_may_hold(
    url: str, expected: str
) -> None:
    assert http_url(url) == expected


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
