"""The contract of SubscriptionStore, and what a push changes of its feed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.errors import NotFoundError
from monitor.model.feed import Feed, FeedLinks, Rhythm
from monitor.model.subscription import Followed, Subscription
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, log_line, new, outcome, record, watch

A, B, C = (f"https://{name}.example/feed" for name in "abc")
HUB = "https://hub.example/"


def wanted(feed_id: int, token: str = "one", **fields: Any) -> Subscription:
    standard: dict[str, Any] = {
        "hub": HUB,
        "topic": A,
        "callback": f"https://m.example/websub/{token}",
        "secret": "secret",
        "next_at": NOW,
    }
    return Subscription(id=0, feed_id=feed_id, token=token, **(standard | fields))


def added(store: Store, subscription: Subscription) -> Subscription:
    kept = store.subscriptions.add(subscription)
    assert kept is not None
    return kept


def test_a_subscription_is_kept_as_given(store: Store) -> None:
    (feed_id,) = watch(store, A)
    full = wanted(
        feed_id, state="active", asked_at=NOW, verified_at=NOW + HOUR, active_since_at=NOW,
        lease_until_at=NOW + 9 * HOUR, attempts=3, pushed_at=NOW, misses=2, error="слово",
    )  # fmt: skip
    kept = added(store, full)
    assert kept == replace(full, id=kept.id)
    assert kept.id > 0
    assert store.subscriptions.of_feed(feed_id) == kept
    assert store.subscriptions.live() == {feed_id: kept}
    receiver = store.subscriptions.receiver("one")
    assert receiver is not None
    assert (receiver.subscription, receiver.feed.url) == (kept, A)
    assert store.subscriptions.receiver("two") is None


def test_a_feed_has_one_at_most_that_is_not_ending(store: Store) -> None:
    (feed_id,) = watch(store, A)
    first = added(store, wanted(feed_id))
    assert store.subscriptions.add(wanted(feed_id, "two")) is None
    assert store.subscriptions.save(first, replace(first, state="ending"))
    second = added(store, wanted(feed_id, "two"))
    assert store.subscriptions.live() == {feed_id: second}
    held = [each.subscription for each in store.subscriptions.followed()]
    assert held == [replace(first, state="ending"), second]


def test_what_has_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    (feed_id,) = watch(store, A)
    asked = added(store, wanted(feed_id, asked_at=NOW, attempts=1))
    active = replace(asked, state="active", verified_at=NOW, lease_until_at=NOW + HOUR, attempts=0)
    assert store.subscriptions.save(asked, active)
    assert not store.subscriptions.save(asked, replace(asked, error="no answer"))
    assert store.subscriptions.of_feed(feed_id) == active
    store.subscriptions.forget(asked.id)
    assert not store.subscriptions.save(active, asked)
    store.subscriptions.forget(asked.id)
    assert store.subscriptions.live() == {}


def test_one_of_many_who_save_at_once_wins(store: Store) -> None:
    (feed_id,) = watch(store, A)
    before = added(store, wanted(feed_id))
    won: list[bool] = []

    def ask(minute: int) -> None:
        after = replace(before, attempts=1, next_at=NOW + timedelta(minutes=minute))
        won.append(store.subscriptions.save(before, after))

    threads = [threading.Thread(target=ask, args=(minute,)) for minute in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 4 + [True]


def test_feeds_with_a_hub_are_followed_and_those_with_a_subscription(store: Store) -> None:
    store.feeds.sync([Feed(url=A), Feed(url=B), Feed(url=C, auth_env="KEY")], NOW)
    ids = {feed.url: feed.id for feed in store.feeds.feeds()}
    for url in (A, C):
        record(store, outcome(ids[url], links=FeedLinks("https://self.example/", HUB)))
    assert store.subscriptions.followed() == [
        Followed(feed_id=ids[A], url=A, wanted=True, hub=HUB, self_url="https://self.example/"),
        Followed(feed_id=ids[C], url=C, wanted=False, hub=HUB, self_url="https://self.example/"),
    ]
    kept = added(store, wanted(ids[B]))
    store.feeds.sync([Feed(url=A, enabled=False)], NOW)
    assert store.subscriptions.followed() == [
        Followed(feed_id=ids[A], url=A, wanted=False, hub=HUB, self_url="https://self.example/"),
        Followed(feed_id=ids[B], url=B, wanted=False, subscription=kept),
    ]


def test_a_push_writes_entries_and_when_they_came_and_nothing_else_of_the_feed(
    store: Store,
) -> None:
    add(store, new("one"), feed=A)
    (feed_id,) = [feed.id for feed in store.feeds.feeds()]
    held = added(store, wanted(feed_id, state="active", misses=2))
    (claimed,) = store.feeds.claim(NOW + HOUR, lease=HOUR, limit=1)
    later = NOW + HOUR
    rhythm = Rhythm(HOUR, None)
    push = outcome(
        feed_id, new("two"), at=later, push="came", state="failing", last_new_at=later, rhythm=rhythm,
        body_hash="another", log=log_line(later, "pushed"),
    )  # fmt: skip
    assert record(store, push, later).new_ids == (2,)
    assert record(store, push, later).new_ids == (2,)
    (after,) = store.feeds.feeds()
    assert replace(after, entries=0) == replace(claimed, last_new_at=later, rhythm=rhythm)
    assert store.subscriptions.of_feed(feed_id) == replace(held, pushed_at=later, misses=0)


def test_a_push_ends_a_silence(store: Store) -> None:
    (feed_id,) = watch(store, A)
    record(store, outcome(feed_id, state="silent", since_at=NOW, silent_since_at=NOW))
    push = outcome(feed_id, new("one"), push="came", state="ok", since_at=NOW + HOUR)
    record(store, push, NOW + HOUR)
    (after,) = store.feeds.feeds()
    assert (after.state, after.since_at) == ("ok", NOW + HOUR)
    assert after.silent_since_at is None


def test_a_visit_that_found_what_was_not_pushed_is_counted(store: Store) -> None:
    (feed_id,) = watch(store, A)
    held = added(store, wanted(feed_id, state="active"))
    for _ in range(2):
        record(store, outcome(feed_id, push="missed"))
    assert store.subscriptions.of_feed(feed_id) == replace(held, misses=2)
    assert store.subscriptions.save(held, replace(held, attempts=1))  # counting changes no state
    assert store.subscriptions.of_feed(feed_id) == replace(held, misses=2, attempts=1)


def test_a_push_for_a_feed_nobody_knows_is_an_error(store: Store) -> None:
    with pytest.raises(NotFoundError):
        record(store, outcome(99, push="came"))
