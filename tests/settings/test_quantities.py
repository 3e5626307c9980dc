"""Durations, sizes, times and days as people write them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.settings.quantities import (
    format_duration,
    format_size,
    quoted,
    read_days,
    read_duration,
    read_size,
    read_time,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        (" 1h ", timedelta(hours=1)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("0s", timedelta()),
    ],
)
def test_durations_are_read(text: str, expected: timedelta) -> None:
    assert read_duration(text) == expected


@pytest.mark.parametrize(
    "text", ["", "1", "h", "1.5h", "-1h", "1 h", "1H", "1h30m", "99999999d", "١h", "1h\n2h", "soon"]
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r'must be a duration like "90s"'):
        read_duration(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10MB", 10_000_000),
        ("10 mb", 10_000_000),
        ("1GB", 1_000_000_000),
        ("512KiB", 524_288),
        ("1MiB", 1_048_576),
        ("80B", 80),
    ],
)
def test_sizes_are_read(text: str, expected: int) -> None:
    assert read_size(text) == expected


@pytest.mark.parametrize("text", ["", "10", "10M", "1.5MB", "-1MB", "1TB", "MB"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="must be a size like"):
        read_size(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("07:00", time(7)), ("7:05", time(7, 5)), ("23:59", time(23, 59))]
)
def test_times_are_read(text: str, expected: time) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize("text", ["", "7", "24:00", "07:60", "7am", "07:00:00", "-1:00"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r'like "07:00"'):
        read_time(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon-sun", (0, 1, 2, 3, 4, 5, 6)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("mon,wed,fri", (0, 2, 4)),
        ("fri, Mon", (0, 4)),
        ("fri-mon", (0, 4, 5, 6)),
        ("Monday - Tuesday", (0, 1)),
        ("sun", (6,)),
    ],
)
def test_days_are_read(text: str, expected: tuple[int, ...]) -> None:
    assert read_days(text) == expected


@pytest.mark.parametrize("text", ["", "mo", "mon-", "-mon", "mon,,tue", "mon fri", "1-5", "daily"])
def test_what_is_no_days_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r'like "mon-sun"'):
        read_days(text)


@given(st.integers(0, 10**6))
@settings(deadline=None)
def test_a_duration_reads_back_as_it_was_written(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert read_duration(format_duration(duration)) == duration


@given(st.integers(0, 10**9 - 1))
@settings(deadline=None)
def test_a_size_reads_back_as_it_was_written(size: int) -> None:
    assert read_size(format_size(size)) == size


@given(st.text())
@settings(deadline=None)
def test_no_text_makes_a_reader_fail_in_another_way(text: str) -> None:
    for reader in (read_duration, read_size, read_time, read_days):
        said = ""
        try:
            reader(text)
        except ValueError as error:
            said = str(error)
        assert said.isprintable()


def test_a_value_in_a_message_is_short_and_on_one_line() -> None:
    assert quoted("a\nb\x1b[31m") == '"a�b�[31m"'
    assert len(quoted("x" * 500)) < 70
    assert quoted(True) == "true"
    assert quoted(3) == "3"
