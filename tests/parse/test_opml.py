from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.feed import Feed
from monitor.parse import opml
from monitor.parse.opml import read_opml, write_opml

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
        Feed(url="https://ledger.example/rss", title="The Ledger", tags=("Policy & law", "EU")),
        Feed(url="https://b.example/rss", title="B", tags=("chips", "asia", "daily")),
    )


def test_a_feed_listed_twice_is_one_with_the_tags_of_both() -> None:
    result = read_opml(
        listed(
            '<outline text="a"><outline text="L" xmlUrl="https://l.example"/></outline>'
            '<outline text="b"><outline text="L2" xmlUrl="https://L.example/"/></outline>'
        )
    )
    assert result.feeds == (Feed(url="https://l.example", title="L", tags=("a", "b")),)


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


def test_a_file_over_the_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opml, "SIZE_CAP", 100)
    result = read_opml(listed('<outline xmlUrl="https://a.example/"/>' * 10))
    assert result.feeds == ()
    assert "larger" in result.problems[0]


def test_odd_documents_are_read() -> None:
    bare = listed('<outline text="A & B" xmlUrl="https://a.example/?x=1&y=2"/></outline></outline>')
    feed = Feed(url="https://a.example/?x=1&y=2", title="A & B")
    assert read_opml(bare).feeds == (feed,)
    assert read_opml(bare[:-20]).feeds == (feed,)
    cyrillic = '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="Новости" '
    cyrillic += 'xmlUrl="https://n.example/"/></body></opml>'
    assert read_opml(cyrillic.encode("cp1251")).feeds[0].title == "Новости"
    assert read_opml(cyrillic.encode("utf-16")).feeds[0].title == "Новости"


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE opml [<!ENTITY a "' + b"x" * 1000 + b'">'
    bomb += b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a;" * 100) for n in range(5))
    bomb += b']><opml><body><outline text="&a4;" xmlUrl="https://a.example/"/></body></opml>'
    (feed,) = read_opml(bomb).feeds
    assert len(feed.title) < 100


def test_many_problems_are_counted() -> None:
    result = read_opml(listed('<outline xmlUrl="x:{}"/>'.format("y") * 3))
    assert len(result.problems) == 1
    body = "".join(f'<outline xmlUrl="x:{n}"/>' for n in range(500))
    assert read_opml(listed(body)).problems[-1] == "… and 300 more."


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(words, st.lists(words, max_size=3, unique=True)), max_size=6))
def test_what_is_written_is_read_again(given_feeds: list[tuple[str, list[str]]]) -> None:
    feeds = tuple(
        Feed(url=f"https://feeds.example/{number}?a=1&b=2", title=title, tags=tuple(tags))
        for number, (title, tags) in enumerate(given_feeds)
    )
    assert read_opml(write_opml(feeds, "Mine <&>", NOW)).feeds == feeds


def test_every_list_of_the_corpus_survives_a_round_trip(shared: Path) -> None:
    lists = sorted((shared / "corpus" / "opml").glob("*.opml"))
    assert lists
    found = 0
    for path in lists:
        result = read_opml(path.read_bytes())
        assert result.feeds or result.problems, path.name
        assert read_opml(write_opml(result.feeds, path.name, NOW)).feeds == result.feeds, path.name
        found += len(result.feeds)
    assert found > 4900
