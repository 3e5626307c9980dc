"""When a feed is due next: FRB 021 to 024, 033, 110; PROMISES bad inputs 14, 15, 17, 22, 34 to 36."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fetch.cadence import Visit, in_words, next_fetch
from monitor.model.feed import Rhythm, Wishes
from monitor.model.fetch import Pacing

NOW = datetime(2025, 3, 3, 10, 20, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SPREAD = 0.15


def visit(result: str = "ok", **known: object) -> Visit:
    return Visit(url="https://feeds.example/a", now=NOW, result=result, **known)  # type: ignore[arg-type]


def failed(times: int, **known: object) -> Visit:
    return visit("timeout", failures=times, last_ok_at=NOW - times * DAY / 24, **known)


CASES = {
    "pushed by a hub": (visit(pushed_until=NOW + 7 * DAY), 12 * HOUR, "its hub pushes"),
    "pushed until the lease ends": (visit(pushed_until=NOW + 5 * HOUR), 5 * HOUR, "its hub pushes"),
    "pushed, but the document turns over": (
        visit(pushed_until=NOW + 7 * DAY, rhythm=Rhythm(HOUR, 6 * HOUR)), 3 * HOUR, "are replaced",
    ),
    "pushed, but the person's own interval holds": (
        visit(pushed_until=NOW + 7 * DAY, adaptive=False), HOUR, "every",
    ),
    "pushed, but it fails": (failed(1, pushed_until=NOW + 7 * DAY), HOUR, "every"),
    "its interval": (visit(), HOUR, "every 60 min"),
    "a 304 is as good": (visit("304"), HOUR, "every 60 min"),
    "a known body is as good": (visit("same"), HOUR, "every 60 min"),
    "lowered by the person": (visit(interval=10 * MINUTE), 10 * MINUTE, "every 10 min"),
    "raised by the person": (visit(interval=30 * DAY), 30 * DAY, "every 30 d"),
    "22 max-age": (visit(pacing=Pacing(max_age=3 * HOUR)), 3 * HOUR, "max-age"),
    "22 max-age of a 304": (visit("304", pacing=Pacing(max_age=3 * HOUR)), 3 * HOUR, "max-age"),
    "34 short max-age": (visit(pacing=Pacing(max_age=MINUTE)), HOUR, "every"),
    "34 max-age capped": (visit(pacing=Pacing(max_age=99 * DAY)), 7 * DAY, "max-age"),
    "max-age also holds a lowered feed": (
        visit(interval=MINUTE, pacing=Pacing(max_age=HOUR)), HOUR, "max-age",
    ),
    "expires": (visit(pacing=Pacing(expires_at=NOW + 5 * HOUR)), 5 * HOUR, "Expires"),
    "expired": (visit(pacing=Pacing(expires_at=NOW - DAY)), HOUR, "every"),
    "expires capped": (visit(pacing=Pacing(expires_at=NOW + 99 * DAY)), 7 * DAY, "Expires"),
    "24 ttl": (visit(wishes=Wishes(4 * HOUR)), 4 * HOUR, "ttl"),
    "36 ttl 0": (visit(wishes=Wishes(timedelta(0))), HOUR, "every"),
    "36 ttl -5": (visit(wishes=Wishes(-5 * MINUTE)), HOUR, "every"),
    "36 ttl 1e9": (visit(wishes=Wishes(timedelta(minutes=10**9))), 7 * DAY, "ttl"),
    "the longest wish wins": (
        visit(wishes=Wishes(2 * HOUR), pacing=Pacing(max_age=3 * HOUR, expires_at=NOW + 4 * HOUR)),
        4 * HOUR, "Expires",
    ),
    "23 something new just now": (visit(last_new_at=NOW), HOUR, "every"),
    "23 nothing new for a day": (visit(last_new_at=NOW - DAY), 3 * HOUR, "nothing new for 24 h"),
    "23 nothing new for a year": (visit(last_new_at=NOW - 365 * DAY), 6 * HOUR, "nothing new for"),
    "23 new in the future": (visit(last_new_at=NOW + DAY), HOUR, "every"),
    "23 the person's own interval holds": (
        visit(last_new_at=NOW - 365 * DAY, adaptive=False), HOUR, "every",
    ),
    "23 something new each day": (
        visit(last_new_at=NOW, rhythm=Rhythm(DAY)), 3 * HOUR, "something new every 24 h",
    ),
    "23 something new each month": (visit(last_new_at=NOW, rhythm=Rhythm(30 * DAY)), 6 * HOUR, "new every"),
    "23 a rare feed that turns over fast": (
        visit(last_new_at=NOW, rhythm=Rhythm(30 * DAY, 4 * HOUR)), 2 * HOUR, "are replaced within 4 h",
    ),
    "a feed that turns over within the hour": (
        visit(last_new_at=NOW, rhythm=Rhythm(HOUR, HOUR / 2)), HOUR, "every 60 min",
    ),
    "no validators": (visit(conditional=False), DAY, "offers no validators"),
    "no validators and it turns over in a day": (
        visit(conditional=False, rhythm=Rhythm(4 * HOUR, DAY)), 12 * HOUR, "are replaced within 24 h",
    ),
    "no validators but the person wants it hourly": (
        visit(conditional=False, adaptive=False), HOUR, "every 60 min",
    ),
    "110 first failure": (failed(1), HOUR, "every"),
    "110 second failure": (failed(2), 2 * HOUR, "failed 2 times in a row"),
    "110 fifth failure": (failed(5), 16 * HOUR, "failed 5 times in a row"),
    "110 capped at a day": (failed(20), DAY, "failed 20 times"),
    "110 a month of failures": (
        visit("http", failures=90, last_ok_at=NOW - 31 * DAY), 7 * DAY, "failed 90 times",
    ),
    "110 never a success for long": (visit("dns", failures=60), 7 * DAY, "failed 60 times"),
    "110 never a success yet": (visit("dns", failures=10), DAY, "failed 10 times"),
    "110 a rare feed stays rare": (
        visit("http", failures=1, interval=7 * DAY), 7 * DAY, "every 7 d",
    ),
    "a million failures": (visit("http", failures=10**6), 7 * DAY, "failed"),
    "a parse failure is a failure": (visit("not-a-feed", failures=3), 4 * HOUR, "failed 3"),
    "max-age of an error page is no wish": (
        visit("http", failures=1, pacing=Pacing(max_age=5 * DAY)), HOUR, "every",
    ),
    "15 bare 429": (visit("throttled", failures=1), 4 * HOUR, "turned us away"),
    "15 bare 429 again": (visit("throttled", failures=2), 8 * HOUR, "turned us away"),
    "15 bare 429 for a rare feed": (
        visit("throttled", failures=1, interval=2 * DAY), 8 * DAY, "turned us away",
    ),
    "nobody was asked": (visit("blocked", failures=9, asked=False), HOUR, "every"),
    "13 blocked is paced like 429": (visit("blocked", failures=1), 4 * HOUR, "turned us away"),
    "20 retry-after": (
        visit("throttled", failures=1, pacing=Pacing(retry_after=9 * HOUR)), 9 * HOUR, "asks to wait 9 h",
    ),
    "17 503 once with a short hint": (
        visit("throttled", failures=1, pacing=Pacing(retry_after=MINUTE)), HOUR, "every",
    ),
    "14 retry-after capped": (
        visit("throttled", failures=1, pacing=Pacing(retry_after=3650 * DAY)), 14 * DAY, "14 d",
    ),
    "retry-after of another failure": (
        visit("http", failures=1, pacing=Pacing(retry_after=3 * HOUR)), 3 * HOUR, "asks to wait",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("seen", "wait", "words"), CASES.values(), ids=CASES)
def test_the_next_fetch_comes_after_the_longest_wish_and_says_why(
    seen: Visit, wait: timedelta, words: str
) -> None:
    due, reason = next_fetch(seen)
    assert NOW + wait <= due <= NOW + wait * (1 + SPREAD)
    assert words in reason


def test_14_a_wait_of_14_days_is_not_spread_beyond() -> None:
    seen = visit("throttled", failures=1, pacing=Pacing(retry_after=14 * DAY))
    assert next_fetch(seen)[0] == NOW + 14 * DAY


SKIPPED = {
    "24 inside a skipped hour": (visit(wishes=Wishes(skip_hours=(11,))), 12),
    "24 inside several": (visit(wishes=Wishes(skip_hours=(11, 12, 13))), 14),
    "24 round midnight": (visit(interval=13 * HOUR, wishes=Wishes(skip_hours=(23, 0, 1, 2))), 3),
    "24 other hours": (visit(wishes=Wishes(skip_hours=(3, 4))), 11),
    "24 the whole day": (visit(wishes=Wishes(skip_days=(0,))), 0),
    "24 a day and hours of the next": (visit(wishes=Wishes(skip_days=(0,), skip_hours=(0, 1))), 2),
    "35 all 24 hours are nonsense": (visit(wishes=Wishes(skip_hours=tuple(range(24)))), 11),
    "35 hour 24 is nonsense": (visit(wishes=Wishes(skip_hours=(24, -1))), 11),
    "35 all seven days are nonsense": (visit(wishes=Wishes(skip_days=tuple(range(7)))), 11),
}


@pytest.mark.parametrize(("seen", "hour"), SKIPPED.values(), ids=SKIPPED)
def test_24_35_skipped_hours_and_days_are_left_alone(seen: Visit, hour: int) -> None:
    due, reason = next_fetch(seen)
    assert due.hour == hour
    assert ("left alone" in reason) is (hour != 11)


def test_the_spread_does_not_carry_a_visit_past_the_turnover() -> None:
    rhythm = Rhythm(HOUR, HOUR * 1.05)
    for number in range(50):
        seen = Visit(url=f"https://f{number}.example/", now=NOW, result="ok", rhythm=rhythm)
        assert NOW + HOUR <= next_fetch(seen)[0] < NOW + HOUR * 1.05


def test_033_feeds_are_spread_and_the_spread_is_the_same_each_time() -> None:
    dues = [
        next_fetch(Visit(url=f"https://feeds.example/{number}", now=NOW, result="ok"))[0]
        for number in range(200)
    ]
    minutes = {(due - NOW) // MINUTE for due in dues}
    assert minutes == set(range(60, 69))
    again = next_fetch(Visit(url="https://feeds.example/7", now=NOW, result="ok"))[0]
    assert again == dues[7]


@settings(max_examples=300, deadline=None)
@given(
    result=st.sampled_from(["ok", "304", "same", "timeout", "throttled", "blocked", "broken"]),
    interval=st.timedeltas(timedelta(0), 40 * DAY),
    failures=st.integers(0, 10**7),
    retry=st.none() | st.timedeltas(timedelta(0), 9999 * DAY),
    max_age=st.none() | st.timedeltas(timedelta(0), 9999 * DAY),
    ttl=st.none() | st.timedeltas(-9999 * DAY, 9999 * DAY),
    hours=st.lists(st.integers(-1, 25), max_size=30).map(tuple),
    days=st.lists(st.integers(-1, 8), max_size=9).map(tuple),
    quiet=st.none() | st.timedeltas(-DAY, 3000 * DAY),
    every=st.none() | st.timedeltas(timedelta(0), 60 * DAY),
    turnover=st.none() | st.timedeltas(timedelta(0), 3000 * DAY),
    conditional=st.booleans(),
)
def test_the_next_fetch_is_always_later_than_its_interval_and_never_beyond_a_month(
    result: str,
    interval: timedelta,
    failures: int,
    retry: timedelta | None,
    max_age: timedelta | None,
    ttl: timedelta | None,
    hours: tuple[int, ...],
    days: tuple[int, ...],
    quiet: timedelta | None,
    every: timedelta | None,
    turnover: timedelta | None,
    conditional: bool,
) -> None:
    seen = visit(
        result,
        interval=interval,
        failures=failures,
        pacing=Pacing(retry_after=retry, max_age=max_age),
        wishes=Wishes(ttl, hours, days),
        rhythm=Rhythm(every, turnover),
        conditional=conditional,
        last_new_at=NOW - quiet if quiet is not None else None,
    )
    due, reason = next_fetch(seen)
    assert due >= NOW + max(interval, MINUTE)
    skipping = 8 * DAY
    assert due <= NOW + max(14 * DAY, 4 * interval * (1 + SPREAD)) + skipping
    assert reason
    assert next_fetch(seen) == (due, reason)
    if 0 < len({hour for hour in hours if 0 <= hour < 24}) < 24:
        assert due.hour not in hours


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (45 * MINUTE, "45 min"),
        (HOUR, "60 min"),
        (2 * HOUR, "2 h"),
        (90 * MINUTE, "1.5 h"),
        (3.62 * HOUR, "3.6 h"),
        (14.08 * HOUR, "14 h"),
        (9.96 * DAY, "10 d"),
        (130 * DAY, "130 d"),
        (3 * DAY, "3 d"),
    ],
)
def test_durations_are_said_in_the_largest_unit(wait: timedelta, words: str) -> None:
    assert in_words(wait) == words
