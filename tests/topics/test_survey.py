"""The stored entries by stratum, and which of them are drawn to be judged."""

from __future__ import annotations

from monitor.topics.nearmiss import Stratum
from monitor.topics.recall import Judged, Order, sizes
from monitor.topics.survey import Proposed, survey

ORDER = Order("chips")


def strata(ids: list[int]) -> dict[int, Stratum]:
    names: tuple[Stratum, ...] = ("matched", "near", "rest")
    return {entry: names[entry % 3] for entry in ids}


def test_all_entries_are_in_one_stratum_each_in_drawing_order() -> None:
    ids = list(range(300))
    found = survey([Proposed(ids, strata(ids))], range(300, 400), ORDER, most=50)
    assert sizes(found.parts) == {"matched": 100, "near": 100, "rest": 200}
    rest = [entry for entry in range(400) if entry >= 300 or entry % 3 == 2]
    assert list(found.order["rest"]) == ORDER.first(rest, 50)
    assert list(found.order["matched"]) == ORDER.first(range(0, 300, 3), 50)


def test_judgements_picked_by_hand_do_not_count_unless_they_are_drawn() -> None:
    ids = list(range(300))
    found = survey([Proposed(ids, strata(ids))], [], ORDER, most=50)
    order = found.order["matched"]
    said = {order[0]: True, order[1]: False, order[30]: False, order[31]: False}
    assert found.judged(said)["matched"] == Judged(1, 1)
    wanted = [entry for entry, name in found.to_judge(said) if name == "matched"]
    assert wanted == list(order[2:10])
    assert len(found.to_judge(said)) == 8 + 20 + 20


def test_a_sample_is_scaled_up_and_orders_entries_only_as_far_as_it_was_looked_at() -> None:
    ids = list(range(3_000))
    looked = ORDER.first(ids, 300)
    found = survey([Proposed(ids, strata(looked))], range(3_000, 6_000), ORDER, most=1_000)
    size = sizes(found.parts)
    assert sum(size.values()) == 6_000
    assert 800 < size["matched"] < 1_200
    last = ORDER.place(looked[-1])
    assert all(ORDER.place(entry) <= last for order in found.order.values() for entry in order)
    assert len(found.order["matched"]) == sum(entry % 3 == 0 for entry in looked)
    # As many of the others are drawn as stand for the same share of them.
    assert 300 < len(found.order["rest"]) < 500


def test_a_group_that_was_not_looked_at_at_all_leaves_the_order_of_the_others() -> None:
    ids = list(range(300))
    alone = survey([Proposed(ids, strata(ids))], range(600, 700), ORDER, most=50)
    found = survey(
        [Proposed(ids, strata(ids)), Proposed(range(300, 600), {})], range(600, 700), ORDER, most=50
    )
    assert found.order == alone.order
    assert found.to_judge({})
