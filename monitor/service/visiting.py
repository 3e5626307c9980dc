"""What a visit to a linked page means: taken, failed for good, or when to try again. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from monitor.fetch.headers import PRODUCT
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, FetchRequest
from monitor.model.page import PageState, PageVisit, Robots, WantedPage
from monitor.parse.fulltext import host_of, is_front_page
from monitor.parse.robots import robots_text
from monitor.settings.values import FetchSettings

PAUSE = timedelta(seconds=5)
"""Between two pages of one host, at least."""
WAITS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
"""Before the second, third and fourth attempt, at least; there is no fifth."""
GIVE_UP = timedelta(days=3)
"""After this an entry is no news any more, and its page is not asked for."""
HOPS = 5
"""Redirects that are followed."""
ROBOTS_HOLD = timedelta(hours=24)
"""A robots.txt is used for no longer than this (RFC 9309 section 2.4)."""
ROBOTS_RETRY = timedelta(hours=1)
"""One that could not be had is asked for again after this, at the earliest."""

_TEMPORARY = frozenset({"timeout", "dns", "connect", "certificate", "truncated", "throttled"})
_TEMPORARY_STATUS = frozenset({408, 425, 429})
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ACCEPT_PAGE = ("Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1")
_ACCEPT_ROBOTS = ("Accept", "text/plain, */*;q=0.1")


@dataclass(frozen=True, slots=True)
class Pause:
    """When a visit ended, and how long its host is left alone after it."""

    now: datetime
    wait: timedelta


def page_request(page: WantedPage) -> FetchRequest:
    """Return the GET for a page.

    The feed's headers and secret are for the feed alone. Its own User-Agent goes to its own host
    only; redirects come back, so that the robots.txt of where they lead is asked first.
    """
    feed = page.feed if page.feed and host_of(page.feed_url) == page.host else None
    return FetchRequest(
        url=page.url,
        user_agent=feed.user_agent if feed else "",
        user_agent_suffix=feed.user_agent_suffix if feed else "",
        headers=(_ACCEPT_PAGE,),
        follow=False,
    )


def robots_request(page: WantedPage) -> FetchRequest:
    """Return the GET for the robots.txt that holds for a page."""
    request = page_request(page)
    return FetchRequest(
        url=f"{origin_of(page.url)}/robots.txt",
        user_agent=request.user_agent,
        user_agent_suffix=request.user_agent_suffix,
        headers=(_ACCEPT_ROBOTS,),
    )


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address: what one robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def agents_of(page: WantedPage, settings: FetchSettings) -> tuple[str, ...]:
    """Return the names robots.txt may know us by: the product's, and the one config sends instead.

    Calling itself something else does not get the monitor around a rule that names it.
    """
    override = page_request(page).user_agent or settings.user_agent
    named = _TOKEN.match(override)
    return (PRODUCT, named[0]) if named else (PRODUCT,)


def read_robots(origin: str, outcome: FetchOutcome, now: datetime) -> Robots:
    """Say what an answer for robots.txt means (RFC 9309 section 2.3.1).

    An answer is used, for a day at most; 4xx means that everything is allowed; anything else that
    nothing is for now. So does 429, which asks for fewer visits, not for more.
    """
    rules, error = "", ""
    holds = ROBOTS_HOLD
    if isinstance(outcome, Fetched) and not outcome.broke_off:
        rules = robots_text(outcome.body)
        if outcome.pacing.max_age is not None:
            holds = min(max(outcome.pacing.max_age, ROBOTS_RETRY), ROBOTS_HOLD)
    elif not _no_robots(outcome):
        error = outcome.message if isinstance(outcome, FetchFailure) else "It is not complete."
        wait = outcome.pacing.retry_after or ROBOTS_RETRY
        holds = min(max(wait, ROBOTS_RETRY), ROBOTS_HOLD)
    return Robots(origin=origin, rules=rules, error=error, fetched_at=now, expires_at=now + holds)


def _no_robots(outcome: FetchOutcome) -> bool:
    if not isinstance(outcome, FetchFailure):
        return False
    return outcome.kind == "empty" or (400 <= outcome.status < 500 and outcome.status != 429)


def refused(outcome: FetchFailure) -> bool:
    """Tell whether the guard lets nothing out to the host that was asked, for the page neither."""
    return outcome.kind in {"refused", "bad-url"} and not outcome.hops


def not_wanted(page: WantedPage, now: datetime) -> str:
    """Say why a page need not be asked for any more, "" when it is wanted still."""
    if page.feed is None or not page.feed.full_text:
        return "The feed has no full_text = true in config/feeds.toml any more."
    if now - page.first_seen_at > GIVE_UP:
        return f"It was not fetched within {GIVE_UP.days} days of the entry."
    return ""


def taken(page: WantedPage, pause: Pause) -> PageVisit:
    """Say that the page's text was taken."""
    return _visit(page, pause, "taken")


