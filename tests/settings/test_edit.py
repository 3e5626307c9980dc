"""Adding, removing and editing feeds changes what was asked for and not a byte more."""

from __future__ import annotations

import os
import stat
from datetime import timedelta

import pytest

from monitor.errors import MonitorError, NotFoundError, SettingsError, UsageError
from monitor.model.feed import Feed
from monitor.settings.edit import add_feed, add_feeds, edit_feed, remove_feed
from monitor.settings.home import Home
from monitor.settings.read import load
from tests.settings.conftest import MakeHome

FEEDS = """\
# My feeds. Ask Ann before you change them.

include = [ ]   # none yet

# --- Official ---

# seen on their page
[[feed]]
url   = "https://one.example/feed"   # the main one
title = "One"
# tier = 1

# two is slow
[[feed]]
  url = 'https://two.example/feed'
  tags = ["a",   # first
          "b"]
  every = "2h"

  [feed.headers]
  Accept-Language = "en"


# --- Press ---
# the third
[[feed]]
url = "https://three.example/feed"
title = \"\"\"\\
[[feed]] \\
# no comment\"\"\"
# end of the list
"""

ONE, TWO, THREE = (f"https://{name}.example/feed" for name in ("one", "two", "three"))


def text_of(home: Home) -> str:
    return home.feeds_file.read_bytes().decode()


@pytest.fixture(params=["\n", "\r\n"], ids=["unix", "windows"])
def home(make_home: MakeHome, request: pytest.FixtureRequest) -> Home:
    end: str = request.param
    return make_home(feeds=FEEDS.replace("\n", end))


def with_ends_of(home: Home, text: str) -> str:
    return text.replace("\n", "\r\n") if "\r\n" in text_of(home) else text


def test_a_feed_is_added_at_the_end_with_what_differs_from_the_default(home: Home) -> None:
    before = text_of(home)
    feed = Feed(
        url="https://four.example/feed",
        title='Four "4"',
        tags=("press", "日本"),
        every=timedelta(minutes=90),
        tier=1,
        enabled=False,
        headers=(("Accept-Language", "en"),),
        auth_env="FOUR",
    )
    add_feed(home, feed)
    assert text_of(home) == before + with_ends_of(
        home,
        """
[[feed]]
url = "https://four.example/feed"
title = "Four \\"4\\""
tags = ["press", "日本"]
every = "90m"
tier = 1
enabled = false
headers = {Accept-Language = "en"}
auth_env = "FOUR"
""",
    )
    assert load(home).feeds[-1] == feed


@pytest.mark.parametrize(
    ("url", "gone"),
    [
        (ONE, FEEDS[FEEDS.index("# seen on") : FEEDS.index("# two is")]),
        (TWO, FEEDS[FEEDS.index("# two is") : FEEDS.index("# --- Press")]),
        (THREE, FEEDS[FEEDS.index("\n\n# --- Press") + 1 :]),
    ],
)
def test_a_feed_goes_with_the_comment_right_above_it_and_nothing_else(
    home: Home, url: str, gone: str
) -> None:
    before = text_of(home)
    kept = [feed for feed in load(home).feeds if feed.url != url]
    removed = remove_feed(home, url)
    assert removed.url == url
    expected = before.replace(with_ends_of(home, gone), "")
    if url == THREE:  # the empty lines above the last one go too
        expected = expected.rstrip() + with_ends_of(home, "\n")
    assert text_of(home) == expected
    assert list(load(home).feeds) == kept


def test_the_comment_at_the_beginning_of_the_file_stays(make_home: MakeHome) -> None:
    home = make_home(feeds=f'# All my feeds\n[[feed]]\nurl = "{ONE}"\n\n[[feed]]\nurl = "{TWO}"\n')
    remove_feed(home, ONE)
    assert text_of(home) == f'# All my feeds\n\n[[feed]]\nurl = "{TWO}"\n'
    remove_feed(home, TWO)
    assert text_of(home) == "# All my feeds\n"
    assert load(home).feeds == ()


