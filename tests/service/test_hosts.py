"""Hosts that turn us away, and clocks that were wrong."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.service.hosts import named_host
from monitor.service.refreshing import Refresher, claim_due
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.fetch.server import Server, answer, running
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


MANY = "many.example.com"
TURNED_AWAY = answer(429, b"")


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def refresh_due(home: Path, at: datetime) -> int:
    """Refresh what is due, all names leading to loopback; return how many feeds were asked."""
    with open_services(Home(home), at) as services:
        async with Refresher(services, {}, lambda: at, resolve=_loopback) as refresher:
            summary = await refresher.refresh(claim_due(services, lambda: at))
    return len(summary.results)


def watch_many(home: Path, web: Server, count: int, host: str = MANY) -> None:
    watch(home, *(f"http://{host}:{web.port}/{number}" for number in range(count)))
    for number in range(count):
        web.on(f"/{number}", TURNED_AWAY)


def test_promise_5_feeds_in_line_for_a_host_are_not_asked_once_it_has_turned_two_away(
    home: Path,
) -> None:
    async def work() -> tuple[int, int]:
        async with running() as web:
            watch_many(home, web, 6)
            asked = await refresh_due(home, NOW)
            # Nor after a restart.
            await refresh_due(home, NOW + timedelta(minutes=90))
            return asked, len(web.asked)

    assert asyncio.run(work()) == (2, 2)
    found = feeds(home)
    assert all(each.next_fetch_at and each.next_fetch_at >= NOW + 4 * HOUR for each in found)
    assert [each.failures for each in found] == [1, 1, 0, 0, 0, 0]
    assert {each.why_then for each in found[2:]} == {"its host asks for fewer visits"}


def test_promise_5_one_feed_that_is_turned_away_keeps_no_other_waiting(home: Path) -> None:
    async def work() -> int:
        async with running() as web:
            watch_many(home, web, 3)
            for number in (1, 2):
                web.on(f"/{number}", answer(200, rss(("1", "One", "chips"))))
            return await refresh_due(home, NOW)

    assert asyncio.run(work()) == 3
    assert [each.state for each in feeds(home)] == ["throttled", "ok", "ok"]


def test_promise_5_an_address_without_a_name_is_not_taken_for_one_host(home: Path) -> None:
    async def work() -> int:
        async with running() as web:
            watch_many(home, web, 4, "127.0.0.1")
            return await refresh_due(home, NOW)

    assert asyncio.run(work()) == 4
    assert [each.failures for each in feeds(home)] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://news.example.co.uk/feed", "news.example.co.uk"),
        ("http://example.com.:8080/feed", "example.com"),
        ("http://93.184.216.34/feed", ""),
        ("http://[2606:2800::1]/feed", ""),
        ("http://localhost/feed", ""),
    ],
)
def test_which_hosts_have_a_name(url: str, host: str) -> None:
    assert named_host(url) == host


def test_promise_26_the_running_monitor_says_that_a_secret_is_not_set(
    home: Path, site: Site
) -> None:
    watch(home, f'url = "{site.url("/feed.xml")}"\nauth_env = "GAZETTE"')
    for hour in range(3):
        visit(home, NOW + hour * 2 * HOUR)
    (record,) = feeds(home)
    assert (record.state, record.failures) == ("blocked", 3)
    assert "GAZETTE" in record.error
    assert record.next_fetch_at is not None
    assert record.next_fetch_at < NOW + 6 * HOUR  # nobody has to be spared
    assert site.asked == []
