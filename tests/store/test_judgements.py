"""The contract of JudgementStore: what people said about entries and topics."""

from __future__ import annotations

import pytest

from monitor.errors import NotFoundError
from monitor.model.judgement import Judgement
from monitor.store import Store
from tests.store.builders import HOUR, NOW, add, match, new


def test_judgements_come_back_by_entry_and_topic(store: Store) -> None:
    first, second = add(store, new("1"), new("2"))
    said = [
        Judgement(first, "chips", belongs=True, judged_at=NOW),
        Judgement(first, "law", belongs=False, judged_at=NOW + HOUR),
        Judgement(second, "chips", belongs=False, judged_at=NOW),
    ]
    for each in reversed(said):
        store.judgements.judge([each])
    assert store.judgements.judgements() == said
    assert store.judgements.judgements("chips") == [said[0], said[2]]
    assert store.judgements.judgements("unheard of") == []


def test_judging_again_changes_it_and_removing_takes_it_back(store: Store) -> None:
    (entry_id,) = add(store, new("1"))
    store.judgements.judge([Judgement(entry_id, "chips", belongs=True, judged_at=NOW)])
    changed = Judgement(entry_id, "chips", belongs=False, judged_at=NOW + HOUR)
    store.judgements.judge([changed])
    assert store.judgements.judgements() == [changed]
    with pytest.raises(NotFoundError, match="'law'"):
        store.judgements.remove([entry_id], "law")
    store.judgements.remove([entry_id, entry_id], "chips")
    with pytest.raises(NotFoundError):
        store.judgements.remove([entry_id], "chips")
    assert store.judgements.judgements() == []


@pytest.mark.parametrize("entry_id", [0, 99, 2**70])
def test_an_entry_that_is_not_stored_cannot_be_judged(store: Store, entry_id: int) -> None:
    add(store, new("1"))
    with pytest.raises(NotFoundError, match=f"e{entry_id} "):
        store.judgements.judge([Judgement(entry_id, "chips", belongs=True, judged_at=NOW)])
    with pytest.raises(NotFoundError, match=f"e{entry_id} "):
        store.judgements.remove([entry_id], "chips")


def test_a_judged_entry_is_never_pruned_until_it_is_taken_back(store: Store) -> None:
    judged, other = add(store, new("judged"), new("other"))
    store.judgements.judge([Judgement(judged, "chips", belongs=False, judged_at=NOW)])
    assert store.upkeep.prune(NOW + HOUR, NOW) == (1, 0)
    assert [entry.id for entry in store.entries.entries([judged, other])] == [judged]
    with pytest.raises(NotFoundError):
        store.judgements.judge([Judgement(other, "chips", belongs=True, judged_at=NOW)])
    store.judgements.remove([judged], "chips")
    assert store.upkeep.prune(NOW + HOUR, NOW) == (1, 0)


def test_judgements_stay_when_matches_are_dropped(store: Store) -> None:
    (entry_id,) = add(store, new("1", matches=(match("chips"),)))
    said = Judgement(entry_id, "chips", belongs=True, judged_at=NOW)
    store.judgements.judge([said])
    store.topics.forget([])
    assert store.judgements.judgements() == [said]


def test_of_several_judgements_all_are_kept_and_taken_back_or_none(store: Store) -> None:
    first, second = add(store, new("1"), new("2"))
    said = [Judgement(entry, "chips", belongs=True, judged_at=NOW) for entry in (first, second)]
    with pytest.raises(NotFoundError, match="e99 "):
        store.judgements.judge([*said, Judgement(99, "chips", belongs=True, judged_at=NOW)])
    assert store.judgements.judgements() == []
    store.judgements.judge(said)
    with pytest.raises(NotFoundError, match="e99 "):
        store.judgements.remove([first, 99, second], "chips")
    assert store.judgements.judgements() == said
    store.judgements.remove([first, second], "chips")
    assert store.judgements.judgements() == []


def test_those_of_one_entry_are_asked_for_alone(store: Store) -> None:
    one, other = add(store, new("1"), new("2"))
    said = [
        Judgement(one, "chips", True, NOW),
        Judgement(one, "laws", False, NOW),
        Judgement(other, "chips", True, NOW),
    ]
    store.judgements.judge(said)
    assert store.judgements.judgements(entry=one) == said[:2]
    assert store.judgements.judgements("chips", entry=other) == said[2:]
    assert store.judgements.judgements(entry=99) == []