def test_a_comment_right_above_the_next_feed_stays_with_it(make_home: MakeHome) -> None:
    home = make_home(feeds=f'\n[[feed]]\nurl = "{ONE}"\n# of two\n[[feed]]\nurl = "{TWO}"')
    remove_feed(home, ONE)
    assert text_of(home) == f'\n# of two\n[[feed]]\nurl = "{TWO}"'


@pytest.mark.parametrize(
    ("url", "changes", "old", "new"),
    [
        (ONE, {"title": "Eins"}, '"One"', '"Eins"'),
        (ONE, {"title": None}, 'title = "One"\n', ""),
        (ONE, {"tier": 1}, 'title = "One"\n', 'title = "One"\ntier = 1\n'),
        (
            ONE,
            {"enabled": False, "tags": ("x", "y")},
            'title = "One"\n',
            'title = "One"\nenabled = false\ntags = ["x", "y"]\n',
        ),
        (ONE, {"url": "https://1.example/"}, ONE, "https://1.example/"),
        (TWO, {"url": "http://two.example/feed/"}, f"'{TWO}'", '"http://two.example/feed/"'),
        (TWO, {"tags": ("c",)}, '["a",   # first\n          "b"]', '["c"]'),
        (TWO, {"tags": None}, '  tags = ["a",   # first\n          "b"]\n', ""),
        (TWO, {"every": timedelta(minutes=30)}, '"2h"', '"30m"'),
        (TWO, {"every": None, "tier": 3}, '  every = "2h"\n', "  tier = 3\n"),
        (
            TWO,
            {"headers": None},
            '  [feed.headers]\n  Accept-Language = "en"\n',
            "",
        ),
        (
            THREE,
            {"outlet": "Drei"},
            '# no comment"""\n',
            '# no comment"""\noutlet = "Drei"\n',
        ),
        (ONE, {"title": "One", "outlet": None}, "", ""),
    ],
)
def test_an_edit_changes_the_keys_named_and_nothing_else(
    home: Home, url: str, changes: dict[str, object], old: str, new: str
) -> None:
    before = text_of(home)
    changed = edit_feed(home, url, changes)
    assert text_of(home) == before.replace(with_ends_of(home, old), with_ends_of(home, new), 1)
    assert changed in load(home).feeds


def test_headers_may_be_replaced_whichever_way_they_were_written(make_home: MakeHome) -> None:
    home = make_home(
        feeds=f'[[feed]]\nurl = "{ONE}"\nheaders.A = "1" # a\nheaders.B = "2"\n'
        f'[[feed]]\nurl = "{TWO}"\n[feed.headers]\nA = "1"'
    )
    for url in (ONE, TWO):
        changed = edit_feed(home, url, {"headers": (("C", "3"),)})
        assert changed.headers == (("C", "3"),)
    assert text_of(home) == (
        f'[[feed]]\nurl = "{ONE}"\nheaders = {{C = "3"}}\n'
        f'[[feed]]\nurl = "{TWO}"\nheaders = {{C = "3"}}\n'
    )


def test_a_file_without_a_line_end_at_its_end_gets_one_where_it_is_needed(
    make_home: MakeHome,
) -> None:
    home = make_home(feeds=f'[[feed]]\nurl = "{ONE}"')
    edit_feed(home, ONE, {"tier": 1, "title": "x"})
    assert text_of(home) == f'[[feed]]\nurl = "{ONE}"\ntier = 1\ntitle = "x"\n'
    home = make_home(feeds=f'[[feed]]\nurl = "{ONE}"')
    add_feed(home, Feed(url=TWO))
    assert text_of(home) == f'[[feed]]\nurl = "{ONE}"\n\n[[feed]]\nurl = "{TWO}"\n'


