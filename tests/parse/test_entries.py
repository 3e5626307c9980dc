from datetime import UTC, datetime

import pytest

from monitor.model.entry import Enclosure
from tests.parse.feeds import ITEM, URL, atom, entry_of, only, parsed, rss


def test_an_rss_entry_with_everything() -> None:
    feed = parsed(
        rss(
            "<item><title>Licence &amp; rule</title>"
            "<link>https://ledger.example/rule?utm_source=rss&amp;id=7</link>"
            '<guid isPermaLink="false">rule-1</guid><dc:creator>Mara Lindqvist</dc:creator>'
            "<category>Chips</category><category>Export &amp; trade</category>"
            "<description>Short &lt;b&gt;summary&lt;/b&gt;.</description>"
            "<content:encoded><![CDATA[<p>Long text.</p><p>Second <a href='/x'>part</a>.</p>]]>"
            "</content:encoded><pubDate>Mon, 23 Nov 2026 10:00:00 CEST</pubDate>"
            '<enclosure url="/talk.mp3" type="audio/mpeg" length="123"/></item>',
            "<language>en_GB</language>",
        )
    )
    assert (feed.format, feed.title, feed.site_url, feed.language) == (
        "rss20", "The Ledger", "https://ledger.example/", "en-gb",
    )  # fmt: skip
    entry = only(feed)
    assert entry.guid == "rule-1"
    assert entry.link == "https://ledger.example/rule?utm_source=rss&id=7"
    assert entry.url == "https://ledger.example/rule?id=7"
    assert entry.domain == "ledger.example"
    assert entry.title == "Licence & rule"
    assert entry.author == "Mara Lindqvist"
    assert entry.excerpt == "Short summary."
    assert entry.text == "Short summary. Long text. Second part."
    assert 'href="https://ledger.example/x"' in entry.html
    assert entry.language == "en-gb"
    assert entry.published_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert entry.published_raw == "Mon, 23 Nov 2026 10:00:00 CEST"
    assert entry.updated_at is None
    assert entry.tags == ("Chips", "Export & trade")
    assert entry.enclosures == (
        Enclosure(url="https://ledger.example/talk.mp3", type="audio/mpeg", length=123),
    )


def test_an_atom_entry_with_everything() -> None:
    feed = parsed(
        atom(
            '<entry xml:lang="de" xml:base="https://base.example/a/"><id>tag:x,2026:1</id>'
            '<title type="html">Regel &amp;amp; &lt;i&gt;Recht&lt;/i&gt;</title>'
            '<link rel="self" href="/self"/><link rel="alternate" href="b"/>'
            '<link rel="enclosure" href="c.pdf" type="application/pdf" length="9"/>'
            "<author><name>A. One</name></author><author><name>B. Two</name></author>"
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
            '<p>Eins<br/>zwei <a href="d">drei</a></p></div></content>'
            "<published>2026-11-20T10:00:00+01:00</published>"
            "<updated>2026-11-21T10:00:00Z</updated></entry>"
        )
    )
    assert feed.format == "atom10"
    assert feed.site_url == "https://ledger.example/"
    entry = only(feed)
    assert entry.guid == "tag:x,2026:1"
    assert entry.link == "https://base.example/a/b"
    assert entry.title == "Regel & Recht"
    assert entry.author == "A. One, B. Two"
    assert entry.text == "Eins zwei drei"
    assert 'href="https://base.example/a/d"' in entry.html
    assert entry.language == "de"
    assert entry.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert entry.updated_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert [file.url for file in entry.enclosures] == ["https://base.example/a/c.pdf"]


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("AT&amp;T wins", "AT&T wins"),
        ("AT&amp;amp;T wins", "AT&T wins"),
        ("&lt;b&gt;Bold&lt;/b&gt; claim", "Bold claim"),
        ("<![CDATA[<i>Rule</i> &#8217;s end]]>", "Rule ’s end"),
        ("5 &lt; 6 and a &lt;b", "5 < 6 and a <b"),
        ("line\n  two", "line two"),
        ("a\u202eb", "a\u202eb"),
    ],
)
def test_titles_of_rss_are_shown_as_text(raw: str, title: str) -> None:
    assert entry_of(f"<title>{raw}</title>").title == title


def test_tags_in_a_plain_atom_title_are_shown() -> None:
    body = atom("<entry><id>1</id><title>The &lt;b&gt; tag &amp;amp; you</title></entry>")
    assert only(parsed(body)).title == "The <b> tag &amp; you"


def test_html_in_a_plain_atom_summary_is_read_as_html() -> None:
    body = atom("<entry><id>1</id><summary>One&lt;br/&gt;two</summary></entry>")
    assert only(parsed(body)).text == "One two"


def test_a_missing_title_is_the_beginning_of_the_text() -> None:
    words = "The ministry has said on Monday that the new rule for chips will be delayed again. "
    entry = entry_of(f"<description>{words * 3}</description>")
    assert words.startswith(entry.title.rstrip("…"))
    assert 40 < len(entry.title) <= 80


