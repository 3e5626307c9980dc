"""Who gets an edition: everybody, but for empty days that a digest skips or sends once a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.digests.composing import compose, is_empty, recipients
from monitor.model.digest import Recipient, WhenEmpty
from monitor.model.edition import Edition, Trouble, Window
from tests.digests.builders import (
    DUE,
    UNTIL,
    a_card,
    a_changed,
    a_coverage,
    a_development,
    a_digest,
    a_topic,
    an_edition,
)
from tests.digests.test_parts import gathered, told_before

TO = (Recipient("folder", "digests"), Recipient("mail", "me@example.org"))
TROUBLE = Trouble("A feed", "https://a.example/feed", "failing", "refused", UNTIL)

EMPTY = an_edition()
FULL = {
    "a card": an_edition(a_card()),
    "a development": replace(EMPTY, developing=(a_development(),)),
    "a document": replace(EMPTY, documents=(a_card(),)),
    "a changed entry": replace(EMPTY, changed=(a_changed(),)),
    "a feed in trouble": an_edition(coverage=a_coverage(troubles=(TROUBLE,))),
    "nothing read": an_edition(coverage=a_coverage(checked=0)),
}


def goes(edition: Edition, when_empty: WhenEmpty, last_sent_at: datetime | None = None) -> bool:
    got = recipients(a_digest(to=TO, when_empty=when_empty), edition, last_sent_at)
    assert got in ((), TO)
    return bool(got)


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("when_empty", ["send", "weekly", "skip"])
def test_what_tells_anything_always_goes(name: str, when_empty: WhenEmpty) -> None:
    assert goes(FULL[name], when_empty, UNTIL - timedelta(days=1))


def test_an_empty_edition_goes_skips_or_waits_for_the_week() -> None:
    assert is_empty(EMPTY)
    assert goes(EMPTY, "send", UNTIL - timedelta(days=1))
    assert not goes(EMPTY, "skip")
    assert goes(EMPTY, "weekly", None)
    assert [goes(EMPTY, "weekly", UNTIL - timedelta(days=n)) for n in (1, 6, 7, 8)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_day_without_feeds_is_an_empty_one() -> None:
    assert not goes(an_edition(coverage=a_coverage(feeds=0, checked=0)), "skip")


def test_stories_that_were_told_before_alone_make_no_edition() -> None:
    edition = compose(a_digest(), DUE, [a_topic("chips")], gathered(told_before(1), told_before(2)))
    assert edition.coverage.stories == edition.coverage.told_before == 2
    assert is_empty(edition)
    assert not goes(edition, "skip")


def test_a_week_with_a_clock_change_is_a_week() -> None:
    # Each 07:00 in Berlin, seven dates apart: one week an hour longer, the other an hour shorter.
    for sent, until in (
        (datetime(2026, 10, 20, 5, tzinfo=UTC), datetime(2026, 10, 27, 6, tzinfo=UTC)),
        (datetime(2027, 3, 23, 6, tzinfo=UTC), datetime(2027, 3, 30, 5, tzinfo=UTC)),
    ):
        window = Window(until - timedelta(days=1), until, "Europe/Berlin")
        assert goes(replace(EMPTY, window=window), "weekly", sent)
        assert not goes(replace(EMPTY, window=window), "weekly", sent + timedelta(days=1))
