"""The contract of EditionStore: frozen once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.model.digest import Recipient
from monitor.model.edition import Card, Coverage, Edition, Rendered, Section, Trouble, Window
from monitor.model.feed import Feed, Rhythm
from monitor.model.refresh import Gap
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, log_line, match, new, outcome, record, watch

DAY = 24 * HOUR
MS = timedelta(milliseconds=1)
WINDOW = Window(NOW - 24 * HOUR, NOW, "Europe/Berlin")
COVERAGE = Coverage(
    feeds=1, ok=1, failing=0, silent=0, checked=1, entries_seen=2,
    entries_matched=1, copies_folded=0, stories=1,
)  # fmt: skip
RENDERED = Rendered("Betreff — 出口管制", "text\r\nwith 🇪🇺", "# md", "<p>é</p>", '{"a": "b"}')
NEWEST = 1_000_000  # no entry came in between
UNEDITED = 1_000_000  # nor was any edited
TO = (
    Recipient("folder", "digests"),
    Recipient("folder", "archiv/日"),
    Recipient("folder", "digests"),
)


def an_edition(slot: str = "2026-11-23T07:00", entries: tuple[int, ...] = ()) -> Edition:
    card = Card(
        story=1, title="T", url="https://x.example/", outlet="x", published_at=None,
        first_seen_at=NOW, excerpt="", language="en", outlets=("x",), copies=0, why=(),
        entries=entries,
    )  # fmt: skip
    return Edition(
        digest="daily", title="Daily", id=f"daily-{slot}", slot=slot, local_on=date(2026, 11, 23),
        window=WINDOW, coverage=COVERAGE, sections=(Section(topic="chips", title="C", cards=(card,)),),
    )  # fmt: skip


def test_a_digest_begins_once(store: Store) -> None:
    assert store.editions.begin("daily", NOW) == NOW
    assert store.editions.begin("daily", NOW + HOUR) == NOW
    assert store.editions.begin("weekly", NOW + HOUR) == NOW + HOUR


def test_an_edition_is_kept_byte_for_byte_with_its_deliveries(store: Store) -> None:
    frozen = store.editions.freeze(an_edition(), RENDERED, TO, NOW, NEWEST, UNEDITED)
    assert frozen is not None
    assert (frozen.id, frozen.digest, frozen.slot) == (
        "daily-2026-11-23T07:00",
        "daily",
        "2026-11-23T07:00",
    )
    assert (frozen.rendered, frozen.window, frozen.created_at) == (RENDERED, WINDOW, NOW)
    assert frozen.local_on == date(2026, 11, 23)
    assert [(each.to, each.state, each.attempts) for each in frozen.deliveries] == [
        ("digests", "planned", 0),
        ("archiv/日", "planned", 0),
    ]
    assert store.editions.edition(frozen.id) == frozen
    assert store.editions.editions() == store.editions.editions("daily") == [frozen]
    assert store.editions.editions("weekly") == []
    assert store.editions.edition("nothing") is None


def test_a_list_of_editions_needs_no_forms(store: Store) -> None:
    first = store.editions.freeze(an_edition(), RENDERED, TO, NOW, NEWEST, UNEDITED)
    later = replace(
        an_edition("2026-11-24T07:00"), window=Window(NOW, NOW + 24 * HOUR, "Europe/Berlin")
    )
    second = store.editions.freeze(later, RENDERED, TO, NOW, NEWEST, UNEDITED)
    assert first is not None
    assert second is not None
    bare = Rendered(RENDERED.subject, "", "", "", "")
    assert store.editions.editions(forms=False) == [
        replace(second, rendered=bare),
        replace(first, rendered=bare),
    ]
    assert store.editions.editions("daily", limit=1) == [second]


def test_a_slot_has_one_edition_for_ever(store: Store) -> None:
    first = store.editions.freeze(an_edition(), RENDERED, TO, NOW, NEWEST, UNEDITED)
    other = replace(RENDERED, subject="Other")
    again = store.editions.freeze(
        replace(an_edition(), id="x"), other, TO[:1], NOW + HOUR, NEWEST, UNEDITED
    )
    assert again == first
    assert len(store.editions.editions()) == 1


def test_an_id_stands_for_one_slot(store: Store) -> None:
    store.editions.freeze(an_edition(), RENDERED, (), NOW, NEWEST, UNEDITED)
    later = replace(an_edition(), slot="by hand", window=Window(NOW, NOW + HOUR, "UTC"))
    with pytest.raises(StoreError, match="already"):
        store.editions.freeze(later, RENDERED, (), NOW, NEWEST, UNEDITED)


def test_a_window_that_reaches_into_another_edition_is_not_frozen(store: Store) -> None:
    """Two processes that send by hand at once: the second gets what the first one froze."""
    first = store.editions.freeze(an_edition("by hand 1"), RENDERED, TO, NOW, NEWEST, UNEDITED)
    longer = replace(an_edition("by hand 2"), window=Window(WINDOW.from_at, NOW + HOUR, "UTC"))
    assert store.editions.freeze(longer, RENDERED, TO, NOW, NEWEST, UNEDITED) == first
    assert len(store.editions.editions()) == 1


def test_an_edition_composed_before_an_entry_came_in_is_not_frozen(store: Store) -> None:
    seen = store.entries.newest_id()
    (late,) = add(store, new("1"), at=NOW - HOUR)
    assert store.editions.freeze(an_edition(), RENDERED, TO, NOW, seen, UNEDITED) is None
    assert store.editions.editions() == []
    assert store.editions.freeze(an_edition(), RENDERED, TO, NOW, late, UNEDITED) is not None


def test_what_is_stored_after_an_edition_belongs_to_the_next_one(store: Store) -> None:
    """Its fetch may have begun before the cutoff: the closed window must not swallow it."""
    store.editions.freeze(an_edition(), RENDERED, TO, NOW, NEWEST, UNEDITED)
    (entry_id,) = add(store, new("1"), at=NOW - timedelta(seconds=1))
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert entry.first_seen_at == NOW


def test_editions_come_newest_first_and_the_last_cutoff_is_the_latest_end(store: Store) -> None:
    assert store.editions.last_cutoff("daily") is None
    for day in (1, 2, 3):
        window = Window(NOW + (day - 1) * 24 * HOUR, NOW + day * 24 * HOUR, "UTC")
        store.editions.freeze(
            replace(an_edition(f"{day}"), window=window), RENDERED, (), NOW, NEWEST, UNEDITED
        )
    assert [each.slot for each in store.editions.editions("daily")] == ["3", "2", "1"]
    assert store.editions.last_cutoff("daily") == NOW + 72 * HOUR


def test_entries_of_an_edition_are_never_pruned(store: Store) -> None:
    kept, gone = add(store, new("1"), new("2"))
    store.editions.freeze(an_edition(entries=(kept, 999)), RENDERED, (), NOW, NEWEST, UNEDITED)
    assert store.upkeep.prune(NOW + HOUR, NOW) == (1, 0)
    assert [entry.id for entry in store.entries.entries([kept, gone])] == [kept]


def test_coverage_counts_feeds_as_they_stand_and_entries_of_the_window(store: Store) -> None:
    states = ("ok", "moved", "failing", "throttled", "gone", "silent", "new")
    urls = [f"https://{state}.example/feed" for state in states]
    off = Feed(url="https://off.example/feed", enabled=False)
    store.feeds.sync([*(Feed(url=url, title=url[8:10]) for url in urls), off], NOW)
    feed_ids = [each.id for each in store.feeds.feeds()]
    at = NOW - HOUR
    results = ("ok", "304", "timeout", "throttled", "gone", "same")
    for feed_id, state, result in zip(feed_ids, states, results, strict=False):
        record(
            store,
            outcome(
                feed_id, state=state, error=f"{state}!" if state in ("failing", "gone") else "",
                last_ok_at=at - HOUR, last_new_at=at - 9 * HOUR, log=log_line(at, result),
                since_at=at, silent_since_at=at if state == "silent" else None, rhythm=Rhythm(HOUR, None, 5 * HOUR),
                failing_since_at=at - (72 if state == "failing" else 71) * HOUR + MS,
            ),
        )  # fmt: skip
    for n, seen in enumerate((WINDOW.from_at - HOUR, WINDOW.from_at, NOW - HOUR, NOW)):
        record(store, outcome(feed_ids[0], new(f"{n}"), at=seen, log=log_line(NOW, "ok")), seen)
    store.feeds.sync([*(Feed(url=url, title=url[8:10]) for url in urls), off], NOW)
    coverage = store.editions.coverage(WINDOW)
    assert replace(coverage, troubles=()) == Coverage(
        feeds=7, ok=2, failing=3, gone=1, silent=1, checked=3, entries_seen=2,
        entries_matched=0, copies_folded=0, stories=0,
    )  # fmt: skip
    usual = (HOUR, 5 * HOUR)
    assert coverage.troubles == (  # the throttled one has not failed for three days
        Trouble("fa", urls[2], "failing", "failing!", at - 72 * HOUR + MS, *usual),
        Trouble("go", urls[4], "gone", "gone!", at, *usual),
        Trouble("si", urls[5], "silent", "", at - 9 * HOUR, *usual),
    )
    later = store.editions.coverage(Window(NOW, NOW + 24 * HOUR, "UTC"))
    assert (later.failing, later.silent) == (3, 1)
    assert [trouble.feed for trouble in later.troubles] == ["th"]


def test_feeds_that_may_have_lost_entries_are_counted_and_named_in_one_window(
    store: Store,
) -> None:
    first, second, third = watch(store, *(f"https://{name}.example/feed" for name in "abc"))
    seen_at = NOW - HOUR
    for feed_id, gap in (
        (first, Gap(NOW - 9 * HOUR, NOW - 8 * HOUR)),
        (first, Gap(NOW - 2 * HOUR, seen_at)),
        (second, Gap(NOW - 2 * HOUR, seen_at, 3, closed=True)),
        (third, Gap(NOW - 2 * HOUR, NOW)),
    ):
        record(store, outcome(feed_id, gap=gap))
    coverage = store.editions.coverage(WINDOW)
    assert (coverage.gaps, coverage.ok) == (1, 3)
    assert coverage.troubles == (
        Trouble("https://a.example/feed", "https://a.example/feed", "gap", "", NOW - 9 * HOUR),
    )
    assert store.editions.coverage(Window(NOW, NOW + HOUR, "UTC")).gaps == 1
    assert [feed_id for feed_id, _ in store.history.gaps(seen_at)] == [third, first]
    assert store.history.gaps(NOW - DAY, first) == [
        (first, Gap(NOW - 2 * HOUR, seen_at)), (first, Gap(NOW - 9 * HOUR, NOW - 8 * HOUR)),
    ]  # fmt: skip


def test_what_is_noticed_while_an_edition_is_frozen_is_told_in_the_next(store: Store) -> None:
    (feed_id,) = watch(store, "https://a.example/feed")
    store.editions.freeze(an_edition(), RENDERED, (), NOW, NEWEST, UNEDITED)
    before = NOW - MS  # decided a moment before the cutoff, written after it
    gap = Gap(NOW - HOUR, before)
    silent: dict[str, Any] = {"state": "silent", "since_at": before, "silent_since_at": before}
    record(store, outcome(feed_id, gap=gap, **silent))
    assert store.editions.coverage(WINDOW).troubles == ()
    told = store.editions.coverage(Window(NOW, NOW + 24 * HOUR, "UTC"))
    assert [trouble.state for trouble in told.troubles] == ["silent", "gap"]
    (feed,) = store.feeds.feeds()
    assert (feed.since_at, feed.silent_since_at) == (NOW, NOW)
    store.editions.freeze(
        replace(an_edition("later"), window=Window(NOW, NOW + HOUR, "UTC")),
        RENDERED,
        (),
        NOW,
        NEWEST,
        UNEDITED,
    )
    record(store, outcome(feed_id, **(silent | {"since_at": NOW, "silent_since_at": NOW})))
    (feed,) = store.feeds.feeds()
    assert feed.silent_since_at == NOW  # what was told once stays where it was


def test_a_feed_that_was_looked_at_outside_of_the_window_is_not_checked(store: Store) -> None:
    (feed_id,) = watch(store, "https://a.example/feed")
    record(store, outcome(feed_id, log=log_line(NOW)))
    record(store, outcome(feed_id, log=log_line(WINDOW.from_at - timedelta(microseconds=1))))
    assert store.editions.coverage(WINDOW).checked == 0
    record(store, outcome(feed_id, log=log_line(WINDOW.from_at)))
    assert store.editions.coverage(WINDOW).checked == 1


@pytest.mark.parametrize(
    ("state", "fetched", "due", "checked"),
    [
        ("ok", -6, 2, 1),  # it comes once in half a day, and that is not over
        ("ok", -6, -1, 0),  # nobody was there when it was due
        ("ok", 1, 12, 0),  # it was visited after the window, and may have been due in it
        ("failing", -6, 2, 0),
    ],
)
def test_a_feed_that_was_not_due_counts_as_checked(
    store: Store, state: str, fetched: int, due: int, checked: int
) -> None:
    (feed_id,) = watch(store, "https://a.example/feed")
    until = WINDOW.from_at + HOUR
    at = until + fetched * HOUR
    record(store, outcome(feed_id, at=at, state=state, next_fetch_at=until + due * HOUR), at)
    window = Window(WINDOW.from_at, until, "UTC")
    assert store.editions.coverage(window).checked == checked


def test_matches_that_go_later_leave_the_edition_as_it_was(store: Store) -> None:
    (entry_id,) = add(store, new("1", matches=(match(),)))
    frozen = store.editions.freeze(
        an_edition(entries=(entry_id,)), RENDERED, TO, NOW, NEWEST, UNEDITED
    )
    assert frozen is not None
    store.topics.forget([])
    store.upkeep.prune(datetime(2030, 1, 1, tzinfo=UTC), NOW)
    assert store.editions.edition(frozen.id) == frozen
    assert store.entries.entry(entry_id) is not None
