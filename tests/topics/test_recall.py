"""The sample a person judges, and what it says about a topic's precision and recall."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.topics.nearmiss import Stratum
from monitor.topics.recall import (
    STRATA,
    Estimate,
    Judged,
    Order,
    Part,
    counted,
    estimate,
    further,
    sizes,
    to_judge,
)


def part(matched: int, near: int, rest: int, unseen: int = 0) -> Part:
    return Part({"matched": matched, "near": near, "rest": rest}, unseen)


def judged(*pairs: tuple[int, int]) -> dict[Stratum, Judged]:
    return {name: Judged(*pair) for name, pair in zip(STRATA, pairs, strict=True)}


def test_the_order_is_the_same_each_time_and_another_for_another_topic_or_seed() -> None:
    entries = range(1, 2_001)
    first = Order("chips").first(entries, 20)
    assert Order("chips").first(reversed(entries), 20) == first
    assert Order("law").first(entries, 20) != first
    assert Order("chips", seed=1).first(entries, 20) != first
    # What is drawn stays drawn as the sample grows, and as entries that come later are left out.
    assert Order("chips").first(entries, 40)[:20] == first
    assert Order("chips").place(first[0]) < Order("chips").place(first[1])


def test_the_order_is_even_over_the_entries() -> None:
    drawn = Order("chips").first(range(10_000), 1_000)
    thirds = [sum(low <= entry < low + 2_500 for entry in drawn) for low in range(0, 10_000, 2_500)]
    assert all(200 < count < 300 for count in thirds)


def test_judgements_count_up_to_the_first_gap() -> None:
    said = {7: True, 3: False, 9: True}
    assert counted([7, 3, 5, 9], said) == Judged(1, 1)
    assert counted([5, 7], said) == Judged(0, 0)
    assert counted([], said) == Judged(0, 0)


def test_what_to_judge_next_is_the_rest_of_the_batch_begun() -> None:
    order = list(range(100, 145))
    assert to_judge("matched", order, {}) == order[:10]
    some = dict.fromkeys(order[1:4], True)
    assert to_judge("matched", order, some) == [100, *order[4:10]]
    assert to_judge("matched", order, dict.fromkeys(order[:10], True)) == order[10:20]
    assert to_judge("near", order[:5], {}) == order[:5]
    assert to_judge("near", order[:5], dict.fromkeys(order, True)) == []


def test_sizes_are_scaled_up_where_a_sample_was_looked_at() -> None:
    assert sizes([part(10, 20, 0), part(0, 0, 970)]) == {"matched": 10, "near": 20, "rest": 970}
    assert sizes([part(10, 30, 60, unseen=900), part(0, 0, 5)]) == {
        "matched": 100,
        "near": 300,
        "rest": 605,
    }
    assert sizes([part(0, 0, 0)]) == {"matched": 0, "near": 0, "rest": 0}


def test_recall_weighs_each_stratum_by_its_size() -> None:
    found = estimate([part(100, 200, 1_000)], judged((8, 2), (2, 18), (1, 19)))
    assert found is not None
    assert found.precision == 0.8
    assert found.recall == pytest.approx(80 / (80 + 20 + 50))
    low, high = found.recall_interval
    assert 0.1 < low < 80 / 150 < high < 0.95


def test_strata_that_are_judged_whole_leave_no_doubt() -> None:
    found = estimate([part(10, 5, 0)], judged((8, 2), (2, 3), (0, 0)))
    assert found is not None
    assert found.recall_interval == (0.8, 0.8) == (found.recall, found.precision)
    assert found.precision_interval == (0.8, 0.8)


def test_nothing_is_estimated_from_a_handful() -> None:
    parts = [part(100, 200, 1_000)]
    assert estimate(parts, judged((3, 1), (2, 18), (1, 19))) is None
    assert estimate(parts, judged((3, 2), (2, 3), (0, 0))) is None
    assert estimate(parts, judged((3, 2), (2, 3), (0, 5))) is not None
    assert estimate([part(3, 0, 0)], judged((3, 0), (0, 0), (0, 0))) is not None


def test_without_anything_that_belongs_recall_is_unknown() -> None:
    found = estimate([part(100, 200, 1_000)], judged((0, 10), (0, 20), (0, 20)))
    assert found is not None
    assert (found.precision, found.recall, found.recall_interval) == (0.0, None, (0.0, 1.0))
    assert 0.1 < found.precision_interval[1] < 0.4


def test_without_a_match_precision_is_unknown() -> None:
    found = estimate([part(0, 5, 0)], judged((0, 0), (2, 3), (0, 0)))
    assert found is not None
    assert (found.precision, found.precision_interval, found.recall) == (None, (0.0, 1.0), 0.0)


def test_an_estimated_size_widens_the_interval() -> None:
    said = judged((45, 5), (10, 40), (0, 50))
    exact = estimate([part(100, 300, 0), part(0, 0, 10)], said)
    rough = estimate([part(2, 6, 0, unseen=392), part(0, 0, 10)], said)
    assert exact is not None
    assert rough is not None
    assert rough.recall == pytest.approx(exact.recall, abs=0.02)
    assert rough.width > exact.width + 0.05


def test_it_is_told_how_many_more_to_judge() -> None:
    parts = [part(300, 200, 1_000)]
    few = further(parts, judged((8, 2), (2, 18), (0, 20)))
    assert few is not None
    count, stratum = few
    assert 10 <= count <= 100
    assert stratum == "rest"
    more = further(parts, judged((90, 10), (20, 80), (0, 300)))
    assert more == (0, "matched")
    # No thousand judgements tell how little there is among a hundred thousand entries.
    assert further([part(30, 20, 100_000)], judged((8, 2), (2, 18), (0, 20))) is None


POPULATIONS = {
    "a small store": ((60, 48), (100, 12), (400, 4)),
    "a large store, little missed": ((500, 450), (800, 60), (5_000, 10)),
    "much is missed": ((200, 120), (600, 200), (3_000, 150)),
    "nothing is missed": ((300, 270), (300, 0), (2_000, 0)),
    "all that matches belongs": ((60, 60), (60, 20), (300, 3)),
}


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("taken", [(10, 20, 20), (30, 60, 60)])
def test_the_interval_holds_the_truth_nine_times_in_ten_at_least(
    name: str, taken: tuple[int, int, int]
) -> None:
    """By simulation over samples; the nominal level is 95 %."""
    population = POPULATIONS[name]
    truth = population[0][1] / sum(belong for _, belong in population)
    precision = population[0][1] / population[0][0]
    chance = random.Random(f"{name} {taken}")
    held = [0, 0]
    rounds = 400
    parts = [part(*(size for size, _ in population))]
    known: dict[tuple[int, ...], Estimate | None] = {}
    for _ in range(rounds):
        yes = tuple(
            sum(one < belong for one in chance.sample(range(size), count))
            for (size, belong), count in zip(population, taken, strict=True)
        )
        if yes not in known:
            drawn = judged(*((y, count - y) for y, count in zip(yes, taken, strict=True)))
            known[yes] = estimate(parts, drawn, draws=1_000)
        found = known[yes]
        assert found is not None
        for place, (share, (low, high)) in enumerate(
            ((truth, found.recall_interval), (precision, found.precision_interval))
        ):
            held[place] += low - 1e-9 <= share <= high + 1e-9
    assert min(held) >= 0.9 * rounds, held


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=3),
    st.lists(st.integers(0, 500), min_size=3, max_size=3),
    st.integers(0, 300),
)
def test_intervals_are_shares_and_hold_the_estimate(
    pairs: list[tuple[int, int]], extra: list[int], unseen: int
) -> None:
    counts = (sum(pair) + more for pair, more in zip(pairs, extra, strict=True))
    seen = Part(dict(zip(STRATA, counts, strict=True)), unseen)
    found = estimate([seen], judged(*pairs), draws=50)
    if found is None:
        return
    for point, (low, high) in (
        (found.precision, found.precision_interval),
        (found.recall, found.recall_interval),
    ):
        assert 0.0 <= low <= high <= 1.0
        assert point is None or low <= point <= high
