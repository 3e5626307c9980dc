"""Attempts to log in: slow for who guesses, from one place or many; short for everybody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.service.attempts import (
    FORGOTTEN,
    FREE,
    FREE_IN_ALL,
    LONGEST,
    LONGEST_IN_ALL,
    Attempts,
)

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOTHING = timedelta()


def test_waits_grow_and_end_at_a_minute() -> None:
    attempts, now = Attempts(), NOW
    waits = []
    for _ in range(FREE + 10):
        wait = attempts.begin("192.0.2.1", now, apart=True)
        waits.append(int(wait.total_seconds()))
        now += wait
        if wait:
            assert attempts.begin("192.0.2.1", now, apart=True) == NOTHING
    assert waits[:FREE] == [0] * FREE
    assert waits[FREE:] == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_asking_while_waiting_makes_it_no_longer_and_a_clock_set_back_neither() -> None:
    attempts = Attempts()
    for _ in range(FREE):
        attempts.begin("192.0.2.1", NOW)
    waits = {attempts.begin("192.0.2.1", NOW) for _ in range(50)}
    assert waits == {timedelta(seconds=1)}
    assert attempts.begin("192.0.2.1", NOW - timedelta(days=400)) <= LONGEST


def test_a_success_and_an_hour_make_it_begin_anew() -> None:
    attempts = Attempts()
    for _ in range(FREE):
        attempts.begin("192.0.2.1", NOW)
        attempts.begin("192.0.2.2", NOW)
    attempts.succeeded("192.0.2.1")
    assert attempts.begin("192.0.2.1", NOW) == NOTHING
    later = NOW + FORGOTTEN + timedelta(seconds=1)
    assert [attempts.begin("192.0.2.2", later) for _ in range(FREE)] == [NOTHING] * FREE


def test_many_places_wait_together_but_not_who_is_known_or_sits_here() -> None:
    attempts = Attempts()
    attempts.begin("203.0.113.7", NOW)
    attempts.succeeded("203.0.113.7")
    now = NOW
    for each in range(FREE_IN_ALL + 60):
        place = f"198.51.{each // 250}.{each % 250}"
        now += attempts.begin(place, now)
        attempts.begin(place, now)
    wait = attempts.begin("192.0.2.1", now)
    assert NOTHING < wait <= LONGEST_IN_ALL
    assert attempts.begin("203.0.113.7", now) == NOTHING
    assert attempts.begin("127.0.0.1", now, apart=True) == NOTHING


@pytest.mark.parametrize("many", ["2001:db8::{:x}", "2001:db8:0:0:{:x}::1"])
def test_a_network_of_ipv6_is_one_place(many: str) -> None:
    attempts = Attempts()
    waits = [attempts.begin(many.format(each + 1), NOW) for each in range(FREE + 1)]
    assert waits[-1] > NOTHING
    assert attempts.begin("2001:db8:0:1::1", NOW) == NOTHING


def test_what_is_kept_is_bounded() -> None:
    attempts = Attempts()
    for each in range(20_000):
        attempts.begin(f"place {each}", NOW, apart=True)
    assert len(attempts._by_place) == 10_000
