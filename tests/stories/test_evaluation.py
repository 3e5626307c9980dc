"""The measures, against cases computed by hand and against what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.story import StoryDecision
from monitor.stories.evaluation import (
    Evaluation,
    adjusted_rand,
    bcubed,
    evaluate,
    pairwise,
    partitions,
)

LABELS = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}
"""Two stories: abc and de."""

FOUND = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2}
"""c came into the wrong one."""


def test_bcubed_by_hand() -> None:
    # Precision a,b: 2/2; c: 1/3; d,e: 2/3. Recall a,b: 2/3; c: 1/3; d,e: 2/2.
    share = bcubed(LABELS, FOUND)
    assert share.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert share.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


def test_pairs_by_hand() -> None:
    # Labelled ab ac bc de; found ab cd ce de; in both ab de.
    share = pairwise(LABELS, FOUND)
    assert (share.precision, share.recall, share.f1) == (0.5, 0.5, 0.5)


def test_adjusted_rand_by_hand() -> None:
    # 2 pairs in both, 4 and 4 of 10: expected 1.6, at most 4.
    assert adjusted_rand(LABELS, FOUND) == pytest.approx((2 - 1.6) / (4 - 1.6))


def test_everything_alone_is_precise_and_finds_nothing() -> None:
    alone = {entry: entry for entry in LABELS}
    assert pairwise(LABELS, alone).recall == 0
    assert pairwise(LABELS, alone).precision == 1
    assert bcubed(LABELS, alone).precision == 1
    assert bcubed(LABELS, alone).recall == pytest.approx(2 / 5)
    assert adjusted_rand(LABELS, alone) == 0


def test_no_entries_are_no_mistakes() -> None:
    result = evaluate({}, {}, {}, {})
    assert (result.entries, result.bcubed.f1, result.ari, result.lookalikes_merged) == (0, 1, 1, 0)


def test_the_document_has_the_promised_keys() -> None:
    result = evaluate(LABELS, FOUND, LABELS, LABELS, [("c", "d"), ("a", "e")])
    assert result.as_json() == {
        "entries": 5,
        "bcubed": {"precision": 0.7333, "recall": 0.7333, "f1": 0.7333},
        "pairwise": {"precision": 0.5, "recall": 0.5, "f1": 0.5},
        "ari": 0.1667,
        "lookalikes_merged": 0.5,
        "copies": {"precision": 1.0, "recall": 1.0, "f1": 1.0},
    }


def test_entries_without_a_label_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'z'"):
        evaluate(LABELS, {**FOUND, "z": 1}, LABELS, LABELS)
    with pytest.raises(ValueError, match="'y'"):
        evaluate(LABELS, FOUND, LABELS, LABELS, [("a", "y")])


def test_decisions_make_partitions_by_name() -> None:
    def decide(entry: int, story: int | None, founder: int, copy_of: int | None) -> StoryDecision:
        return StoryDecision(entry=entry, story=story, founder=founder, copy_of=copy_of, why=("x",))

    stories, copies = partitions(
        [decide(1, None, 1, None), decide(2, None, 1, 1), decide(3, 1, 9, None)],
        {1: "a", 2: "b", 3: "c"},
    )
    assert stories["a"] == stories["b"] != stories["c"]
    assert copies["a"] == copies["b"] != copies["c"]


PARTITIONS = st.integers(1, 9).flatmap(
    lambda size: st.tuples(
        *(st.lists(st.integers(0, 3), min_size=size, max_size=size) for _ in range(2))
    )
)


@settings(max_examples=150, deadline=None)
@given(PARTITIONS)
def test_measures_stay_in_range_and_are_whole_for_the_labels_themselves(
    lists: tuple[list[int], list[int]],
) -> None:
    truth, guess = ({str(k): name for k, name in enumerate(each)} for each in lists)
    result = evaluate(truth, guess, truth, guess)
    for share in (result.bcubed, result.pairwise, result.copies):
        assert 0 <= share.precision <= 1
        assert 0 <= share.recall <= 1
    assert result.ari <= 1 + 1e-9
    same: Evaluation = evaluate(truth, truth, truth, truth)
    assert (same.pairwise.f1, same.ari) == (1, 1)
    assert same.bcubed.f1 == pytest.approx(1)
