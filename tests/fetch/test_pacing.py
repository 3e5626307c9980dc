"""What answers say about coming again: FRB 020 to 022; PROMISES bad inputs 14 to 16 and 34."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fetch.pacing import read_date, read_max_age, read_pacing, read_retry_after
from monitor.model.fetch import NO_PACING, Pacing

NOW = datetime(1994, 11, 6, 8, 0, 0, tzinfo=UTC)
LATER = timedelta(minutes=49, seconds=37)

RETRY_AFTER = [
    ("120", timedelta(minutes=2)),
    (" 0120 ", timedelta(minutes=2)),
    ("Sun, 06 Nov 1994 08:49:37 GMT", LATER),
    ("Sunday, 06-Nov-94 08:49:37 GMT", LATER),
    ("Sun Nov  6 08:49:37 1994", LATER),
    ("Sun, 06 Nov 1994 09:49:37 +0100", LATER),
    ("315360000", timedelta(days=14)),
    ("9" * 5000, timedelta(days=14)),
    ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=14)),
    ("Sun, 06 Nov 1994 07:59:59 GMT", None),
    ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ("0", None),
    ("-120", None),
    ("+120", None),
    ("12.5", None),
    ("1e3", None),
    ("２０", None),
    ("2 minutes", None),
    ("soon", None),
    ("", None),
    ("Sun, 99 Nov 1994 99:99:99 GMT", None),
    ("Fri, 31 Dec 99999 23:59:59 GMT", None),
]


@pytest.mark.parametrize(("text", "expected"), RETRY_AFTER)
def test_14_15_16_retry_after(text: str, expected: timedelta | None) -> None:
    assert read_retry_after(text, NOW) == expected


MAX_AGE = [
    ("max-age=3600", timedelta(hours=1)),
    ("public, max-age=3600, must-revalidate", timedelta(hours=1)),
    ("MAX-AGE = 60", timedelta(minutes=1)),
    ('max-age="60"', timedelta(minutes=1)),
    ("max-age=99999999999", timedelta(days=7)),
    ("max-age=" + "9" * 5000, timedelta(days=7)),
    ("max-age=60, max-age=120", timedelta(minutes=1)),
    ("max-age=0", None),
    ("max-age=-1", None),
    ("max-age=1.5", None),
    ("max-age=", None),
    ("max-age", None),
    ("s-maxage=600", None),
    ("x-max-age=600", None),
    ("no-store", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), MAX_AGE)
def test_34_max_age(text: str, expected: timedelta | None) -> None:
    assert read_max_age(text) == expected


EXPIRES = [
    ({"expires": "Sun, 06 Nov 1994 09:00:00 GMT"}, NOW + timedelta(hours=1)),
    ({"expires": "Sun, 06 Nov 1994 07:00:00 GMT"}, None),
    ({"expires": "Wed, 11 Jan 1984 05:00:00 GMT"}, None),
    ({"expires": "0"}, None),
    ({"expires": "-1"}, None),
    ({"expires": "Fri, 31 Dec 2038 00:00:00 GMT"}, NOW + timedelta(days=7)),
    # A server whose clock is a day ahead means an hour from its own now.
    (
        {"date": "Mon, 07 Nov 1994 08:00:00 GMT", "expires": "Mon, 07 Nov 1994 09:00:00 GMT"},
        NOW + timedelta(hours=1),
    ),
    # Cache-Control goes before Expires.
    ({"cache-control": "max-age=0", "expires": "Sun, 06 Nov 1994 09:00:00 GMT"}, None),
    ({"cache-control": "no-cache", "expires": "Sun, 06 Nov 1994 09:00:00 GMT"}, None),
    (
        {"cache-control": "public", "expires": "Sun, 06 Nov 1994 09:00:00 GMT"},
        NOW + timedelta(hours=1),
    ),
]


@pytest.mark.parametrize(("fields", "expected"), EXPIRES)
def test_expires_is_read_against_the_servers_own_clock(
    fields: dict[str, str], expected: datetime | None
) -> None:
    raw = [(name.encode(), value.encode()) for name, value in fields.items()]
    assert read_pacing(raw, NOW).expires_at == expected


def test_all_wishes_are_read_whatever_the_case_of_the_names() -> None:
    raw = [(b"RETRY-AFTER", b"60"), (b"Cache-Control", b"public"), (b"cache-control", b"max-age=9")]
    assert read_pacing(raw, NOW) == Pacing(
        retry_after=timedelta(minutes=1), max_age=timedelta(seconds=9)
    )


def test_no_headers_are_no_wishes() -> None:
    assert read_pacing([], NOW) == NO_PACING


NAMES = st.sampled_from([b"retry-after", b"cache-control", b"expires", b"date"])
VALUES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(["max-age=", "Sun, 06 Nov 1994 08:49:37 ", "-", "1", "GMT+99"]).map(str.encode),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=5))
def test_any_headers_give_wishes_within_the_caps(raw: list[tuple[bytes, bytes]]) -> None:
    pacing = read_pacing(raw, NOW)
    assert pacing.retry_after is None or timedelta(0) < pacing.retry_after <= timedelta(days=14)
    assert pacing.max_age is None or timedelta(0) < pacing.max_age <= timedelta(days=7)
    assert pacing.expires_at is None or NOW < pacing.expires_at <= NOW + timedelta(days=7)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    date = read_date(text)
    assert date is None or date.tzinfo is not None