def test_the_first_feed_makes_the_file(make_home: MakeHome) -> None:
    home = make_home()
    add_feed(home, Feed(url=ONE))
    assert load(home).feeds == (Feed(url=ONE),)
    assert text_of(home).startswith("#")
    assert stat.S_IMODE(home.feeds_file.stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_byte_order_mark_stays(make_home: MakeHome) -> None:
    home = make_home(feeds=f'\ufeff[[feed]]\nurl = "{ONE}"\n')
    add_feed(home, Feed(url=TWO))
    assert text_of(home) == f'\ufeff[[feed]]\nurl = "{ONE}"\n\n[[feed]]\nurl = "{TWO}"\n'


def test_a_feed_that_is_watched_is_not_added_again_and_the_line_is_named(home: Home) -> None:
    before = text_of(home)
    with pytest.raises(UsageError, match=r"watched already, see config/feeds\.toml:9"):
        add_feed(home, Feed(url="http://one.example/feed/"))
    with pytest.raises(UsageError, match=r"watched already, see config/feeds\.toml:9"):
        edit_feed(home, TWO, {"url": "http://one.example/feed/"})
    assert text_of(home) == before


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        (Feed(url="example.org"), "url: must begin with"),
        (Feed(url="https://u:S3CRET@example.org/"), "url: .*auth_env"),
        (Feed(url="https://x.example/", title="a\nb"), "title: must be one line"),
        (Feed(url="https://x.example/", tier=0), "tier: must be at least 1"),
        (Feed(url="https://x.example/", every=timedelta(seconds=1)), "every: must be at least 1m"),
        (Feed(url="https://x.example/", auth_env="Bearer S3CRET"), "auth_env: "),
        (Feed(url="https://x.example/", headers=(("Cookie", "S3CRET"),)), "headers.Cookie: "),
    ],
)
def test_a_feed_that_may_not_stand_in_the_file_is_refused(
    home: Home, feed: Feed, message: str
) -> None:
    before = text_of(home)
    with pytest.raises(UsageError, match=message) as refused:
        add_feed(home, feed)
    assert "S3CRET" not in str(refused.value)
    assert text_of(home) == before


def test_an_edit_to_what_may_not_stand_in_the_file_is_refused(home: Home) -> None:
    before = text_of(home)
    with pytest.raises(UsageError, match="tier: must be at most 3"):
        edit_feed(home, ONE, {"tier": 9})
    with pytest.raises(UsageError, match="url: is required"):
        edit_feed(home, ONE, {"url": None})
    with pytest.raises(UsageError, match=r"titel is no key of a feed; did you mean title\?"):
        edit_feed(home, ONE, {"titel": "x"})
    assert text_of(home) == before


def test_a_feed_may_be_named_by_another_spelling_of_its_address(home: Home) -> None:
    assert remove_feed(home, "http://ONE.example/feed/").url == ONE


def test_a_feed_that_is_not_there_gets_the_nearest_address(home: Home) -> None:
    with pytest.raises(NotFoundError, match=f"did you mean {ONE}"):
        remove_feed(home, "https://one.example/feeed")
    with pytest.raises(NotFoundError, match="monitor feeds list"):
        edit_feed(home, "zzz", {"tier": 1})


def test_a_feed_with_a_fault_can_be_taken_out_and_mended(make_home: MakeHome) -> None:
    home = make_home(
        feeds='[[feed]]\nurl = "ftp://x.example/"\n[[feed]]\nurl = "https://y.example/"\ntier = 9\n'
    )
    assert remove_feed(home, "ftp://x.example/") == Feed(url="ftp://x.example/")
    assert edit_feed(home, "https://y.example/", {"tier": 3}).tier == 3
    assert len(load(home).feeds) == 1


def test_many_feeds_are_added_at_once_and_each_one_left_out_is_explained(home: Home) -> None:
    before = text_of(home)
    done = add_feeds(
        home,
        [
            Feed(url="https://four.example/", title="Four feeds", tags=("a",)),
            Feed(url=ONE),
            Feed(url="https://u:S3CRET@x.example/"),
            Feed(url="http://four.example"),
            Feed(url="https://five.example/"),
        ],
    )
    assert done.feeds == (
        Feed(url="https://four.example/", title="Four feeds", tags=("a",)),
        Feed(url="https://five.example/"),
    )
    assert done.already == (
        (Feed(url=ONE), "config/feeds.toml:9"),
        (Feed(url="http://four.example"), "the feeds just added"),
    )
    (left_out,) = done.left_out
    assert "auth_env" in left_out
    assert "S3CRET" not in left_out
    assert text_of(home).startswith(before)
    assert load(home).feeds[3:] == done.feeds


