"""The numbered bad inputs of documents, contents and links, at the edge of this room.

44 and 45 have more in test_decoding, 41 in test_breaks, the rest of 12 in test_pages.
"""

import json
import re

import pytest

from monitor.model.entry import ParsedFeed
from monitor.parse.entities import GROWTH_CAP, growth
from monitor.query.folding import tokens
from tests.parse.feeds import ITEM, atom, entry_of, failed, only, outcome_of, parsed, rss


def with_doctype(inside: str, title: str) -> bytes:
    body = rss(f"<item><title>{title}</title></item>").replace(b"\n", b"", 1)
    return body.replace(b"<rss", f"<!DOCTYPE rss [{inside}]><rss".encode(), 1)


LAUGHS = "<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 12)
)


@pytest.mark.parametrize(
    "body",
    [
        with_doctype(LAUGHS, "&a11;"),
        with_doctype(f'<!ENTITY q "{"q" * 50_000}">', "&q;" * 20_000),
        with_doctype("<!ENTITY x '&y;&y;'><!ENTITY y '&x;&x;'>", "&x;"),
        with_doctype(LAUGHS.replace("'", '"'), "fine") .replace(b"<guid", b"&a9;<guid")
        .replace(b"</channel>", b"<item><title>&a9;</title></item></channel>"),
    ],
    ids=["billion laughs", "quadratic", "circle", "in another entry"],
)  # fmt: skip
def test_39_a_document_that_would_grow_by_its_entities_is_refused(body: bytes) -> None:
    failure = failed(body)
    assert failure.kind == "too-complex"
    assert "grow by more than 1 MB" in failure.message


@pytest.mark.parametrize(
    "inside",
    [
        '<!ENTITY e SYSTEM "file:///etc/hostname">',
        '<!ENTITY e SYSTEM "http://127.0.0.1:1/x">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;',
    ],
)
def test_39_external_and_parameter_entities_are_not_resolved(inside: str) -> None:
    title = only(parsed(with_doctype(inside, "before &e; after"))).title
    assert re.fullmatch(r"before (?:&e; )?after", title)


def test_39_harmless_entities_are_resolved() -> None:
    body = with_doctype('<!ENTITY who "the ministry"><!ENTITY euml "&#235;">', "&who; &euml;")
    assert only(parsed(body)).title == "the ministry ë"
    assert growth(body) < 100 < GROWTH_CAP


def test_41_many_entries_are_counted_and_the_first_kept() -> None:
    items = "".join(f"<item><guid>{number}</guid></item>" for number in range(100_000))
    feed = parsed(rss(items))
    assert len(feed.entries) == 10_000
    assert feed.entries[-1].guid == "9999"
    assert feed.notes == ("90000 entries beyond 10000 are left out",)


@pytest.mark.parametrize("tag", ["b", "x", "div", "item"])
def test_41_deep_nesting_costs_no_other_entry(tag: str) -> None:
    deep = f"<item><guid>deep</guid><description>{f'<{tag}>' * 200_000}</description></item>"
    outcome = outcome_of(rss(ITEM + deep.replace(f"<{tag}>" * 200_000, f"<{tag}>" * 50_000)))
    assert isinstance(outcome, ParsedFeed)
    assert outcome.entries[0].guid == "rule-1"


def test_41_a_title_of_ten_megabytes_is_cut() -> None:
    entry = entry_of(f"<title>{'word ' * 2_000_000}</title>")
    assert len(entry.title) <= 1_000
    assert entry.title.startswith("word word")


@pytest.mark.parametrize(
    "reference",
    ["&#xD800;", "&#x110000;", "&#99999999999;", "&#0;", "&#x1F;", f"&#{'9' * 6000};", "&#xFFFE;"],
)
@pytest.mark.parametrize("escaped", [False, True])
def test_42_references_to_characters_that_do_not_exist(reference: str, escaped: bool) -> None:
    if escaped:
        reference = reference.replace("&", "&amp;")
    inside = f"<title>a{reference}b</title><description>c{reference}d</description>"
    feed = parsed(rss(f"<item>{inside}</item>{ITEM}"))
    assert [entry.title[:1] for entry in feed.entries] == ["a", "L"]
    for text in (feed.entries[0].title, feed.entries[0].text, feed.entries[0].html):
        text.encode()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text)


