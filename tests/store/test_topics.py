"""The contract of TopicStore: versions of topics, and what they matched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model.topic import Rematching, StoredMatch
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, match, new, outcome, record, revised


def matched(store: Store, topic: str, ids: list[int]) -> list[int]:
    return [
        entry.id
        for entry in store.entries.entries(ids)
        if topic in {each.topic for each in entry.matches}
    ]


def test_versions_count_the_wordings_and_an_earlier_one_keeps_its_number(store: Store) -> None:
    assert store.topics.versions({"chips": "v", "law": "x"}, NOW) == {"chips": 1, "law": 1}
    assert store.topics.versions({"chips": "w"}, NOW) == {"chips": 2}
    assert store.topics.versions({"chips": "u", "law": "x"}, NOW) == {"chips": 3, "law": 1}
    assert store.topics.versions({"chips": "v"}, NOW + HOUR) == {"chips": 1}
    assert store.topics.versions({}, NOW) == {}


def at(newest: int, next_id: int = 1, version: int = 2, topic: str = "chips") -> Rematching:
    """The note that entries from `next_id` on are done."""
    return Rematching(topic, version, newest, next_id)


def applied(store: Store, topic: str, version: int) -> None:
    """Note that a version has been applied to all entries."""
    newest = store.entries.newest_id()
    done = at(newest, version=version, topic=topic)
    if newest:
        begun = store.topics.rematching(topic)
        assert store.topics.replace_matches(begun, done, (1, 0), {}, 0) == (0, 0)
    assert store.topics.mark_rematched(done)


def test_what_was_applied_to_all_entries_is_remembered(store: Store) -> None:
    assert store.topics.rematched() == {}
    for topic, version in (("chips", 1), ("chips", 2), ("law", 1)):
        applied(store, topic, version)
    assert store.topics.rematched() == {"chips": 2, "law": 1}


def test_another_wording_is_not_applied_whatever_was_applied_before(store: Store) -> None:
    store.topics.versions({"chips": "v"}, NOW)
    store.topics.versions({"chips": "w"}, NOW)
    add(store, new("1"))
    applied(store, "chips", 2)
    applied(store, "law", 1)
    assert store.topics.versions({"chips": "w"}, NOW) == {"chips": 2}
    assert store.topics.rematched() == {"chips": 2, "law": 1}
    assert store.topics.versions({"chips": "v"}, NOW) == {"chips": 1}
    assert store.topics.rematched() == {"law": 1}
    assert store.topics.versions({"chips": "w"}, NOW) == {"chips": 2}
    assert store.topics.rematched() == {"law": 1}
    done = at(1, version=1)
    assert store.topics.replace_matches(None, done, (1, 1), {}, 0) is not None
    store.topics.versions({"chips": "w"}, NOW)
    assert store.topics.rematching("chips") is None


def test_entries_that_were_matched_with_another_version_leave_the_topic_to_be_applied_anew(
    store: Store,
) -> None:
    add(store, new("1"))
    for topic in ("chips", "law", "food"):
        applied(store, topic, 2)
    (feed,) = store.feeds.feeds()
    same = outcome(feed.id, versions={"chips": 2, "law": 2, "food": 2})
    record(store, replace(same, new=(new("2"),)))
    assert store.topics.rematched() == {"chips": 2, "law": 2, "food": 2}
    record(store, outcome(feed.id, versions={"chips": 1}))
    assert store.topics.rematched() == {"chips": 2, "law": 2, "food": 2}
    record(store, outcome(feed.id, new("3"), versions={"chips": 1, "law": 2}))
    assert store.topics.rematched() == {"law": 2}


def test_replacing_matches_counts_gained_and_lost_and_leaves_other_topics(store: Store) -> None:
    ids = add(
        store, *(new(f"{n}", matches=(match("chips"), match("law"))) for n in range(3)), new("3")
    )
    changed = match("chips", version=2, points=7)
    found = {ids[0]: changed, ids[3]: match("chips")}
    assert store.topics.replace_matches(None, at(ids[-1]), (1, ids[-1]), found, 0) == (1, 2)
    assert matched(store, "chips", ids) == [ids[0], ids[3]]
    assert matched(store, "law", ids) == ids[:3]
    (first,) = store.entries.entries(ids[:1])
    assert changed in first.matches


def test_only_matches_an_entry_did_not_have_are_backfilled(store: Store) -> None:
    ids = add(store, new("1", matches=(match(),)), new("2"))
    found = {entry_id: match(version=2) for entry_id in ids}
    store.topics.replace_matches(None, at(ids[-1]), (1, ids[-1]), found, 0)
    entries = store.entries.entries(ids)
    assert [each.backfilled for entry in entries for each in entry.matches] == [False, True]
    again = {entry_id: match(version=3) for entry_id in ids}
    store.topics.replace_matches(at(ids[-1]), at(ids[-1], version=3), (1, ids[-1]), again, 0)
    entries = store.entries.entries(ids)
    assert [(m.version, m.backfilled) for e in entries for m in e.matches] == [
        (3, False),
        (3, True),
    ]


def test_an_edit_makes_no_news_of_what_was_backfilled(store: Store) -> None:
    (entry_id,) = add(store, new("1"))
    store.topics.replace_matches(None, at(entry_id), (1, entry_id), {entry_id: match()}, 0)
    (feed,) = store.feeds.feeds()
    edit = revised(entry_id, "1", title="Edited", matches=(match(), match("law")))
    record(store, outcome(feed.id, revised=(edit,)))
    (entry,) = store.entries.entries([entry_id])
    assert {each.topic: each.backfilled for each in entry.matches} == {"chips": True, "law": False}


def test_replacing_matches_keeps_to_the_range_of_ids(store: Store) -> None:
    ids = add(store, *(new(f"{n}", matches=(match(),)) for n in range(5)))
    done = at(ids[3], ids[1])
    assert store.topics.replace_matches(None, done, (ids[1], ids[3]), {}, 0) == (0, 3)
    assert matched(store, "chips", ids) == [ids[0], ids[4]]


def test_matches_outside_of_the_range_are_a_mistake(store: Store) -> None:
    ids = add(store, new("1"), new("2"))
    with pytest.raises(ValueError, match="outside"):
        store.topics.replace_matches(None, at(ids[0]), (1, ids[0]), {ids[1]: match()}, 0)


def test_a_match_for_an_entry_pruned_meanwhile_is_passed_over(store: Store) -> None:
    ids = add(store, new("1"), new("2"))
    store.upkeep.prune(NOW + HOUR, NOW)
    found: dict[int, StoredMatch] = {entry_id: match() for entry_id in ids}
    assert store.topics.replace_matches(None, at(ids[-1]), (1, ids[-1]), found, 0) == (0, 0)
    assert store.upkeep.check() == []


def test_an_entry_edited_since_it_was_read_keeps_what_the_edit_matched(store: Store) -> None:
    first, second, third = add(
        store, new("1"), new("2", matches=(match(),)), new("3", title="Licences for chips")
    )
    (feed,) = store.feeds.feeds()
    assert store.entries.changes() == 0
    edits = (
        revised(first, "1", title="Edited", matches=(match(version=2, points=9),)),
        revised(second, "2", title="Edited as well"),
        # Title and text stay; only what it is tagged with changes.
        revised(third, "3", tags=("hot",), matches=(match(version=2, points=8),)),
    )
    record(store, outcome(feed.id, revised=edits))
    assert store.entries.changes() == 3
    found = {first: match(version=2), second: match(version=2)}
    assert store.topics.replace_matches(None, at(third), (1, third), found, 0) == (0, 0)
    entries = store.entries.entries([first, second, third])
    assert [[each.points for each in entry.matches] for entry in entries] == [[9], [], [8]]
    assert store.topics.replace_matches(at(third), at(third), (1, third), found, 3) == (1, 1)
    assert matched(store, "chips", [first, second, third]) == [first, second]


def test_how_far_it_has_come_is_written_with_the_matches_and_gone_at_the_end(store: Store) -> None:
    ids = add(store, *(new(f"{n}") for n in range(4)))
    assert store.topics.rematching("chips") is None
    done = at(ids[3], ids[2])
    store.topics.replace_matches(None, done, (ids[2], ids[3]), {}, 0)
    assert store.topics.rematching("chips") == done
    assert store.topics.rematched() == {}
    store.topics.replace_matches(done, at(ids[3]), (ids[0], ids[1]), {}, 0)
    assert store.topics.mark_rematched(at(ids[3]))
    assert store.topics.rematching("chips") is None
    assert store.topics.rematched() == {"chips": 2}


def test_who_was_overtaken_writes_nothing(store: Store) -> None:
    ids = add(store, *(new(f"{n}", matches=(match(),)) for n in range(4)))
    mine, theirs = at(ids[3], ids[2]), at(ids[3], ids[1], version=3)
    store.topics.replace_matches(None, mine, (ids[2], ids[3]), {}, 0)
    assert store.topics.replace_matches(None, theirs, (ids[1], ids[3]), {}, 0) is None
    assert store.topics.replace_matches(mine, theirs, (ids[1], ids[3]), {}, 0) == (0, 1)
    assert store.topics.replace_matches(mine, at(ids[3]), (ids[0], ids[1]), {}, 0) is None
    assert matched(store, "chips", ids) == [ids[0]]
    assert not store.topics.mark_rematched(at(ids[3]))
    assert store.topics.rematching("chips") == theirs


def test_it_has_not_ended_while_a_newer_entry_waits(store: Store) -> None:
    ids = add(store, new("1"))
    done = at(ids[0])
    store.topics.replace_matches(None, done, (1, ids[0]), {}, 0)
    add(store, new("2"))
    assert not store.topics.mark_rematched(done)
    assert store.topics.rematched() == {}


def test_forgetting_drops_the_other_topics_so_that_they_are_applied_anew(store: Store) -> None:
    ids = add(
        store, new("1", matches=(match("chips"), match("law"))), new("2", matches=(match("law"),))
    )
    applied(store, "chips", 1)
    applied(store, "law", 1)
    law = at(ids[1], ids[1], topic="law")
    store.topics.replace_matches(None, law, (ids[1], ids[1]), {ids[1]: match("law", 2)}, 0)
    assert store.topics.forget(iter(["chips", "never seen"])) == 2
    assert store.topics.forget(["chips"]) == 0
    assert (matched(store, "law", ids), matched(store, "chips", ids)) == ([], ids[:1])
    assert store.topics.rematched() == {"chips": 1}
    assert store.topics.rematching("law") is None
    assert store.topics.forget([]) == 1
