"""Topics over time: spans in days, weeks and months of a zone, counts, what is usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.service.trends import Span, makeup, span_of, trends
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.conftest import Command
from tests.store.builders import DAY, add, match, new, ungrouped

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture
def services(in_home: Command, home: Path) -> Iterator[Services]:
    with open_services(Home(home), NOW - 60 * DAY) as opened:
        yield opened


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.integers(1, 900),
    st.sampled_from(["day", "week", "month"]),
)
def test_periods_cover_every_day_of_a_span_once(first: date, days: int, by: str) -> None:
    span = Span(first, first + timedelta(days=days), by, "Europe/Berlin")  # type: ignore[arg-type]
    starts = span.starts
    assert starts[0] == first
    assert starts == sorted(set(starts))
    assert starts[-1] < span.until_on
    for start in starts[1:]:
        assert by == "day" or start.weekday() == 0 or by == "month"
        assert by != "month" or start.day == 1
    instants = [span.instant(on) for on in (*starts, span.until_on)]
    assert instants == sorted(instants)


def test_a_day_begins_at_midnight_of_the_zone_also_when_clocks_change() -> None:
    span = Span(date(2026, 10, 25), date(2026, 10, 26), "day", "Europe/Berlin")
    assert span.instant(date(2026, 10, 25)) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert span.instant(date(2026, 10, 26)) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_what_is_asked_for_is_kept_within_bounds() -> None:
    assert span_of(NOW, "UTC").by == "day"
    assert span_of(NOW, "UTC").until_on == date(2026, 11, 24)
    assert span_of(NOW, "UTC", days=365).by == "week"
    assert span_of(NOW, "UTC", first="1900-01-01").by == "month"
    assert span_of(NOW, "UTC", first="2020-01-01", by="day").by == "month"
    assert span_of(NOW, "UTC", last="2999-01-01").until_on == date(2026, 11, 24)
    for first, last in (("soon", ""), ("", "2026-02-30"), ("2027-01-01", "")):
        with pytest.raises(UsageError):
            span_of(NOW, "UTC", first=first, last=last)


def test_days_have_what_is_usual_once_enough_is_known(services: Services) -> None:
    for back in range(45, 0, -1):
        day = [new(f"{back}-{n}", matches=(match("chips"),)) for n in range(3)]
        ungrouped(services.store, add(services.store, *day, at=NOW - back * DAY))
    topic = next(each for each in services.settings.topics if each.name == "chips")
    span = span_of(NOW, "UTC", days=10)
    (trend,) = trends(services, [topic], span, NOW, usual=True)
    assert [bar.stories for bar in trend.bars] == [3] * 9 + [0]
    assert trend.bars[-1].open
    assert trend.bars[-1].high is None
    assert all(
        bar.low is not None and bar.high is not None and bar.low <= 3 <= bar.high
        for bar in trend.bars[:-1]
    )
    (early,) = trends(services, [topic], span_of(NOW, "UTC", days=44), NOW, usual=True)
    assert early.bars[0].high is None
    weekly = trends(services, [topic], span_of(NOW, "UTC", days=28, by="week"), NOW, usual=True)
    assert weekly[0].stories == 27 * 3
    assert all(bar.high is None for bar in weekly[0].bars)


def test_what_a_topic_is_made_of(services: Services) -> None:
    ids = add(
        services.store,
        *(new(f"{n}", title=f"Curbs {n}", matches=(match("chips"),)) for n in range(4)),
        at=NOW - DAY,
    )
    ungrouped(services.store, ids)
    topic = next(each for each in services.settings.topics if each.name == "chips")
    made = makeup(services, [topic], span_of(NOW, "UTC"))
    assert (made.entries, made.whole, made.stories) == (4, True, 4)
    assert made.outlets[0].share == 1.0
    assert made.documents == ()
    nothing = makeup(services, [topic], span_of(NOW, "UTC", last="2026-01-01"))
    assert (nothing.entries, nothing.outlets, nothing.words) == (0, (), ())
