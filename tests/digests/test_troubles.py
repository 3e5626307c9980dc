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
from monitor.digests.troubles import TOLD_AFTER, news_of, troubles_of
from monitor.model.digest import Recipient
from monitor.model.edition import Trouble, Window
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
        failing_since_at=at, since_at=at, last_ok_at=at - DAY, status=404,
        silent_since_at=at if state == "silent" else None,
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
    assert troubles_of(feed(state, NOW)) == (() if after is None else ((state, NOW + after),))


def test_17_a_feed_that_failed_once_is_not_named() -> None:
    failing = feed("failing", NOW)
    assert news_of(failing, Window(NOW - DAY, NOW + DAY, "UTC")) is None
    assert news_of(failing, Window(NOW + 2 * DAY, NOW + 4 * DAY, "UTC")) == "failing"


@pytest.mark.parametrize(
    ("status", "at_once"), [(200, True), (404, True), (500, False), (0, False)]
)
def test_a_feed_that_was_never_there_is_named_at_once_and_not_again(
    status: int, at_once: bool
) -> None:
    never = replace(feed("failing", NOW), last_ok_at=None, status=status)
    named = [
        news_of(never, Window(NOW + n * DAY, NOW + (n + 2) * DAY, "UTC")) for n in (-1, 1, 3, 5)
    ]
    assert named == (["failing", None, None, None] if at_once else [None, None, "failing", None])


def test_the_moment_of_a_cutoff_belongs_to_the_later_window() -> None:
    gone = feed("gone", NOW)
    assert news_of(gone, Window(NOW - DAY, NOW, "UTC")) is None
    assert news_of(gone, Window(NOW, NOW + DAY, "UTC")) == "gone"
    assert news_of(gone, Window(NOW - DAY, NOW + TICK, "UTC")) == "gone"


def test_a_silent_feed_that_fails_just_now_is_named_as_silent() -> None:
    both = replace(feed("failing", NOW), silent_since_at=NOW - DAY)
    assert news_of(both, Window(NOW - 2 * DAY, NOW, "UTC")) == "silent"
    assert news_of(both, Window(NOW, NOW + DAY, "UTC")) is None
    assert news_of(both, Window(NOW, NOW + 4 * DAY, "UTC")) == "failing"


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
    told = [news_of(one, Window(start, end, "UTC")) for start, end in pairwise(cuts)]
    ((named, moment),) = troubles_of(one)
    assert [each for each in told if each] == ([named] if cuts[0] <= moment < cuts[-1] else [])


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