@pytest.mark.parametrize(
    "inside",
    [
        "<georss:point></georss:point>", "<georss:line>1</georss:line>", "<georss:box/>",
        '<media:content width=""/>', "<media:thumbnail height='tall'/>", "<media:rating/>",
        "<cc:license/>", "<cc:license rdf:resource=''/>", "<creativeCommons:license/>",
        "<itunes:duration/>", "<itunes:owner/>", "<psc:chapters><psc:chapter/></psc:chapters>",
    ],
)  # fmt: skip
def test_43_an_extension_without_its_value_is_dropped_and_the_entry_kept(inside: str) -> None:
    declared = (
        '<channel xmlns:psc="http://podlove.org/simple-chapters" '
        'xmlns:cc="http://web.resource.org/cc/" xmlns:rdf="http://x.example/" '
        'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule">'
    )
    body = rss(f"<item><title>x</title><guid>1</guid>{inside}</item>{ITEM}")
    feed = parsed(body.replace(b"<channel>", declared.encode()))
    assert [entry.guid for entry in feed.entries] == ["1", "rule-1"]
    assert feed.entries[0].title == "x"


def test_43_the_second_try_is_noted() -> None:
    feed = parsed(
        rss(
            f"<item><title>x</title><media:content/><georss:where><gml:Point><gml:pos>x</gml:pos></gml:Point></georss:where><textInput><name>q</name></textInput></item>{ITEM}"
        )
    )
    assert len(feed.entries) == 2
    assert feed.notes == ("sloppy: extensions were left out",)


@pytest.mark.parametrize("make", ["rss", "json"])
def test_45_surrogates_and_controls_never_arrive(make: str) -> None:
    bad = "a\\ud800b\\u0000c\\u001bd\\ufffe"
    if make == "json":
        item = f'{{"id": "{bad}", "title": "{bad}", "content_html": "<p>{bad}", "tags": ["{bad}"]}}'
        body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}]}}'.encode()
    else:
        body = rss(f"<item><title>a\x00b\x0cc\x1bd</title><guid>a\x08</guid></item>")  # noqa: F541
    entry = only(parsed(body))
    for text in (entry.guid, entry.title, entry.html, entry.text, *entry.tags):
        text.encode()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", text)
    assert entry.title == "abcd"


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\u200f", "\u2066", "\u00ad"])
def test_46_direction_and_zero_width_marks_are_kept_but_do_not_hide_a_word(mark: str) -> None:
    entry = entry_of(f"<title>Ex{mark}port rule</title>")
    assert entry.title == f"Ex{mark}port rule"
    assert [token.form for token in tokens(entry.title)] == ["export", "rule"]


def test_47_markup_in_titles_is_shown_as_text() -> None:
    assert entry_of("<title>&lt;b&gt;Rule&lt;/b&gt; ends</title>").title == "Rule ends"
    assert entry_of("<title><![CDATA[<i>Rule</i> &amp; more]]></title>").title == "Rule & more"
    body = atom("<entry><id>1</id><title type='text'>The &lt;b&gt; tag</title></entry>")
    assert only(parsed(body)).title == "The <b> tag"


@pytest.mark.parametrize("value", [None, 7, 1.5, True, [], ["x"], {}, {"y": [1]}, [[[]]]])
@pytest.mark.parametrize(
    "key", ["id", "title", "content_html", "url", "authors", "tags", "attachments"]
)
def test_48_a_value_of_the_wrong_type_costs_that_value_only(key: str, value: object) -> None:
    good = {"id": "good", "title": "Good", "content_text": "Words"}
    version = "https://jsonfeed.org/version/1.1"
    body = json.dumps({"version": version, "items": [good | {key: value}, good]}).encode()
    feed = parsed(body)
    assert len(feed.entries) == 2
    assert feed.entries[1].title == "Good"
    listed = key in ("authors", "attachments") and (isinstance(value, dict) or value == [])
    fits = value is None or key == "tags" or listed or (key == "authors" and value == 1.5)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits and not (number and key not in ("authors", "attachments")):
        assert any(note.startswith(f"entry 1: {key}") for note in feed.notes), feed.notes


