"""What is wrong with a feed is told once: in the edition in whose window it became news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.composing import recipients
from monitor.digests.rendering import render
from monitor.digests.troubles import TOLD_AFTER, is_news, news_at
from monitor.model.edition import Recipient, Trouble, Window
from monitor.model.feed import FeedRecord, FeedState
from tests.digests.builders import UNTIL, a_coverage, a_digest, an_edition

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
FORMS = ("text", "markdown", "html")
TOLD: list[FeedState] = ["failing", "throttled", "blocked", "silent", "quarantined", "gone"]


def feed(state: FeedState, at: datetime) -> FeedRecord:
    return FeedRecord(
        id=1, url="https://a.example/", state=state,
        failing_since_at=at, silent_since_at=at, since_at=at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("failing", TOLD_AFTER), ("throttled", TOLD_AFTER), ("blocked", TOLD_AFTER),
        ("silent", 0 * DAY), ("quarantined", 0 * DAY), ("gone", 0 * DAY),
        ("ok", None), ("new", None), ("moved", None), ("off", None),
    ],
)  # fmt: skip
def test_when_trouble_becomes_news(state: FeedState, after: timedelta | None) -> None:
    assert news_at(feed(state, NOW)) == (None if after is None else NOW + after)


def test_17_a_feed_that_failed_once_is_not_named() -> None:
    failing = feed("failing", NOW)
    assert not is_news(failing, Window(NOW - DAY, NOW + DAY, "UTC"))
    assert is_news(failing, Window(NOW + 2 * DAY, NOW + 4 * DAY, "UTC"))


def test_the_moment_of_a_cutoff_belongs_to_the_later_window() -> None:
    silent = feed("silent", NOW)
    assert not is_news(silent, Window(NOW - DAY, NOW, "UTC"))
    assert is_news(silent, Window(NOW, NOW + DAY, "UTC"))
    assert is_news(silent, Window(NOW - DAY, NOW + TICK, "UTC"))


@given(
    st.lists(st.integers(1, 10 * 24 * 60), min_size=1, max_size=40),
    st.integers(-3 * 24 * 60, 400 * 24 * 60),
    st.sampled_from(TOLD),
)
def test_every_trouble_is_told_in_exactly_one_of_the_windows_that_tile_time(
    lengths: list[int], at: int, state: FeedState
) -> None:
    """However long the windows are (after a missed edition they are long)."""
    cuts = [NOW]
    for minutes in lengths:
        cuts.append(cuts[-1] + timedelta(minutes=minutes))
    one = feed(state, NOW + timedelta(minutes=at))
    told = sum(is_news(one, Window(start, end, "UTC")) for start, end in pairwise(cuts))
    moment = news_at(one)
    assert moment is not None
    assert told == (cuts[0] <= moment < cuts[-1])


def test_a_silent_feed_is_named_with_what_is_usual_and_a_gap_with_its_visit() -> None:
    troubles = (
        Trouble("Valley", "u", "silent", "", UNTIL - 12 * DAY, DAY),
        Trouble("Wire", "u", "silent", "", UNTIL - 12 * DAY, DAY / 24, 3 * DAY),
        Trouble("Harbour", "u", "gap", "", UNTIL - DAY),
    )
    rendered = render(an_edition(coverage=a_coverage(silent=2, gaps=1, troubles=troubles)))
    for form in FORMS:
        text = " ".join(getattr(rendered, form).split())
        assert "Valley: silent for 12 days (usually something new every day)" in text
        assert "(usually something new every hour, with pauses of up to 3 days)" in text
        assert "Harbour: may have lost entries since the visit of " in text
        assert "1 feed may have lost entries (turned over between two visits)" in text


def test_an_edition_with_news_of_a_feed_is_not_an_empty_one() -> None:
    digest = replace(a_digest(skip_empty=True), to=(Recipient("folder", "x"),))
    trouble = Trouble("Valley", "u", "silent", "", NOW)
    assert recipients(digest, an_edition()) == ()
    told = an_edition(coverage=a_coverage(troubles=(trouble,)))
    assert recipients(digest, told) == digest.to
