from datetime import UTC, datetime
from time import gmtime, struct_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse.dates import AHEAD, EARLIEST, read_date

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
READ_DATES = [
    ("Mon, 23 Nov 2026 10:05:06 GMT", "2026-11-23T10:05:06"),
    ("Mon, 23 Nov 2026 10:05:06 +0200", "2026-11-23T08:05:06"),
    ("Mon, 23 Nov 2026 10:05 -05:30", "2026-11-23T15:35:00"),
    ("23 Nov 26 10:05:06 EST", "2026-11-23T15:05:06"),
    ("Mon, 23 Nov 2026 10:05:06 CEST", "2026-11-23T08:05:06"),
    ("Mon, 23 Nov 2026 10:05:06 CET", "2026-11-23T09:05:06"),
    ("Fri, 17 Jul 2026 06:00:00 BST", "2026-07-17T05:00:00"),
    ("Mon, 23 Nov 2026 10:05:06 +0100 (CET)", "2026-11-23T09:05:06"),
    ("Mon, 23 Nov 2026 10:05:06 GMT+9", "2026-11-23T01:05:06"),
    ("Thu,28 Jul 2022 4:35:5 GMT+9", "2022-07-27T19:35:05"),
    ("lun., 23 Nov 2026 10:05:06 +0000", "2026-11-23T10:05:06"),
    ("Mo, 23 Nov 2026 10:05:06 +0000", "2026-11-23T10:05:06"),
    ("Mon, 23 Nov 2026 10:05:06 XYZT", "2026-11-23T10:05:06"),
    ("November 3, 2026", "2026-11-03T00:00:00"),
    ("Nov 3,2026 11:05 PM", "2026-11-03T23:05:00"),
    ("11/3/2026 12:05:00 AM", "2026-11-03T00:05:00"),
    ("3rd November 2026", "2026-11-03T00:00:00"),
    ("31-Jan-11 +0000", "2011-01-31T00:00:00"),
    ("2026-11-23T10:05:06Z", "2026-11-23T10:05:06"),
    ("2026-11-23T10:05:06.123456789+01:00", "2026-11-23T09:05:06"),
    ("2026-11-23 10:05:06", "2026-11-23T10:05:06"),
    ("2026-11-23 10:05:06 +0800", "2026-11-23T02:05:06"),
    ("2026-11-22T24:00:00Z", "2026-11-23T00:00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
    ("2026-11-23", "2026-11-23T00:00:00"),
    ("2026/11/23 10:05", "2026-11-23T10:05:00"),
    ("2026년 11월 23일", "2026-11-23T00:00:00"),
    ("2026年11月23日 10:05", "2026-11-23T10:05:00"),
    ("1795428000", "2026-11-23T10:00:00"),
    ("1795428000000", "2026-11-23T10:00:00"),
]


@pytest.mark.parametrize(("raw", "read"), READ_DATES)
def test_the_usual_forms_are_read_with_their_zone(raw: str, read: str) -> None:
    assert read_date(f" {raw}\n", None, NOW) == datetime.fromisoformat(read).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday",
        "Yesterday +0000",
        "2026-02-30T10:00:00Z",
        "2026-13-01",
        "31 Feb 2026 10:00:00 GMT",
        "Mon, 23 Nov 2099 10:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "1989-12-31T23:59:59Z",
        "2026-11-26T12:00:01Z",
        "99999-01-01",
        "-2026-01-01",
        "23/11/2026",
        "5",
        "9" * 13,
        "x" * 1000,
    ],
)
def test_what_is_no_plausible_date_is_none_whatever_feedparser_made_of_it(raw: str) -> None:
    assert read_date(raw, None, NOW) is None
    assert read_date(raw, gmtime(1_700_000_000), NOW) is None


def test_up_to_two_days_ahead_is_plausible() -> None:
    assert read_date("2026-11-26T12:00:00Z", None, NOW) == NOW + AHEAD


def test_feedparser_is_believed_where_year_and_day_stand_in_the_text() -> None:
    parsed = struct_time((2026, 11, 23, 8, 0, 0, 0, 327, 0))
    raw = "Δευ, 23 Νοε 2026 10:00:00 EET"
    assert read_date(raw, parsed, NOW) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert read_date("Δευ, 17 Νοε 2026 10:00:00 EET", parsed, NOW) is None
    assert read_date("Δευ, 23 Νοε 2025 10:00:00 EET", parsed, NOW) is None


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text("0123456789-/:T +ZamNov,", max_size=30)))
def test_no_text_raises_and_every_date_is_plausible(raw: str) -> None:
    for parsed in (None, gmtime(0)):
        found = read_date(raw, parsed, NOW)
        assert found is None or EARLIEST <= found <= NOW + AHEAD