def test_48_deep_nesting_is_an_error_not_a_crash() -> None:
    for body in (b"[" * 200_000, b'{"items": [' + b'{"a":' * 200_000):
        assert failed(body).kind == "too-complex"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (rss(ITEM + "<entry xmlns='http://www.w3.org/2005/Atom'><id>2</id><title>x</title></entry>"), 2),
        (atom("<entry><id>1</id></entry><item><guid>2</guid></item>"), 2),
        (rss() + atom("<entry><id>2</id><title>x</title></entry>").partition(b"?>")[2], 2),
        (b"<p>junk</p>" + rss(), 1),
        (b"<html><body>x</body></html>\n" + rss(), 1),
        (b"PHP Notice: x in y.php\n" + rss(), 1),
        (b" \n\n" + rss(), 1),
        (rss() + b"<!-- generated --> trailing words", 1),
        (rss(ITEM + "<item><title>a & b</title></item>"), 2),
    ],
    ids=["atom in rss", "rss in atom", "two roots", "junk", "page", "notice", "blank", "trailing",
         "ampersand"],
)  # fmt: skip
def test_49_sloppy_documents_are_read_and_flagged(body: bytes, count: int) -> None:
    feed = parsed(body)
    assert len(feed.entries) == count
    assert any(note.startswith("sloppy: ") for note in feed.notes), feed.notes


@pytest.mark.parametrize("body", [rss(), atom("<entry><id>1</id></entry>")])
def test_49_sound_documents_are_not_flagged(body: bytes) -> None:
    assert parsed(body).notes == ()


@pytest.mark.parametrize("body", [rss(""), atom("")])
def test_50_a_feed_without_entries_is_no_failure(body: bytes) -> None:
    assert parsed(body).entries == ()


@pytest.mark.parametrize("raw", ["Thu, 20 Nov 2025 09:00:00 GMT", "2099-01-01", "0001-01-01T00:00:00Z",
                                 "31 Feb 2026", "yesterday", ""])  # fmt: skip
def test_57_the_date_as_written_is_kept_whether_it_is_believed_or_not(raw: str) -> None:
    entry = entry_of(f"<title>x</title><pubDate>{raw}</pubDate>")
    assert entry.published_raw == raw
    assert (entry.published_at is not None) == raw.startswith("Thu")


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("javascript:alert(1)", ""), ("JaVaScript:x", ""), ("data:text/html,x", ""),
        ("vbscript:x", ""), ("file:///etc/passwd", ""), ("//b.example/1", "https://b.example/1"),
        ("\\\\b.example\\1", "https://b.example/1"), ("/1", "https://ledger.example/1"),
    ],
)  # fmt: skip
def test_61_links_of_other_schemes_are_dropped_and_the_entry_kept(link: str, kept: str) -> None:
    escaped = link.replace("&", "&amp;")
    for body in (
        rss(f"<item><title>x</title><link>{escaped}</link></item>"),
        atom(f"<entry><id>1</id><title>x</title><link href='{escaped}'/></entry>"),
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [
            {"id": "1", "title": "x", "url": link}]}).encode(),
    ):  # fmt: skip
        entry = only(parsed(body))
        assert entry.title == "x"
        # feedparser joins addresses before we see them; an address of ours it is in any case.
        joined = link.startswith("\\")
        assert entry.link == kept or (joined and entry.link.startswith("https://ledger.example/"))


@pytest.mark.parametrize(
    "payload",
    [
        "<img src='javascript:x()'>", "<svg xmlns:xlink='x'><a xlink:href='javascript:x()'>y</a></svg>",
        "<math><mtext><script>x()</script></mtext></math>", "<iframe srcdoc='<script>x()</script>'></iframe>",
        "<form action='https://evil.example'><input type=password></form>", "<base href='//evil.example'>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>", "<a onclick=x()>y</a>",
        "<object data=x></object>", "<style>*{background:url(//evil.example)}</style>",
        "<link rel=stylesheet href='//evil.example/x.css'>", "<div style='position:fixed'>y</div>",
    ],
)  # fmt: skip
def test_62_what_acts_is_removed(payload: str) -> None:
    markup = f"<p>before</p>{payload}<p>after</p>"
    entry = entry_of(f"<title>x</title><description><![CDATA[{markup}]]></description>")
    assert not re.search(
        r"(?i)javascript:|evil\.example|<(?:script|style|svg|math|iframe|form|input|base|meta|object|link)"
        r"|onclick|style=|srcdoc", entry.html,
    )  # fmt: skip
    assert "before" in entry.text
    assert "after" in entry.text


