"""All of config/ is read and checked as a whole: one value, or every fault at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import Fault, SettingsError, UsageError
from monitor.model.digest import Digest, Recipient
from monitor.model.feed import Feed
from monitor.model.topic import Boost, Topic, WordList
from monitor.settings.home import Home
from monitor.settings.read import load
from tests.settings.conftest import MakeHome, faults_of, write_files


def test_an_empty_home_has_every_default(make_home: MakeHome) -> None:
    read = load(make_home())
    assert read.fetch.interval == timedelta(hours=1)
    assert read.fetch.timeout == timedelta(seconds=30)
    assert read.fetch.max_size == 10_000_000
    assert (read.fetch.per_host, read.fetch.concurrency, read.fetch.workers) == (1, 32, 0)
    assert (read.fetch.allow_private, read.fetch.contact) == ((), "")
    assert (read.fetch.proxy, read.fetch.user_agent) == ("", "")
    assert (read.fetch.parse_seconds, read.fetch.parse_memory) == (10, 400_000_000)
    assert read.keep.unmatched == timedelta(days=90)
    assert read.keep.fetch_log == timedelta(days=30)
    assert (read.web.host, read.web.port) == ("127.0.0.1", 8710)
    assert (read.digests, read.feeds, read.topics, read.lists) == ((), (), (), {})
    assert read.warnings == ()


def test_everything_that_may_be_written_is_read(make_home: MakeHome) -> None:
    home = make_home(
        monitor="""
[fetch]
interval = "2h"
max_size = "1MB"
allow_private = ["127.0.0.0/8", "10.1.2.3", "feeds.internal", "feeds.example.org:8080", "::1"]
contact = "watch@example.org"
proxy = "http://proxy.example.org:3128"
[keep]
unmatched = "30d"
[web]
port = 0
[digests.daily]
title = "AI policy"
at = "06:30"
timezone = "Europe/Berlin"
days = "mon-fri"
topics = ["chips", "*"]
to = [{folder = "digests"}, {folder = "/srv/digests"}]
when_empty = "skip"
per_topic = 5
per_outlet = 2
[digests.weekly_brief]
at = 17:05:00
""",
        feeds="""
[[feed]]
url = "https://one.example/feed.xml"
title = "One"
tags = ["press", "us"]
every = "30m"
outlet = "One Press"
tier = 1
enabled = false
user_agent = "Mine/1.0"
headers = {Accept-Language = "en"}
auth_env = "ONE_TOKEN"
full_text = true
[[feed]]
url = "http://bücher.example:8080/?feed=rss#top"
""",
        topics="""
