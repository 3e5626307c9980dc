"""Feeds of a list: every setting travels, and a stranger's list says nothing that is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.model.feed import Feed
from monitor.parse.opml import ListedFeed, read_opml, write_opml
from monitor.settings.edit import add_feeds
from monitor.settings.listing import SENT, listed, taken
from monitor.settings.read import load
from monitor.settings.tables import FeedTable
from tests.settings.conftest import MakeHome, write_files

NOW = datetime(2026, 11, 26, tzinfo=UTC)
URL = "https://a.example/feed"


def one_line(most: int, least: int = 0) -> st.SearchStrategy[str]:
    """Text as titles, outlets and tags may be."""
    text = st.text(max_size=most) | st.sampled_from(
        ["a,b", "/a/b", "&amp;", "<b>\"x'", "日本 ü", "a  b", URL, "=", "…", "\\", "{}", "true"]
    )
    printable = text.map(lambda each: "".join(c for c in each if c.isprintable()).strip())
    return printable.filter(lambda each: len(each) >= least)


ascii_line = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20).map(
    str.strip
)
header_names = st.sampled_from(["Accept-Language", "X-A", "x-b", "Accept", "!#$%&'*+.^_`|~9"])
paths = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="\\"), max_size=12
).map(lambda path: f"/{path}")


@st.composite
def feeds(draw: st.DrawFn, number: int) -> Feed:
    auth_env = draw(st.sampled_from(["", "TOKEN", "_a9"]))
    return Feed(
        url=f"http{draw(st.sampled_from(['', 's']))}://f{number}.example{draw(paths)}",
        title=draw(one_line(20)),
        tags=tuple(draw(st.lists(one_line(12, least=1), max_size=4))),
        every=draw(st.none() | st.integers(1, 43_200).map(lambda n: timedelta(minutes=n))),
        outlet=draw(one_line(20)),
        tier=draw(st.integers(1, 3)),
        enabled=draw(st.booleans()),
        user_agent=draw(ascii_line),
        user_agent_suffix=draw(ascii_line),
        headers=tuple(draw(st.dictionaries(header_names, ascii_line, max_size=3)).items()),
        auth_env=auth_env,
        auth_scheme=draw(st.sampled_from(["", "basic", "bearer"])) if auth_env else "",
        full_text=draw(st.booleans()),
        moved_from=draw(st.just("") | paths.map(lambda path: f"http://old.example{path}")),
        follow_moves=draw(st.booleans()),
    )


many = st.integers(0, 5).flatmap(lambda n: st.tuples(*(feeds(number) for number in range(n))))


@given(many)
@example((Feed(url=URL, title=URL, tags=("b", "b,c", "b")),))
@settings(deadline=None, max_examples=150)
def test_promise_29_what_is_exported_is_imported_into_an_empty_home_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, watched: tuple[Feed, ...]
) -> None:
    document = write_opml([listed(feed) for feed in watched], "Mine", NOW)
    read = read_opml(document)
    assert read.problems == () or not watched
    home = write_files(tmp_path_factory.mktemp("empty"), {})
    kept = [taken(each, trusted=True) for each in read.feeds]
    assert [each.faults for each in kept] == [() for _ in kept]
    done = add_feeds(home, [each.feed for each in kept])
    assert done.feeds == watched
    assert load(home).feeds == watched


def test_every_key_of_a_feed_is_drawn_above() -> None:
    assert set(FeedTable.model_fields) == set(Feed.__dataclass_fields__)


def test_titles_and_tags_of_others_are_put_on_one_line() -> None:
    given = ListedFeed(URL, title=" Four\n\tfeeds\u202e ", tags=(" a ", "a", ""))
    assert taken(given, trusted=False).feed == Feed(url=URL, title="Four feeds", tags=("a",))


def settings_of(**values: str) -> ListedFeed:
    return ListedFeed(URL, settings=tuple(values.items()))


SECRETS = {
    "auth_env": "AWS_SECRET_ACCESS_KEY",
    "auth_scheme": "bearer",
    "headers": '{"Metadata-Flavor": "Google"}',
    "user_agent": "Somebody else/1.0",
    "user_agent_suffix": "x",
    "every": "1m",
}


def test_a_list_that_is_not_trusted_says_nothing_that_is_sent() -> None:
    given = settings_of(**SECRETS, tier="1")
    read = taken(given, trusted=False)
    assert read.feed == Feed(url=URL, tier=1)
    assert read.withheld == tuple(SECRETS)
    assert read.faults == ()
    assert set(SENT) < set(SECRETS)
    assert taken(given, trusted=True).feed == Feed(
        url=URL,
        tier=1,
        auth_env="AWS_SECRET_ACCESS_KEY",
        auth_scheme="bearer",
        headers=(("Metadata-Flavor", "Google"),),
        user_agent="Somebody else/1.0",
        user_agent_suffix="x",
        every=timedelta(minutes=1),
    )


def test_visits_as_rare_as_usual_need_no_trust() -> None:
    for every in ("1h", "60m", "7d"):
        assert taken(settings_of(every=every), trusted=False).withheld == ()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("tier", "7", "tier: must be at most 3"),
        ("tier", "first", "tier: must be a whole number"),
        ("tier", "9" * 5000, "tier: must be a whole number"),
        ("enabled", "no", "enabled: must be true or false"),
        ("every", "often", "every: must be a duration"),
        ("every", "1s", "every: must be at least 1m"),
        ("outlet", "a\nb", "outlet: must be one line"),
        ("headers", "{", "headers: must be JSON"),
        ("headers", "[" * 40_000, "headers: must be JSON"),
        ("headers", '{"Cookie": "S3CRET"}', "headers.Cookie: must not stand in a file"),
        ("headers", '["a"]', "headers: must be a table"),
        ("tags", '"a"', "tags: must be a list"),
        ("auth_env", "Bearer S3CRET", "auth_env: must be the name of an environment variable"),
        ("auth_scheme", "basic", "auth_scheme: says what auth_env holds"),
        ("auth_scheme", "digest", "auth_scheme: must be"),
        ("moved_from", "ftp://a.example/", "moved_from: must begin with"),
        ("user_agent", "x" * 60_000, "user_agent: is too long"),
        ("colour", "red", "colour: is unknown"),
        ("teir", "1", "teir: is unknown; did you mean tier?"),
        ("url", "https://other.example/", "url: is unknown"),
    ],
)
def test_what_may_not_be_is_said_and_the_feed_is_taken_without(
    name: str, text: str, words: str
) -> None:
    read = taken(ListedFeed(URL, settings=(("outlet", "Kept"), (name, text))), trusted=True)
    expected = Feed(url=URL, outlet="" if name == "outlet" else "Kept")
    if name == "outlet":
        read = taken(settings_of(outlet=text), trusted=True)
    assert read.feed == expected
    (fault,) = read.faults
    assert fault.startswith(words)
    assert "S3CRET" not in fault


def test_one_bad_setting_does_not_take_the_others_along() -> None:
    given = settings_of(tier="9", auth_scheme="bearer", enabled="false", auth_env="TOKEN")
    read = taken(given, trusted=True)
    assert read.feed == Feed(url=URL, enabled=False, auth_env="TOKEN", auth_scheme="bearer")
    assert len(read.faults) == 1


def test_a_feed_that_cannot_be_watched_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="url: "):
        taken(ListedFeed("ftp://a.example/", settings=(("tier", "1"),)), trusted=True)


@given(st.lists(st.tuples(st.sampled_from([*FeedTable.model_fields, "x"]), st.text(max_size=20))))
@settings(deadline=None)
def test_whatever_a_list_says_the_feed_is_taken(said: list[tuple[str, str]]) -> None:
    for trusted in (False, True):
        read = taken(ListedFeed(URL, settings=tuple(said)), trusted=trusted)
        assert read.feed.url == URL


def opml_of(**values: Any) -> bytes:
    return write_opml([listed(Feed(url=URL, **values))], "x", NOW)


def test_an_included_file_never_says_what_is_sent(make_home: MakeHome) -> None:
    home = make_home(
        feeds='include = ["lists/*.opml"]',
        files={"lists/a.opml": opml_of(auth_env="HOME", tier=1, headers=(("X-A", "1"),))},
    )
    read = load(home)
    assert read.feeds == (Feed(url=URL, tier=1),)
    (warning,) = read.warnings
    assert warning.startswith("config/lists/a.opml: feed 1: headers, auth_env not taken")
    assert "[[feed]]" in warning


def test_an_included_file_with_many_faults_says_some_and_counts_the_rest(
    make_home: MakeHome,
) -> None:
    feeds = [ListedFeed(f"https://a{n}.example/", settings=(("tier", "9"),)) for n in range(300)]
    home = make_home(feeds='include = ["a.opml"]', files={"a.opml": write_opml(feeds, "x", NOW)})
    read = load(home)
    assert len(read.feeds) == 300
    assert len(read.warnings) == 201
    assert read.warnings[-1] == "config/a.opml: … and 100 more warnings"