@pytest.mark.parametrize(
    "payload",
    [
        "<img src='https://t.example/p.gif' width=1 height=1>", "<img width='1px' height=0 src=/p.gif>",
        "<video autoplay src='https://t.example/v.mp4'></video>",
        "<audio autoplay src='https://t.example/a.mp3'></audio>",
        "<p style=\"background: url('https://t.example/b.png')\">x</p>",
        "<table background='https://t.example/b.png'><tr><td>x</table>",
    ],
)  # fmt: skip
def test_63_what_only_counts_or_plays_is_removed(payload: str) -> None:
    entry = entry_of(f"<title>x</title><description><![CDATA[<p>y</p>{payload}]]></description>")
    assert "t.example" not in entry.html
    assert "p.gif" not in entry.html


@pytest.mark.parametrize(
    "base",
    ["", "http://[", "javascript:", "//b.example/x/", "../../..", "ftp://b.example/", "%", "\\"],
)
def test_64_odd_bases_and_addresses_raise_nothing(base: str) -> None:
    inside = (
        f'<entry xml:base="{base}"><id>1</id><title>x</title><link href="a"/><content type="html">'
        '&lt;a href="http://["&gt;b&lt;/a&gt; &lt;a href="c"&gt;d&lt;/a&gt;</content></entry>'
    )
    for body in (atom(inside), atom(inside, f'xml:base="{base}"')):
        entry = only(parsed(body))
        assert entry.link == "" or entry.link.startswith(("http://", "https://"))
        assert "http://[" not in entry.html
        assert entry.text == "b d"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 1_000_000 + "needle",
        "<div>" * 19_000 + "needle",
        "<ul><li>" * 60_000 + "needle",
        "<a href='/x'>y</a> " * 10_000 + "needle",
        "w" * 100_000 + " needle",
        "<table><tr><td>" * 30_000 + "needle",
    ],
    ids=["5 MB of div", "95 KB of div", "lists", "10,000 links", "a long word", "tables"],
)
def test_65_huge_markup_is_cut_with_a_notice_and_costs_no_other_entry(markup: str) -> None:
    item = f"<item><guid>big</guid><description><![CDATA[{markup}]]></description></item>"
    feed = parsed(rss(item + ITEM))
    assert [entry.guid for entry in feed.entries] == ["big", "rule-1"]
    assert len(feed.entries[0].html) <= 400_000
    if len(markup) > 100_000:
        assert "longer than 100 KB and are shown cut" in feed.notes[0]
    if len(markup) < 1_000_000:
        assert feed.entries[0].text.endswith("needle")


def test_65_many_short_links_do_not_become_a_huge_text() -> None:
    for address in ("https://ledger.example/" + "a" * 900, "https://ledger.example/" + "a" * 8_000):
        links = "<a href=#>y</a>" * 6_000 + "needle"
        item = f"<item><link>{address}</link><description><![CDATA[{links}]]></description></item>"
        feed = parsed(rss(item + ITEM))
        assert len(feed.entries[0].html) <= 400_000
        assert feed.entries[0].text.endswith("needle")
        assert len(feed.entries) == 2


def test_67_an_enclosure_at_a_private_address_is_kept_as_text() -> None:
    entry = entry_of("<title>x</title><enclosure url='http://127.0.0.1:8080/x.mp3' length='-1'/>")
    (file,) = entry.enclosures
    assert (file.url, file.length) == ("http://127.0.0.1:8080/x.mp3", 0)


@pytest.mark.parametrize(
    "inside", ["<textInput><dc:date>2026-11-01</dc:date>", "<a></height<b>", "</width<b>"]
)
def test_43_an_element_that_makes_feedparser_raise_in_a_new_way_costs_itself(inside: str) -> None:
    third = ITEM.replace("rule-1", "rule-3")
    feed = parsed(rss(f"{ITEM}<item><title>x</title>{inside}</item>{third}&"))
    assert [entry.guid for entry in feed.entries] == ["rule-1", "", "rule-3"]
    assert feed.notes[0] == "sloppy: elements that make no sense were left out"
