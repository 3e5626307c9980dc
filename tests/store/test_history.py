"""The contract of FeedHistory, and of watching one more feed."""

from __future__ import annotations

from datetime import timedelta

from monitor.model.entry import Headline
from monitor.model.feed import Feed
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, log_line, new, outcome, record, watch

A = "https://a.example/feed"
LEASE = timedelta(minutes=2)


def test_visits_come_newest_first_and_only_as_many_as_asked_for(store: Store) -> None:
    first, second = watch(store, A, "https://b.example/feed")
    lines = [log_line(NOW + n * HOUR, "ok" if n % 2 else "timeout") for n in range(5)]
    for line in lines:
        record(store, outcome(first, log=line))
    record(store, outcome(second, log=log_line(NOW)))
    assert store.history.visits(first, 3) == [lines[4], lines[3], lines[2]]
    assert store.history.visits(second, 3) == [log_line(NOW)]
    assert store.history.visits(99, 3) == []


def test_how_many_entries_the_last_document_held(store: Store) -> None:
    (feed_id,) = watch(store, A)
    assert store.history.listed(feed_id) == 0
    record(store, outcome(feed_id, log=log_line(NOW)))
    record(store, outcome(feed_id, log=log_line(NOW + HOUR, "304")))
    assert store.history.listed(feed_id) == 1


def test_headlines_come_by_date_and_without_one_by_when_they_were_seen(store: Store) -> None:
    add(
        store,
        new("1", title="Old", published_at=NOW - 48 * HOUR),
        new("2", title="Latest", published_at=NOW - HOUR),
        new("3", title="Dateless"),
    )
    assert store.history.headlines(1, 2) == [
        Headline("Dateless", None), Headline("Latest", NOW - HOUR),
    ]  # fmt: skip
    assert len(store.history.headlines(1, 9)) == 3


def test_a_feed_that_is_added_is_leased_so_that_nobody_else_fetches_it(store: Store) -> None:
    (there,) = watch(store, A)
    feed = Feed(url="https://new.example/feed", title="New")
    added = store.feeds.add(feed, NOW, LEASE)
    assert added is not None
    assert (added.feed, added.state, added.next_fetch_at) == (feed, "new", NOW)
    assert [each.id for each in store.feeds.claim(NOW, lease=LEASE, limit=9)] == [there]
    assert store.feeds.add(feed, NOW, LEASE) is None
    store.feeds.sync([Feed(url=A), feed], NOW)
    assert [each.url for each in store.feeds.claim(NOW + LEASE, lease=LEASE, limit=9)] == [
        A, feed.url,
    ]  # fmt: skip


def test_a_feed_that_was_removed_comes_back_with_what_is_known_of_it(store: Store) -> None:
    add(store, new("1"), feed=A)
    (feed_id,) = (each.id for each in store.feeds.feeds())
    watch(store)
    added = store.feeds.add(Feed(url=A, title="Again"), NOW + HOUR, LEASE)
    assert added is not None
    assert (added.id, added.state) == (feed_id, "new")
    (feed,) = store.feeds.feeds()
    assert (feed.entries, feed.feed) == (1, Feed(url=A, title="Again"))


def test_no_entry_is_held_back_of_a_feed_nobody_doubts(store: Store) -> None:
    (feed_id,) = watch(store, A)
    assert store.history.held(feed_id) == 0


def test_what_came_is_counted_by_day_and_feed(store: Store) -> None:
    add(store, new("1"), new("2"), at=NOW)
    add(store, new("2"), new("3"), at=NOW)  # one of them known
    add(store, new("4"), at=NOW + 24 * HOUR)
    (feed,) = [each.id for each in store.feeds.feeds()]
    today = NOW.date()
    tomorrow = today + timedelta(days=1)
    assert store.history.days(today) == {feed: {today: 3, tomorrow: 1}}
    assert store.history.days(tomorrow, feed) == {feed: {tomorrow: 1}}
    assert store.history.days(today, feed + 1) == {}


def test_moves_pages_and_what_was_withdrawn_are_told_of_a_feed(store: Store) -> None:
    one, _ = add(store, new("1", title="Gone"), new("2"), at=NOW)
    (feed,) = store.feeds.feeds()
    assert store.history.withdrawn(feed.id, 9) == []
    store.refresh.record(outcome(feed.id, withdrawn=(one,), at=NOW), NOW)
    ((gone, headline),) = store.history.withdrawn(feed.id, 9)
    assert (gone, headline.title) == (one, "Gone")
    assert store.history.pages(feed.id) == {"wanted": 0, "taken": 0, "failed": 0}
    assert store.history.moves(feed.url) == []
    to = "https://new.example/feed"
    store.feeds.adopt(feed.url, to, NOW, merged=False)
    (move,) = store.history.moves(to)
    assert (move.url, move.to, move.undone_at) == (feed.url, to, None)