def failed(page: WantedPage, error: str, pause: Pause) -> PageVisit:
    """Say that it never will be."""
    return _visit(page, pause, "failed", error=error)


def later(page: WantedPage, error: str, pause: Pause, wait: timedelta = timedelta(0)) -> PageVisit:
    """Say that it may be at another time, after `wait` at least, unless it has been tried often enough."""
    attempts = page.attempts + 1
    if attempts > len(WAITS):
        return failed(page, f"{error} It was tried {attempts} times.", pause)
    next_at = pause.now + max(WAITS[attempts - 1], wait)
    if next_at - page.first_seen_at > GIVE_UP:
        return failed(page, f"{error} The next try would come too late.", pause)
    return _visit(page, pause, "wanted", error=error, attempts=attempts, next_at=next_at)


def after_failure(page: WantedPage, failure: FetchFailure, pause: Pause) -> PageVisit:
    """Say what follows from a fetch of the page that brought no document."""
    if failure.kind == "redirect" and failure.hops:
        return _redirected(page, failure.hops[-1].url, pause)
    error = _in_words(page, failure)
    wait = failure.pacing.retry_after or timedelta(0)
    if failure.kind == "throttled":
        pause = Pause(pause.now, max(pause.wait, wait))
    temporary = (
        failure.kind in _TEMPORARY or failure.status >= 500 or failure.status in _TEMPORARY_STATUS
    )
    return later(page, error, pause, wait) if temporary else failed(page, error, pause)


def _redirected(page: WantedPage, target: str, pause: Pause) -> PageVisit:
    if page.hops >= HOPS:
        return failed(page, f"The page redirects more than {HOPS} times.", pause)
    if is_front_page(target):
        return failed(page, "The page redirects to a front page, so it is not there.", pause)
    return _visit(page, pause, "wanted", url=target, host=host_of(target), hops=page.hops + 1)


def _in_words(page: WantedPage, failure: FetchFailure) -> str:
    """Tell it as what it is about, a page; what the fetch room says is about feeds."""
    if not failure.status or failure.kind in {
        "empty",
        "too-large",
        "bad-coding",
        "bad-redirect",
        "truncated",
    }:
        return failure.message
    phrase = HTTPStatus(failure.status).phrase if failure.status in set(HTTPStatus) else ""
    return f"{origin_of(page.url)} answered {failure.status} {phrase}".rstrip() + " for the page."


def _visit(
    page: WantedPage,
    pause: Pause,
    state: PageState,
    *,
    error: str = "",
    url: str = "",
    host: str = "",
    attempts: int | None = None,
    hops: int | None = None,
    next_at: datetime | None = None,
) -> PageVisit:
    return PageVisit(
        entry=page.entry,
        visited=page.host,
        held_until_at=page.held_until_at,
        free_at=pause.now + pause.wait,
        state=state,
        url=url or page.url,
        host=host or page.host,
        attempts=page.attempts if attempts is None else attempts,
        hops=page.hops if hops is None else hops,
        next_at=next_at or pause.now,
        error=error,
    )