[topics.chips]
title = "AI chips"
guide = '''Rules.
Not: potatoes.'''
query = "@chips AND NOT potato"
boost = [{query = "title:H20", points = 3}, {query = "webinar", points = -4}]
floor = 2
[topics.export-controls]
query = '"export control*"'
""",
        files={"lists/chips.txt": "\ufeff# spellings\r\nH20\r\n\r\n  entity list \r\n"},
    )
    read = load(home)
    assert read.home == home
    assert read.fetch.allow_private[-1] == "::1"
    assert read.web.port == 0
    assert read.digests == (
        Digest(
            name="daily",
            title="AI policy",
            times=(time(6, 30),),
            timezone="Europe/Berlin",
            days=(0, 1, 2, 3, 4),
            topics=("chips", "*"),
            to=(Recipient("folder", "digests"), Recipient("folder", "/srv/digests")),
            when_empty="skip",
            per_topic=5,
            per_outlet=2,
        ),
        Digest(name="weekly_brief", title="Weekly brief", times=(time(17, 5),), timezone="UTC"),
    )
    assert read.feeds == (
        Feed(
            url="https://one.example/feed.xml",
            title="One",
            tags=("press", "us"),
            every=timedelta(minutes=30),
            outlet="One Press",
            tier=1,
            enabled=False,
            user_agent="Mine/1.0",
            headers=(("Accept-Language", "en"),),
            auth_env="ONE_TOKEN",
            full_text=True,
        ),
        Feed(url="http://bücher.example:8080/?feed=rss#top"),
    )
    assert read.topics == (
        Topic(
            name="chips",
            title="AI chips",
            guide="Rules.\nNot: potatoes.",
            query="@chips AND NOT potato",
            boosts=(Boost("title:H20", 3), Boost("webinar", -4)),
            floor=2,
        ),
        Topic(name="export-controls", title="Export controls", query='"export control*"'),
    )
    assert read.lists == {"chips": WordList("chips", ("H20", "entity list"))}
    assert [re.sub(r":\d+", "", each) for each in read.warnings] == [
        "config/monitor.toml: digests.weekly_brief: nobody gets it; "
        'write to = [{folder = "digests"}]'
    ]


def test_without_monitor_toml_a_folder_is_no_home_and_init_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="monitor init"):
        load(Home(tmp_path))


def test_all_faults_of_all_files_are_told_at_once_by_file_and_line(make_home: MakeHome) -> None:
    home = make_home(
        monitor='[fetch]\ninterval = "1h"\nper_hots = 2\n\n[web]\nport = "8710"\n',
        feeds='[[feed]]\nurl = "https://a.example/"\n[[feed]]\nurl = "ftp://b.example/"\ntier = 4\n',
        topics='[topics.a]\nquery = "(chips"\n[topics.b]\nfloor = 1\n',
        files={"lists/x.txt": "good\nab*\n"},
    )
    assert [fault[:3] for fault in faults_of(home)] == [
        ("config/feeds.toml", 4, "feed[2].url"),
        ("config/feeds.toml", 5, "feed[2].tier"),
        ("config/lists/x.txt", 2, ""),
        ("config/monitor.toml", 3, "fetch.per_hots"),
        ("config/monitor.toml", 6, "web.port"),
        ("config/topics.toml", 2, "topics.a.query"),
        ("config/topics.toml", 3, "topics.b.query"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ('[fetch]\nintervall = "1h"', 2, "fetch.intervall", "is unknown; did you mean interval?"),
        ("[fecth]\nworkers = 1", 1, "fecth", "is unknown; did you mean fetch?"),
        ("zzz = 1", 1, "zzz", "is unknown; known here: alerts, digests, fetch, keep, mail, "),
        ("fetch.per_host = 0", 1, "fetch.per_host", "must be at least 1, not 0"),
        ("[fetch]\nper_host = true", 2, "fetch.per_host", "must be a whole number, not true"),
        ("[fetch]\nper_host = 1.0", 2, "fetch.per_host", "must be a whole number, not 1.0"),
        ("[fetch]\nconcurrency = 201", 2, "fetch.concurrency", "must be at most 200, not 201"),
        ('[fetch]\ninterval = "59s"', 2, "fetch.interval", "must be at least 1h, not \"59s\"; a single feed is fetched more often with its own every = \"30m\""),
        ('[web]\npublic_url = "monitor.example"', 2, "web.public_url", 'must begin with "https://"'),
        ('[web]\npublic_url = "https://m.example/?a=1"', 2, "web.public_url", "must hold no ?"),
        ('[web]\npublic_url = "https://m.example/#a"', 2, "web.public_url", "must hold no ?"),
        ('[web]\npublic_url = "https://u:p@m.example/"', 2, "web.public_url", "user name"),
        ("[fetch]\ninterval = 60", 2, "fetch.interval", 'must be a duration like "90s", "30m", "1h" or "7d", not "60"'),
        ('[fetch]\nmax_size = "2GB"', 2, "fetch.max_size", "must be at most 1GB, not \"2GB\""),
        ("[fetch]\nmax_size = true", 2, "fetch.max_size", 'must be a size like "500KB", "10MB" or "1GB", not "True"'),
        ('[fetch]\nallow_private = "::1"', 2, "fetch.allow_private", 'must be a list in [ ], not "::1"'),
        ('[fetch]\nallow_private = [\n"::1",\n"a b"]', 4, "fetch.allow_private[2]", "must be a network"),
        ('[fetch]\nproxy = "http://u:secret@p.example"', 2, "fetch.proxy", "without user or password"),
        ('[fetch]\ncontact = "a)b"', 2, "fetch.contact", "no brackets"),
        ('[fetch]\nuser_agent = "a\\nb"', 2, "fetch.user_agent", "plain ASCII text on one line"),
        ("fetch = 3", 1, "fetch", "must be a table of names and values, not 3"),
        ("digests = []", 1, "digests", "must be a table of names and values, not a list"),
        ('[digests.d]\nat = "7h"', 2, "digests.d.at", "must be a time of day"),
        ('[digests.d]\ntimezone = "Europe/Berln"', 2, "digests.d.timezone", 'did you mean "Europe/Berlin"?'),
        ('[digests.d]\ntimezone = "berlin"', 2, "digests.d.timezone", 'did you mean "Europe/Berlin"?'),
        ('[digests.d]\ntimezone = "new york"', 2, "digests.d.timezone", 'did you mean "America/New_York"?'),
        ('[digests.d]\ntimezone = "../../etc/passwd"', 2, "digests.d.timezone", "must be a time zone"),
        ('[digests.d]\ntimezone = "Europe"', 2, "digests.d.timezone", "must be a time zone"),
        ('[digests.d]\ndays = "weekdays"', 2, "digests.d.days", "must be days like"),
        ('[digests.d]\nwhen_empty = "never"', 2, "digests.d.when_empty", 'must be "send", "weekly" or "skip", not "never"'),
        ("[digests.d]\ntopics = []", 1, "digests.d", "has neither topics nor sections"),
        ('[digests.d]\ntopics = ["x"]', 2, "digests.d.topics[1]", 'there is no topic "x"; none is known here'),
        ('[digests.d]\ntopics = ["*", "*"]', 2, "digests.d.topics[2]", "twice"),
        ("[digests.d]\nto = [{}]", 2, "digests.d.to[1]", "must name one way to deliver"),
        ('[digests.d]\nto = {folder = "x"}', 2, "digests.d.to", "must be a list in [ ], not a table"),
        ('[digests.d]\nto = [{folder = ""}]', 2, "digests.d.to[1].folder", "must be a folder"),
        ('[digests."A b"]', 1, 'digests."A b"', "write a-b"),
        ('[digests.d]\ntitle = "a\\u0007"', 2, "digests.d.title", "must be one line"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_monitor_toml_is_named_with_line_and_expectation(
    make_home: MakeHome, text: str, line: int, key: str, message: str
) -> None:
    (fault,) = faults_of(make_home(monitor=text))
    assert fault[:3] == ("config/monitor.toml", line, key)
    assert message in fault[3]


def test_a_topic_of_a_digest_that_is_misspelt_gets_the_nearest_name(make_home: MakeHome) -> None:
    home = make_home(
        monitor='[digests.d]\ntopics = [\n "chips",\n "export-control",\n]\nto=[{folder="x"}]',
        topics='[topics.chips]\nquery = "chip"\n[topics.export-controls]\nquery = "BIS"\n',
    )
    assert faults_of(home) == [
        (
            "config/monitor.toml",
            4,
            "digests.d.topics[2]",
            'there is no topic "export-control"; did you mean export-controls?',
        )
    ]


def test_topics_that_are_there_but_faulty_do_not_make_a_digest_faulty_too(
    make_home: MakeHome,
) -> None:
    monitor = '[digests.d]\ntopics = ["a"]\nto=[{folder="x"}]'
    assert len(faults_of(make_home(monitor=monitor, topics='[topics.a]\nquery = "("'))) == 1
    assert len(faults_of(make_home(monitor=monitor, topics="[topics.a\n"))) == 1


@pytest.mark.parametrize("name", ["monitor.toml", "feeds.toml", "topics.toml"])
@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"ok = 1\nbroken = \n", 2, "is no valid TOML: invalid value, column 10"),
        (b"a = 1\na = 2\n", 2, "is no valid TOML: cannot overwrite a value"),
        (b'query = ""entity list" OR x"', 1, "goes into single quotes"),
        (b'query = "title:"x" OR y"', 1, "goes into single quotes"),
        (b'a = [\n  {query = "title:"x"", points = 3},\n]', 2, "goes into single quotes"),
        (b"query = @chips OR x", 1, "invalid value, column 9; text goes into quotes"),
        (b'query = "entity list" OR "export control"', 1, "goes into single quotes"),
        (b"title = Export controls", 1, "text goes into quotes"),
        (b"[topics.Chip Controls]\na = 1", 1, "a name is small letters, digits, - and _"),
        (b"[a.b]\nx = 1\n[a.b]\nx = 2", 3, "[a.b] stands in line 1 already"),
        (b'a = [\n {b = "a"}\n {b = "c"}\n]', 3, "a comma or a ] is missing before"),
        (b'a = [\n {b = "a"},\nfloor = 2\n', 3, "a ] is missing above"),
        (b'a = [\n {b = "a"},\n\n[topics.b]\n', 4, "a ] is missing above"),
        (b'a = {b = "a" c = 2}', 1, "a comma or a } is missing before"),
        (b'a = "b\nc = 2', 1, "a quote is missing at the end of this line"),
        (b'a = "', 1, "is no valid TOML"),
        (b"a = 1\n\n# \xff\n", 3, "is not UTF-8 text; save it as UTF-8"),
        (b"a = " + b"[" * 5000, 0, "too deep"),
        (b"a = " + b"9" * 5000, 0, "is no valid TOML"),
        (b"a\x00 = 1", 1, "is no valid TOML"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault_with_its_line(
    make_home: MakeHome, name: str, content: bytes, line: int, message: str
) -> None:
    (fault,) = faults_of(make_home(files={name: content}))
    assert fault[:3] == (f"config/{name}", line, "")
    assert message in fault[3]


@pytest.mark.parametrize(
    "content", ["enabled = True", "a = 1 2", 'a = {b = "x" "y"', "[a b", "a = [1\n# text\n2]"]
)
def test_a_toml_error_whose_cause_is_not_certain_gets_no_advice_that_may_be_wrong(
    make_home: MakeHome, content: str
) -> None:
    (fault,) = faults_of(make_home(topics=content))
    assert "quotes" not in fault[3]
    assert "above" not in fault[3]


@pytest.mark.parametrize("name", ["monitor.toml", "feeds.toml", "topics.toml", "lists/x.txt"])
def test_a_folder_or_a_pipe_instead_of_a_file_is_one_fault(tmp_path: Path, name: str) -> None:
    makers: tuple[Callable[[Path], None], ...] = (Path.mkdir, os.mkfifo)
    for number, make in enumerate(makers):
        home = write_files(tmp_path / str(number), {"lists/y.txt": "y"})
        (home.config / name).unlink(missing_ok=True)
        make(home.config / name)
        (fault,) = faults_of(home)
        assert fault[0] == f"config/{name}"
        assert "a file belongs there" in fault[3]


@pytest.mark.usefixtures("rights_count")
def test_a_file_without_the_right_to_read_it_is_one_fault(make_home: MakeHome) -> None:
    home = make_home(feeds="")
    home.feeds_file.chmod(0)
    (fault,) = faults_of(home)
    assert fault[0] == "config/feeds.toml"
    assert "cannot be read" in fault[3]


def test_a_byte_order_mark_and_windows_line_ends_are_taken(make_home: MakeHome) -> None:
    text = '\ufeff[fetch]\r\ninterval = "2h"\r\nworkers = "x"\r\n'
    (fault,) = faults_of(make_home(monitor=text))
    assert fault[:3] == ("config/monitor.toml", 3, "fetch.workers")


def test_a_toml_file_nobody_reads_is_warned_about(make_home: MakeHome) -> None:
    read = load(make_home(files={"feed.toml": "", "zzz.toml": "not toml"}))
    assert read.warnings == (
        "config/feed.toml is not read; did you mean feeds.toml?",
        "config/zzz.toml is not read",
    )


def test_opening_every_address_is_warned_about(make_home: MakeHome) -> None:
    (warning,) = load(make_home(monitor='[fetch]\nallow_private = ["0.0.0.0/0"]')).warnings
    assert warning.startswith("config/monitor.toml:2: fetch.allow_private")


def test_a_secret_in_the_wrong_place_is_never_shown(make_home: MakeHome) -> None:
    home = make_home(
        monitor='[fetch]\nproxy = "http://u:S3CRET@p.example"',
        feeds="""
