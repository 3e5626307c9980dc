"""Hosts that turn us away, and clocks that were wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.service.visiting import DAY, HOUR, NOW, feeds, visit, watch
from tests.site import Page, Site, rss


def test_promise_8_a_clock_that_was_a_year_ahead_leaves_no_feed_asleep(
    home: Path, site: Site
) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(rss(("1", "One", "chips")))
    visit(home, NOW + 365 * DAY)
    assert len(visit(home, NOW, due_only=True).results) == 1
    assert len(visit(home, NOW + timedelta(minutes=1), due_only=True).results) == 0


def test_promise_8_after_a_sleep_of_three_days_a_feed_is_fetched_once(
    home: Path, site: Site
) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(rss(("1", "One", "chips")))
    visit(home, NOW)
    for minutes in range(0, 50, 5):
        visit(home, NOW + 3 * DAY + timedelta(minutes=minutes), due_only=True)
    assert site.statuses("/feed.xml") == [200, 304]


def test_037_a_restart_fetches_nothing_before_its_time(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(rss(("1", "One", "chips")))
    for minute in range(60):
        visit(home, NOW + timedelta(minutes=minute), due_only=True)
    assert len(site.asked) == 1
    (record,) = feeds(home)
    assert record.next_fetch_at is not None
    assert record.next_fetch_at >= NOW + HOUR
