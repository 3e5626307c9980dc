"""What follows an attempt: a table of cases, and what holds for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.attempts import BACK_OFF, Outcome, after_attempt, after_lost

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("outcome", "attempts", "repeats", "age", "wait", "state", "pause"),
    [
        ("sent", 1, 0, HOUR, None, "sent", None),
        ("permanent", 1, 0, HOUR, None, "failed", None),
        ("temporary", 1, 0, HOUR, None, "failed", MINUTE),
        ("temporary", 2, 0, HOUR, None, "failed", 5 * MINUTE),
        ("temporary", 3, 0, HOUR, None, "failed", 15 * MINUTE),
        ("temporary", 4, 0, HOUR, None, "failed", HOUR),
        ("temporary", 5, 0, HOUR, None, "failed", 4 * HOUR),
        ("temporary", 50, 0, HOUR, None, "failed", 4 * HOUR),
        ("temporary", 1, 0, HOUR, 20 * MINUTE, "failed", 20 * MINUTE),
        ("temporary", 3, 0, HOUR, MINUTE, "failed", 15 * MINUTE),
        ("temporary", 1, 0, HOUR, 99 * HOUR, "failed", 4 * HOUR),
        ("temporary", 1, 0, 71 * HOUR, None, "failed", MINUTE),
        ("temporary", 1, 0, 72 * HOUR, None, "failed", None),
        ("unknown", 1, 0, HOUR, None, "unknown", 10 * MINUTE),
        ("unknown", 2, 1, HOUR, None, "unknown", None),
        ("unknown", 1, 0, 99 * HOUR, None, "unknown", 10 * MINUTE),
    ],
)
def test_after_an_attempt(
    outcome: Outcome, attempts: int, repeats: int, age: timedelta, wait: timedelta | None, state: str,
    pause: timedelta | None,
) -> None:  # fmt: skip
    after = after_attempt(
        outcome, NOW, attempts=attempts, repeats=repeats, created_at=NOW - age, wait=wait
    )
    assert (after.state, after.next_at and after.next_at - NOW) == (state, pause)


@pytest.mark.parametrize(
    ("channel", "handed", "repeats", "state", "next_at"),
    [
        ("mail", False, 0, "planned", None),
        ("mail", True, 0, "unknown", NOW),
        ("mail", True, 1, "unknown", None),
        ("webhook", True, 0, "planned", None),
        ("slack", True, 0, "unknown", NOW),
        ("folder", True, 0, "planned", None),
    ],
)
def test_after_the_process_ended(
    channel: str, handed: bool, repeats: int, state: str, next_at: datetime | None
) -> None:
    after = after_lost(channel, handed, NOW, repeats=repeats)
    assert (after.state, after.next_at) == (state, next_at)


@given(st.integers(0, 10**6), st.integers(0, 9), st.timedeltas(), st.none() | st.timedeltas())
def test_the_next_attempt_is_never_at_once_and_never_further_than_the_longest_pause(
    attempts: int, repeats: int, age: timedelta, wait: timedelta | None
) -> None:
    created_at = NOW - min(max(age, -1000 * HOUR), 1000 * HOUR)
    after = after_attempt(
        "temporary",
        NOW,
        attempts=attempts,
        repeats=repeats,
        created_at=created_at,
        wait=wait,
    )
    if after.next_at is not None:
        assert BACK_OFF[0] <= after.next_at - NOW <= BACK_OFF[-1]