[[feed]]
url = "https://u:S3CRET@one.example/"
auth_env = "Bearer S3CRET"
headers = {Authorization = "S3CRET", Cookie = ["S3CRET"], X = "S3CRET\\u0000"}
[[feed]]
url = ["https://u:S3CRET@one.example/"]
auth_env = ["S3CRET"]
headers = "S3CRET"
""",
    )
    with pytest.raises(SettingsError) as refused:
        load(home)
    assert len(refused.value.faults) >= 8
    assert "S3CRET" not in str(refused.value)


TOML = st.text(st.sampled_from("[]{}=\"'#\\.,\n abfetch0159"), max_size=60)
FRAGMENTS = st.lists(
    st.sampled_from(
        ["[[feed]]", "[feed]", "[topics.x]", "[digests.d]", "url = 1", 'url = "http://a"', "feed = 3",
         "feed = [1]", "topics = 3", "include = 3", 'include = ["*"]', "query = []", 'query = "a"',
         "boost = [1]", "boost = [{query = 1}]", "to = 3", "to = [3]", 'topics = "x"', "headers = 3",
         "digests = {d = 3}", "[feed.headers]", "a = 1", "[[topics]]", "tags = [1]", "[[feed.url]]"]
    ),
    max_size=6,
).map("\n".join)  # fmt: skip


@given(st.sampled_from(["monitor.toml", "feeds.toml", "topics.toml"]), TOML | FRAGMENTS)
@settings(deadline=None, max_examples=150)
def test_no_text_makes_reading_fail_in_any_other_way(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: str
) -> None:
    home = write_files(tmp_path_factory.mktemp("any"), {name: text})
    faults: tuple[Fault, ...] = ()
    try:
        load(home)
    except SettingsError as error:
        faults = error.faults
    lines = text.count("\n") + 1
    assert all(fault.message and 0 <= fault.line <= lines for fault in faults)
