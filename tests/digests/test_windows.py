"""Which window is due: tables first, then every zone's clock changes, then any order of looks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests.windows import (
    by_hand,
    due,
    edition_id,
    moments_on,
    next_due,
    preview_window,
)
from monitor.errors import UsageError
from monitor.model.digest import Digest
from tests.digests.builders import a_digest

ZONES = sorted(available_timezones())
DAY = timedelta(days=1)


def moment_on(digest: Digest, on: date) -> datetime | None:
    """The moment of a digest with one time."""
    return next((moment for moment, _ in moments_on(digest, on)), None)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "on", "expected"),
    [
        ("UTC", "07:00", "2026-11-23", "2026-11-23 07:00"),
        ("Europe/Berlin", "07:00", "2026-07-01", "2026-07-01 05:00"),
        ("Europe/Berlin", "07:00", "2026-12-01", "2026-12-01 06:00"),
        # skipped: 02:00 becomes 03:00 at 01:00 UTC; the next valid minute is 03:00
        ("Europe/Berlin", "02:00", "2026-03-29", "2026-03-29 01:00"),
        ("Europe/Berlin", "02:30", "2026-03-29", "2026-03-29 01:00"),
        ("Europe/Berlin", "01:59", "2026-03-29", "2026-03-29 00:59"),
        ("Europe/Berlin", "03:00", "2026-03-29", "2026-03-29 01:00"),
        # repeated: the first of the two
        ("Europe/Berlin", "02:30", "2026-10-25", "2026-10-25 00:30"),
        ("Europe/Berlin", "03:00", "2026-10-25", "2026-10-25 02:00"),
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08 07:00"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01 05:30"),
        # half an hour only: 02:00 becomes 02:30, and 02:00 goes back to 01:30
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-04 14:45"),
        # no clock changes any more, and the day before the date line
        ("Pacific/Apia", "07:00", "2026-04-05", "2026-04-04 18:00"),
        ("Pacific/Kiritimati", "00:00", "2026-01-01", "2025-12-31 10:00"),
        # leap day
        ("UTC", "07:00", "2028-02-29", "2028-02-29 07:00"),
    ],
)
def test_a_moment_is_the_first_instant_with_that_wall_time_or_later(
    zone: str, wall: str, on: str, expected: str
) -> None:
    digest = a_digest(at=time.fromisoformat(wall), timezone=zone)
    assert moment_on(digest, date.fromisoformat(on)) == at(expected)


def test_a_date_the_zone_jumped_over_has_no_moment() -> None:
    digest = a_digest(timezone="Pacific/Apia")
    assert moment_on(digest, date(2011, 12, 30)) is None
    assert moment_on(digest, date(2011, 12, 31)) is not None


def test_weekdays_not_asked_for_have_no_moment() -> None:
    digest = a_digest(days=(0, 4), timezone="UTC")
    week = [date(2026, 11, 23) + n * DAY for n in range(7)]
    assert [day for day in week if moment_on(digest, day)] == [week[0], week[4]]


@pytest.mark.parametrize(
    ("began", "cutoff", "now", "window", "slot", "missed"),
    [
        pytest.param("2026-11-22 20:00", None, "2026-11-23 05:59", None, "", 0, id="not yet"),
        pytest.param(
            "2026-11-22 20:00",
            None,
            "2026-11-23 06:00",
            ("2026-11-22 20:00", "2026-11-23 06:00"),
            "2026-11-23T07:00",
            0,
            id="first, from its beginning",
        ),
        pytest.param(
            "2026-11-01 20:00",
            "2026-11-22 06:00",
            "2026-11-23 09:12",
            ("2026-11-22 06:00", "2026-11-23 06:00"),
            "2026-11-23T07:00",
            0,
            id="late, window ends in time",
        ),
        pytest.param(
            "2026-11-01 20:00", "2026-11-23 06:00", "2026-11-23 06:00", None, "", 0, id="done"
        ),
        pytest.param(
            "2026-11-01 20:00",
            "2026-11-19 06:00",
            "2026-11-23 08:00",
            ("2026-11-19 06:00", "2026-11-23 06:00"),
            "2026-11-23T07:00",
            3,
            id="one catch-up after an outage",
        ),
        pytest.param(
            "2026-11-01 20:00",
            "2026-11-23 06:00",
            "2026-11-22 06:00",
            None,
            "",
            0,
            id="clock set back",
        ),
        pytest.param(
            "2026-11-01 20:00",
            "2026-11-23 05:00",
            "2026-11-23 07:00",
            ("2026-11-23 05:00", "2026-11-23 06:00"),
            "2026-11-23T07:00",
            0,
            id="after one by hand",
        ),
        pytest.param(
            "2026-11-23 06:00",
            None,
            "2026-11-23 06:00",
            None,
            "",
            0,
            id="began at the moment itself",
        ),
    ],
)
def test_what_is_due(
    began: str, cutoff: str | None, now: str, window: tuple[str, str] | None, slot: str, missed: int
) -> None:
    got = due(a_digest(), at(began), at(cutoff) if cutoff else None, at(now))
    if window is None:
        assert got is None
    else:
        assert got is not None
        assert (got.window.from_at, got.window.until_at) == (at(window[0]), at(window[1]))
        assert (got.slot, got.missed) == (slot, missed)
        assert got.local_on == date.fromisoformat(slot[:10])
        assert got.window.timezone == "Europe/Berlin"


def test_a_weekly_digest_after_a_week_away_is_due_once() -> None:
    digest = a_digest(days=(0,), timezone="UTC")
    got = due(digest, at("2026-11-01 00:00"), at("2026-11-16 07:00"), at("2026-11-29 12:00"))
    assert got is not None
    assert got.window.until_at == at("2026-11-23 07:00")


def test_a_digest_by_hand_ends_now_and_the_scheduled_one_goes_on_from_there() -> None:
    digest = a_digest()
    now = at("2026-11-23 04:10:30")
    mine = by_hand(digest, at("2026-11-01 00:00"), at("2026-11-22 06:00"), now)
    assert (mine.window.from_at, mine.window.until_at) == (at("2026-11-22 06:00"), now)
    assert mine.slot == "by hand 2026-11-23T04:10:30Z"
    then = due(digest, at("2026-11-01 00:00"), mine.window.until_at, at("2026-11-23 06:00"))
    assert then is not None
    assert then.window.from_at == now


def test_by_hand_with_the_clock_set_back_gives_an_empty_window() -> None:
    got = by_hand(
        a_digest(), at("2026-11-01 00:00"), at("2026-11-23 06:00"), at("2026-11-22 06:00")
    )
    assert got.window.from_at == got.window.until_at == at("2026-11-23 06:00")


def test_editions_are_named_after_their_slot() -> None:
    digest = a_digest("weekly-chips")
    scheduled = due(digest, at("2026-11-22 00:00"), None, at("2026-11-23 06:00"))
    assert scheduled is not None
    assert edition_id(digest, scheduled) == "weekly-chips-2026-11-23-0700"
    mine = by_hand(digest, at("2026-11-22 00:00"), None, at("2026-11-23 06:00"))
    assert edition_id(digest, mine) == "weekly-chips-2026-11-23-060000Z"


@pytest.mark.parametrize(
    ("cutoff", "since", "until", "expected"),
    [
        (None, None, None, ("2026-11-22 12:00", "2026-11-23 12:00")),
        ("2026-11-23 06:00", None, None, ("2026-11-23 06:00", "2026-11-23 12:00")),
        ("2026-11-24 06:00", None, None, ("2026-11-22 12:00", "2026-11-23 12:00")),
        ("2026-11-23 06:00", "2026-11-01 00:00", None, ("2026-11-01 00:00", "2026-11-23 12:00")),
        ("2026-11-23 06:00", None, "2026-11-20 00:00", ("2026-11-19 00:00", "2026-11-20 00:00")),
        (None, "2026-11-01 00:00", "2026-11-02 00:00", ("2026-11-01 00:00", "2026-11-02 00:00")),
    ],
)
def test_the_window_of_a_preview(
    cutoff: str | None, since: str | None, until: str | None, expected: tuple[str, str]
) -> None:
    got = preview_window(
        a_digest(),
        at(cutoff) if cutoff else None,
        at("2026-11-23 12:00"),
        since=at(since) if since else None,
        until=at(until) if until else None,
    )
    assert (got.window.from_at, got.window.until_at) == (at(expected[0]), at(expected[1]))
    assert got.slot == "preview"


def test_a_preview_of_no_time_is_refused() -> None:
    with pytest.raises(UsageError, match="holds no time"):
        preview_window(a_digest(), None, at("2026-11-23 12:00"), since=at("2026-11-24 00:00"))


def test_the_next_moment_is_later_than_the_given_one() -> None:
    digest = a_digest(days=(0,))
    monday = at("2026-11-23 06:00")
    assert next_due(digest, monday - timedelta(seconds=1)) == monday
    assert next_due(digest, monday) == monday + 7 * DAY


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe/Berlin\n"])
def test_an_unknown_zone_is_refused_with_what_to_write(name: str) -> None:
    with pytest.raises(UsageError, match="IANA"):
        due(a_digest(timezone=name), at("2026-11-01 00:00"), None, at("2026-11-23 06:00"))


def test_a_digest_without_days_is_refused() -> None:
    with pytest.raises(UsageError, match="no days or no time"):
        next_due(a_digest(days=()), at("2026-11-23 06:00"))


def _clock_changes(zone: ZoneInfo) -> list[datetime]:
    """Return the days (UTC) from 2026 to 2030 during which the zone's offset changes."""
    days = [datetime(2026, 1, 1, tzinfo=UTC) + n * DAY for n in range(5 * 365 + 1)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [days[n] for n in range(len(days) - 1) if offsets[n] != offsets[n + 1]]


def _first_instant(zone: ZoneInfo, wall: datetime, start: datetime) -> datetime:
    """Return by trying every minute when a clock first shows this wall time or later."""
    moment = start
    while moment.astimezone(zone).replace(tzinfo=None, fold=0) < wall:
        moment += timedelta(minutes=1)
    return moment


@pytest.mark.parametrize("part", range(4))
def test_every_zone_has_one_moment_a_day_around_every_clock_change(part: int) -> None:
    """All zones, all changes from 2026 to 2030: one slot a local date, no gap, no overlap."""
    for name in ZONES[part::4]:
        zone = ZoneInfo(name)
        for changed in _clock_changes(zone):
            for wall in (time(0, 0), time(1, 30), time(2, 30), time(7, 0), time(23, 45)):
                digest = a_digest(at=wall, timezone=name)
                first = changed.astimezone(zone).date() - DAY
                moments = [moment_on(digest, first + n * DAY) for n in range(4)]
                present = [moment for moment in moments if moment is not None]
                assert len(present) == 4, name
                assert all(a < b for a, b in pairwise(present)), name
                assert next_due(digest, present[0]) == present[1]


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_moment_is_what_trying_every_minute_finds(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(ZONES))
    zone = ZoneInfo(name)
    changes = _clock_changes(zone) or [datetime(2027, 6, 1, tzinfo=UTC)]
    changed = data.draw(st.sampled_from(changes))
    on = changed.astimezone(zone).date() + data.draw(st.integers(-1, 1)) * DAY
    wall = time(data.draw(st.integers(0, 23)), data.draw(st.integers(0, 59)))
    start = datetime.combine(on, time(), UTC) - timedelta(hours=16)
    expected = _first_instant(zone, datetime.combine(on, wall), start)
    assert moment_on(a_digest(at=wall, timezone=name), on) == expected


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_windows_tile_time_whatever_the_clock_does(data: st.DataObject) -> None:
    """Looks at any times, some of them back in time, some by hand: no gap, no overlap, no repeat."""
    times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
    digest = a_digest(
        at=tuple(sorted(data.draw(st.sets(times, min_size=1, max_size=4)))),
        timezone=data.draw(st.sampled_from(ZONES)),
        days=tuple(sorted(data.draw(st.sets(st.integers(0, 6), min_size=1)))),
    )
    began = at("2026-01-01") + data.draw(st.timedeltas(timedelta(), timedelta(days=1790)))
    now, cutoff = began, None
    scheduled: list[str] = []
    for _ in range(data.draw(st.integers(1, 25))):
        now += data.draw(st.timedeltas(timedelta(hours=-30), timedelta(hours=80)))
        if data.draw(st.integers(0, 9)) == 0 and now > (cutoff or began):
            got = by_hand(digest, began, cutoff, now)
        else:
            owed = due(digest, began, cutoff, now)
            if owed is None:
                continue
            got = owed
            scheduled.append(owed.slot)
            assert owed.window.until_at in dict(moments_on(digest, owed.local_on))
            assert owed.local_on.weekday() in digest.days
        assert got.window.from_at == (cutoff or began)
        assert got.window.from_at < got.window.until_at <= now
        cutoff = got.window.until_at
        assert due(digest, began, cutoff, now) is None
    assert len(scheduled) == len(set(scheduled))


def test_several_times_a_day_each_have_their_slot() -> None:
    digest = a_digest(at=(time(7), time(13)), timezone="Europe/Berlin")
    began, cutoff = at("2026-11-23 00:00"), None
    slots = []
    for hour in range(48):
        owed = due(digest, began, cutoff, began + timedelta(hours=hour))
        if owed is not None:
            slots.append(owed.slot)
            cutoff = owed.window.until_at
    assert slots == [f"2026-11-{day}T{hour}:00" for day in (23, 24) for hour in ("07", "13")]


def test_after_an_outage_the_newest_of_several_times_is_due_and_the_others_are_counted() -> None:
    digest = a_digest(at=(time(7), time(13)), timezone="UTC")
    owed = due(digest, at("2026-11-20 00:00"), at("2026-11-20 13:00"), at("2026-11-22 12:59"))
    assert owed is not None
    assert (owed.slot, owed.missed) == ("2026-11-22T07:00", 2)
    assert owed.window.from_at == at("2026-11-20 13:00")


def test_two_times_that_are_skipped_together_are_one_edition() -> None:
    digest = a_digest(at=(time(2), time(2, 30)), timezone="Europe/Berlin")
    assert moments_on(digest, date(2026, 3, 29)) == [(at("2026-03-29 01:00"), time(2))]
    assert next_due(digest, at("2026-03-29 01:00")) == at("2026-03-30 00:00")


@settings(deadline=None, max_examples=40)
@given(
    zone=st.sampled_from(ZONES),
    wall=st.times(),
    start=st.dates(date(2026, 1, 1), date(2030, 11, 1)),
)
def test_looking_every_hour_gives_each_local_date_its_edition(
    zone: str, wall: time, start: date
) -> None:
    digest = a_digest(at=wall.replace(second=0, microsecond=0), timezone=zone)
    began = now = datetime.combine(start, time(), UTC)
    cutoff: datetime | None = None
    seen: list[date] = []
    for _ in range(24 * 20):
        now += timedelta(hours=1)
        got = due(digest, began, cutoff, now)
        if got is not None:
            seen.append(got.local_on)
            cutoff = got.window.until_at
    assert seen == [seen[0] + n * DAY for n in range(len(seen))]
    assert len(seen) in (19, 20, 21)


def test_two_by_hand_in_one_second_have_names_of_their_own() -> None:
    digest = a_digest(at=time(7))
    cutoff = at("2026-11-23 08:15:30").replace(microsecond=100)
    first = by_hand(digest, at("2026-11-22 00:00"), None, cutoff)
    second = by_hand(digest, at("2026-11-22 00:00"), cutoff, cutoff.replace(microsecond=900))
    assert edition_id(digest, first) == "daily-2026-11-23-081530Z"
    assert edition_id(digest, second) == "daily-2026-11-23-081530-000900Z"
