"""What to do next about a subscription: the table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.fetch.websub import callback_of
from monitor.model.fetch import FetchFailure, Pacing
from monitor.model.subscription import Followed, Subscription
from monitor.service.subscribing import (
    asked,
    begun,
    confirmed,
    denied,
    ending,
    missed,
    next_step,
    push_note,
    push_state,
    relied_until,
    unanswered,
)

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLIC = "https://monitor.example"
URL, HUB, TOKEN = "https://a.example/feed", "https://hub.example/", "t" * 43
FEED = Followed(feed_id=1, url=URL, wanted=True, hub=HUB)
ASKED = Subscription(
    id=7, feed_id=1, hub=HUB, topic=URL, callback=callback_of(PUBLIC, TOKEN), token=TOKEN, secret="s",
    state="asked", asked_at=NOW, attempts=1, next_at=NOW + HOUR,
)  # fmt: skip
ACTIVE = replace(
    ASKED, state="active", verified_at=NOW - 3 * DAY, active_since_at=NOW - 3 * DAY,
    lease_until_at=NOW + 7 * DAY, next_at=NOW + 4 * DAY, attempts=0,
)  # fmt: skip
DENIED = replace(ASKED, state="denied", next_at=NOW + 7 * DAY)
ENDING = replace(ASKED, state="ending", next_at=NOW, attempts=0)
DUE: dict[str, Any] = {"next_at": NOW}


def held(subscription: Subscription | None, **of_feed: Any) -> Followed:
    return replace(FEED, subscription=subscription, **of_feed)


@pytest.mark.parametrize(
    ("feed", "action"),
    [
        # nothing agreed yet
        (held(None), "subscribe"),
        (held(None, hub=""), "wait"),
        (held(None, hub="http://hub.example:8080/"), "wait"),  # no place for a secret
        (held(None, wanted=False), "wait"),
        # asked and not verified
        (held(ASKED), "wait"),
        (held(replace(ASKED, **DUE)), "ask"),
        (held(replace(ASKED, **DUE), wanted=False), "forget"),
        (held(ASKED, hub=""), "forget"),
        (held(ASKED, hub="https://other.example/"), "forget"),
        (held(ASKED, self_url="https://a.example/other"), "forget"),
        # active
        (held(ACTIVE), "wait"),
        (held(replace(ACTIVE, **DUE)), "ask"),
        (held(replace(ACTIVE, **DUE), hub="http://hub.example/"), "ask"),  # the same over https
        (held(ACTIVE, wanted=False), "end"),
        (held(ACTIVE, hub=""), "end"),
        (held(ACTIVE, hub="https://other.example/"), "end"),
        (held(replace(ACTIVE, active_since_at=NOW - HOUR), hub="https://other.example/"), "wait"),
        (held(replace(ACTIVE, active_since_at=NOW - HOUR), wanted=False), "end"),
        (held(replace(ACTIVE, lease_until_at=NOW, **DUE)), "ask"),
        # denied
        (held(DENIED), "wait"),
        (held(replace(DENIED, **DUE)), "forget"),
        (held(DENIED, hub="https://other.example/"), "forget"),
        (held(DENIED, wanted=False), "forget"),
        # given back
        (held(ENDING), "unsubscribe"),
        (held(ENDING, wanted=False, hub=""), "unsubscribe"),
        (held(replace(ENDING, next_at=NOW + HOUR)), "wait"),
        (held(replace(ENDING, attempts=3)), "forget"),
    ],
)
def test_what_is_done_next(feed: Followed, action: str) -> None:
    step = next_step(feed, PUBLIC, NOW)
    assert step.action == action
    assert bool(step.why) or action == "wait"


@pytest.mark.parametrize("subscription", [ASKED, ACTIVE, DENIED, ENDING])
@pytest.mark.parametrize("public_url", ["", "https://other.example"])
def test_without_the_address_it_was_made_for_a_subscription_is_forgotten(
    subscription: Subscription, public_url: str
) -> None:
    assert next_step(held(subscription), public_url, NOW).action == "forget"


def test_without_a_public_address_nothing_is_asked() -> None:
    assert next_step(held(None), "", NOW).action == "wait"


def test_the_topic_is_the_documents_own_address_where_it_has_one() -> None:
    named = replace(FEED, self_url="https://a.example/canonical")
    assert begun(named, PUBLIC, TOKEN, "s", NOW).topic == "https://a.example/canonical"
    assert begun(FEED, PUBLIC, TOKEN, "s", NOW).topic == URL


def test_each_request_waits_twice_as_long_up_to_a_day() -> None:
    subscription = replace(ASKED, attempts=0)
    waits = []
    for _ in range(10):
        subscription = asked(subscription, NOW)
        waits.append(subscription.next_at - NOW)
    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]


def test_a_renewal_under_way_leaves_the_subscription_active_until_its_lease_ends() -> None:
    assert asked(ACTIVE, NOW).state == "active"
    assert asked(ACTIVE, NOW + 8 * DAY).state == "asked"
    assert asked(ENDING, NOW).state == "ending"


@pytest.mark.parametrize(
    ("status", "kind", "state"),
    [
        (400, "http", "denied"), (403, "blocked", "denied"), (404, "http", "denied"), (410, "gone", "denied"),
        (0, "refused", "denied"), (0, "bad-url", "denied"), (408, "http", "asked"), (429, "throttled", "asked"),
        (500, "http", "asked"), (503, "throttled", "asked"), (0, "timeout", "asked"), (0, "dns", "asked"),
        (302, "bad-redirect", "asked"), (0, "certificate", "asked"),
    ],
)  # fmt: skip
def test_a_refusal_holds_for_a_week_and_all_else_passes(status: int, kind: Any, state: str) -> None:
    failure = FetchFailure(url=HUB, kind=kind, message="It did not work.", status=status)
    after = unanswered(ASKED, failure, NOW)
    assert after.state == state
    assert after.error
    assert (after.next_at == NOW + 7 * DAY) is (state == "denied")
    assert unanswered(ACTIVE, failure, NOW).state == "active"
    assert unanswered(ENDING, failure, NOW).state == "ending"


def test_retry_after_is_kept_up_to_a_week() -> None:
    for asks, kept in ((3 * DAY, 3 * DAY), (300 * DAY, 7 * DAY)):
        failure = FetchFailure(
            url=HUB, kind="throttled", message="m", status=429, pacing=Pacing(retry_after=asks)
        )
        assert unanswered(ASKED, failure, NOW).next_at == NOW + kept


def test_verified_it_is_active_for_the_lease_and_renewed_after_two_thirds() -> None:
    after = confirmed(replace(ASKED, attempts=4, error="x"), 3 * DAY, NOW)
    assert (after.state, after.lease_until_at, after.next_at) == (
        "active",
        NOW + 3 * DAY,
        NOW + 2 * DAY,
    )
    assert (after.attempts, after.error, after.active_since_at) == (0, "", NOW)


def test_renewed_in_time_it_has_been_active_all_along() -> None:
    assert confirmed(ACTIVE, None, NOW).active_since_at == ACTIVE.active_since_at
    later = NOW + 8 * DAY
    assert confirmed(ACTIVE, None, later).active_since_at == later


@pytest.mark.parametrize(
    ("subscription", "until", "word"),
    [
        (None, None, ""),
        (ASKED, None, "asked"),
        (DENIED, None, "denied"),
        (ENDING, None, ""),
        (ACTIVE, NOW + 7 * DAY, "active"),
        (replace(ACTIVE, misses=1), NOW + 7 * DAY, "active"),
        (replace(ACTIVE, misses=2), None, "active"),
        (replace(ACTIVE, lease_until_at=NOW), None, "asked"),
    ],
)
def test_pushes_are_relied_on_while_the_lease_holds_and_they_come(
    subscription: Subscription | None, until: datetime | None, word: str
) -> None:
    assert relied_until(subscription, NOW) == until
    assert push_state(subscription, NOW) == word


@pytest.mark.parametrize(
    ("subscription", "last_ok_at", "counts"),
    [
        (ACTIVE, NOW - DAY, True),
        (ACTIVE, NOW - 4 * DAY, False),  # it may have come before the subscription
        (ACTIVE, None, False),
        (ASKED, NOW - DAY, False),
        (replace(ACTIVE, lease_until_at=NOW), NOW - DAY, False),
        (None, NOW - DAY, False),
    ],
)
def test_what_should_have_been_pushed(
    subscription: Subscription | None, last_ok_at: datetime | None, counts: bool
) -> None:
    assert missed(subscription, last_ok_at, NOW) is counts


def test_what_is_amiss_is_said() -> None:
    assert push_note(ACTIVE, NOW) == ""
    assert "does not deliver" in push_note(replace(ACTIVE, misses=2), NOW)
    assert "hub.example" in push_note(ASKED, NOW)
    assert push_note(denied(ASKED, "Its hub refused: no.", NOW), NOW) == "Its hub refused: no."
    assert push_note(ending(ACTIVE, NOW), NOW) == ""
    assert TOKEN not in push_note(ASKED, NOW)
