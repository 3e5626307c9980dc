"""Promise 9, good citizen: simulated weeks with every profile of server, judged rule by rule.

Promise 2 too: every entry of any body that was served with success is found by search, once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from monitor.model.feed import FeedRecord
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.reference.clock import BEGIN, DAY, Clock
from tests.reference.driving import found, live_until, make_home, visits_logged
from tests.reference.judge import Case, Violation, by_feed, judged
from tests.reference.judge_waits import RULES
from tests.reference.log import Visit
from tests.reference.profiles import FEEDS, TURNOVER, sites
from tests.reference.publisher import word_of
from tests.reference.server import Server, serving
from tests.reference.sites import PATH

QUICK_DAYS, LONG_DAYS = 8, 30

# A busy machine is no failure: nothing here waits for real time.
pytestmark = pytest.mark.timeout(1800)


@dataclass(frozen=True)
class Lived:
    """What the simulated weeks came to: the log, and what is in the store at the end."""

    clock: Clock
    visits: list[Visit]
    words: dict[str, Counter[str]]
    feeds: dict[str, FeedRecord]

    def of(self, host: str) -> list[Visit]:
        """Return the visits of a profile, those at the address it moved to included."""
        marker = marker_of(host)
        return [visit for visit in self.visits if marker_of(visit.host) == marker]


def marker_of(host: str) -> str:
    return host.removesuffix(".example").removesuffix("-to")


def live(root: Path, days: int) -> Lived:
    """Let the monitor watch every profile for so many days."""
    clock = Clock()
    with serving(clock) as server:
        server.sites = sites(server.url)
        home = make_home(root, [server.url(host) for host in FEEDS], timeout="3s")
        with visits_logged(lambda *_: None):
            asyncio.run(live_until(home, clock, BEGIN + days * DAY))
        assert server.faults == []
        return _lived(server, home, clock)


def _lived(server: Server, home: Home, clock: Clock) -> Lived:
    with open_services(home, clock()) as services:
        words = {host: found(services, f"zq{marker_of(host)}mark", clock()) for host in FEEDS}
        feeds = {
            record.url.split("/")[2].partition(":")[0]: record
            for record in services.store.feeds.feeds()
        }
    return Lived(clock, server.visits, words, feeds)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(tmp_path_factory.mktemp("quick") / "home", QUICK_DAYS)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(tmp_path_factory.mktemp("long") / "home", LONG_DAYS)


def violations(lived: Lived, host: str) -> list[Violation]:
    """Judge a profile; an address that redirects lead to is judged too, each time they do."""
    broken = []
    for (at, _), visits in by_feed(lived.of(host)).items():
        for run in [visits] if at == host else runs(visits, lived.of(host)):
            case = Case(run, PATH, lived.clock.now, TURNOVER.get(host), followed=at != host)
            broken += judged(case, RULES)
    return broken


def runs(visits: list[Visit], all_visits: list[Visit]) -> Iterator[list[Visit]]:
    """Split the visits to where redirects lead: what comes from home in between is the newer set."""
    there = visits[0].host
    for at_home, run in groupby(
        all_visits, lambda visit: visit.host != there and visit.answer.success
    ):
        together = [visit for visit in run if visit.host == there]
        if together and not at_home:
            yield together


def served(lived: Lived, host: str) -> set[str]:
    """Name the entries of every body that this profile served with success."""
    return {
        word_of(marker_of(host), number)
        for visit in lived.of(host)
        if visit.answer.feed and visit.answer.success
        for number in visit.answer.entries
    }


def unconditional(lived: Lived, host: str) -> int:
    """Count the requests at a profile's own address that had to be answered whole.

    Those after a redirect do not count: the answer before came from elsewhere.
    """
    visits = [visit for visit in lived.of(host) if visit.host == host]
    after = [None, *visits[:-1]]
    return sum(
        not visit.conditional
        for visit, before in zip(visits, after, strict=True)
        if before is None or before.answer.status not in {301, 302, 308}
    )


def check_manners(lived: Lived, host: str) -> None:
    broken = violations(lived, host)
    assert not broken, "\n".join(map(str, broken[:20]))
    if host not in WHOLE:
        assert unconditional(lived, host) == 1


def check_entries(lived: Lived, host: str) -> None:
    expected = served(lived, host)
    assert expected or host == "quiet.example"
    assert lived.words[host] == Counter(dict.fromkeys(expected, 1))


WHOLE = {"none.example", "busywhole.example"}
"""Those that offer no validators."""


@pytest.mark.parametrize("host", FEEDS)
def test_promise_9_a_good_citizen_for_a_week(quick: Lived, host: str) -> None:
    check_manners(quick, host)


@pytest.mark.parametrize("host", FEEDS)
def test_promise_2_every_entry_served_in_a_week_is_found_once(quick: Lived, host: str) -> None:
    check_entries(quick, host)


@pytest.mark.long
@pytest.mark.parametrize("host", FEEDS)
def test_promise_9_a_good_citizen_for_thirty_days(long: Lived, host: str) -> None:
    check_manners(long, host)


@pytest.mark.long
@pytest.mark.parametrize("host", FEEDS)
def test_promise_2_every_entry_served_in_thirty_days_is_found_once(long: Lived, host: str) -> None:
    check_entries(long, host)


def test_promise_9_the_profiles_answer_what_they_are_named_for(quick: Lived) -> None:
    seen = {
        host: {visit.answer.status for visit in quick.visits if visit.host == host}
        for host in FEEDS
    }
    expected = {
        "both.example": {200, 304},
        "none.example": {200},
        "changing.example": {200},
        "throttling.example": {200, 304, 429},
        "overloaded.example": {200, 304, 503},
        "gone.example": {200, 304, 410},
        "moved.example": {200, 304, 301},
        "undecided.example": {200, 304, 308},
    }
    assert {host: seen[host] for host in expected} == expected
    endings = {visit.answer.ending for visit in quick.visits if visit.host == "hostile.example"}
    assert len(endings) >= 3


def test_promise_26_each_feed_has_the_state_of_what_was_done_to_it(quick: Lived) -> None:
    states = {host: record.state for host, record in quick.feeds.items()}
    assert states["gone.example"] == "gone"
    assert quick.feeds["gone.example"].status == 410
    assert "410" in quick.feeds["gone.example"].error
    for host in ("both.example", "none.example", "ttl.example", "failing.example"):
        assert states[host] == "ok", quick.feeds[host].error
    for host, record in quick.feeds.items():
        failing = record.state in {"failing", "throttled", "blocked", "gone"}
        assert bool(record.error) or not failing, host
        assert record.why_then or record.state == "gone", host


def test_promise_18_a_move_is_adopted_on_the_third_day_and_a_doubtful_one_never(
    quick: Lived,
) -> None:
    assert "moved-to.example" in quick.feeds
    assert "moved.example" not in quick.feeds
    assert "undecided.example" in quick.feeds
    days = {visit.at.date() for visit in quick.visits if visit.answer.status == 301}
    assert len(days) == 3
