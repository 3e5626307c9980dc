"""What a person is told of a feed: one table of cases for all ten states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from monitor.fetch.cadence import Visit, next_fetch
from monitor.model.feed import Feed, FeedRecord, FeedState, Moving, Rhythm
from monitor.model.fetch import Pacing
from monitor.service.standing import account, in_trouble, rhythm_words, told_to_wait

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
URL = "https://a.example/feed"
RECORD = FeedRecord(
    id=7, url=URL, feed=Feed(url=URL), state="ok", next_fetch_at=NOW + 3 * HOUR,
    why_then="every 3 h", last_ok_at=NOW - HOUR, last_new_at=NOW - 2 * HOUR,
    rhythm=Rhythm(3 * HOUR), since_at=NOW - 40 * DAY,
)  # fmt: skip


def feed(state: FeedState, **fields: Any) -> FeedRecord:
    return replace(RECORD, state=state, **fields)


def failing(days: float, **fields: Any) -> FeedRecord:
    state = fields.pop("state", "failing")
    return feed(
        state, failures=5, failing_since_at=NOW - days * DAY, since_at=NOW - days * DAY, **fields
    )


CASES: dict[str, tuple[FeedRecord, bool, str]] = {
    "ok": (
        feed("ok"), False,
        "It works, last looked at 1 hour ago; usually something new every 3 hours. "
        "It is tried again in 3 hours: every 3 h.",
    ),
    "ok with a note": (
        feed("ok", error="Now empty"), False,
        "It works, last looked at 1 hour ago; usually something new every 3 hours. Now empty. "
        "It is tried again in 3 hours: every 3 h.",
    ),
    "new": (
        FeedRecord(id=7, url=URL, next_fetch_at=NOW), False,
        "It has not been fetched yet. It is due now. Fetch it: `monitor fetch 7`.",
    ),
    "failing for an hour": (
        failing(1 / 24, error="No answer", status=0), False,
        "It has failed for 1 hour (5 visits in a row). No answer. It is tried again in 3 hours: "
        "every 3 h. Nothing is to be done yet: most such failures pass by themselves.",
    ),
    "failing for days": (
        failing(5, error="Error 500.", status=500, words="We move house"), True,
        "It has failed for 5 days (5 visits in a row). Error 500. It wrote: “We move house” It is tried "
        "again in 3 hours: every 3 h. Tell the publisher, or look for another address. Look for its "
        "feed: `monitor feeds discover https://a.example/ --guess`; then "
        "`monitor feeds edit 7 --url NEW`.",
    ),
    "not there": (
        failing(0.5, error="404.", status=404, site_url="https://a.example/x?y=1;rm"), False,
        "It has failed for 12 hours (5 visits in a row). 404. It is tried again in 3 hours: every 3 h. "
        "Its address may have changed. Look for its feed: "
        "`monitor feeds discover 'https://a.example/x?y=1;rm' --guess`; then "
        "`monitor feeds edit 7 --url NEW`.",
    ),
    "throttled": (
        failing(1, state="throttled", error="429.", status=429), False,
        "Its server has asked for fewer visits for 1 day (5 visits in a row). 429. It is tried again in "
        "3 hours: every 3 h. Nothing is to be done: the monitor waits as asked. If it lasts, ask less "
        "often: `monitor feeds edit 7 --every 6h`; and set `contact` under [fetch], so that the "
        "publisher can write to you.",
    ),
    "blocked, a log-in": (
        failing(4, state="blocked", error="401.", status=401), True,
        "Its server has not let the monitor in for 4 days (5 visits in a row). 401. It is tried again "
        "in 3 hours: every 3 h. It wants a log-in: put its secret into an environment variable and "
        "name that: `monitor feeds edit 7 --auth-env NAME --auth-scheme bearer`, or `basic`.",
    ),
    "moved": (
        feed("moved", error="Moved for good to https://b.example/."), False,
        "It works, and its address has changed. Moved for good to https://b.example/. It is tried "
        "again in 3 hours: every 3 h.",
    ),
    "gone": (
        feed("gone", error="410.", since_at=NOW - 2 * DAY), True,
        "It is gone for good, its server said 2 days ago. 410. Look for its feed: `monitor feeds "
        "discover https://a.example/ --guess`; then `monitor feeds edit 7 --url NEW`. Ask once more: "
        "`monitor feeds check 7`. Take it out: `monitor feeds remove 7`.",
    ),
    "silent": (
        feed(
            "silent", last_new_at=NOW - 12 * DAY, rhythm=Rhythm(DAY), silent_since_at=NOW - 2 * DAY
        ),
        True,
        "It answers, but has brought nothing new for 12 days; usually something new every day. It is "
        "tried again in 3 hours: every 3 h. Look at its site whether it still publishes: a feed is "
        "often left behind when a site is rebuilt. Look for its feed: `monitor feeds discover "
        "https://a.example/ --guess`; then `monitor feeds edit 7 --url NEW`.",
    ),
    "quarantined": (
        feed("quarantined", error="Suddenly another feed: decide", since_at=NOW - 90 * HOUR), True,
        "Its entries are held back for 3 days. Suddenly another feed: decide. It is tried again in "
        "3 hours: every 3 h.",
    ),
    "off": (
        feed("off"), False,
        "It is switched off in config/ and is not fetched. Switch it on: `monitor feeds edit 7 "
        "--enable`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("record", "trouble", "told"), CASES.values(), ids=CASES)
def test_promise_26_each_state_is_told_in_sentences(
    record: FeedRecord, trouble: bool, told: str
) -> None:
    assert str(account(record, NOW)) == told
    assert in_trouble(record, NOW) is trouble


def test_all_ten_states_have_a_case() -> None:
    assert {record.state for record, _, _ in CASES.values()} == set(get_args(FeedState))


def test_a_move_that_is_confirmed_and_not_followed_needs_a_person() -> None:
    moving = Moving("https://b.example/", 3, NOW.date())
    assert in_trouble(feed("moved", moving=moving), NOW)
    assert not in_trouble(feed("moved", moving=replace(moving, days=2)), NOW)


def test_words_that_the_message_has_already_are_not_said_twice() -> None:
    page = failing(1, error="A web page titled “Log in” came.", words="Log in")
    assert account(page, NOW).words == ""


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Rhythm(), "not known yet how often it has news"),
        (Rhythm(timedelta(minutes=12)), "usually something new every 12 minutes"),
        (Rhythm(timedelta(minutes=58)), "usually something new every hour"),
        (Rhythm(26 * HOUR), "usually something new every day"),
        (Rhythm(3.4 * DAY), "usually something new every 3 days"),
        (Rhythm(7 * DAY), "usually something new every week"),
        (Rhythm(31 * DAY), "usually something new every 4 weeks"),
        (Rhythm(60 * DAY), "usually something new every 2 months"),
        (Rhythm(HOUR, None, 2.5 * DAY), "usually something new every hour, with pauses of up to 2 days"),
        (Rhythm(DAY, None, 2.5 * DAY), "usually something new every day"),
    ],
)  # fmt: skip
def test_a_rhythm_in_words(rhythm: Rhythm, words: str) -> None:
    assert rhythm_words(feed("ok", rhythm=rhythm)) == words


def test_020_a_server_that_asked_to_wait_is_known_by_the_reason_of_the_time() -> None:
    visit = Visit(url=URL, now=NOW, result="http", failures=1, pacing=Pacing(retry_after=5 * HOUR))
    at, why = next_fetch(visit)
    told = feed("failing", next_fetch_at=at, why_then=why)
    assert told_to_wait(told, NOW)
    assert not told_to_wait(told, at)
    backing_off = next_fetch(replace(visit, pacing=Pacing()))
    assert not told_to_wait(
        feed("failing", next_fetch_at=backing_off[0], why_then=backing_off[1]), NOW
    )
    assert told_to_wait(feed("throttled"), NOW)
    assert told_to_wait(feed("ok", why_then="its host asks for fewer visits"), NOW)
