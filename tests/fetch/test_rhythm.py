"""When a feed's silence is out of the ordinary: for publishers of every habit, over a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.fetch.rhythm import SILENT_UNKNOWN, rhythm_after, rhythm_of_dates, silent_after
from monitor.model.feed import NO_RHYTHM, Rhythm

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
LISTED = 20

Habit = Callable[[datetime], bool]
"""Whether something is published in the hour that begins then."""


def office(at: datetime) -> bool:
    """Each working hour of each working day; closed for Easter and Christmas."""
    closed = {(4, 3), (4, 6), (12, 24), (12, 25), (1, 1)}
    return at.weekday() < 5 and 9 <= at.hour < 18 and (at.month, at.day) not in closed


def daily(at: datetime) -> bool:
    return at.hour == 6


def weekdays(at: datetime) -> bool:
    return at.weekday() < 5 and at.hour == 15


def weekends(at: datetime) -> bool:
    return at.weekday() >= 5 and at.hour in (10, 16)


def thursdays_all_day(at: datetime) -> bool:
    return at.weekday() == 3 and 8 <= at.hour < 20


def monthly(at: datetime) -> bool:
    return at.day == 1 and at.hour == 9


def always(at: datetime) -> bool:
    return True


def hours_of(habit: Habit, days: int) -> Iterator[tuple[datetime, bool]]:
    for hour in range(24 * days):
        at = MONDAY + hour * HOUR
        yield at, habit(at)


@pytest.mark.parametrize(
    ("habit", "soonest", "latest"),
    [
        (always, 5 * DAY, 5 * DAY),
        (office, 5 * DAY, 20 * DAY),
        (daily, 10 * DAY, 11 * DAY),
        (weekdays, 10 * DAY, 20 * DAY),
        (weekends, 10 * DAY, 25 * DAY),
        (thursdays_all_day, 10 * DAY, 16 * DAY),
        (monthly, 60 * DAY, 90 * DAY),
    ],
)
def test_no_habit_is_silence_and_an_end_is_noticed(
    habit: Habit, soonest: timedelta, latest: timedelta
) -> None:
    """Visit each hour for a year, beginning with a document of the last 20 entries."""
    published = [at for at, something in hours_of(habit, 700) if something]
    first, begun = published[:LISTED], published[LISTED - 1]
    rhythm, last = rhythm_of_dates(first, LISTED), begun
    for at in (at for at in published if begun < at < begun + 365 * DAY):
        quiet = at - last
        assert quiet <= silent_after(rhythm), f"called silent before {at}: {rhythm}"
        rhythm = rhythm_after(rhythm, new=1, listed=LISTED, since_new=quiet, since_ok=HOUR)
        last = at
    assert soonest <= silent_after(rhythm) <= latest, silent_after(rhythm)


@pytest.mark.parametrize(
    ("rhythm", "wait"),
    [
        (NO_RHYTHM, SILENT_UNKNOWN),
        (Rhythm(timedelta(minutes=5)), 5 * DAY),
        (Rhythm(DAY), 10 * DAY),
        (Rhythm(DAY, None, 3 * DAY), 10 * DAY),
        (Rhythm(HOUR, None, 7 * DAY), 14 * DAY),
        (Rhythm(60 * DAY, None, 60 * DAY), 90 * DAY),
    ],
)
def test_how_long_a_feed_may_be_quiet(rhythm: Rhythm, wait: timedelta) -> None:
    assert silent_after(rhythm) == wait


def test_a_long_pause_fades_with_time_and_not_with_visits() -> None:
    rhythm = Rhythm(HOUR, None, 20 * DAY)
    for _ in range(24 * 60):
        rhythm = rhythm_after(rhythm, new=1, listed=LISTED, since_new=HOUR, since_ok=HOUR)
    assert rhythm.pause is not None
    assert abs(rhythm.pause - 10 * DAY) < HOUR
