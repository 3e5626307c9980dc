"""SQLite only: what entries in stories are found by, over time and after an older version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.model.feed import Feed
from monitor.model.refresh import NewEntry
from monitor.store import Store, grouping, migrations, open_store, story_upkeep
from monitor.store.rows import from_feed, instant
from tests.store.builders import (
    DAY,
    HOUR,
    NOW,
    add,
    alone,
    match,
    new,
    outcome,
    record,
    revised,
    ungroup,
    watch,
)

TITLE = "Freedonia puts Sylvanian chip firms on its entity list"
REWORDED = "Sylvanian chip firms added to the entity list of Freedonia"
OTHER = "Osterlich court hears the lawsuit against Quokka Labs"
RETOLD = "Lawsuit against Quokka Labs heard by Osterlich court"


def about(key: str, title: str = TITLE) -> NewEntry:
    """A matched entry."""
    return new(key, title=title, matches=(match(),))


def rows(store: Store, sql: str) -> list[Any]:
    with store.database.read() as connection:
        return [tuple(row) for row in connection.execute(sql).fetchall()]


def keyed(store: Store) -> list[int]:
    found = rows(store, "SELECT DISTINCT entry_id FROM story_keys ORDER BY entry_id")
    return [row[0] for row in found]


def counted(store: Store) -> dict[str, int]:
    return dict(rows(store, "SELECT term, entries FROM story_terms"))


def story(store: Store, entry_id: int) -> int | None:
    entry = store.entries.entry(entry_id)
    assert entry is not None
    return entry.story


def until_done(step: Callable[[], bool]) -> int:
    """Call until it returns True; return how often that was."""
    calls = 1
    while not step():
        calls += 1
    return calls


def test_terms_are_counted_once_for_each_entry_that_comes_into_a_story(store: Store) -> None:
    (one,) = add(store, about("1"))
    add(store, about("2", OTHER), new("3", title=TITLE))
    assert counted(store)[""] == 2
    assert (counted(store)["freedonia"], counted(store)["quokka"]) == (1, 1)
    feed_id = store.feeds.feeds()[0].id
    again = revised(one, "1", title=REWORDED, matches=(match(),))
    record(store, outcome(feed_id, revised=(again,)))
    assert counted(store)[""] == 2


def test_an_entry_is_found_by_what_it_says_now(store: Store) -> None:
    (one,) = add(store, about("1"))
    feed_id = store.feeds.feeds()[0].id
    again = revised(one, "1", title=OTHER, matches=(match(),))
    record(store, outcome(feed_id, revised=(again,)))
    (same,) = add(store, about("2", RETOLD), feed="https://b.example/feed")
    (other,) = add(store, about("3", REWORDED), feed="https://b.example/feed")
    assert story(store, same) == story(store, one) != story(store, other)


def test_a_revised_entry_that_matches_for_the_first_time_gets_its_story(store: Store) -> None:
    known, one = add(store, about("1"), new("2", title="A draft"))
    feed_id = store.feeds.feeds()[0].id
    again = revised(one, "2", title=REWORDED, matches=(match(),))
    record(store, outcome(feed_id, revised=(again,)))
    assert story(store, one) == story(store, known) is not None


COLOURS = ["amber", "blue", "crimson", "green", "indigo", "olive", "purple", "scarlet", "white"]


def test_a_very_large_document_is_grouped_a_part_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "AT_ONCE", 3)
    (feed_id,) = watch(store, "https://a.example/feed")
    some = [about(f"{n}", f"Report {n} on chips") for n in range(5)]
    assert not record(store, outcome(feed_id, *some[:3])).left
    assert store.stories.waiting(0, 9) == []
    brought = record(store, outcome(feed_id, *some, about("5"), new("6"), about("7"), about("8")))
    assert brought.left
    assert store.stories.waiting(0, 9) == [8, 9]


def test_much_that_is_revised_at_once_is_found_by_what_it_says_a_part_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "AT_ONCE", 2)
    monkeypatch.setattr(story_upkeep, "PIECE", 2)
    ids = [add(store, about(f"{n}", f"{each} on paper"))[0] for n, each in enumerate(COLOURS[:6])]
    feed_id = store.feeds.feeds()[0].id
    texts = [OTHER, TITLE, *(f"Nothing of {each}" for each in COLOURS[6:]), "Empty", TITLE]
    again = [revised(one, f"{n}", title=texts[n], matches=(match(),)) for n, one in enumerate(ids)]
    assert record(store, outcome(feed_id, revised=tuple(again[:2]))).left is False
    assert record(store, outcome(feed_id, revised=tuple(again))).left is True
    assert keyed(store) == ids
    assert until_done(lambda: store.stories.catch_up(NOW)) == 3
    assert until_done(lambda: store.stories.catch_up(NOW)) == 1
    (same,) = add(store, about("new", REWORDED), feed="https://b.example/feed")
    assert story(store, same) in {story(store, ids[1]), story(store, ids[5])}
    assert rows(store, "SELECT * FROM story_keys WHERE key = 0") == []


def test_what_is_too_old_to_be_compared_is_left_when_it_comes_to_match(store: Store) -> None:
    (old,) = add(store, new("1", title=TITLE))
    add(store, about("late", OTHER), at=NOW + 90 * DAY)
    until_done(lambda: store.stories.tidy(NOW + 90 * DAY))
    feed_id = store.feeds.feeds()[0].id
    again = revised(old, "1", title=REWORDED, matches=(match(),))
    assert record(store, outcome(feed_id, revised=(again,))).left
    assert store.stories.waiting(0, 9) == [old]


@pytest.mark.parametrize(
    "titles",
    [
        [OTHER, *(f"{TITLE}, {colour} edition" for colour in COLOURS)],
        [TITLE, *(f"{colour} on paper" for colour in COLOURS[:4])],
    ],
    ids=["its founder", "most of its members"],
)
def test_a_story_is_asked_for_its_founder_and_members_beyond_the_one_found(
    store: Store, titles: list[str]
) -> None:
    ids = add(store, *(about(f"{n}", title) for n, title in enumerate(titles)))
    joined = [replace(alone(each), founder=ids[0], story=story(store, ids[0])) for each in ids[1:]]
    store.stories.attach(joined, NOW)
    (other,) = add(store, about("new", REWORDED), at=NOW + HOUR)
    assert story(store, other) != story(store, ids[0])


def test_keys_of_old_entries_are_dropped_piece_by_piece(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_upkeep, "PIECE", 2)
    old = add(store, *(about(f"{n}", f"Report {n} on chips") for n in range(5)))
    late = add(store, about("late", OTHER), at=NOW + 9 * DAY)
    assert keyed(store) == [*old, *late]
    assert until_done(lambda: store.stories.tidy(NOW + 9 * DAY)) == 3
    assert keyed(store) == late
    new_ids = add(store, about("new", OTHER), at=NOW + 90 * DAY)
    assert until_done(lambda: store.stories.tidy(NOW + 90 * DAY)) == 1
    assert keyed(store) == new_ids
    assert store.upkeep.check() == []


def test_a_clock_that_ran_ahead_for_once_drops_no_keys(store: Store) -> None:
    (one,) = add(store, about("1"))
    until_done(lambda: store.stories.tidy(NOW + 90 * DAY))
    assert keyed(store) == [one]
    (other,) = add(store, about("2", REWORDED), at=NOW + HOUR, feed="https://b.example/feed")
    assert story(store, other) == story(store, one)


def test_counts_are_halved_when_there_are_many(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_upkeep, "MOST_COUNTED", 3)
    store.stories.tidy(NOW)
    report = "Report {} on chips"
    add(store, *(about(str(n), report.format(n)) for n in (1, 2, 3)))
    store.stories.tidy(NOW)
    assert (counted(store)[""], counted(store)["word:chip"]) == (3, 3)
    add(store, about("4", report.format(4)), about("5", OTHER))
    store.stories.tidy(NOW)
    assert (counted(store)[""], counted(store)["word:chip"]) == (2, 2)
    assert "quokka" not in counted(store)


def test_old_entries_find_the_story_they_belong_to_when_a_topic_finds_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_upkeep, "PIECE", 2)
    known = add(store, about("1"), *(about(f"1-{n}", f"Report {n} on chips") for n in range(4)))
    (one,) = add(store, new("2", title=REWORDED), at=NOW + HOUR)
    add(store, new("3", title="Rain"), at=NOW + 90 * DAY)
    until_done(lambda: store.stories.tidy(NOW + 90 * DAY))
    with store.database.write() as connection:
        connection.execute(
            "INSERT INTO matches (entry_id, topic, version, points, evidence) "
            "VALUES (?, 'chips', 1, 1, '[]')",
            (one,),
        )
    assert store.stories.waiting(0, 9) == [one]
    assert until_done(lambda: store.stories.revive([one])) == 3
    assert keyed(store) == known
    assert store.stories.attach_new([one], NOW + 90 * DAY) == 1
    assert story(store, one) == story(store, known[0])
    assert counted(store)[""] == 6


def test_recent_entries_need_no_reviving(store: Store) -> None:
    ids = add(store, about("1"))
    assert store.stories.revive(ids)
    assert store.stories.revive([])
    assert store.stories.revive([99])


def test_an_entry_without_words_or_address_is_keyed_once(store: Store) -> None:
    ids = add(store, new("1", title="", url="", matches=(match(),)))
    assert keyed(store) == ids
    ungroup(store)
    assert store.stories.attach_new(ids, NOW) == 1
    assert keyed(store) == ids


def older(path: Path, monkeypatch: pytest.MonkeyPatch, titles: list[str]) -> None:
    """Make a database of the version before keys, with an entry an hour, each in its own story."""
    with monkeypatch.context() as before:
        before.setattr(migrations, "STEPS", migrations.STEPS[:3])
        store = open_store(path)
    feed = from_feed(Feed(url="https://a.example/feed"))
    with store.database.write() as connection:
        connection.execute(
            "INSERT INTO feeds (id, url, domain, config, next_fetch_at) "
            "VALUES (1, 'https://a.example/feed', 'a.example', ?, ?)",
            (feed, instant(NOW)),
        )
        for number, title in enumerate(titles, 1):
            connection.execute(
                "INSERT INTO entries (id, feed_id, key, guid, url, link, domain, title, author, "
                "language, published_raw, first_seen_at, content_hash, tags, enclosures, note, "
                "excerpt, text, html) VALUES (?, 1, ?, '', '', '', '', ?, '', 'en', '', ?, '', '[]', "
                "'[]', '', '', '', '')",
                (number, f"{number}", title, instant(NOW + number * HOUR)),
            )
            connection.execute(
                "INSERT INTO stories VALUES (?, ?, ?)", (number, number, instant(NOW))
            )
            connection.execute(
                "INSERT INTO story_members VALUES (?, ?, NULL, '[]', ?)",
                (number, number, instant(NOW)),
            )
    store.close()


def test_what_an_older_version_grouped_is_keyed_and_counted_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(path, monkeypatch, ["A week before", *(f"Report {n}" for n in range(4)), TITLE])
    monkeypatch.setattr(story_upkeep, "PIECE", 2)
    now = NOW + 7 * DAY + 2 * HOUR
    store = open_store(path)
    (early,) = add(store, about("early", TITLE), at=now)
    # Its story cannot be found yet, and it is not to open a second one.
    assert story(store, early) is None
    feed_id = store.feeds.feeds()[0].id
    assert record(store, outcome(feed_id, about("early too", OTHER), at=now), now).left
    assert until_done(lambda: store.stories.catch_up(now)) == 3
    # All but the one before grouping looks back.
    assert keyed(store) == [2, 3, 4, 5, 6]
    assert counted(store)[""] == 5
    assert until_done(lambda: store.stories.catch_up(now)) == 1
    assert counted(store)[""] == 5
    assert store.stories.attach_new(store.stories.waiting(0, 9), now) == 2
    assert story(store, early) == 6
    assert counted(store)[""] == 6, "a copy is not counted"
    (late,) = add(store, about("late", TITLE), at=now)
    assert story(store, late) == 6
    store.close()


def test_a_new_database_has_nothing_to_catch_up_with(store: Store) -> None:
    add(store, about("1"))
    assert store.stories.catch_up(NOW)
    assert rows(store, "SELECT name FROM meta WHERE name LIKE 'story%'") == []
