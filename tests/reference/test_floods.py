"""Promises 19 and 2: floods are stored whole, and what came and went between two visits is read on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.reference.clock import BEGIN, DAY, HOUR, MINUTE, Clock
from tests.reference.driving import found, live_until, make_home, rows_of, visits_logged
from tests.reference.judge import Case, judged
from tests.reference.judge_waits import RULES
from tests.reference.publisher import Publisher, word_of
from tests.reference.server import Server, serving
from tests.reference.sites import PATH, FeedSite

HOST = "flood.example"

# A busy machine is no failure: nothing here waits for real time.
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Clock()) as running, visits_logged(lambda *_: None):
        yield running
        assert running.faults == []


def watch(server: Server, root: Path, site: FeedSite, for_: timedelta) -> tuple[Home, Counter[str]]:
    """Watch a site for so long; return the home and each word that is found."""
    server.sites[HOST] = site
    home = make_home(root, [server.url(HOST)])
    asyncio.run(live_until(home, server.clock, BEGIN + for_))
    with open_services(home, server.clock()) as services:
        return home, found(services, "zqfloodmark", server.clock())


def words_of(numbers: range) -> Counter[str]:
    return Counter(word_of("flood", number) for number in numbers)


def test_promise_19_five_thousand_entries_at_once_are_all_stored(
    server: Server, tmp_path: Path
) -> None:
    publisher = Publisher(
        marker="flood",
        rhythm="daily",
        since=BEGIN,
        back=3 * DAY,
        keep=6000,
        flood_at=BEGIN + 2 * HOUR,
        flood=5000,
    )
    _, words = watch(server, tmp_path / "home", FeedSite(publisher=publisher), DAY / 4)
    served = {number for visit in server.visits for number in visit.answer.entries}
    assert len(served) > 5000
    assert words == Counter(word_of("flood", number) for number in served)


def test_promise_19_an_entry_every_second_for_hours_is_stored(
    server: Server, tmp_path: Path
) -> None:
    publisher = Publisher(
        marker="flood", rhythm="steady", since=BEGIN, back=0 * DAY, every=MINUTE / 60, keep=4500
    )
    _, words = watch(server, tmp_path / "home", FeedSite(publisher=publisher), 2.3 * HOUR)
    seen = max(max(visit.answer.entries, default=0) for visit in server.visits)
    assert seen > 4000
    assert words == words_of(range(seen + 1))


def test_promise_19_a_feed_that_redates_everything_daily_brings_nothing_new(
    server: Server, tmp_path: Path
) -> None:
    publisher = Publisher(
        marker="flood",
        rhythm="never",
        since=BEGIN,
        flood_at=BEGIN - DAY,
        flood=40,
        keep=40,
        redates=True,
    )
    home, words = watch(server, tmp_path / "home", FeedSite(publisher=publisher), 4 * DAY)
    assert words == words_of(range(40))
    assert {row[0] for row in rows_of(home, "SELECT first_seen_at FROM entries")} == {
        f"{BEGIN:%Y-%m-%dT%H:%M:%S}.000000Z"
    }


def archived(every: timedelta, keep: int) -> FeedSite:
    """Make a site whose document is short, with older pages (RFC 5005 section 4)."""
    publisher = Publisher(
        marker="flood", rhythm="steady", since=BEGIN, back=DAY, every=every, keep=keep
    )
    return FeedSite(publisher=publisher, format="atom", archives=True)


def test_promise_2_what_came_and_went_between_two_visits_is_read_from_older_pages(
    server: Server, tmp_path: Path
) -> None:
    """Five entries at a time, one every four minutes: a document lasts twenty minutes."""
    site = archived(4 * MINUTE, 5)
    home, words = watch(server, tmp_path / "home", site, DAY)
    feeds = [visit for visit in server.visits if visit.target == PATH]
    first, last = min(feeds[0].answer.entries), max(feeds[-1].answer.entries)
    assert words == words_of(range(first, last + 1))
    gaps = rows_of(home, "SELECT pages, closed FROM gaps")
    assert gaps
    assert all(pages > 0 and closed for pages, closed in gaps)
    # Older pages are read for a gap alone, and each page once for it.
    pages = [visit for visit in server.visits if visit.answer.page]
    assert len(pages) == sum(row[0] for row in gaps)
    assert judged(Case(feeds, PATH, server.clock.now, turnover=HOUR / 3), RULES) == []


def test_promise_2_without_older_pages_a_gap_is_noted_and_never_closed(
    server: Server, tmp_path: Path
) -> None:
    site = archived(4 * MINUTE, 5)
    site.archives = False
    home, words = watch(server, tmp_path / "home", site, DAY / 2)
    served = {number for visit in server.visits for number in visit.answer.entries}
    assert words == Counter(word_of("flood", number) for number in served)
    gaps = rows_of(home, "SELECT pages, closed FROM gaps")
    assert gaps
    assert set(gaps) == {(0, 0)}
