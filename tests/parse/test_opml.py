"""OPML as other readers write it, as we write it, and as nobody should."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse import opml, outlines
from monitor.parse.opml import ListedFeed, read_opml, write_opml

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def listed(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><body>{body}</body></opml>'.encode()


def test_folders_and_categories_become_tags() -> None:
    result = read_opml(
        listed(
            '<outline text="Policy &amp; law"><outline text="EU">'
            '<outline type="rss" text="The Ledger" xmlUrl="https://ledger.example/rss"/>'
            "</outline></outline>"
            '<outline text="B" category="/chips/asia,daily" xmlUrl="https://b.example/rss"/>'
        )
    )
    assert result.problems == ()
    assert result.feeds == (
        ListedFeed(
            url="https://ledger.example/rss", title="The Ledger", tags=("Policy & law", "EU")
        ),
        ListedFeed(url="https://b.example/rss", title="B", tags=("chips", "asia", "daily")),
    )


def test_71_a_feed_listed_twice_is_one_with_the_tags_of_both() -> None:
    result = read_opml(
        listed(
            '<outline text="a"><outline text="L" xmlUrl="https://l.example"/></outline>'
            '<outline text="b"><outline text="L2" xmlUrl="http://www.L.example/"/></outline>'
            '<outline text="b"><outline text="M" xmlUrl="https://m.example/"/></outline>'
        )
    )
    assert result.feeds == (
        ListedFeed(url="https://l.example", title="L", tags=("a", "b")),
        ListedFeed(url="https://m.example/", title="M", tags=("b",)),
    )
    assert result.repeated == 1


@pytest.mark.parametrize(
    "address",
    ["|~/bin/run.sh", "exec:~/run.sh", "filter:~/f.py:https://a.example/rss", "query:a:b = c"],
)
def test_commands_are_refused_and_listed(address: str) -> None:
    result = read_opml(listed(f'<outline text="x" xmlUrl="{address}"/>'))
    assert result.feeds == ()
    assert address in result.problems[0]
    assert "left out" in result.problems[0]


@pytest.mark.parametrize("address", ["data/local.xml", "file:///etc/passwd", "ftp://a.example/"])
def test_other_addresses_are_listed(address: str) -> None:
    result = read_opml(listed(f'<outline text="x" xmlUrl="{address}"/>'))
    assert result.feeds == ()
    assert address in result.problems[0]


def test_feed_scheme_addresses_are_http() -> None:
    body = '<outline xmlUrl="feed://a.example/1"/><outline xmlUrl="feed:https://a.example/2"/>'
    urls = [feed.url for feed in read_opml(listed(body)).feeds]
    assert urls == ["http://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"<!doctype html><html><body>Sign in</body></html>",
        b'{"feeds": []}',
        b"\x00\x01\x02",
        listed('<outline text="notes only"/>'),
    ],
)
def test_what_lists_no_feeds_is_one_problem(data: bytes) -> None:
    result = read_opml(data)
    assert result.feeds == ()
    assert len(result.problems) == 1


def test_70_a_file_over_the_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opml, "SIZE_CAP", 100)
    result = read_opml(listed('<outline xmlUrl="https://a.example/"/>' * 10))
    assert result.feeds == ()
    assert "larger" in result.problems[0]


def test_odd_documents_are_read() -> None:
    bare = listed('<outline text="A & B" xmlUrl="https://a.example/?x=1&y=2"/></outline></outline>')
    feed = ListedFeed(url="https://a.example/?x=1&y=2", title="A & B")
    assert read_opml(bare).feeds == (feed,)
    assert read_opml(bare[:-20]).feeds == (feed,)
    cyrillic = '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="Новости" '
    cyrillic += 'xmlUrl="https://n.example/"/></body></opml>'
    assert read_opml(cyrillic.encode("cp1251")).feeds[0].title == "Новости"
    assert read_opml(cyrillic.encode("utf-16")).feeds[0].title == "Новости"


def test_70_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE opml [<!ENTITY a "' + b"x" * 1000 + b'">'
    bomb += b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a;" * 100) for n in range(5))
    bomb += b']><opml><body><outline text="&a4;" xmlUrl="https://a.example/"/></body></opml>'
    (feed,) = read_opml(bomb).feeds
    assert len(feed.title) < 100


def test_every_feed_that_is_left_out_is_listed() -> None:
    body = "".join(f'<outline xmlUrl="x:{n}"/>' for n in range(500))
    problems = read_opml(listed(body)).problems
    assert len(problems) == 500
    assert problems[499].startswith("x:499: ")


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        ('<outline type="include" url="https://a.example/more.opml"/>', "another list"),
        ('<outline type="source" xmlUrl="https://a.example/more"/>', "another list"),
        ('<outline type="rss" text="x" htmlUrl="https://a.example/"/>', "feeds discover"),
        ('<outline type="link" text="x" url="https://a.example/"/>', "feeds discover"),
    ],
)
def test_what_names_no_feed_is_listed_with_what_to_do(outline: str, words: str) -> None:
    result = read_opml(listed(outline))
    assert result.feeds == ()
    (problem,) = result.problems
    assert problem.startswith("https://a.example/")
    assert words in problem


def test_an_address_with_a_password_is_shown_without_it() -> None:
    result = read_opml(listed('<outline xmlUrl="ftp://ann:S3CRET@a.example/feed"/>'))
    assert result.problems == ("ftp://…@a.example/feed: no http or https address; left out.",)


def test_a_feed_in_url_instead_of_xml_url_is_taken() -> None:
    result = read_opml(listed('<outline type="RSS" text="x" url="https://a.example/rss"/>'))
    assert result.feeds == (ListedFeed(url="https://a.example/rss", title="x"),)


def test_markup_with_its_own_quotation_marks_in_an_attribute_loses_no_feed() -> None:
    result = read_opml(
        listed(
            '<outline text="Folder">\n'
            '<outline text="A" description="an <em class="x" id="y">odd</em> "one"." '
            'xmlUrl="https://a.example/" type="rss" />\n'
            '<outline type=rss text=\'B <b>\' xmlUrl="https://b.example/" description="<i>"/>\n'
            '</outline><outline text="C" xmlUrl="https://c.example/"/>'
        )
    )
    assert result.problems == ()
    assert result.feeds == (
        ListedFeed(url="https://a.example/", title="A", tags=("Folder",)),
        ListedFeed(url="https://b.example/", title="B <b>", tags=("Folder",)),
        ListedFeed(url="https://c.example/", title="C"),
    )


def test_outlines_that_cannot_be_read_are_counted() -> None:
    body = '<!-- <outline xmlUrl="https://a.example/"/> --><outline xmlUrl="https://b.example/"/>'
    result = read_opml(listed(body + '<outline text="x" xmlUrl="https://c.exam')[:-22])
    assert len(result.feeds) == 1
    assert result.problems == ("Outlines that are commented out or cannot be read: 2.",)


def test_a_bare_ampersand_before_the_name_of_an_entity_is_no_entity() -> None:
    body = '<outline xmlUrl="https://a.example/?a=1&copy=2&lt=3&amp;reg=4&#38;sect=5"/>'
    assert read_opml(listed(body)).feeds == (
        ListedFeed(url="https://a.example/?a=1&copy=2&lt=3&reg=4&sect=5"),
    )


def test_our_settings_are_told_by_their_namespace_whatever_its_prefix() -> None:
    mine = f'<opml xmlns:m="{outlines.NAMESPACE}" xmlns:monitor="urn:other"><body>'
    mine += '<outline xmlUrl="https://a.example/" m:tier="1" monitor:tier="3" tier="2"/></body>'
    (feed,) = read_opml(mine.encode()).feeds
    assert feed.settings == (("tier", "1"),)


def test_what_was_read_before_the_markup_breaks_is_kept() -> None:
    body = '<outline xmlUrl="https://a.example/"/><![x[<outline xmlUrl="https://b.example/"/>'
    result = read_opml(listed(body))
    assert "https://a.example/" in [feed.url for feed in result.feeds]


def test_70_many_feeds_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "MOST_FEEDS", 100)
    body = "".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(130))
    result = read_opml(listed(body))
    assert len(result.feeds) == 100
    assert "; 30 are left out" in result.problems[-1]


def test_70_fifty_thousand_feeds_are_taken() -> None:
    body = "".join(f'<outline xmlUrl="https://a{n}.example/"/>' for n in range(50_000))
    result = read_opml(listed(body))
    assert (len(result.feeds), result.problems) == (50_000, ())


def test_70_one_feed_in_fifty_thousand_folders_is_one_with_a_hundred_tags() -> None:
    body = "".join(
        f'<outline text="f{n}"><outline xmlUrl="https://a.example/"/></outline>'
        for n in range(50_000)
    )
    result = read_opml(listed(body))
    (feed,) = result.feeds
    assert feed.tags == tuple(f"f{n}" for n in range(100))
    assert result.repeated == 49_999


def test_70_deep_nesting_is_capped_and_said() -> None:
    body = "".join(
        f'<outline text="f{n}"><outline xmlUrl="https://a{n}.example/"/>' for n in range(1_000)
    )
    body += "</outline>" * 1_000 + '<outline xmlUrl="https://flat.example/"/>'
    result = read_opml(listed(body))
    assert len(result.feeds) == 1_001
    assert result.feeds[500].tags == tuple(f"f{n}" for n in range(100))
    assert result.feeds[-1].tags == ()
    assert result.problems == ("Folders lie 1,000 deep; the names of the first 100 become tags.",)


def test_70_nesting_without_end_is_where_reading_ends() -> None:
    body = '<outline xmlUrl="https://a.example/"/>' + '<outline text="f">' * 50_000
    result = read_opml(listed(body + '<outline xmlUrl="https://b.example/"/>'))
    assert [feed.url for feed in result.feeds] == ["https://a.example/"]
    assert "10,000 deep" in result.problems[0]
    assert "cannot be read: 1." in result.problems[1]


@pytest.mark.parametrize(
    "piece", ['a="z ', "a ", "<!-- ", "<b>", "</b>", "<![CDATA[", "&", '"', "<outline ", "]]>"]
)
def test_70_what_goes_on_and_on_ends_reading_early_or_is_passed_over(piece: str) -> None:
    body = f'<outline xmlUrl="https://a.example/"/><outline {piece * 500_000}'
    result = read_opml(listed(body))
    assert [feed.url for feed in result.feeds] == ["https://a.example/"]


def test_70_a_category_without_end_is_capped() -> None:
    body = f'<outline xmlUrl="https://a.example/" category="{"a,b/" * 60_000}"/>'
    assert read_opml(listed(body)).feeds[0].tags == ("a", "b")


@pytest.mark.parametrize("charset", ["punycode", "idna", "hex", "undefined", "no-such"])
def test_a_charset_that_is_none_is_passed_over(charset: str) -> None:
    text = f'<?xml version="1.0" encoding="{charset}"?><opml><outline text="ü" '
    text += 'xmlUrl="https://a.example/"/></opml>'
    assert read_opml(text.encode("cp1252")).feeds[0].title == "ü"


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
odd = st.sampled_from(
    ["a,b", "a/b", "/a", "a &amp; b", "<b>", '"', "a b", "https://feeds.example/0"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(words | odd, st.lists(words | odd, max_size=3, unique=True)), max_size=6))
def test_what_is_written_is_read_again(given_feeds: list[tuple[str, list[str]]]) -> None:
    feeds = tuple(
        ListedFeed(
            url=f"https://feeds.example/{number}?a=1&b=2&c={{'|\"}}",
            title=title,
            tags=tuple(tags),
            settings=(("outlet", title), ("headers", '{"A": "<\'&>"}')),
        )
        for number, (title, tags) in enumerate(given_feeds)
    )
    read = read_opml(write_opml(feeds, "Mine <&>", NOW)).feeds
    assert [exact(feed) for feed in read] == [exact(feed) for feed in feeds]


def exact(feed: ListedFeed) -> ListedFeed:
    """Let the title and tags of our own attributes stand where the usual ones do."""
    ours = dict(feed.settings)
    return ListedFeed(
        url=feed.url,
        title=ours.pop("title", feed.title),
        tags=tuple(json.loads(ours.pop("tags", json.dumps(feed.tags)))),
        settings=tuple(ours.items()),
    )


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<opml>", "</opml>", "<body>", "</body>", "<outline", "</outline>", "/>", ">", "<",
                ' text="a"', " text='b", ' xmlUrl="https://a.example/"', ' xmlUrl="x', "&amp;", "&",
                "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE", "<?xml", "?>", "<![", "<!", '"',
                f' xmlns:m="{outlines.NAMESPACE}"', ' m:tier="1"', "</m:x>", "\x00", "ü", "<style>",
            ]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_whatever_is_written_is_read_without_an_exception(pieces: list[str]) -> None:
    result = read_opml("".join(pieces).encode())
    assert result.feeds or result.problems


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=30)
    | st.from_regex(r"(feed:|https?:)?//[\[\]a.:@%ü\\\\/?#0-9\u2100]{0,12}", fullmatch=True)
)
def test_whatever_an_address_is_it_is_taken_or_told(address: str) -> None:
    result = read_opml(listed(f"<outline xmlUrl={quoteattr(address)}/>"))
    assert len(result.feeds) + len(result.problems) >= 1


def test_promise_29_every_list_of_the_corpus_is_accounted_for(shared: Path) -> None:
    with (shared / "corpus" / "opml-manifest.csv").open(newline="") as file:
        manifest = {row["file"]: row for row in csv.DictReader(file)}
    lists = sorted((shared / "corpus" / "opml").glob("*.opml"))
    assert len(lists) == len(manifest) == 42
    found = 0
    for path in lists:
        result = read_opml(path.read_bytes())
        assert result.feeds or result.problems, path.name
        assert read_opml(write_opml(result.feeds, path.name, NOW)).feeds == result.feeds, path.name
        left_out = [each for each in result.problems if "without its feed" not in each]
        told = len(result.feeds) + result.repeated + len(left_out)
        assert told == (int(manifest[path.name]["feed_outlines"]) or len(left_out)), path.name
        found += len(result.feeds)
    assert found > 4900