def test_a_dry_run_says_the_same_and_writes_nothing(home: Home) -> None:
    before = home.feeds_file.read_bytes()
    feeds = [Feed(url="https://four.example/"), Feed(url=ONE), Feed(url="ftp://x.example/")]
    planned = add_feeds(home, feeds, dry_run=True)
    assert home.feeds_file.read_bytes() == before
    assert add_feeds(home, feeds) == planned
    assert [len(each) for each in (planned.feeds, planned.already, planned.left_out)] == [1, 1, 1]


def test_the_former_address_of_a_feed_that_moved_is_watched_already(make_home: MakeHome) -> None:
    home = make_home(feeds=f'[[feed]]\nurl = "{ONE}"\nmoved_from = "{TWO}"\n')
    assert add_feeds(home, [Feed(url=TWO)]).already == ((Feed(url=TWO), "config/feeds.toml:2"),)
    with pytest.raises(UsageError, match=r"feeds\.toml:2"):
        add_feed(home, Feed(url=TWO))
    assert edit_feed(home, ONE, {"url": TWO, "moved_from": None}) == Feed(url=TWO)
    assert add_feeds(home, [Feed(url=ONE)]).feeds == (Feed(url=ONE),)


def test_a_feed_that_stands_before_one_of_an_opml_file_can_be_edited(make_home: MakeHome) -> None:
    home = make_home(
        feeds=f'include = ["o.opml"]\n[[feed]]\nurl = "{TWO}"\n', files={"o.opml": OPML}
    )
    assert edit_feed(home, TWO, {"tier": 1}) == Feed(url=TWO, tier=1)
    with pytest.raises(UsageError, match=r"feeds\.toml:3"):
        add_feed(home, Feed(url=TWO))


def test_a_file_does_not_grow_past_what_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = home.feeds_file.read_bytes()
    monkeypatch.setattr("monitor.settings.rewriting.MOST_BYTES", len(before) + 100)
    with pytest.raises(MonitorError, match="larger than"):
        add_feed(home, Feed(url="https://four.example/" + "x" * 100))
    assert home.feeds_file.read_bytes() == before


def test_adding_nothing_writes_nothing(home: Home) -> None:
    before = home.feeds_file.stat().st_ino
    assert add_feeds(home, [Feed(url=ONE)]).feeds == ()
    assert home.feeds_file.stat().st_ino == before


OPML = f'<opml version="2.0"><body><outline type="rss" text="T" xmlUrl="{TWO}"/></body></opml>'


def test_a_feed_of_an_included_file_cannot_be_edited_here_and_the_file_is_named(
    make_home: MakeHome,
) -> None:
    home = make_home(feeds='include = ["lists/*.opml"]\n', files={"lists/o.opml": OPML})
    for change in (
        lambda: remove_feed(home, TWO),
        lambda: edit_feed(home, TWO, {"tier": 1}),
        lambda: add_feed(home, Feed(url=TWO)),
    ):
        with pytest.raises(UsageError, match=r"config/lists/o\.opml"):
            change()


@pytest.mark.parametrize(
    "feeds",
    [
        'feed = [{url = "https://one.example/feed"}]\n',
        'include = []\nfeed = [\n  {url = "https://one.example/feed", title = "x"},\n]\n',
    ],
)
def test_a_file_that_cannot_be_changed_safely_is_left_alone_and_says_so(
    make_home: MakeHome, feeds: str
) -> None:
    home = make_home(feeds=feeds)
    for change in (
        lambda: remove_feed(home, ONE),
        lambda: edit_feed(home, ONE, {"tier": 1}),
        lambda: add_feed(home, Feed(url=TWO)),
    ):
        with pytest.raises(MonitorError, match="change it with an editor"):
            change()
    assert text_of(home) == feeds


def test_a_file_that_is_no_toml_is_refused_with_its_line(make_home: MakeHome) -> None:
    home = make_home(feeds="[[feed]]\nurl = \n")
    with pytest.raises(SettingsError, match=r"config/feeds\.toml:2: is no valid TOML"):
        add_feed(home, Feed(url=ONE))
