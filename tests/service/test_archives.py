"""Documents that turned over completely: older pages are read, and what may be missing is noted.

RFC 5005 sections 3 and 4; promise 2.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from monitor.service.archives import MOST_PAGES
from tests.service.visiting import DAY, NOW, feeds, titles, visit, watch
from tests.site import Page, Site, rss

Gaps = list[tuple[int, int]]


def page(site: Site, numbers: range, older: str = "", rel: str = "prev-archive") -> Page:
    entries = [(str(number), f"Entry {number}", "chips") for number in reversed(numbers)]
    body = rss(*entries)
    if older:
        link = f"<link xmlns='http://www.w3.org/2005/Atom' rel='{rel}' href='{older}'/>"
        body = body.replace(b"<description>d</description>", link.encode())
    return Page(body)


def gaps(home: Path) -> Gaps:
    """Return (pages, closed) of each gap that was noted."""
    with sqlite3.connect(home / "db" / "monitor.db") as connection:
        found = connection.execute("SELECT pages, closed FROM gaps ORDER BY id").fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("rel", ["prev-archive", "next"])
def test_promise_2_older_pages_are_read_until_one_meets_what_is_known(
    home: Path, site: Site, rel: str
) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = page(site, range(5), "/1.xml", rel)
    visit(home, NOW)
    assert site.statuses("/1.xml") == []  # a new feed brings what it lists
    site.pages["/feed.xml"] = page(site, range(20, 25), "/3.xml", rel)
    site.pages["/3.xml"] = page(site, range(10, 20), "/2.xml", rel)
    site.pages["/2.xml"] = page(site, range(3, 10), "/1.xml", rel)
    site.pages["/1.xml"] = page(site, range(3), "", rel)
    visit(home, NOW + DAY)
    assert sorted(titles(home)) == sorted(f"Entry {number}" for number in range(25))
    assert site.statuses("/1.xml") == []
    assert gaps(home) == [(2, 1)]
    visit(home, NOW + 2 * DAY)
    assert len(site.statuses("/3.xml")) == 1


def test_promise_2_what_older_pages_cannot_give_is_a_gap(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = page(site, range(5))
    visit(home, NOW)
    site.pages["/feed.xml"] = page(site, range(20, 25), "/gone.xml")
    visit(home, NOW + DAY)
    assert gaps(home) == [(0, 0)]
    site.pages["/feed.xml"] = page(site, range(40, 45))
    visit(home, NOW + 2 * DAY)
    assert gaps(home) == [(0, 0), (0, 0)]
    site.pages["/feed.xml"] = page(site, range(44, 48))
    visit(home, NOW + 3 * DAY)
    assert len(gaps(home)) == 2


def test_the_walk_is_bounded_and_does_not_go_in_circles(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = page(site, range(5))
    visit(home, NOW)
    site.pages["/feed.xml"] = page(site, range(1000, 1005), "/p0.xml")
    for number in range(MOST_PAGES + 5):
        site.pages[f"/p{number}.xml"] = page(
            site, range(900 - number, 901 - number), f"/p{number + 1}.xml"
        )
    visit(home, NOW + DAY)
    assert gaps(home) == [(MOST_PAGES, 0)]
    site.pages["/feed.xml"] = page(site, range(2000, 2005), "/a.xml")
    site.pages["/a.xml"] = page(site, range(1990, 1995), "/b.xml")
    site.pages["/b.xml"] = page(site, range(1980, 1985), "/a.xml")
    visit(home, NOW + 2 * DAY)
    assert gaps(home)[1:] == [(2, 0)]
    assert site.statuses("/a.xml") == [200]


def test_the_walk_ends_where_it_would_take_too_much_memory(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = page(site, range(5))
    visit(home, NOW)
    site.pages["/feed.xml"] = page(site, range(90_000, 90_005), "/p0.xml")
    for number in range(4):
        entries = range(80_000 - 6_000 * number, 86_000 - 6_000 * number)
        site.pages[f"/p{number}.xml"] = page(site, entries, f"/p{number + 1}.xml")
    visit(home, NOW + DAY)
    assert gaps(home) == [(2, 0)]
    assert len(titles(home)) == 5 + 5 + 12_000  # what was read by then is kept


def test_a_feed_that_turns_over_is_fetched_sooner(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    for visits in range(8):
        # Without validators it would be asked for once a day.
        turned = page(site, range(10 * visits, 10 * visits + 5))
        site.pages["/feed.xml"] = Page(turned.body, etag=False)
        visit(home, NOW + visits * DAY / 4)
    (record,) = feeds(home)
    assert record.next_fetch_at is not None
    assert record.last_fetched_at is not None
    assert record.next_fetch_at - record.last_fetched_at < DAY / 6
    assert "are replaced within" in record.why_then


def test_frb_rules_hold_for_older_pages_too(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = page(site, range(5))
    visit(home, NOW)
    site.pages["/feed.xml"] = page(site, range(20, 25), "/1.xml")
    site.pages["/1.xml"] = page(site, range(4, 20))
    visit(home, NOW + DAY)
    (asked,) = [each for each in site.asked if each.path == "/1.xml"]
    assert "If-None-Match" not in asked.headers
    assert asked.method == "GET"
    assert "Cookie" not in asked.headers
