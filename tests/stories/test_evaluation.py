"""The measures, against cases computed by hand and against what must always hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.story import StoryEntry
from monitor.stories.evaluation import Evaluation, adjusted_rand, bcubed, evaluate, pairwise
from monitor.stories.labelled import LabelledEntry
from tests.stories.build import entry

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


def labelled(stories: dict[str, int], language: str = "en") -> list[LabelledEntry]:
    return [
        LabelledEntry(name, entry(k, name, language=language), f"s{story}", f"c{story}")
        for k, (name, story) in enumerate(stories.items(), 1)
    ]


def placed(truth: list[LabelledEntry], stories: dict[str, int]) -> list[StoryEntry]:
    return [replace(each.entry, story=stories[each.name]) for each in truth]


def test_no_entries_are_no_mistakes() -> None:
    result = evaluate([], [])
    assert (result.entries, result.bcubed.f1, result.ari, result.lookalikes_merged) == (0, 1, 1, 0)


def test_the_document_has_the_promised_keys() -> None:
    truth = labelled(LABELS)
    result = evaluate(truth, placed(truth, FOUND), [("c", "d"), ("a", "e")])
    assert result.as_json() == {
        "entries": 5,
        "stories": 2,
        "stories_found": 2,
        "bcubed": {"precision": 0.7333, "recall": 0.7333, "f1": 0.7333},
        "pairwise": {"precision": 0.5, "recall": 0.5, "f1": 0.5},
        "ari": 0.1667,
        "lookalikes": 2,
        "lookalikes_merged": 0.5,
        "copies": {"precision": 1.0, "recall": 0.0, "f1": 0.0},
        "by_language": {
            "en": {
                "entries": 5,
                "bcubed": {"precision": 0.7333, "recall": 0.7333, "f1": 0.7333},
                "pairwise": {"precision": 0.5, "recall": 0.5, "f1": 0.5},
            }
        },
        "cross_language_recall": None,
    }
    assert result.wrong == (("c", "d"),)
    assert any("look-alikes merged: 50.0% of 2" in line for line in result.lines())


def test_pairs_in_two_languages_are_counted_apart() -> None:
    truth = [*labelled({"a": 1, "b": 2}), *labelled({"c": 1, "d": 2}, "zh-tw")]
    truth = [replace(one, entry=replace(one.entry, id=k)) for k, one in enumerate(truth, 1)]
    result = evaluate(truth, placed(truth, {"a": 1, "b": 2, "c": 1, "d": 3}))
    assert result.across == 0.5
    assert list(result.languages) == ["en", "zh"]
    assert result.languages["zh"][0] == 2


def test_entries_that_are_not_labelled_are_refused() -> None:
    truth = labelled(LABELS)
    with pytest.raises(ValueError, match="not about the labelled entries"):
        evaluate(truth, placed(truth, FOUND)[1:])


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
    names, guess = ({str(k): name for k, name in enumerate(each)} for each in lists)
    truth = labelled(names)
    result = evaluate(truth, placed(truth, guess))
    for share in (result.bcubed, result.pairwise, result.copies):
        assert 0 <= share.precision <= 1
        assert 0 <= share.recall <= 1
    assert result.ari <= 1 + 1e-9
    same: Evaluation = evaluate(truth, placed(truth, names))
    assert (same.pairwise.f1, same.ari) == (1, 1)
    assert same.bcubed.f1 == pytest.approx(1)
