"""Promises 8 and 10: restarts, kills, sleep and clocks that go wrong cost no server a request."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.reference.children import Child
from tests.reference.clock import BEGIN, DAY, HOUR, MINUTE, Clock
from tests.reference.driving import due_at, found, live_until, living, next_bell, visits_logged
from tests.reference.judge import by_feed
from tests.reference.judge_waits import at_most_hourly, frb_034_bunched
from tests.reference.neighbours import requests, settle, violations
from tests.reference.publisher import word_of
from tests.reference.server import Server, serving

SECOND = MINUTE / 60

# A busy machine is no failure: nothing here waits for real time.
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Clock()) as running, visits_logged(lambda *_: None):
        yield running
        assert running.faults == []


def ring_once(home: Home, clock: Clock) -> None:
    """Start the monitor, ring its bell, stop it."""

    async def once() -> None:
        async with living(home, clock) as (_, rounds):
            await rounds.refresh()

    asyncio.run(once())


def restarted(server: Server, home: Home, times: int) -> None:
    """Restart so many times within a simulated hour."""
    for _ in range(times):
        ring_once(home, server.clock)
        server.clock.forward(HOUR / times)


def everything_once(server: Server, home: Home) -> None:
    """Check that every entry that was served is found, once."""
    with open_services(home, server.clock()) as services:
        for (_, target), visits in by_feed(server.visits).items():
            marker = target.strip("/").partition(".")[0]
            numbers = {number for visit in visits for number in visit.answer.entries}
            words = found(services, f"zq{marker}mark", server.clock())
            assert words == Counter(word_of(marker, number) for number in numbers)


def test_promise_10_fifty_restarts_in_an_hour_ask_each_server_once(
    server: Server, tmp_path: Path
) -> None:
    home = settle(server, tmp_path / "home")
    restarted(server, home, 50)
    assert set(requests(server).values()) == {1}
    assert len(requests(server)) == 12
    restarted(server, home, 10)
    assert violations(server) == []


@pytest.mark.long
def test_promise_10_two_hundred_restarts_in_an_hour_ask_each_server_once(
    server: Server, tmp_path: Path
) -> None:
    home = settle(server, tmp_path / "home")
    for _ in range(3):
        restarted(server, home, 200)
    assert violations(server) == []
    assert max(requests(server).values()) <= 3


def test_frb_037_killed_in_the_middle_of_a_poll_it_asks_nobody_again_within_the_interval(
    server: Server, tmp_path: Path
) -> None:
    home = settle(server, tmp_path / "home", hosts=3, feeds=9)
    clock = server.clock
    server.gate = threading.Event()
    with Child(home) as child:
        child.tell(clock())
        for _ in range(3):
            assert server.arrived.acquire(timeout=60)
        child.kill()
    server.gate.set()
    asked = requests(server)
    assert len(asked) == 3
    with Child(home) as child:
        for _ in range(12):
            child.ring(clock())
            clock.forward(5 * MINUTE)
        assert requests(server) == asked
        clock.forward(15 * MINUTE)
        child.ring(clock())
    assert [violation for violation in violations(server) if "hourly" in violation.rule] == []
    assert len(requests(server)) == 9
    everything_once(server, home)


def test_promise_1_what_the_log_said_was_stored_survives_being_killed(
    server: Server, tmp_path: Path
) -> None:
    """Killed after so many answers, in the middle of storing: the next process ends what is left."""
    home = settle(server, tmp_path / "home", hosts=8, feeds=8)
    stored: list[str] = []
    for answers in (3, 6, 9):
        with Child(home) as child:
            child.tell(server.clock())
            for _ in range(answers):
                if not server.arrived.acquire(timeout=2):
                    break
            child.kill()
        server.clock.forward(70 * MINUTE)
    with Child(home) as child:
        stored += child.ring(server.clock())
    assert stored
    everything_once(server, home)


def test_promise_8_after_three_days_of_sleep_each_feed_is_asked_once(
    server: Server, tmp_path: Path
) -> None:
    home = settle(server, tmp_path / "home", hosts=2, feeds=16)
    clock = server.clock
    asyncio.run(live_until(home, clock, BEGIN + 6 * HOUR))
    before = requests(server)
    clock.forward(3 * DAY)
    ring_once(home, clock)
    assert requests(server) == {feed: count + 1 for feed, count in before.items()}
    woken = len(server.visits)
    asyncio.run(live_until(home, clock, clock.now + 12 * HOUR))
    assert violations(server) == []
    assert frb_034_bunched(server.visits[woken:], per_hour=16) == []


def test_promise_8_a_clock_that_jumps_a_day_ahead_asks_each_feed_once_more(
    server: Server, tmp_path: Path
) -> None:
    home = settle(server, tmp_path / "home")
    clock = server.clock
    asyncio.run(live_until(home, clock, BEGIN + 2 * HOUR))
    before = requests(server)
    clock.forward(DAY)
    for _ in range(5):
        ring_once(home, clock)
        clock.forward(10 * MINUTE)
    assert requests(server) == {feed: count + 1 for feed, count in before.items()}


@pytest.mark.parametrize("days", [1, 300], ids=["a day", "most of a year"])
def test_promise_8_a_clock_that_goes_back_asks_nobody_early_and_goes_on(
    server: Server, tmp_path: Path, days: int
) -> None:
    """What counts is real time, which the log of this server's own watch tells."""
    home = settle(server, tmp_path / "home", hosts=3, feeds=6)
    clock = Clock(BEGIN + days * DAY)  # the monitor's clock; the server's is right
    with_real = server.clock
    ring_once(home, clock)
    for _ in range(20 * 12):
        ring_once_due(home, clock)
        clock.forward(5 * MINUTE)
        with_real.forward(5 * MINUTE)
    clock.now = with_real.now  # set right
    before = requests(server)
    for _ in range(30 * 12):
        ring_once_due(home, clock)
        clock.forward(5 * MINUTE)
        with_real.forward(5 * MINUTE)
    soon = [
        violation for violation in violations(server) if violation.rule == at_most_hourly.__name__
    ]
    assert len(soon) <= (0 if days == 1 else len(before)), soon
    assert all(count > before[feed] for feed, count in requests(server).items())


def ring_once_due(home: Home, clock: Clock) -> None:
    """Ring where something may be due by this clock; opening the home for nothing only takes time."""
    due = due_at(home)
    if due is None or due <= clock.now or due > clock.now + DAY / 2:
        ring_once(home, clock)


def test_frb_034_feeds_subscribed_together_are_spread_after_a_day(
    server: Server, tmp_path: Path
) -> None:
    home = settle(server, tmp_path / "home", hosts=3, feeds=24)
    asyncio.run(live_until(home, server.clock, BEGIN + 1.5 * DAY))
    later = [visit for visit in server.visits if visit.at > BEGIN + DAY]
    assert len(later) > 150
    assert frb_034_bunched(later, per_hour=24) == []
    assert violations(server) == []
    first = [visit for visit in server.visits if visit.at < BEGIN + MINUTE]
    assert frb_034_bunched(first, per_hour=24) != []  # so much for telling the two apart


def test_the_next_bell_is_the_first_at_which_something_is_due() -> None:
    later = BEGIN + HOUR
    assert next_bell(BEGIN, None, later) == later
    assert next_bell(BEGIN, BEGIN + 7 * SECOND, later) == BEGIN + 10 * SECOND
    assert next_bell(BEGIN, BEGIN, later) == BEGIN + 5 * SECOND
    assert next_bell(BEGIN, later + DAY, later) == later
