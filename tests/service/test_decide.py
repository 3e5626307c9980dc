"""How a feed stands after a fetch: the table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.digests.troubles import troubles_of
from monitor.fetch.rhythm import SILENT_UNKNOWN
from monitor.model.entry import ParsedEntry, ParsedFeed, ParseFailure
from monitor.model.feed import NO_VALIDATORS, FeedLinks, FeedRecord, Moving, Rhythm, Validators
from monitor.model.fetch import FailureKind, Fetched, FetchFailure, Hop, NotModified
from monitor.service.decide import News, decide, decide_push
from monitor.service.standing import in_trouble

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://a.example/feed"
OLD = Validators('"old"', "Mon, 16 Nov 2026 09:00:00 GMT")
NEW = Validators('W/"new"', None)
RECORD = FeedRecord(
    id=1, url=URL, state="ok", title="A", validators=OLD, body_hash="old", failures=2,
    last_ok_at=NOW - timedelta(days=1), last_new_at=NOW - timedelta(days=1),
)  # fmt: skip
FETCHED = Fetched(url=URL, status=200, body=b"x", validators=NEW)
READ = ParsedFeed(format="rss20", title="New A", entries=(ParsedEntry(guid="1"),))


def test_a_body_that_was_read_replaces_validators_and_clears_failures() -> None:
    standing = decide(RECORD, FETCHED, READ, "new", NOW)
    assert (standing.feed.state, standing.feed.failures, standing.feed.error) == ("ok", 0, "")
    assert (standing.feed.validators, standing.feed.body_hash) == (NEW, "new")
    assert (standing.feed.title, standing.result, standing.feed.last_ok_at) == ("New A", "ok", NOW)


def test_a_known_body_keeps_its_hash_and_takes_the_new_validators() -> None:
    standing = decide(RECORD, FETCHED, None, "old", NOW)
    assert (standing.feed.validators, standing.feed.body_hash, standing.result) == (
        NEW,
        "old",
        "same",
    )


def test_19_a_304_takes_the_validators_of_the_outcome_and_keeps_the_hash() -> None:
    standing = decide(RECORD, NotModified(url=URL, validators=OLD), None, "old", NOW)
    assert (standing.feed.validators, standing.feed.body_hash) == (OLD, "old")
    assert (standing.result, standing.status, standing.feed.failures) == ("304", 304, 0)


def test_09_a_document_that_broke_off_is_asked_for_again_in_full() -> None:
    standing = decide(RECORD, FETCHED, replace(READ, partial=True), "new", NOW)
    assert (standing.feed.validators, standing.feed.body_hash) == (NO_VALIDATORS, "")
    assert "broke off" in standing.feed.error


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("throttled", "throttled"), ("blocked", "blocked"), ("gone", "gone"), ("timeout", "failing"),
        ("dns", "failing"), ("truncated", "failing"), ("http", "failing"), ("empty", "failing"),
    ],
)  # fmt: skip
def test_016_a_failure_never_wipes_what_was_kept(kind: FailureKind, state: str) -> None:
    standing = decide(RECORD, FetchFailure(url=URL, kind=kind, message="no"), None, "old", NOW)
    assert standing.feed.state == state
    assert (standing.feed.validators, standing.feed.body_hash) == (OLD, "old")
    assert (standing.feed.failures, standing.feed.error, standing.result) == (3, "no", kind)
    assert standing.feed.last_ok_at == RECORD.last_ok_at


def test_12_what_is_no_feed_keeps_validators_and_says_why() -> None:
    failure = ParseFailure(kind="not-a-feed", message="a web page came", page_title="Login")
    standing = decide(RECORD, FETCHED, failure, "new", NOW)
    assert (standing.feed.state, standing.feed.failures) == ("failing", 3)
    assert (standing.feed.validators, standing.feed.body_hash) == (OLD, "old")


def test_23_a_permanent_redirect_is_told_and_counted_by_days() -> None:
    moved = replace(FETCHED, hops=(Hop(301, "https://b.example/feed"),))
    record = RECORD
    for day in (1, 2, 3):
        for hour in (0, 6):
            at = NOW + (day - 1) * DAY + timedelta(hours=hour)
            record = decide(record, moved, READ, "new", at).feed
            assert (record.state, record.failures) == ("moved", 0)
            assert record.moving == Moving("https://b.example/feed", day, at.date())
        assert ("monitor feeds edit" in record.error) is (day == 3)


def test_25_a_temporary_redirect_is_no_move() -> None:
    hops = (Hop(301, "https://b.example/feed"), Hop(302, "https://c.example/feed"))
    assert decide(RECORD, replace(FETCHED, hops=hops), READ, "new", NOW).feed.state == "ok"


def test_a_feed_that_brings_nothing_for_long_is_silent() -> None:
    quiet = replace(RECORD, last_new_at=NOW - SILENT_UNKNOWN - timedelta(seconds=1))
    assert decide(quiet, NotModified(url=URL), None, "old", NOW).feed.state == "silent"
    assert decide(quiet, FETCHED, None, "old", NOW).feed.state == "silent"


def test_link_fields_of_the_answer_win_over_the_documents_links() -> None:
    named = replace(
        READ, links=FeedLinks("https://a.example/own", "https://hub.example/", "p", "n")
    )
    assert decide(RECORD, FETCHED, named, "new", NOW).feed.links == named.links
    both = replace(FETCHED, hub="https://other.example/", self_url="https://a.example/this")
    assert decide(RECORD, both, named, "new", NOW).feed.links == FeedLinks(
        "https://a.example/this", "https://other.example/", "p", "n"
    )
    one = replace(FETCHED, hub="https://other.example/")
    assert decide(RECORD, one, named, "new", NOW).feed.links.self_url == "https://a.example/own"


def test_a_push_says_when_something_came_and_nothing_else() -> None:
    known = replace(RECORD, rhythm=Rhythm(DAY, 30 * DAY))
    after = decide_push(known, READ, News(1, 1), NOW)
    assert after is not None
    assert after == replace(known, last_new_at=NOW, rhythm=after.rhythm)
    assert after.rhythm.turnover == 30 * DAY  # it may hold one entry of many
    assert decide_push(known, READ, News(0, 1), NOW) == known


def test_a_burst_of_pushes_is_one_piece_of_news() -> None:
    feed = replace(RECORD, rhythm=Rhythm(7 * DAY, 60 * DAY), last_new_at=NOW - 7 * DAY)
    for minute in range(20):
        after = decide_push(feed, READ, News(1, 1), NOW + timedelta(minutes=minute))
        assert after is not None
        feed = after
    assert feed.rhythm.every == 7 * DAY
    assert feed.last_new_at == NOW + timedelta(minutes=19)


def test_a_push_ends_a_silence_and_no_failure() -> None:
    silent = replace(
        RECORD, state="silent", since_at=NOW - DAY, silent_since_at=NOW - DAY,
        last_new_at=NOW - 60 * DAY,
    )  # fmt: skip
    after = decide_push(silent, READ, News(1, 1), NOW)
    assert after is not None
    assert (after.state, after.since_at) == ("ok", NOW)
    assert troubles_of(after) == ()  # no digest tells a silence that is over
    assert not in_trouble(after, NOW)
    still = decide_push(silent, READ, News(0, 1), NOW)
    assert still is not None
    assert still.state == "silent"
    failing = replace(RECORD, state="failing", error="no")
    after = decide_push(failing, READ, News(1, 1), NOW)
    assert after is not None
    assert (after.state, after.error, after.failures) == ("failing", "no", 2)


def test_news_before_a_break_ends_a_silence() -> None:
    silent = replace(RECORD, silent_since_at=NOW - DAY, last_new_at=NOW - 60 * DAY)
    broken = replace(FETCHED, broke_off="It ended in the middle.")
    feed = decide(silent, broken, READ, "new", NOW, News(1, 1)).feed
    assert (feed.state, feed.silent_since_at) == ("failing", None)


def test_nothing_is_taken_of_a_push_while_a_person_has_to_decide() -> None:
    assert decide_push(replace(RECORD, state="quarantined"), READ, News(1, 1), NOW) is None
    known = replace(RECORD, site_url="https://a.example/")
    other = replace(READ, title="Pills", site_url="https://pills.example/")
    assert decide_push(known, other, News(1, 1), NOW) is None
    assert decide_push(known, other, News(0, 1), NOW) == known


def test_one_silence_stays_one_through_a_failure_and_ends_with_news() -> None:
    quiet = replace(RECORD, last_new_at=NOW - SILENT_UNKNOWN - DAY)
    unchanged = NotModified(url=URL)
    silent = decide(quiet, unchanged, None, "old", NOW).feed
    assert (silent.state, silent.silent_since_at) == ("silent", NOW)
    timeout = FetchFailure(url=URL, kind="timeout", message="slow")
    failed = decide(silent, timeout, None, "old", NOW + DAY).feed
    again = decide(failed, unchanged, None, "old", NOW + 2 * DAY).feed
    assert (again.state, again.since_at, again.silent_since_at) == ("silent", NOW + 2 * DAY, NOW)
    news = decide(again, FETCHED, READ, "new", NOW + 3 * DAY, News(1, 1)).feed
    assert (news.state, news.silent_since_at) == ("ok", None)
