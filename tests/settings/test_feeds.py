"""Feeds as feeds.toml and the OPML files it includes name them."""

from __future__ import annotations

import pytest

from monitor.settings.addresses import addresses_one_feed, check_url
from monitor.settings.read import load
from tests.settings.conftest import MakeHome, faults_of


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed.xml",
        "HTTP://Example.ORG:8080/a%20b?c=d&e[]=f#g",
        "http://[::1]:8000/feed",
        "https://bücher.example/日本",
        "https://example.org/@ann/feed",
        "https://example.org/?at=@",
    ],
)
def test_web_addresses_are_taken_as_they_are(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "must be an address"),
        ("example.org/feed", 'begin with "https://"'),
        ("ftp://example.org/feed", 'begin with "https://"'),
        ("javascript:alert(1)", 'begin with "https://"'),
        ("file:///etc/passwd", 'begin with "https://"'),
        ("https://", "must name a host"),
        ("https:///path", "must name a host"),
        ("https:example.org", "must name a host"),
        ("https://ann:pw@example.org/", "auth_env"),
        ("https://ann@example.org/", "auth_env"),
        ("http://public.example#@private.example/", "auth_env"),
        ("http://127.0.0.1\\@public.example/", "backslash"),
        ("https://example.org/a b", "no spaces"),
        (" https://example.org/", "no spaces"),
        ("https://example.org/\n", "invisible"),
        ("https://example.org/\u200b", "invisible"),
        ("https://example.org/\u00a0", "no spaces"),
        ("http://[", "cannot be read"),
        ("http://example.org:99999/", "cannot be read"),
        ("http://example.org:x/", "cannot be read"),
        ("http://example.org:0/", "must name a host"),
        ("http://exa<mple.org/", "must name a host"),
        ("https://example.org/" + "x" * 9000, "8000"),
    ],
)
def test_what_is_no_address_of_a_feed_is_refused_with_the_reason(
    make_home: MakeHome, url: str, message: str
) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        check_url(url)
    assert message in str(refused.value)
    escaped = "".join(f"\\u{ord(c):04x}" for c in url[:200]) + url[200:]
    (fault,) = faults_of(make_home(feeds=f'[[feed]]\nurl = "{escaped}"'))
    assert fault[:3] == ("config/feeds.toml", 2, "feed[1].url")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/feed", "https://a.example/feed", True),
        ("https://a.example/feed", "http://a.example/feed/", True),
        ("https://a.example/feed", "https://a.example/feed//", True),
        ("https://A.example/feed", "https://a.EXAMPLE./feed", True),
        ("https://a.example", "https://a.example:443/", True),
        ("http://a.example:80", "https://a.example:443/", True),
        ("https://a.example/feed#x", "https://a.example/feed", True),
        ("https://a.example/feed?", "https://a.example/feed", True),
        ("https://a.example/feed/?x=1", "https://a.example/feed?x=1", True),
        ("https://a.example/feed", "https://www.a.example/feed", True),
        ("https://a.example/feed", "http://WWW.a.example:80/feed/#top", True),
        ("https://bücher.example/f", "https://xn--bcher-kva.example/f", True),
        ("https://BÜCHER.example/f", "https://bücher.example/f", True),
        ("https://a.example/%7Eann/feed", "https://a.example/~ann/feed", True),
        ("https://a.example/%c3%bc", "https://a.example/ü", True),
        ("https://a.example/f?q=%c3%bc", "https://a.example/f?q=ü", True),
        ("https://a.example/feed", "https://a.example/Feed", False),
        ("https://a.example/feed?x=1", "https://a.example/feed?x=2", False),
        ("https://a.example/feed?x=1&y=2", "https://a.example/feed?y=2&x=1", False),
        ("https://a.example/a%2Fb", "https://a.example/a/b", False),
        ("https://a.example/f?x=a%26b", "https://a.example/f?x=a&b", False),
        ("https://a.example/feed", "https://feeds.a.example/feed", False),
        ("https://www.example", "https://example", False),
        ("https://a.example:8443/", "https://a.example/", False),
        ("http://[::1]/feed", "http://[::2]/feed", False),
        ("no address", "no address", False),
    ],
)
def test_71_two_spellings_of_one_address_are_one_feed(one: str, other: str, same: bool) -> None:
    assert addresses_one_feed(one, other) is same


