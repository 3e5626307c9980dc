"""Promise 24: several monitors on one home do each due fetch once, whoever of them dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from tests.reference.children import Child
from tests.reference.clock import BEGIN, HOUR, MINUTE, Clock
from tests.reference.driving import due_at, next_bell
from tests.reference.judge import by_feed, validators_are_never_forgotten
from tests.reference.judge_waits import a_feed_is_never_given_up, at_most_daily_without_validators
from tests.reference.neighbours import requests, settle, violations
from tests.reference.server import Server, serving

# A busy machine is no failure: nothing here waits for real time.
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Clock()) as running:
        yield running
        assert running.faults == []


@pytest.mark.parametrize(("copies", "skew"), [(2, 0 * HOUR), (5, 0 * HOUR), (2, HOUR)])
def test_promise_24_each_due_fetch_is_done_once(
    server: Server, tmp_path: Path, copies: int, skew: timedelta
) -> None:
    """The clock of the first copy may be ahead.

    They ring at once, or, with clocks that differ, one after the other: a lease is told by the clock, and
    processes of one machine share it.
    """
    home = settle(server, tmp_path / "home", hosts=10, feeds=20)
    clock = server.clock
    stored: list[str] = []
    until = BEGIN + 4 * HOUR
    with ExitStack() as stack:
        children = [stack.enter_context(Child(home)) for _ in range(copies)]
        while clock.now < until:
            for child in children:
                child.tell(clock() + (skew if child is children[0] else 0 * HOUR))
                if skew:
                    stored += child.stored()
            for child in children if not skew else ():
                stored += child.stored()
            due = due_at(home)
            clock.now = next_bell(clock.now, due - skew if due else None, until)
    assert len(stored) == len(server.visits)
    assert violations(server) == []
    assert all(len(visits) >= 2 for visits in by_feed(server.visits).values())


def test_promise_24_when_the_leader_is_killed_another_goes_on(
    server: Server, tmp_path: Path
) -> None:
    home = settle(server, tmp_path / "home", hosts=40, feeds=40)
    clock = server.clock
    server.gate = threading.Event()
    with Child(home) as leader, Child(home) as other:
        leader.tell(clock())
        assert server.arrived.acquire(timeout=60)
        leader.kill()
        server.gate.set()
        taken = len(requests(server))
        # What the leader had not taken is done at the next bell, the rest within an interval.
        clock.forward(5 * MINUTE)
        other.ring(clock())
        assert len(requests(server)) > taken
        clock.forward(70 * MINUTE)
        other.ring(clock())
    assert len(requests(server)) == 40
    # What the leader was told and could not store any more is asked for again, in full.
    lost = (
        a_feed_is_never_given_up,
        validators_are_never_forgotten,
        at_most_daily_without_validators,
    )
    assert violations(server, leave_out=lost) == []
