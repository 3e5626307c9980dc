"""The contract of FeedStore: rows follow config, and a claim is a lease."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.errors import UsageError
from monitor.model.feed import (
    Feed,
    FeedLinks,
    FeedRecord,
    Moving,
    Rhythm,
    Validators,
    Wishes,
)
from monitor.model.refresh import FeedOutcome
from monitor.store import Store, open_store
from tests.store.builders import HOUR, NOW, add, log_line, match, new, outcome, record, watch

A, B, C = (f"https://{name}.example/feed" for name in "abc")
FULL = Feed(
    url=A,
    title="Journal für Politik",
    tags=("law", "出口管制"),
    every=timedelta(minutes=90, microseconds=5),
    outlet="Journal",
    tier=1,
    user_agent="agent/1",
    headers=(("X-One", "1"), ("X-One", "2")),
    user_agent_suffix="(a suffix)",
    auth_env="TOKEN",
    auth_scheme="bearer",
    full_text=True,
    moved_from="https://old.example/feed",
    follow_moves=False,
)


def the(store: Store, url: str = A) -> FeedRecord:
    return next(each for each in store.feeds.feeds() if each.url == url)


def test_a_new_feed_is_kept_as_config_says_and_is_due_at_once(store: Store) -> None:
    store.feeds.sync([FULL], NOW)
    (found,) = store.feeds.feeds()
    assert found == FeedRecord(id=found.id, url=A, feed=FULL, next_fetch_at=NOW)
    assert [each.url for each in store.feeds.claim(NOW, lease=HOUR, limit=5)] == [A]


def test_syncing_twice_changes_nothing_not_even_the_file(store: Store) -> None:
    store.feeds.sync([FULL, Feed(url=B)], NOW)
    before = store.feeds.feeds(), store.database.path.with_name("monitor.db-wal").stat().st_size
    store.feeds.sync([FULL, Feed(url=B)], NOW + HOUR)
    after = store.feeds.feeds(), store.database.path.with_name("monitor.db-wal").stat().st_size
    assert before == after


def test_a_changed_feed_keeps_its_id_and_its_turn(store: Store) -> None:
    (feed_id,) = watch(store, A)
    record(store, outcome(feed_id))
    store.feeds.sync([FULL], NOW + HOUR / 2)
    assert (the(store).id, the(store).feed, the(store).state) == (feed_id, FULL, "ok")
    assert the(store).next_fetch_at == NOW + HOUR


def test_a_removed_feed_is_detached_and_its_entries_stay_and_it_may_return(store: Store) -> None:
    store.feeds.sync([replace(FULL, outlet="The Journal")], NOW)
    (entry_id,) = add(store, new("one"), feed=A)
    store.feeds.sync([], NOW)
    assert store.feeds.feeds() == []
    assert store.feeds.claim(NOW + HOUR, lease=HOUR, limit=5) == []
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert (entry.outlet, entry.feed_title) == ("The Journal", "Journal für Politik")
    store.feeds.sync([FULL], NOW + HOUR)
    assert (the(store).entries, the(store).state, the(store).next_fetch_at) == (
        1,
        "new",
        NOW + HOUR,
    )


def test_a_feed_switched_off_is_never_due_and_is_new_when_switched_on(store: Store) -> None:
    (feed_id,) = watch(store, A)
    record(store, outcome(feed_id))
    store.feeds.sync([Feed(url=A, enabled=False)], NOW)
    assert the(store).state == "off"
    assert store.feeds.claim(NOW + 9 * HOUR, lease=HOUR, limit=5) == []
    store.feeds.sync([Feed(url=A)], NOW + 9 * HOUR)
    assert (the(store).state, the(store).next_fetch_at) == ("new", NOW + 9 * HOUR)


def test_a_feed_switched_off_while_it_is_fetched_stays_off(store: Store) -> None:
    (feed_id,) = watch(store, A)
    store.feeds.claim(NOW, lease=HOUR, limit=1)
    store.feeds.sync([Feed(url=A, enabled=False)], NOW)
    record(store, outcome(feed_id))
    assert the(store).state == "off"


def test_a_feed_new_in_config_and_disabled_is_off(store: Store) -> None:
    store.feeds.sync([Feed(url=A, enabled=False)], NOW)
    assert the(store).state == "off"


def test_feeds_come_by_id_with_their_counts(store: Store) -> None:
    both = (match("chips"), match("deepseek"))
    add(store, new("1", matches=both), new("2"), feed=B)
    add(store, new("1"), feed=A)
    assert [(each.url, each.entries, each.matches) for each in store.feeds.feeds()] == [
        (B, 2, 2),
        (A, 1, 0),
    ]


def test_a_claim_gives_the_longest_due_first_up_to_the_limit(store: Store) -> None:
    ids = watch(store, A, B, C)
    for feed_id, hours in zip(ids, (3, 1, 2), strict=True):
        record(store, outcome(feed_id, next_fetch_at=NOW + hours * HOUR))
    assert store.feeds.claim(NOW, lease=HOUR, limit=9) == []
    now = NOW + 9 * HOUR
    assert [each.url for each in store.feeds.claim(now, lease=HOUR, limit=2)] == [B, C]
    assert [each.url for each in store.feeds.claim(now, lease=HOUR, limit=2)] == [A]


def test_a_leased_feed_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    watch(store, A)
    (claimed,) = store.feeds.claim(NOW, lease=HOUR, limit=1)
    assert claimed.leased_until_at == NOW + HOUR
    moment_before = NOW + HOUR - timedelta(microseconds=1)
    assert store.feeds.claim(moment_before, lease=HOUR, limit=1) == []
    assert store.feeds.claim(moment_before, lease=HOUR, limit=1, only=[claimed.id]) == []
    assert len(store.feeds.claim(NOW + HOUR, lease=HOUR, limit=1)) == 1


def test_promise_10_a_claim_that_ends_in_nothing_leaves_the_feed_due_an_interval_later(
    store: Store,
) -> None:
    watch(store, A)
    minute = timedelta(minutes=1)
    (claimed,) = store.feeds.claim(NOW, lease=minute, limit=1, retry=HOUR)
    assert claimed.next_fetch_at == NOW
    assert store.feeds.claim(NOW + HOUR - minute, lease=minute, limit=1) == []
    assert len(store.feeds.claim(NOW + HOUR, lease=minute, limit=1)) == 1


@pytest.mark.parametrize(("asked", "due_at"), [(False, NOW), (True, NOW + HOUR)])
def test_promise_10_a_released_feed_is_due_as_before_unless_it_was_asked(
    store: Store, asked: bool, due_at: datetime
) -> None:
    (feed_id,) = watch(store, A)
    store.feeds.claim(NOW, lease=HOUR, limit=1, retry=HOUR)
    store.feeds.release([feed_id], asked=asked)
    assert the(store).next_fetch_at == due_at
    assert the(store).leased_until_at is None


def test_75_a_lease_from_when_the_clock_was_a_year_ahead_holds_nobody_up(store: Store) -> None:
    watch(store, A)
    store.feeds.claim(NOW + 9000 * HOUR, lease=HOUR, limit=1)
    assert len(store.feeds.claim(NOW, lease=HOUR, limit=1)) == 1


def test_recording_and_releasing_give_the_lease_back(store: Store) -> None:
    ids = watch(store, A, B)
    store.feeds.claim(NOW, lease=HOUR, limit=2)
    record(store, outcome(ids[0], next_fetch_at=NOW))
    store.feeds.release([ids[1], 999])
    assert [each.id for each in store.feeds.claim(NOW, lease=HOUR, limit=2)] == ids


@pytest.mark.parametrize("state", ["gone", "off"])
def test_only_names_feeds_that_are_not_due(store: Store, state: str) -> None:
    ids = watch(store, A, B)
    record(store, outcome(ids[0], state=state))
    claimed = store.feeds.claim(NOW + 9 * HOUR, lease=HOUR, limit=9)
    assert [each.id for each in claimed] == [ids[1]]
    store.feeds.release(ids)
    claimed = store.feeds.claim(NOW, lease=HOUR, limit=9, only=[ids[0], 999])
    assert [each.id for each in claimed] == [ids[0]]
    assert store.feeds.claim(NOW, lease=HOUR, limit=9, only=[]) == []


def test_a_moved_feed_keeps_its_entries_and_forgets_its_validators(store: Store) -> None:
    store.feeds.sync([FULL], NOW)
    (entry_id,) = add(store, new("1"), feed=A)
    feed_id = the(store).id
    record(store, outcome(feed_id, validators=Validators('"x"', None), body_hash="abc", failures=3))
    with store.feeds.moving(NOW + HOUR / 2) as move:
        move(A, B)
    moved = the(store, B)
    assert (moved.id, moved.feed) == (feed_id, replace(FULL, url=B))
    assert (moved.validators, moved.body_hash, moved.failures) == (Validators(), "", 0)
    assert (moved.next_fetch_at, moved.entries) == (NOW + HOUR / 2, 1)
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert entry.feed_url == B
    store.feeds.sync([replace(FULL, url=B)], NOW)
    assert len(store.feeds.feeds()) == 1


def test_a_visit_whose_claim_holds_no_more_changes_no_feed_and_keeps_its_entries(
    store: Store,
) -> None:
    (feed_id,) = watch(store, A)
    (claimed,) = store.feeds.claim(NOW, lease=HOUR, limit=1)
    with store.feeds.moving(NOW + HOUR / 4) as move:
        move(A, B)
    brought = outcome(
        feed_id, new("1"), validators=Validators('"of A"'), claimed_until_at=claimed.leased_until_at
    )
    record(store, brought)
    found = the(store, B)
    assert (found.validators, found.state, found.entries) == (Validators(), "new", 1)
    assert found.next_fetch_at == NOW + HOUR / 4
    # Whoever claims it after that writes as usual.
    (claimed,) = store.feeds.claim(NOW + HOUR, lease=HOUR, limit=1)
    record(store, replace(brought, claimed_until_at=claimed.leased_until_at))
    assert the(store, B).validators == Validators('"of A"')


def test_another_process_that_sees_the_new_address_first_waits_for_the_move(store: Store) -> None:
    (feed_id,) = watch(store, A)
    add(store, new("1"), feed=A)
    with closing(open_store(store.database.path)) as other, ThreadPoolExecutor(1) as pool:
        with store.feeds.moving(NOW) as move:
            synced = pool.submit(other.feeds.sync, [Feed(url=B)], NOW)
            move(A, B)
        synced.result()
    assert [(each.id, each.url, each.entries) for each in store.feeds.feeds()] == [(feed_id, B, 1)]


def test_a_move_that_config_refuses_changes_nothing(store: Store) -> None:
    watch(store, A)
    before = store.feeds.feeds()

    def refused() -> None:
        with store.feeds.moving(NOW) as move:
            move(A, B)
            raise UsageError("no")

    with pytest.raises(UsageError):
        refused()
    assert store.feeds.feeds() == before


def test_a_move_to_a_feed_there_is_leaves_both(store: Store) -> None:
    ids = watch(store, A, B)
    with store.feeds.moving(NOW) as move:
        move(A, B)
    assert [(each.id, each.url) for each in store.feeds.feeds()] == list(
        zip(ids, (A, B), strict=True)
    )


def test_a_row_holds_everything_that_is_observed_of_a_feed(store: Store) -> None:
    (feed_id,) = watch(store, A)
    seen = FeedRecord(
        id=feed_id,
        url=A,
        feed=Feed(url=A),
        title="A",
        site_url="https://a.example/",
        language="en",
        state="moved",
        validators=Validators('W/"1"', "yesterday"),
        validators_url="https://b.example/feed",
        body_hash="ab",
        failures=3,
        error="Moved.",
        status=301,
        words="It moved.",
        since_at=NOW,
        failing_since_at=NOW - HOUR,
        empty_visits=2,
        wishes=Wishes(2 * HOUR, (0, 23), (6,)),
        rhythm=Rhythm(3 * HOUR, 50 * HOUR),
        moving=Moving("https://b.example/feed", 2, NOW.date()),
        links=FeedLinks("https://a.example/self", "https://hub.example/", "/1", "/2"),
        last_fetched_at=NOW,
        last_ok_at=NOW - HOUR,
        last_new_at=NOW - 2 * HOUR,
        next_fetch_at=NOW + HOUR,
        why_then="every 60 min",
    )
    record(store, FeedOutcome(feed=seen, log=log_line()))
    assert store.feeds.feeds() == [seen]


def test_adopting_moves_the_row_and_keeps_what_is_known_of_it(store: Store) -> None:
    (feed_id,) = watch(store, A)
    record(
        store,
        outcome(
            feed_id, new("1"), state="moved", validators=Validators('"1"'), validators_url=B,
            moving=Moving(B, 3, NOW.date()), body_hash="ab",
        ),
    )  # fmt: skip
    store.feeds.adopt(A, B, NOW, merged=False)
    (found,) = store.feeds.feeds()
    assert (found.id, found.url, found.state, found.moving) == (feed_id, B, "ok", None)
    assert (found.validators.etag, found.validators_url, found.body_hash) == ('"1"', "", "ab")
    assert found.feed is not None
    assert (found.feed.url, found.feed.moved_from) == (B, A)
    store.feeds.sync([Feed(url=B, moved_from=A)], NOW)
    assert [each.id for each in store.feeds.feeds()] == [feed_id]


def test_validators_of_another_address_are_not_taken_along(store: Store) -> None:
    (feed_id,) = watch(store, A)
    elsewhere = "https://c.example/feed"
    record(store, outcome(feed_id, validators=Validators('"1"'), validators_url=elsewhere))
    store.feeds.adopt(A, B, NOW, merged=False)
    assert not store.feeds.feeds()[0].validators


def test_a_merge_is_remembered_until_it_is_undone(store: Store) -> None:
    watch(store, A, B)
    store.feeds.adopt(A, B, NOW, merged=True)
    store.feeds.sync([Feed(url=B)], NOW)
    assert store.feeds.merged() == {A: Feed(url=A)}
    store.feeds.undo_move(A, NOW)
    assert store.feeds.merged() == {}


def test_a_feed_that_moves_to_where_one_was_removed_keeps_its_entries(store: Store) -> None:
    feed_id, removed = watch(store, A, B)
    add(store, new("1"), feed=A)
    store.feeds.sync([Feed(url=A)], NOW)
    with store.feeds.moving(NOW) as move:
        move(A, B)
    assert [(each.id, each.url, each.entries) for each in store.feeds.feeds()] == [(feed_id, B, 1)]
    store.feeds.sync([Feed(url=A), Feed(url=B)], NOW)
    assert [(each.id, each.url) for each in store.feeds.feeds()] == [(feed_id, B), (removed, A)]


def test_the_feeds_of_a_host_that_turns_two_of_them_away_are_left_alone(store: Store) -> None:
    other = "https://a.example/other"
    first, second, third = watch(store, A, other, B)
    record(store, outcome(first, state="throttled", status=429))
    assert store.feeds.turned_away(second, NOW - HOUR) == 1
    assert store.feeds.turned_away(second, NOW + HOUR) == 0
    assert store.feeds.turned_away(third, NOW - HOUR) == 0
    until = NOW + 9 * HOUR
    record(store, outcome(second, state="throttled", status=429, host_until_at=until))
    due = {each.id: each.next_fetch_at for each in store.feeds.feeds()}
    assert due == {first: until, second: NOW + HOUR, third: NOW}


def test_a_feed_that_is_given_back_unasked_keeps_the_pause_of_its_host(store: Store) -> None:
    first, second = watch(store, A, "https://a.example/other")
    store.feeds.claim(NOW, lease=HOUR, limit=9)
    until = NOW + 9 * HOUR
    record(store, outcome(first, state="throttled", status=429, host_until_at=until))
    store.feeds.release([second])
    assert the(store, "https://a.example/other").next_fetch_at == until


def test_a_feed_last_visited_in_the_future_is_due(store: Store) -> None:
    (feed_id,) = watch(store, A)
    record(store, outcome(feed_id, at=NOW + timedelta(days=400)))
    assert [each.id for each in store.feeds.claim(NOW, lease=HOUR, limit=9)] == [feed_id]


def test_counts_of_entries_and_matches_follow_whatever_is_written(store: Store) -> None:
    def counted() -> tuple[int, int]:
        (feed,) = store.feeds.feeds()
        assert store.feeds.feed(feed.id) == feed
        with store.database.read() as connection:
            stored = tuple(
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("entries", "matches")
            )
        assert (feed.entries, feed.matches) == stored
        return feed.entries, feed.matches

    both = (match("chips"), match("wafers"))
    add(store, new("1", matches=both), new("2", matches=both[:1]), new("3"), at=NOW)
    assert counted() == (3, 3)
    (one,) = add(store, new("4", matches=both), at=NOW)
    assert counted() == (4, 5)
    store.topics.forget(["chips"])
    assert counted() == (4, 3)
    assert store.upkeep.prune(NOW + 9 * HOUR, NOW)[0] == 1
    assert counted() == (3, 3)
    with store.database.write() as connection:  # whoever does it
        connection.execute("DELETE FROM story_members")
        connection.execute("DELETE FROM entries WHERE id = ?", (one,))
    assert counted() == (2, 2)


@pytest.mark.parametrize("unknown", [0, -1, 99, 10**30])
def test_an_unknown_feed_is_none(store: Store, unknown: int) -> None:
    assert store.feeds.feed(unknown) is None
