"""Days, weeks and months of a zone: without gaps, at its midnights, however its clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.facet import By
from monitor.query import parse
from monitor.query.metadata import period
from monitor.query.narrowing import parts_of
from monitor.query.periods import between, borders, counted, fitting_by
from monitor.query.tree import Meta

ZONES = ["UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu"]


def at(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("by", "zone", "edges"),
    [
        ("day", "UTC", [at(2026, 11, 22), at(2026, 11, 23), at(2026, 11, 24)]),
        (
            "day",
            "Europe/Berlin",
            [at(2026, 11, 21, 23), at(2026, 11, 22, 23), at(2026, 11, 23, 23)],
        ),
        ("week", "UTC", [at(2026, 11, 16), at(2026, 11, 23), at(2026, 11, 30)]),
        ("month", "Asia/Tokyo", [at(2026, 10, 31, 15), at(2026, 11, 30, 15)]),
    ],
)
def test_borders_are_the_midnights_of_the_zone(by: By, zone: str, edges: list[datetime]) -> None:
    found = borders(at(2026, 11, 22, 6), at(2026, 11, 23, 6), by, ZoneInfo(zone))
    assert [each for _, each in found] == edges


def test_a_day_is_as_long_as_its_clocks_make_it() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = borders(at(2026, 3, 28, 12), at(2026, 3, 29, 23), "day", berlin)
    assert [b - a for (_, a), (_, b) in pairwise(spring)][1] == timedelta(hours=23)
    autumn = borders(at(2026, 10, 24, 12), at(2026, 10, 25, 23), "day", berlin)
    assert [b - a for (_, a), (_, b) in pairwise(autumn)][1] == timedelta(hours=25)
    # Where clocks skip midnight the day begins with the first minute there is of it.
    havana = borders(at(2026, 3, 7, 12), at(2026, 3, 8, 12), "day", ZoneInfo("America/Havana"))
    assert at(2026, 3, 8, 5) in [each for _, each in havana]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1_300_000_000, 1_800_000_000),
    st.timedeltas(timedelta(), timedelta(days=3000)),
    st.sampled_from(ZONES),
    st.sampled_from(["day", "week", "month", None]),
)
def test_every_period_is_asked_for_just_as_it_is(
    second: int, span: timedelta, zone: str, wanted: By | None
) -> None:
    first = datetime.fromtimestamp(second, UTC)
    last = first + span
    by = fitting_by(first, last, wanted)
    found = [each for _, each in borders(first, last, by, ZoneInfo(zone))]
    assert found[0] <= first
    assert found[-2] <= last < found[-1]
    assert len(found) <= 403
    assert all(a < b for a, b in pairwise(found))
    for begin, end in (*pairwise(found[:3]), *pairwise(found[-3:])):
        windows = [
            period(part.name, part.value, first)
            for part in parts_of(parse(between(begin, end)))
            if isinstance(part, Meta)
        ]
        assert max(low for low, _ in windows) == begin
        assert min(high for _, high in windows) == end


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(1, 60)), st.lists(st.integers(1, 60), min_size=2, max_size=8))
def test_ids_are_counted_where_they_lie(ids: set[int], edges: list[int]) -> None:
    edges.sort()
    assert counted(sorted(ids, reverse=True), edges) == [
        sum(low <= each < high for each in ids) for low, high in pairwise(edges)
    ]


@pytest.mark.parametrize(
    ("query", "spelled"),
    [
        ("after:2026-11-22T23:00Z", "after:2026-11-22T23:00Z"),
        ("before:2026-11-22T23:00:30Z", "before:2026-11-22T23:00:30Z"),
        ("after:2026-11-22T00:00Z", "after:2026-11-22"),
    ],
)
def test_instants_stand_in_a_query_as_they_are(query: str, spelled: str) -> None:
    assert parse(query).spelled_out() == spelled
    assert parse(spelled).spelled_out() == spelled
