"""The contract of TopicStore: versions of topics, and what they matched."""

from __future__ import annotations

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


def test_what_was_applied_to_all_entries_is_remembered(store: Store) -> None:
    assert store.topics.rematched() == {}
    store.topics.mark_rematched("chips", 1)
    store.topics.mark_rematched("chips", 2)
    store.topics.mark_rematched("law", 1)
    assert store.topics.rematched() == {"chips": 2, "law": 1}


def whole(newest: int, next_id: int = 1, version: int = 2) -> Rematching:
    """The note that entries from `next_id` on are done."""
    return Rematching("chips", version, newest, next_id)


def test_replacing_matches_counts_gained_and_lost_and_leaves_other_topics(store: Store) -> None:
    ids = add(
        store, *(new(f"{n}", matches=(match("chips"), match("law"))) for n in range(3)), new("3")
    )
    changed = match("chips", version=2, points=7)
    found = {ids[0]: changed, ids[3]: match("chips")}
    done = store.topics.replace_matches(whole(ids[-1]), (1, ids[-1]), found, NOW + HOUR)
    assert done == (1, 2)
    assert matched(store, "chips", ids) == [ids[0], ids[3]]
    assert matched(store, "law", ids) == ids[:3]
    (first,) = store.entries.entries(ids[:1])
    assert changed in first.matches


def test_only_matches_an_entry_did_not_have_are_backfilled(store: Store) -> None:
    ids = add(store, new("1", matches=(match(),)), new("2"))
    found = {entry_id: match(version=2) for entry_id in ids}
    store.topics.replace_matches(whole(ids[-1]), (1, ids[-1]), found, NOW + HOUR)
    entries = store.entries.entries(ids)
    assert [each.backfilled for entry in entries for each in entry.matches] == [False, True]
    again = {entry_id: match(version=3) for entry_id in ids}
    store.topics.replace_matches(whole(ids[-1], version=3), (1, ids[-1]), again, NOW + HOUR)
    entries = store.entries.entries(ids)
    assert [(m.version, m.backfilled) for e in entries for m in e.matches] == [
        (3, False),
        (3, True),
    ]


def test_replacing_matches_keeps_to_the_range_of_ids(store: Store) -> None:
    ids = add(store, *(new(f"{n}", matches=(match(),)) for n in range(5)))
    done = whole(ids[3], ids[1])
    assert store.topics.replace_matches(done, (ids[1], ids[3]), {}, NOW + HOUR) == (0, 3)
    assert matched(store, "chips", ids) == [ids[0], ids[4]]


def test_matches_outside_of_the_range_are_a_mistake(store: Store) -> None:
    ids = add(store, new("1"), new("2"))
    with pytest.raises(ValueError, match="outside"):
        store.topics.replace_matches(whole(ids[0]), (1, ids[0]), {ids[1]: match()}, NOW)


def test_a_match_for_an_entry_pruned_meanwhile_is_passed_over(store: Store) -> None:
    ids = add(store, new("1"), new("2"))
    store.upkeep.prune(NOW + HOUR, NOW)
    found: dict[int, StoredMatch] = {entry_id: match() for entry_id in ids}
    done = whole(ids[-1])
    assert store.topics.replace_matches(done, (1, ids[-1]), found, NOW + HOUR) == (0, 0)
    assert store.upkeep.check() == []


def test_an_entry_edited_since_it_was_read_keeps_what_the_edit_matched(store: Store) -> None:
    first, second = add(store, new("1"), new("2", matches=(match(),)))
    (feed,) = store.feeds.feeds()
    edits = (
        revised(first, "1", title="Edited", matches=(match(version=2, points=9),)),
        revised(second, "2", title="Edited as well"),
    )
    record(store, outcome(feed.id, at=NOW + HOUR, revised=edits), NOW + HOUR)
    found = {first: match(version=2), second: match(version=2)}
    assert store.topics.replace_matches(whole(second), (1, second), found, NOW + HOUR) == (0, 0)
    (entry, other) = store.entries.entries([first, second])
    assert [each.points for each in entry.matches] == [9]
    assert other.matches == ()


def test_how_far_it_has_come_is_written_with_the_matches_and_gone_at_the_end(store: Store) -> None:
    ids = add(store, *(new(f"{n}") for n in range(4)))
    assert store.topics.rematching("chips") is None
    done = whole(ids[3], ids[2])
    store.topics.replace_matches(done, (ids[2], ids[3]), {}, NOW)
    assert store.topics.rematching("chips") == done
    assert store.topics.rematched() == {}
    store.topics.mark_rematched("chips", 2)
    assert store.topics.rematching("chips") is None
    assert store.topics.rematched() == {"chips": 2}


def test_forgetting_drops_the_other_topics_so_that_they_are_applied_anew(store: Store) -> None:
    ids = add(
        store, new("1", matches=(match("chips"), match("law"))), new("2", matches=(match("law"),))
    )
    store.topics.mark_rematched("chips", 1)
    store.topics.mark_rematched("law", 1)
    law = Rematching("law", 2, ids[1], ids[1])
    store.topics.replace_matches(law, (ids[1], ids[1]), {ids[1]: match("law", 2)}, NOW + HOUR)
    assert store.topics.forget(iter(["chips", "never seen"])) == 2
    assert store.topics.forget(["chips"]) == 0
    assert (matched(store, "law", ids), matched(store, "chips", ids)) == ([], ids[:1])
    assert store.topics.rematched() == {"chips": 1}
    assert store.topics.rematching("law") is None
    assert store.topics.forget([]) == 1