def test_the_same_feed_twice_is_a_fault_that_names_the_other_line(make_home: MakeHome) -> None:
    home = make_home(
        feeds='[[feed]]\nurl = "https://a.example/feed"\n\n[[feed]]\nurl = "http://A.example/feed/"\n'
    )
    assert faults_of(home) == [
        (
            "config/feeds.toml",
            5,
            "feed[2].url",
            "is the same feed as the one at line 2; take one of them out",
        )
    ]


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        ('titel = "x"', "feed[1].titel", "did you mean title?"),
        ('title = "a\\nb"', "feed[1].title", "must be one line"),
        ("tags = [1]", "feed[1].tags[1]", "must be text in quotes, not 1"),
        ('tags = ["a", ""]', "feed[1].tags[2]", "must not be empty"),
        ('tags = "press"', "feed[1].tags", 'must be a list in [ ], not "press"'),
        ('every = "10s"', "feed[1].every", 'must be at least 1m, not "10s"'),
        ('every = "often"', "feed[1].every", "must be a duration"),
        ("tier = 4", "feed[1].tier", "must be at most 3, not 4"),
        ('enabled = "no"', "feed[1].enabled", 'must be true or false, not "no"'),
        ('user_agent = "ü"', "feed[1].user_agent", "plain ASCII"),
        ('headers = {Authorization = "x"}', "feed[1].headers.Authorization", "auth_env"),
        ('headers = {cookie = "x"}', "feed[1].headers.cookie", "must not stand in a file"),
        ('headers = {User-Agent = "x"}', "feed[1].headers.User-Agent", "user_agent"),
        ('headers = {If-None-Match = "x"}', "feed[1].headers.If-None-Match", "monitor itself"),
        ('headers = {Host = "x"}', "feed[1].headers.Host", "monitor itself"),
        ('headers = {"X Y" = "x"}', 'feed[1].headers."X Y"', "no name of an HTTP header"),
        ('headers = {X = "a\\r\\nY: b"}', "feed[1].headers.X", "on one line"),
        ("headers = {X = 1}", "feed[1].headers.X", "must be text in quotes"),
        ('auth_env = "Bearer x"', "feed[1].auth_env", "name of an environment variable"),
        ('user_agent_suffix = "ü"', "feed[1].user_agent_suffix", "plain ASCII"),
        ('user_agent_suffix = "a\\r\\nb"', "feed[1].user_agent_suffix", "on one line"),
        ('auth_scheme = "basic"', "feed[1].auth_scheme", "says what auth_env holds"),
        ('auth_scheme = "digest"', "feed[1].auth_scheme", "must be"),
        ('moved_from = "old"', "feed[1].moved_from", "begin with"),
        ('moved_from = "https://u:p@a.example/"', "feed[1].moved_from", "auth_env"),
        ('follow_moves = "no"', "feed[1].follow_moves", "must be true or false"),
    ],
)
def test_what_is_wrong_in_a_feed_is_named_with_line_and_expectation(
    make_home: MakeHome, line: str, key: str, message: str
) -> None:
    home = make_home(feeds=f'# feeds\n[[feed]]\nurl = "https://a.example/"\n{line}\n')
    (fault,) = faults_of(home)
    assert fault[:3] == ("config/feeds.toml", 4, key)
    assert message in fault[3]


OPML = """<?xml version="1.0"?>
<opml version="2.0"><head><title>x</title></head><body>
<outline text="Think tanks"><outline type="rss" text="Two" xmlUrl="https://two.example/feed"/></outline>
<outline type="rss" text="One again" xmlUrl="http://one.example/feed/"/>
<outline type="rss" text="Locked" xmlUrl="https://ann:S3CRET@three.example/feed"/>
</body></opml>"""


def test_feeds_of_included_opml_files_are_watched_and_feeds_toml_wins(make_home: MakeHome) -> None:
    home = make_home(
        feeds='include = ["lists/*.opml"]\n[[feed]]\nurl = "https://one.example/feed"\ntier = 1\n',
        files={
            "lists/a.opml": OPML,
            "lists/b.opml": OPML.replace("two.example", "four.example"),
            "lists/words.txt": "word\n",
        },
    )
    read = load(home)
    assert [(feed.url, feed.title, feed.tags, feed.tier) for feed in read.feeds] == [
        ("https://one.example/feed", "", (), 1),
        ("https://two.example/feed", "Two", ("Think tanks",), 2),
        ("https://four.example/feed", "Two", ("Think tanks",), 2),
    ]
    said = "\n".join(read.warnings)
    assert "config/lists/a.opml: feed 2 (One again) is left out" in said
    assert "see config/feeds.toml:3" in said
    assert "auth_env" in said
    assert "S3CRET" not in said


@pytest.mark.parametrize(
    ("include", "line", "message"),
    [
        ('include = [\n"lists/none.opml"]', 2, "config/lists/none.opml is not there"),
        ('include = ["../x.opml"]', 1, "must be a path below config/"),
        ('include = ["/etc/*"]', 1, "must be a path below config/"),
        ('include = "x.opml"', 1, "must be a list"),
        ("include = [3]", 1, "must be text in quotes"),
    ],
)
def test_an_include_that_names_nothing_usable_is_a_fault(
    make_home: MakeHome, include: str, line: int, message: str
) -> None:
    (fault,) = faults_of(make_home(feeds=include))
    assert fault[:2] == ("config/feeds.toml", line)
    assert message in fault[3]


@pytest.mark.parametrize("content", ["", "no opml at all", "<html><body>x</body></html>"])
def test_an_included_file_that_is_no_opml_is_a_fault_of_that_file(
    make_home: MakeHome, content: str
) -> None:
    home = make_home(feeds='include = ["lists/a.opml"]', files={"lists/a.opml": content})
    (fault,) = faults_of(home)
    assert fault[0] == "config/lists/a.opml"
    assert "holds no feeds" in fault[3]


def test_an_include_that_fits_no_file_yet_is_a_warning(make_home: MakeHome) -> None:
    (warning,) = load(make_home(feeds='include = ["lists/*.opml"]')).warnings
    assert warning == "config/feeds.toml:1: include: lists/*.opml fits no file"
