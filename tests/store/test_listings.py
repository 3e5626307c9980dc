"""What a document listed and what is withdrawn: written with the refresh, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from monitor.model.change import FormerTitle
from monitor.model.refresh import Listed, Listing
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, new, outcome, record, revised, watch

A, B = "https://a.example/feed", "https://www.b.example/feed"


def listed(*ids: int, missing: tuple[int, ...] = ()) -> Listing:
    """A document that listed these entries."""
    at = NOW.replace(microsecond=0)
    return Listing(
        tuple(Listed(each, None, at) for each in ids),
        tuple(Listed(each, at, at) for each in missing),
    )


def withdrawn_at(store: Store, entry_id: int) -> datetime | None:
    (entry,) = store.entries.entries([entry_id])
    return entry.withdrawn_at


def test_a_listing_is_kept_with_the_ids_of_what_is_new(store: Store) -> None:
    (feed,) = watch(store, A)
    assert store.refresh.listing(feed) is None
    at = NOW.replace(microsecond=0)
    document = Listing((Listed(0, at, at, "2"), Listed(0, None, at, "1")))
    done = record(store, outcome(feed, new("1"), new("2"), listing=document))
    one, two = done.new_ids
    assert store.refresh.listing(feed) == Listing((Listed(two, at, at), Listed(one, None, at)))
    record(store, outcome(feed, listing=listed(two, missing=(one,))))
    assert store.refresh.listing(feed) == listed(two, missing=(one,))
    record(store, outcome(feed))
    assert store.refresh.listing(feed) == listed(two, missing=(one,)), "no document, no listing"


def test_withdrawn_entries_are_marked_once_and_lose_the_mark_when_they_come_back(
    store: Store,
) -> None:
    one, two = add(store, new("1"), new("2"), feed=A)
    (other,) = add(store, new("1"), feed=B)
    feed = store.feeds.feeds()[0].id
    later = NOW + HOUR
    record(store, outcome(feed, withdrawn=(one, other, 999), back=(two,)), later)
    assert (withdrawn_at(store, one), withdrawn_at(store, other)) == (later, None)
    record(store, outcome(feed, withdrawn=(one,)), later + HOUR)
    assert withdrawn_at(store, one) == later
    record(store, outcome(feed, back=(two, one), push="came"), later + HOUR)
    assert withdrawn_at(store, one) is None


def test_a_visit_whose_claim_is_over_withdraws_nothing(store: Store) -> None:
    (one,) = add(store, new("1"), feed=A)
    feed = store.feeds.feeds()[0].id
    record(
        store,
        outcome(feed, withdrawn=(one,), listing=listed(one), claimed_until_at=NOW - HOUR),
    )
    assert withdrawn_at(store, one) is None
    assert store.refresh.listing(feed) is None


def test_marks_and_listing_are_written_with_the_refresh_or_not_at_all(
    store: Store, path: Path
) -> None:
    (one,) = add(store, new("1"), feed=A)
    feed = store.feeds.feeds()[0].id
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON fetch_log BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        brought = outcome(feed, new("2"), withdrawn=(one,), listing=listed(one))
        with pytest.raises(sqlite3.IntegrityError):
            record(store, brought, NOW + HOUR)
        assert (withdrawn_at(store, one), store.refresh.listing(feed)) == (None, None)
        connection.execute("DROP TRIGGER full")
    record(store, brought, NOW + HOUR)
    assert (withdrawn_at(store, one), store.refresh.listing(feed)) == (NOW + HOUR, listed(one))


def test_the_former_titles_of_edited_entries_are_told(store: Store) -> None:
    one, two = add(store, new("1", title="First"), new("2"))
    (feed,) = [each.id for each in store.feeds.feeds()]
    for hours, title in ((1, "Second"), (2, "Third")):
        change = revised(one, "1", title=title)
        record(store, outcome(feed, revised=(change,)), NOW + hours * HOUR)
    assert store.entries.former_titles([one, two]) == {
        one: (FormerTitle("First", NOW + HOUR), FormerTitle("Second", NOW + 2 * HOUR))
    }
    assert store.entries.former_titles([]) == {}
