"""Documents cut at any byte: the entries that are whole are kept as they were, no other is returned."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.entry import ParsedFeed
from monitor.parse.breaks import whole_part
from tests.parse.feeds import SPACES, outcome_of, parsed


@dataclass(frozen=True)
class Document:
    """A document in its parts, so that it is known where each entry ends."""

    head: str
    entries: tuple[str, ...]
    tail: str
    encoding: str = "utf-8"

    @property
    def body(self) -> bytes:
        return "".join([self.head, *self.entries, self.tail]).encode(self.encoding)

    def whole_before(self, cut: int) -> int:
        """Say how many entries end before a byte."""
        ends = []
        for count in range(len(self.entries)):
            text = "".join([self.head, *self.entries[: count + 1]]).rstrip(" ,\n")
            ends.append(len(text.encode(self.encoding)))
        return sum(end <= cut for end in ends)


RSS = Document(
    f'<?xml version="1.0"?>\n<!-- <item> --><rss version="2.0" {SPACES} '
    'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The Ledger &amp; Zürich</title>'
    '<atom:link rel="self" href="https://ledger.example/a>b"/><link>https://ledger.example/</link>'
    "<language>de</language><image><title>Logo</title><url>/x.png</url></image>",
    (
        "<item><title>Größe &#8211; 芯片 𝄞</title><guid>1</guid><description><![CDATA[<p>a</item>"
        "</channel></rss>]]></description></item>\n",
        "<item><title>Two</title><guid>2</guid><!-- </item> --><category>x &lt; y</category>"
        "<content:encoded><![CDATA[<p>long ü</p>]]></content:encoded></item>",
        "<item/>",
        "<item><guid>4</guid><media:group><media:content url='/a.mp4'/></media:group>"
        "<pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate></item  >\n",
    ),
    "</channel>\n</rss>\n",
)
ATOM = Document(
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://l.example/x/">'
    "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Le <b>Registre</b></div></title>"
    "<link rel='self' href='a'/><author><name>É. One</name></author>",
    (
        '<entry><id>a</id><title type="html">&amp;lt;é&gt;</title><link href="1"/><source><id>s</id>'
        '<title>Other</title></source><content type="xhtml"><div '
        'xmlns="http://www.w3.org/1999/xhtml"><p>Un<br/>deux</p></div></content></entry>',
        "<entry><id>b</id><title>Deux</title><summary>é</summary></entry>",
    ),
    "</feed>",
)
PREFIXED = Document(
    '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>L</a:title>',
    ("<a:entry><a:id>1</a:id><a:title>One</a:title></a:entry>", "<a:entry><a:id>2</a:id></a:entry>"),
    "</a:feed>",
)  # fmt: skip
RDF = Document(
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>L</title><items><rdf:Seq>'
    '<rdf:li resource="1"/></rdf:Seq></items></channel>',
    (
        '<item rdf:about="https://l.example/1"><title>One</title></item>',
        '<item rdf:about="https://l.example/2"><title>Two</title></item>',
    ),
    "<textinput><title>Search</title></textinput></rdf:RDF>",
)
CHINESE = Document(
    '<?xml version="1.0" encoding="gb18030"?><rss version="2.0"><channel><title>登记册</title>',
    (
        "<item><title>商务部公布新的管制办法</title><guid>1</guid></item>",
        "<item><title>欧盟通过法案</title><guid>2</guid></item>",
    ),
    "</channel></rss>",
    "gb18030",
)
WIDE = Document(RSS.head[:21] + RSS.head[21:], RSS.entries[:2], RSS.tail, "utf-16")
JSON = Document(
    '{"version": "https://jsonfeed.org/version/1.1", "title": "Das \\"Register\\"", "x": {"items": '
    '[{"id": "no"}]}, "language": "de", "authors": [{"name": "Ü"}], "items": [',
    (
        json.dumps({"id": "1", "title": "Größe ]}", "tags": ["a]", "}"], "x": {"y": [1, 2]}})
        + ", ",
        json.dumps({"id": "2", "content_text": '芯 𝄞 \\ "'}, ensure_ascii=False) + ",\n",
        json.dumps({"id": "3", "date_published": "2026-11-20T10:00:00Z"}),
    ),
    "]}\n",
)
DOCUMENTS = {
    "rss": RSS, "atom": ATOM, "prefixed": PREFIXED, "rdf": RDF, "gb18030": CHINESE, "utf-16": WIDE,
    "json": JSON,
}  # fmt: skip


def check(document: Document, cut: int) -> None:
    whole = parsed(document.body).entries
    assert len(whole) == len(document.entries)
    outcome = outcome_of(document.body[:cut])
    count = document.whole_before(cut)
    if not isinstance(outcome, ParsedFeed):
        assert count == 0
        return
    assert outcome.entries == whole[:count]
    left = document.body[cut:].decode(document.encoding.removesuffix("-16") or "utf-8", "ignore")
    assert outcome.partial or not left.strip("\x00\n \r}>]")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_09_a_cut_at_any_byte_keeps_the_whole_entries_and_no_other(name: str) -> None:
    document = DOCUMENTS[name]
    for cut in range(0, len(document.body), 3 if name == "utf-16" else 1):
        check(document, cut)


@st.composite
def document_and_cut(draw: st.DrawFn) -> tuple[Document, int]:
    words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
    escaped = words.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
    inside = st.one_of(
        escaped.map(lambda text: f"<title>{text}</title>"),
        escaped.map(lambda text: f"<description>&lt;p>{text}</description>"),
        words.map(lambda text: f"<description><![CDATA[{text.replace(']]>', '')}]]></description>"),
        words.map(lambda text: f"<!--{text.replace('-', '')}-->"),
        st.sampled_from(["<guid>x</guid>", "<link>/a</link>", "<media:rating/>", "<a><item/></a>"]),
    )
    entries = draw(st.lists(st.lists(inside, max_size=4).map("".join), min_size=1, max_size=4))
    document = Document(
        f'<rss version="2.0" {SPACES}><channel><title>L</title>',
        tuple(f"<item>{each}</item>" for each in entries),
        "</channel></rss>",
    )
    return document, draw(st.integers(0, len(document.body)))


@settings(max_examples=300, deadline=None)
@given(document_and_cut())
def test_09_whatever_the_entries_hold(drawn: tuple[Document, int]) -> None:
    document, cut = drawn
    whole = outcome_of(document.body)
    assert isinstance(whole, ParsedFeed)
    outcome = outcome_of(document.body[:cut])
    if isinstance(outcome, ParsedFeed) and len(whole.entries) == len(document.entries):
        assert outcome.entries == whole.entries[: document.whole_before(cut)]


@pytest.mark.parametrize(
    "fault", ["a & b", "<br>", "&nbsp;", "<b><i></b></i>", "\x0b", "<![CDATA[ok]]> &", "<x:y/>"]
)
def test_09_a_malformed_document_that_breaks_off_gives_its_whole_entries(fault: str) -> None:
    document = Document(
        "<rss><channel><title>L</title>",
        (
            f"<item><title>One</title><guid>1</guid><description>{fault}</description></item>",
            "<item><guid>2</guid><title>Two</title></item>",
            "<item><guid>3</guid><title>Three</title></item>",
        ),
        "</channel></rss>",
    )
    first_end = len((document.head + document.entries[0]).encode())
    for cut in range(first_end, len(document.body) - 20):
        outcome = outcome_of(document.body[:cut])
        assert isinstance(outcome, ParsedFeed)
        assert [entry.guid for entry in outcome.entries] == ["1", "2", "3"][
            : document.whole_before(cut)
        ]
        assert outcome.partial


def test_09_a_break_within_the_header_gives_no_half_title() -> None:
    for cut in range(1, len(RSS.head.encode())):
        outcome = outcome_of(RSS.body[:cut])
        if isinstance(outcome, ParsedFeed):
            assert outcome.title in ("", "The Ledger & Zürich")
            assert outcome.entries == ()


def test_41_entries_over_the_bound_are_not_even_parsed_and_are_counted() -> None:
    for body in (RSS.body, RSS.body.replace(b"Two", b"a & b"), RSS.body[:-30]):
        whole = whole_part(body, 2)
        assert whole.body.count(b"</guid>") == 2
        assert whole.over in (1, 2)


def test_entries_without_closing_tags_end_where_the_next_begins() -> None:
    items = "<item><title>One</title><item><title>Two</title><item><title>Thr"
    feed = parsed(f"<rss><channel>&{items}".encode())
    assert feed.partial
    assert [entry.title for entry in feed.entries] == ["One", "Two"]
