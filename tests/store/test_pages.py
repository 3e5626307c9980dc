"""Contract of PageStore: whose turn it is, what came of it, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.errors import OvertakenError
from monitor.model.feed import Feed
from monitor.model.page import PageVisit, Robots, TakenText, WantedPage
from monitor.model.refresh import NewEntry
from monitor.model.search import Candidates
from monitor.store import Store
from tests.store.builders import HOUR, NOW, match, new, outcome, record, revised

FEED = Feed(url="https://a.example/feed", full_text=True)
LEASE = timedelta(minutes=5)
PAUSE = timedelta(seconds=5)


def on(key: str, host: str = "news.example", matched: bool = True) -> NewEntry:
    """A new entry whose page is on a host."""
    address = f"https://{host}/{key}"
    return new(key, link=address, url=address, matches=(match(),) if matched else ())


def stored(store: Store, *entries: NewEntry, feed: Feed = FEED, at: datetime = NOW) -> list[int]:
    store.feeds.sync([feed], at)
    (known,) = store.feeds.feeds()
    brought = outcome(known.id, *entries, at=at)
    named = replace(brought, feed=replace(brought.feed, feed=feed))
    return list(record(store, named, at).new_ids)


def claim(store: Store, at: datetime = NOW, limit: int = 9) -> list[WantedPage]:
    return store.pages.claim(at, lease=LEASE, limit=limit)


def visit(page: WantedPage, at: datetime = NOW, **fields: object) -> PageVisit:
    standard: dict[str, object] = {
        "entry": page.entry,
        "visited": page.host,
        "held_until_at": page.held_until_at,
        "free_at": at + PAUSE,
        "state": "taken",
        "url": page.url,
        "host": page.host,
        "attempts": page.attempts,
        "hops": page.hops,
        "next_at": at,
    }
    return PageVisit(**standard | fields)  # type: ignore[arg-type]


def taken(store: Store, text: str = "All of the page.", **fields: object) -> TakenText:
    standard: dict[str, object] = {
        "text": text,
        "html": f"<p>{text}</p>",
        "matches": (match(),),
        "versions": {},
        "since_change": store.entries.changes(),
    }
    return TakenText(**standard | fields)  # type: ignore[arg-type]


def test_pages_of_new_matched_entries_are_wanted(store: Store) -> None:
    ids = stored(
        store, on("1"), on("2", matched=False), new("3", link="", url="", matches=(match(),))
    )
    assert store.pages.counts() == {"wanted": 1, "taken": 0, "failed": 0}
    (page,) = claim(store)
    assert page == WantedPage(
        entry=ids[0],
        url="https://news.example/1",
        host="news.example",
        attempts=0,
        hops=0,
        first_seen_at=NOW,
        feed_url=FEED.url,
        feed=FEED,
        held_until_at=NOW + LEASE,
    )


def test_pages_of_other_feeds_are_not(store: Store) -> None:
    stored(store, on("1"), feed=replace(FEED, full_text=False))
    assert store.pages.next_at() is None


def test_an_outcome_that_is_repeated_wants_nothing_twice(store: Store) -> None:
    stored(store, on("1"))
    (page,) = claim(store)
    store.pages.record(visit(page, state="failed", error="404"))
    stored(store, on("1"))
    assert store.pages.counts() == {"wanted": 0, "taken": 0, "failed": 1}


def test_one_page_of_a_host_at_a_time(store: Store) -> None:
    stored(store, on("1"), on("2"), on("3", "other.example"))
    pages = claim(store)
    assert {page.host for page in pages} == {"news.example", "other.example"}
    assert claim(store) == []
    assert store.pages.next_at() == NOW + LEASE
    (first,) = [page for page in pages if page.host == "news.example"]
    store.pages.record(visit(first))
    assert store.pages.next_at() == NOW + PAUSE
    assert claim(store, NOW + PAUSE - timedelta(microseconds=1)) == []
    (second,) = claim(store, NOW + PAUSE)
    assert second.host == "news.example"
    assert second.entry != first.entry


def test_a_limit_is_kept_and_the_longest_due_come_first(store: Store) -> None:
    stored(store, on("2", "b.example"), at=NOW)
    stored(store, on("1", "a.example"), at=NOW + HOUR)
    (page,) = claim(store, NOW + HOUR, limit=1)
    assert page.host == "b.example"


def test_a_lease_that_is_over_frees_the_page(store: Store) -> None:
    stored(store, on("1"))
    (page,) = claim(store)
    assert claim(store, NOW + LEASE - timedelta(seconds=1)) == []
    assert claim(store, NOW + LEASE) == [replace(page, held_until_at=NOW + 2 * LEASE)]


def test_a_page_that_was_given_back_is_due_after_the_pause(store: Store) -> None:
    stored(store, on("1"))
    (page,) = claim(store)
    store.pages.release(page, NOW + PAUSE)
    assert claim(store) == []
    (again,) = claim(store, NOW + PAUSE)
    assert again.entry == page.entry


def test_giving_back_what_was_recorded_shortens_no_pause(store: Store) -> None:
    stored(store, on("1"), on("2"))
    (page,) = claim(store)
    store.pages.record(visit(page, free_at=NOW + HOUR))
    store.pages.release(page, NOW)
    assert store.pages.next_at() == NOW + HOUR


def test_a_visit_that_comes_late_does_not_end_the_hold_of_another(store: Store) -> None:
    stored(store, on("1"), on("2"), on("3"))
    (late,) = claim(store)
    (other,) = claim(store, NOW + LEASE)
    assert other.held_until_at == NOW + 2 * LEASE
    store.pages.record(visit(late, NOW + LEASE))
    assert claim(store, NOW + LEASE + PAUSE) == []
    store.pages.record(visit(other, NOW + LEASE))
    assert store.pages.next_at() == NOW + LEASE + PAUSE


def test_what_is_to_be_tried_again_waits_and_keeps_what_is_known(store: Store) -> None:
    stored(store, on("1"))
    (page,) = claim(store)
    moved = visit(
        page,
        state="wanted",
        url="https://other.example/1",
        host="other.example",
        attempts=2,
        hops=1,
        next_at=NOW + HOUR,
        error="busy",
    )
    store.pages.record(moved)
    assert claim(store, NOW + PAUSE) == []
    (again,) = claim(store, NOW + HOUR)
    expected = replace(
        page,
        url=moved.url,
        host=moved.host,
        attempts=2,
        hops=1,
        held_until_at=NOW + HOUR + LEASE,
    )
    assert again == expected
    standing = store.pages.standing(page.entry)
    assert standing is not None
    assert (standing.state, standing.error, standing.next_at) == ("wanted", "busy", NOW + HOUR)


def test_the_text_of_a_page_becomes_that_of_the_entry(store: Store) -> None:
    (entry_id,) = stored(store, on("1"))
    (page,) = claim(store)
    both = (match(), match("trade"))
    before = store.entries.changes()
    assert store.pages.take(visit(page), taken(store, matches=both), NOW) == 1
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert (entry.text, entry.html) == ("All of the page.", "<p>All of the page.</p>")
    assert (entry.page_text_at, entry.revised_at) == (NOW, None)
    assert [(m.topic, m.backfilled) for m in entry.matches] == [("chips", False), ("trade", False)]
    assert store.entries.changes() == before + 1
    assert store.entries.revisions(entry_id) == []
    assert len(list(store.entries.candidates(Candidates(fts="page")))) == 1
    assert list(store.entries.candidates(Candidates(fts="licences AND text"))) == []
    assert store.upkeep.check() == []
    assert store.pages.counts() == {"wanted": 0, "taken": 1, "failed": 0}
    assert store.pages.texts([entry_id, 99]) == {entry_id: (entry.text, entry.html)}
    known = store.refresh.known(entry.feed_id, keys=["1"], guids=[], urls=[])
    assert known[0].content_hash == "hash of Licences for chips"


def test_a_text_is_taken_once(store: Store) -> None:
    (entry_id,) = stored(store, on("1"))
    (page,) = claim(store)
    assert store.pages.take(visit(page), taken(store), NOW) == 0
    assert store.pages.take(visit(page), taken(store, "Another text."), NOW) == 0
    store.pages.record(visit(page, state="failed", error="late"))
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert entry.text == "All of the page."
    assert store.pages.counts()["taken"] == 1
    assert store.upkeep.check() == []


def test_an_entry_that_was_edited_since_it_was_read_is_to_be_read_again(store: Store) -> None:
    (entry_id,) = stored(store, on("1"))
    (page,) = claim(store)
    read = taken(store)
    (known,) = store.feeds.feeds()
    edit = revised(entry_id, "1", title="Edited", matches=(match(),))
    record(store, outcome(known.id, revised=(edit,)))
    assert store.pages.take(visit(page), read, NOW) is None
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert (entry.title, entry.page_text_at) == ("Edited", None)
    assert store.pages.counts()["wanted"] == 1


def test_a_page_of_a_pruned_entry_changes_nothing(store: Store) -> None:
    stored(store, on("1"))
    (page,) = claim(store)
    gone = replace(page, entry=99)
    assert store.pages.take(visit(gone), taken(store), NOW) == 0
    assert store.upkeep.check() == []


def test_the_feeds_own_text_does_not_overwrite_that_of_the_page(store: Store) -> None:
    (entry_id,) = stored(store, on("1"))
    (page,) = claim(store)
    store.pages.take(visit(page), taken(store), NOW)
    (known,) = store.feeds.feeds()
    unaware = revised(entry_id, "1", title="Edited", text="Own again.")
    with pytest.raises(OvertakenError):
        record(store, outcome(known.id, new("2"), revised=(unaware,)))
    assert store.upkeep.stats()["entries"] == 1
    aware = replace(
        unaware,
        entry=replace(unaware.entry, text="All of the page.", html="<p>All of the page.</p>"),
        page_text=True,
    )
    record(store, outcome(known.id, new("2"), revised=(aware,)))
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert (entry.title, entry.text, entry.page_text_at) == ("Edited", "All of the page.", NOW)
    assert len(store.entries.revisions(entry_id)) == 1
    assert store.upkeep.check() == []


def test_topics_of_another_version_are_doubted(store: Store) -> None:
    from monitor.model.topic import Rematching

    versions = store.topics.versions({"chips": "chip*"}, NOW)
    store.topics.mark_rematched(Rematching("chips", versions["chips"], newest_id=0, next_id=1))
    (entry_id,) = stored(store, on("1"))
    assert entry_id
    (page,) = claim(store)
    assert store.topics.rematched() == {"chips": 1}
    store.pages.take(visit(page), taken(store, versions={"chips": 2}), NOW)
    assert store.topics.rematched() == {}


def test_robots_hold_until_they_expire(store: Store) -> None:
    robots = Robots(
        origin="https://a.example", rules="x", error="", fetched_at=NOW, expires_at=NOW + HOUR
    )
    assert store.pages.robots(robots.origin, NOW) is None
    store.pages.keep_robots(replace(robots, rules="y"))
    store.pages.keep_robots(robots)
    assert store.pages.robots(robots.origin, NOW) == robots
    assert store.pages.robots(robots.origin, NOW + HOUR) is None
    assert store.pages.robots("http://a.example", NOW) is None


def test_a_feed_that_config_dropped_is_told(store: Store) -> None:
    stored(store, on("1"))
    store.feeds.sync([], NOW)
    (page,) = claim(store)
    assert page.feed is None
