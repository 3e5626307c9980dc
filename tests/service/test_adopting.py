"""Moves and merges: what a feed becomes, and what a person can take back.

FRB 130 to 132, promise 18, bad inputs 23 to 25.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from monitor.model.feed import NO_VALIDATORS
from monitor.settings.files import MOST_BYTES
from tests.conftest import Command
from tests.fetch.server import Asked
from tests.service.desk import GOOD, Desk
from tests.service.visiting import DAY, HOUR, NOW, feeds, titles, visit, watch
from tests.site import Page, Site, rss

FIRST = rss(("1", "The entity list grows", "chips"))
SECOND = rss(("2", "A licence is refused", "chips"), ("1", "The entity list grows", "chips"))


def moved(site: Site, path: str, to: str, status: int = 301) -> None:
    site.pages[path] = Page(b"", status, headers={"Location": site.url(to)}, etag=False)


@pytest.mark.parametrize("status", [301, 308])
def test_frb_130_an_address_that_moved_is_adopted_on_the_third_day(
    home: Path, site: Site, status: int
) -> None:
    watch(home, f'url = "{site.url("/old.xml")}"\ntitle = "Mine"  # a note\ntier = 1')
    site.pages["/old.xml"] = site.pages["/new.xml"] = Page(FIRST)
    visit(home, NOW)
    moved(site, "/old.xml", "/new.xml", status)
    for day in (0, 0.5, 1, 1.5):
        visit(home, NOW + day * DAY)
        assert [(each.url, each.state) for each in feeds(home)] == [(site.url("/old.xml"), "moved")]
    visit(home, NOW + 2 * DAY)
    text = (home / "config" / "feeds.toml").read_text()
    assert f'url = "{site.url("/new.xml")}"\ntitle = "Mine"  # a note' in text
    assert f'moved_from = "{site.url("/old.xml")}"' in text
    (record,) = feeds(home)
    assert (record.id, record.url, record.state) == (1, site.url("/new.xml"), "ok")
    assert record.next_fetch_at is not None
    assert record.next_fetch_at >= NOW + 2 * DAY + HOUR
    asked = len(site.statuses("/old.xml"))
    site.pages["/new.xml"] = Page(SECOND)
    visit(home, NOW + 3 * DAY)
    assert len(site.statuses("/old.xml")) == asked
    assert titles(home) == ["The entity list grows", "A licence is refused"]


def test_frb_130_the_new_address_is_asked_with_the_validators_it_gave(
    home: Path, site: Site
) -> None:
    watch(home, site.url("/old.xml"))
    moved(site, "/old.xml", "/new.xml")
    site.pages["/new.xml"] = Page(FIRST)
    for day in range(4):
        visit(home, NOW + day * DAY)
    assert site.statuses("/new.xml") == [200, 304, 304, 304]


def test_24_a_move_that_is_taken_back_by_the_server_changes_nothing(home: Path, site: Site) -> None:
    watch(home, site.url("/old.xml"))
    for day in range(9):
        if day % 3 == 2:
            site.pages["/old.xml"] = Page(FIRST)
        else:
            moved(site, "/old.xml", "/new.xml")
            site.pages["/new.xml"] = Page(FIRST)
        visit(home, NOW + day * DAY)
    (record,) = feeds(home)
    assert (record.url, record.state) == (site.url("/old.xml"), "ok")


def test_24_a_move_to_what_is_no_feed_is_never_adopted(home: Path, site: Site) -> None:
    watch(home, site.url("/old.xml"))
    site.pages["/old.xml"] = Page(FIRST)
    visit(home, NOW)
    moved(site, "/old.xml", "/parked")
    site.pages["/parked"] = Page(b"<html><title>For sale</title>", content_type="text/html")
    for day in range(1, 6):
        visit(home, NOW + day * DAY)
    (record,) = feeds(home)
    assert (record.url, record.state) == (site.url("/old.xml"), "failing")


@pytest.mark.parametrize("status", [302, 303, 307])
def test_25_frb_132_a_temporary_redirect_is_followed_for_months_and_never_stored(
    home: Path, site: Site, status: int
) -> None:
    watch(home, site.url("/old.xml"))
    moved(site, "/old.xml", "/new.xml", status)
    site.pages["/new.xml"] = Page(FIRST)
    for week in range(12):
        visit(home, NOW + 7 * week * DAY)
    (record,) = feeds(home)
    assert record.url == site.url("/old.xml")
    assert record.moving is None


def test_frb_131_a_feed_that_moves_to_a_watched_one_is_merged_with_it(
    home: Path, site: Site, in_home: Command
) -> None:
    watch(home, f'url = "{site.url("/old.xml")}"\ntags = ["a"]', site.url("/new.xml"))
    moved(site, "/old.xml", "/new.xml")
    site.pages["/new.xml"] = Page(FIRST)
    visit(home, NOW)
    visit(home, NOW + DAY)
    summary = visit(home, NOW + 2 * DAY)
    assert any("watched already" in result.notice for result in summary.results)
    assert [each.url for each in feeds(home)] == [site.url("/new.xml")]
    assert titles(home) == ["The entity list grows"] * 2  # what each had stored stays
    assert in_home("feeds", "undo", site.url("/old.xml")).status == 0
    back = next(each for each in feeds(home) if each.url == site.url("/old.xml"))
    assert back.id == 1
    assert back.feed is not None
    assert (back.feed.tags, back.feed.follow_moves) == (("a",), False)


def test_promise_18_a_move_is_undone_with_one_command_and_stays_undone(
    home: Path, site: Site, in_home: Command
) -> None:
    watch(home, f"url = '{site.url('/old.xml')}'  # mine\ntitle = 'Mine'")
    moved(site, "/old.xml", "/new.xml")
    site.pages["/new.xml"] = Page(FIRST)
    for day in range(3):
        visit(home, NOW + day * DAY)
    assert feeds(home)[0].url == site.url("/new.xml")
    done = in_home("feeds", "undo", "Mine")
    assert done.status == 0
    assert site.url("/old.xml") in done.err
    text = (home / "config" / "feeds.toml").read_text()
    assert "moved_from" not in text
    assert "follow_moves = false" in text
    for day in range(3, 9):
        visit(home, NOW + day * DAY)
    (record,) = feeds(home)
    assert (record.id, record.url, record.state) == (1, site.url("/old.xml"), "moved")
    assert "follow_moves = false" in record.error
    again = in_home("feeds", "undo", "Mine")
    assert again.status != 0
    assert "nothing to undo" in again.err


def test_a_monitor_that_ends_between_config_and_database_lets_the_feed_keep_its_entries(
    home: Path, site: Site
) -> None:
    watch(home, site.url("/old.xml"))
    site.pages["/old.xml"] = Page(FIRST)
    visit(home, NOW)
    watch(home, f'url = "{site.url("/new.xml")}"\nmoved_from = "{site.url("/old.xml")}"')
    (record,) = feeds(home)
    assert (record.id, record.url, record.entries) == (1, site.url("/new.xml"), 1)


def test_a_move_to_an_address_that_was_watched_once_stores_nothing_twice(
    home: Path, site: Site
) -> None:
    site.pages["/old.xml"] = site.pages["/new.xml"] = Page(FIRST)
    watch(home, site.url("/old.xml"), site.url("/new.xml"))
    visit(home, NOW)
    watch(home, site.url("/old.xml"))
    site.pages["/old.xml"] = site.pages["/new.xml"] = Page(SECOND)
    visit(home, NOW + HOUR)
    moved(site, "/old.xml", "/new.xml")
    for day in range(1, 6):
        visit(home, NOW + day * DAY)
    (record,) = feeds(home)
    assert (record.id, record.url, record.state) == (1, site.url("/new.xml"), "ok")
    assert titles(home).count("A licence is refused") == 1


def test_an_undone_merge_that_cannot_be_written_can_be_undone_later(
    home: Path, site: Site, in_home: Command
) -> None:
    watch(home, f'url = "{site.url("/old.xml")}"\ntags = ["a"]', site.url("/new.xml"))
    moved(site, "/old.xml", "/new.xml")
    site.pages["/new.xml"] = Page(FIRST)
    for day in range(3):
        visit(home, NOW + day * DAY)
    file = home / "config" / "feeds.toml"
    good = file.read_text()
    file.write_text(good + "\n# " + "x" * (MOST_BYTES - len(good) - 50))
    assert in_home("feeds", "undo", site.url("/old.xml")).status != 0
    file.write_text(good)
    done = in_home("feeds", "undo", site.url("/old.xml"))
    assert (done.status, len(feeds(home))) == (0, 2), done.err


def test_an_undo_that_ends_between_config_and_database_lets_the_feed_keep_its_entries(
    home: Path, site: Site
) -> None:
    watch(home, site.url("/old.xml"))
    moved(site, "/old.xml", "/new.xml")
    site.pages["/new.xml"] = Page(FIRST)
    for day in range(3):
        visit(home, NOW + day * DAY)
    watch(home, f'url = "{site.url("/old.xml")}"\nfollow_moves = false')
    (record,) = feeds(home)
    assert (record.id, record.url, record.entries) == (1, site.url("/old.xml"), 1)


def test_a_move_that_cannot_be_written_to_config_is_followed_and_told(
    home: Path, site: Site
) -> None:
    (home / "config" / "lists" / "a.opml").write_text(
        f'<opml version="2.0"><body><outline type="rss" xmlUrl="{site.url("/old.xml")}"/></body></opml>'
    )
    (home / "config" / "feeds.toml").write_text('include = ["lists/*.opml"]\n')
    moved(site, "/old.xml", "/new.xml")
    site.pages["/new.xml"] = Page(FIRST)
    for day in range(4):
        visit(home, NOW + day * DAY)
    (record,) = feeds(home)
    assert (record.url, record.state, record.entries) == (site.url("/old.xml"), "moved", 1)
    assert site.url("/new.xml") in record.error


def test_frb_130_secrets_do_not_go_along_to_another_host(home: Path, site: Site) -> None:
    elsewhere = site.url("/new.xml").replace("127.0.0.1", "localhost")
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace('"127.0.0.0/8"', '"127.0.0.0/8", "::1"'))
    watch(home, f"url = '{site.url('/old.xml')}'\nheaders = {{X-Token = 'mine'}}")
    site.pages["/old.xml"] = Page(b"", 301, headers={"Location": elsewhere}, etag=False)
    site.pages["/new.xml"] = Page(FIRST)
    for day in range(5):
        visit(home, NOW + day * DAY)
    (record,) = feeds(home)
    assert (record.url, record.state, record.entries) == (site.url("/old.xml"), "moved", 1)
    assert "unless you say so" in record.error
    assert not [
        each for each in site.asked if each.path == "/new.xml" and "X-Token" in each.headers
    ]


async def test_frb_012_a_feed_whose_address_changes_during_a_visit_takes_no_validators_along(
    desk: Desk,
) -> None:
    new = desk.web.on("/new", GOOD)

    async def moves(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        with desk.services.store.feeds.moving(desk.now) as move:
            move(desk.feed.url, new)
        writer.write(GOOD)
        await writer.drain()

    desk.web.on("/feed", moves)
    await desk.visit()
    assert (desk.feed.url, desk.feed.validators, len(desk.titles)) == (new, NO_VALIDATORS, 2)
    await desk.visit_if_due(HOUR / 60)
    assert desk.sent("If-None-Match") == [[], []]
    assert len(desk.titles) == 2