@pytest.mark.parametrize(
    ("summary", "content", "text"),
    [
        ("One two three.", "<p>One two three.</p><p>Four.</p>", "One two three. Four."),
        ("One two […]", "<p>One two three.</p>", "One two three."),
        ("One two three… Read more", "<p>One  two three four.</p>", "One two three four."),
        ("One two three four.", "<p>One two</p>", "One two three four."),
        ("Other words.", "<p>One two.</p>", "Other words. One two."),
    ],
)
def test_summary_and_content_are_one_text_without_repeats(
    summary: str, content: str, text: str
) -> None:
    entry = entry_of(
        f"<description>{summary}</description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    )
    assert entry.text == text
    assert content.removeprefix("<p>")[:5] in entry.html


def test_a_long_summary_is_cut_for_the_excerpt_only() -> None:
    entry = entry_of(f"<description>{'Every word counts here. ' * 100}</description>")
    assert len(entry.excerpt) <= 600
    assert entry.excerpt.endswith("here.")
    assert len(entry.text) == 2399


@pytest.mark.parametrize(
    ("inside", "link", "guid"),
    [
        ("<guid>https://a.example/1</guid>", "https://a.example/1", "https://a.example/1"),
        ("<guid>abc-1</guid>", "", "abc-1"),
        ("<guid>/story/1</guid>", "https://ledger.example/story/1", "/story/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', "", "https://a.example/1"),
        ("<link>javascript:alert(1)</link>", "", ""),
        ("<link>//b.example/1</link>", "https://b.example/1", ""),
        ("<link>story/1</link>", "https://ledger.example/feeds/story/1", ""),
        ("<link>http://[</link>", "", ""),
    ],
)
def test_links_and_guids(inside: str, link: str, guid: str) -> None:
    entry = entry_of(f"<title>x</title>{inside}")
    assert (entry.link, entry.guid) == (link, guid)


def test_a_guid_does_not_change_with_the_address_of_the_feed() -> None:
    one, two = (
        only(parsed(rss("<item><guid>n/1</guid></item>"), url=url)).guid
        for url in (URL, "https://moved.example/feed")
    )
    assert one == two == "n/1"


def test_the_address_behind_a_counting_service_is_the_canonical_one() -> None:
    entry = entry_of(
        "<title>x</title><link>https://count.example/~r/1</link>"
        "<feedburner:origLink>https://ledger.example/a?utm_medium=feed</feedburner:origLink>"
    )
    assert entry.link == "https://count.example/~r/1"
    assert entry.url == "https://ledger.example/a"


@pytest.mark.parametrize(
    ("inside", "published"),
    [
        ("<dc:date>2026-11-20T10:00:00Z</dc:date>", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("<pubDate>1795428000</pubDate>", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("<pubDate>2099-01-01</pubDate>", None),
        ("<pubDate>yesterday</pubDate>", None),
        ("", None),
    ],
)
def test_dates_are_utc_or_none_with_the_raw_text_kept(
    inside: str, published: datetime | None
) -> None:
    entry = entry_of(f"<title>x</title>{inside}")
    assert entry.published_at == published
    assert entry.published_raw == inside.partition(">")[2].partition("<")[0]


def test_control_characters_and_lone_surrogates_never_arrive() -> None:
    entry = entry_of("<title>a\x07b&#8;c</title><description>d&amp;#xD800;e&amp;#0;f</description>")
    for text in (entry.title, entry.text, entry.html):
        text.encode()
        assert not set(text) & set("\x00\x07\x08")


def test_bounds_of_fields() -> None:
    entry = entry_of(
        f"<title>{'t' * 5000}</title><guid>{'g' * 5000}</guid><author>{'a' * 500}</author>"
        + "".join(f"<category>c{n}</category>" for n in range(200))
    )
    assert len(entry.title) <= 1000
    assert len(entry.guid) < 300
    assert len(entry.author) <= 200
    assert len(entry.tags) == 50


def test_a_text_over_the_cap_is_shown_cut_with_a_note_and_matched_whole() -> None:
    words = "&lt;p&gt;many words stand here&lt;/p&gt;" * 5000
    feed = parsed(rss(f"<item><description>{words} needle</description></item>{ITEM}"))
    assert len(feed.entries) == 2
    assert feed.entries[0].text.endswith("needle")
    assert len(feed.entries[0].html) < 110_000
    assert feed.notes == ("1 texts were longer than 100 KB and are shown cut",)


def test_the_language_is_the_declared_one_else_the_script() -> None:
    chinese = "<item><title>商务部公布新的芯片出口管制办法</title></item>"
    assert only(parsed(rss(chinese))).language == "zh"
    assert only(parsed(rss(chinese, "<language>en</language>"))).language == "en"
    assert only(parsed(rss())).language == ""
