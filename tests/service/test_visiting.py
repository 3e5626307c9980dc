"""What a visit to a page means: a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.feed import Feed
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, Hop, Pacing
from monitor.model.page import WantedPage
from monitor.parse.robots import SIZE_CAP
from monitor.service import visiting
from monitor.service.visiting import HOPS, PAUSE, WAITS, Pause
from monitor.settings.values import FetchSettings

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed(
    url="https://news.example/feed",
    full_text=True,
    user_agent="Reader/1",
    headers=(("X-Token", "t"),),
    auth_env="SECRET",
)
PAGE = WantedPage(
    entry=1,
    url="https://news.example/a?id=7",
    host="news.example",
    attempts=0,
    hops=0,
    first_seen_at=NOW,
    feed_url=FEED.url,
    feed=FEED,
    held_until_at=NOW + HOUR,
)
PAUSED = Pause(NOW, PAUSE)


def failure(kind: str, status: int = 0, retry: timedelta | None = None) -> FetchFailure:
    return FetchFailure(
        url=PAGE.url,
        kind=kind,  # type: ignore[arg-type]
        message="It failed.",
        status=status,
        pacing=Pacing(retry_after=retry),
    )


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [
        ("timeout", 0, "wanted"),
        ("dns", 0, "wanted"),
        ("connect", 0, "wanted"),
        ("certificate", 0, "wanted"),
        ("truncated", 200, "wanted"),
        ("throttled", 429, "wanted"),
        ("throttled", 503, "wanted"),
        ("http", 500, "wanted"),
        ("http", 504, "wanted"),
        ("http", 599, "wanted"),
        ("http", 408, "wanted"),
        ("http", 425, "wanted"),
        ("http", 400, "failed"),
        ("http", 404, "failed"),
        ("http", 300, "failed"),
        ("gone", 410, "failed"),
        ("blocked", 401, "failed"),
        ("blocked", 403, "failed"),
        ("blocked", 451, "failed"),
        ("refused", 0, "failed"),
        ("bad-url", 0, "failed"),
        ("bad-redirect", 302, "failed"),
        ("too-large", 200, "failed"),
        ("bad-coding", 200, "failed"),
        ("empty", 204, "failed"),
        ("protocol", 0, "failed"),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(kind: str, status: int, state: str) -> None:
    visit = visiting.after_failure(PAGE, failure(kind, status), PAUSED)
    assert visit.state == state
    assert visit.error
    assert visit.free_at == NOW + PAUSE
    assert visit.attempts == (1 if state == "wanted" else 0)


def test_waits_grow_and_end() -> None:
    page, waits = PAGE, []
    for _ in WAITS:
        visit = visiting.after_failure(page, failure("timeout"), PAUSED)
        waits.append(visit.next_at - NOW)
        page = replace(page, attempts=visit.attempts)
    assert tuple(waits) == WAITS
    last = visiting.after_failure(page, failure("timeout"), PAUSED)
    assert (last.state, last.error) == ("failed", "It failed. It was tried 4 times.")


@pytest.mark.parametrize(
    ("kind", "status", "retry", "next_in", "free_in"),
    [
        ("throttled", 429, 2 * HOUR, 2 * HOUR, 2 * HOUR),
        ("throttled", 503, timedelta(seconds=9), WAITS[0], timedelta(seconds=9)),
        ("throttled", 503, timedelta(seconds=1), WAITS[0], PAUSE),
        ("http", 500, 2 * HOUR, 2 * HOUR, PAUSE),
    ],
)
def test_retry_after_is_kept_and_for_a_busy_server_by_all_its_pages(
    kind: str, status: int, retry: timedelta, next_in: timedelta, free_in: timedelta
) -> None:
    visit = visiting.after_failure(PAGE, failure(kind, status, retry), PAUSED)
    assert (visit.next_at - NOW, visit.free_at - NOW) == (next_in, free_in)


def test_a_retry_after_news_has_become_old_is_none() -> None:
    visit = visiting.after_failure(PAGE, failure("throttled", 429, timedelta(days=4)), PAUSED)
    assert visit.state == "failed"
    assert "too late" in visit.error
    assert visit.free_at == NOW + timedelta(days=4)


@pytest.mark.parametrize(
    ("target", "hops", "state"),
    [
        ("https://news.example/b", 0, "wanted"),
        ("http://other.example/b", HOPS - 1, "wanted"),
        ("https://news.example/b", HOPS, "failed"),
        ("https://news.example/", 0, "failed"),
        ("https://news.example", 0, "failed"),
        ("https://news.example/?p=7", 0, "wanted"),
    ],
)
def test_a_redirect_is_another_turn(target: str, hops: int, state: str) -> None:
    led = replace(failure("redirect", 302), hops=(Hop(302, target),))
    visit = visiting.after_failure(replace(PAGE, hops=hops), led, PAUSED)
    assert visit.state == state
    assert visit.visited == "news.example"
    if state == "wanted":
        assert (visit.url, visit.hops, visit.attempts) == (target, hops + 1, 0)
        assert visit.host == target.split("/")[2]
        assert visit.next_at == NOW


def test_a_page_is_asked_for_without_what_is_the_feeds_alone() -> None:
    at_home = visiting.page_request(PAGE)
    assert [name for name, _ in at_home.headers] == ["Accept"]
    assert (at_home.user_agent, at_home.follow) == ("Reader/1", False)
    elsewhere = visiting.page_request(replace(PAGE, host="other.example"))
    assert elsewhere.user_agent == ""
    robots = visiting.robots_request(replace(PAGE, url="https://NEWS.example:8443/a?b#c"))
    assert (robots.url, robots.follow) == ("https://news.example:8443/robots.txt", True)


@pytest.mark.parametrize(
    ("of_feed", "of_config", "names"),
    [
        ("", "", ("ai-policy-monitor",)),
        ("", "Our_Reader/2 (+mail)", ("ai-policy-monitor", "Our_Reader")),
        ("Feed-Bot 1", "Our_Reader/2", ("ai-policy-monitor", "Feed-Bot")),
        ("(anonymous)", "", ("ai-policy-monitor",)),
    ],
)
def test_names_robots_may_know_us_by(of_feed: str, of_config: str, names: tuple[str, ...]) -> None:
    page = replace(PAGE, feed=replace(FEED, user_agent=of_feed))
    assert visiting.agents_of(page, FetchSettings(user_agent=of_config)) == names


RULES = b"User-agent: *\nDisallow: /private\n"


def fetched(body: bytes = RULES, **fields: object) -> Fetched:
    return Fetched(url="https://a.example/robots.txt", status=200, body=body, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "allows", "holds"),
    [
        (fetched(), True, 24 * HOUR),
        (fetched(pacing=Pacing(max_age=timedelta(0))), True, HOUR),
        (fetched(pacing=Pacing(max_age=5 * HOUR)), True, 5 * HOUR),
        (fetched(pacing=Pacing(max_age=timedelta(days=7))), True, 24 * HOUR),
        (fetched(broke_off="It broke off."), False, HOUR),
        (failure("http", 404), True, 24 * HOUR),
        (failure("gone", 410), True, 24 * HOUR),
        (failure("blocked", 401), True, 24 * HOUR),
        (failure("blocked", 403), True, 24 * HOUR),
        (failure("empty", 200), True, 24 * HOUR),
        (failure("throttled", 429), False, HOUR),
        (failure("throttled", 503), False, HOUR),
        (failure("throttled", 503, 3 * HOUR), False, 3 * HOUR),
        (failure("throttled", 503, timedelta(days=9)), False, 24 * HOUR),
        (failure("http", 500), False, HOUR),
        (failure("timeout"), False, HOUR),
        (failure("connect"), False, HOUR),
        (failure("bad-redirect", 302), False, HOUR),
        (failure("too-large", 200), False, HOUR),
    ],
)
def test_what_an_answer_for_robots_means(
    outcome: FetchOutcome, allows: bool, holds: timedelta
) -> None:
    robots = visiting.read_robots("https://a.example", outcome, NOW)
    assert (robots.error == "") is allows
    assert robots.expires_at - NOW == holds
    assert bool(robots.rules) is (isinstance(outcome, Fetched) and allows)


def test_no_more_of_a_robots_than_the_cap_is_kept() -> None:
    robots = visiting.read_robots("https://a.example", fetched(b"Disallow: /x\n" * 90_000), NOW)
    assert SIZE_CAP - 13 <= len(robots.rules) <= SIZE_CAP
    assert robots.rules.endswith("\n")


@pytest.mark.parametrize(
    ("feed", "after", "wanted"),
    [
        (FEED, timedelta(0), True),
        (FEED, timedelta(days=3), True),
        (FEED, timedelta(days=3, seconds=1), False),
        (replace(FEED, full_text=False), timedelta(0), False),
        (None, timedelta(0), False),
    ],
)
def test_whether_a_page_is_wanted_still(feed: Feed | None, after: timedelta, wanted: bool) -> None:
    said = visiting.not_wanted(replace(PAGE, feed=feed), NOW + after)
    assert (said == "") is wanted
