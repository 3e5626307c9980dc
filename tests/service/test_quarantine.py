"""Feeds that are suddenly another's: held back until a person decides, whatever comes in between.

Promise 18.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.service.adopting import accept
from monitor.service.standing import told_to_wait
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.conftest import Command
from tests.service.test_adopting import FIRST, SECOND
from tests.service.visiting import DAY, HOUR, NOW, feeds, titles, visit, watch
from tests.site import Page, Site, rss

SPAM = rss(
    ("x1", "Cheap export control pills", "entity list"),
    title="Bargains",
    base="https://spam.example",
)


def quarantined(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(FIRST)
    visit(home, NOW)
    site.pages["/feed.xml"] = Page(SPAM)
    visit(home, NOW + DAY)


def test_promise_18_a_feed_that_is_suddenly_another_is_held_back(home: Path, site: Site) -> None:
    quarantined(home, site)
    (record,) = feeds(home)
    assert record.state == "quarantined"
    assert record.title == "A feed"
    assert "“Bargains” at spam.example instead of “A feed” at a.example" in record.error
    assert titles(home) == ["The entity list grows"]
    visit(home, NOW + 2 * DAY)  # the same document again
    assert feeds(home)[0].state == "quarantined"


def test_promise_18_accepting_stores_what_was_held_back_with_its_matches(
    home: Path, site: Site, in_home: Command
) -> None:
    quarantined(home, site)
    site.pages["/feed.xml"] = Page(
        rss(("x2", "More bargains", "pills"), title="Bargains", base="https://spam.example")
    )
    visit(home, NOW + 2 * DAY)
    done = in_home("feeds", "accept", "1")
    assert done.status == 0
    assert "2 entries" in done.err
    assert titles(home)[1:] == ["Cheap export control pills", "More bargains"]
    (record,) = feeds(home)
    assert (record.state, record.entries) == ("ok", 3)
    assert "1 match" in done.err
    visit(home, NOW + 3 * DAY)
    assert [(each.state, each.title) for each in feeds(home)] == [("ok", "Bargains")]
    assert titles(home)[3:] == []
    assert in_home("feeds", "accept", "1").status != 0


def test_promise_18_a_feed_that_comes_back_is_no_longer_quarantined(home: Path, site: Site) -> None:
    quarantined(home, site)
    site.pages["/feed.xml"] = Page(SECOND)
    visit(home, NOW + 2 * DAY)
    assert feeds(home)[0].state == "ok"
    assert titles(home) == ["The entity list grows", "A licence is refused"]


def test_promise_18_a_failure_does_not_end_the_quarantine(home: Path, site: Site) -> None:
    quarantined(home, site)
    since = feeds(home)[0].since_at
    spam = site.pages["/feed.xml"]
    site.pages["/feed.xml"] = Page(b"", 500, etag=False)
    visit(home, NOW + 2 * DAY)
    (record,) = feeds(home)
    assert (record.state, record.failures) == ("quarantined", 1)
    assert "Suddenly another feed" in record.error
    site.pages["/feed.xml"] = spam
    visit(home, NOW + 3 * DAY)  # a 304
    (record,) = feeds(home)
    assert (record.state, record.failures, record.since_at) == ("quarantined", 0, since)
    assert titles(home) == ["The entity list grows"]


def test_a_quarantined_feed_switched_off_and_on_is_still_quarantined(
    home: Path, site: Site, in_home: Command
) -> None:
    quarantined(home, site)
    assert in_home("feeds", "edit", "1", "--disable").status == 0
    assert in_home("feeds", "edit", "1", "--enable").status == 0
    visit(home, NOW + 2 * DAY)
    (record,) = feeds(home)
    assert record.state == "quarantined"
    assert "Suddenly another feed" in record.error
    assert in_home("feeds", "accept", "1").status == 0


def test_frb_020_accepting_a_feed_whose_server_asks_to_wait_waits(home: Path, site: Site) -> None:
    quarantined(home, site)
    site.pages["/feed.xml"] = Page(b"", 429, headers={"Retry-After": "172800"}, etag=False)
    visit(home, NOW + 2 * DAY)
    with open_services(Home(home), NOW + 2 * DAY) as services:
        accept(services, services.store.feeds.feeds()[0], NOW + 2 * DAY)
    (record,) = feeds(home)
    assert record.state == "ok"
    assert record.next_fetch_at is not None
    assert record.next_fetch_at >= NOW + 4 * DAY


def test_frb_021_fetch_all_leaves_a_quarantined_feed_alone_that_was_turned_away(
    home: Path, site: Site
) -> None:
    quarantined(home, site)
    site.pages["/feed.xml"] = Page(b"", 429, etag=False)
    visit(home, NOW + 2 * DAY)
    (record,) = feeds(home)
    assert told_to_wait(record, NOW + 2 * DAY + HOUR)


def test_promise_18_a_quarantined_feed_that_was_gone_and_returns_is_quarantined_again(
    home: Path, site: Site
) -> None:
    quarantined(home, site)
    spam = site.pages["/feed.xml"]
    site.pages["/feed.xml"] = Page(b"", 410, etag=False)
    visit(home, NOW + 2 * DAY)
    assert feeds(home)[0].state == "gone"
    site.pages["/feed.xml"] = spam
    visit(home, NOW + 3 * DAY)
    assert feeds(home)[0].state == "quarantined"
    assert titles(home) == ["The entity list grows"]


@pytest.mark.parametrize(
    "document",
    [
        rss(("9", "All new", "x")),
        rss(("9", "All new", "x"), title="Another name"),
        rss(("9", "All new", "x"), base="https://elsewhere.example"),
        rss(("1", "The entity list grows", "chips"), title="Other", base="https://b.example"),
    ],
    ids=["all entries new", "a new name", "a new host", "a new name and host, entries known"],
)
def test_promise_18_one_change_alone_is_no_reason(home: Path, site: Site, document: bytes) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(FIRST)
    visit(home, NOW)
    site.pages["/feed.xml"] = Page(document)
    visit(home, NOW + DAY)
    assert feeds(home)[0].state == "ok"
