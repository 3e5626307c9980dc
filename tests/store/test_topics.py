"""The contract of TopicStore: versions of topics, and what they matched."""

from __future__ import annotations

import pytest

from monitor.model.topic import StoredMatch
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, match, new


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


def test_replacing_matches_counts_gained_and_lost_and_leaves_other_topics(store: Store) -> None:
    ids = add(
        store, *(new(f"{n}", matches=(match("chips"), match("law"))) for n in range(3)), new("3")
    )
    changed = match("chips", version=2, points=7)
    done = store.topics.replace_matches("chips", ids[-1], {ids[0]: changed, ids[3]: match("chips")})
    assert done == (1, 2)
    assert matched(store, "chips", ids) == [ids[0], ids[3]]
    assert matched(store, "law", ids) == ids[:3]
    (first,) = store.entries.entries(ids[:1])
    assert changed in first.matches


def test_replacing_matches_keeps_to_the_range_of_ids(store: Store) -> None:
    ids = add(store, *(new(f"{n}", matches=(match(),)) for n in range(5)))
    assert store.topics.replace_matches("chips", ids[3], {}, from_id=ids[0]) == (0, 3)
    assert matched(store, "chips", ids) == [ids[0], ids[4]]


def test_matches_outside_of_the_range_are_a_mistake(store: Store) -> None:
    ids = add(store, new("1"), new("2"))
    with pytest.raises(ValueError, match="outside"):
        store.topics.replace_matches("chips", ids[0], {ids[1]: match()})


def test_a_match_for_an_entry_pruned_meanwhile_is_passed_over(store: Store) -> None:
    ids = add(store, new("1"), new("2"))
    store.upkeep.prune(NOW + HOUR, NOW)
    found: dict[int, StoredMatch] = {entry_id: match() for entry_id in ids}
    assert store.topics.replace_matches("chips", ids[-1], found) == (0, 0)
    assert store.upkeep.check() == []


def test_forgetting_drops_the_other_topics_so_that_they_are_applied_anew(store: Store) -> None:
    ids = add(
        store, new("1", matches=(match("chips"), match("law"))), new("2", matches=(match("law"),))
    )
    store.topics.mark_rematched("chips", 1)
    store.topics.mark_rematched("law", 1)
    assert store.topics.forget(iter(["chips", "never seen"])) == 2
    assert store.topics.forget(["chips"]) == 0
    assert (matched(store, "law", ids), matched(store, "chips", ids)) == ([], ids[:1])
    assert store.topics.rematched() == {"chips": 1}
    assert store.topics.forget([]) == 1
