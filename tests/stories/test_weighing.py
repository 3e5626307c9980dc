"""Measures and their weights: what they see, and that they add up to the score."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.story import StoryEntry, TermCounts
from monitor.stories.features import features
from monitor.stories.rarity import Rarity
from monitor.stories.weighing import WEIGHTS, measures, score, weighed
from tests.stories.build import entry


def measured(one: StoryEntry, other: StoryEntry) -> dict[str, float]:
    seen, seen2 = features(one), features(other)
    return measures((one, seen), (other, seen2), Rarity(TermCounts(), [seen, seen2]))


@pytest.mark.parametrize(
    ("name", "one", "other", "value"),
    [
        ("shared amounts", entry(1, "Quokka raises $65 million"), entry(2, "夸卡融资6500万美元", language="zh"), 1),
        ("shared figures", entry(1, "A list of 28 firms"), entry(2, "28 firms listed"), 1),
        ("shared figures", entry(1, "Top 5 phones"), entry(2, "5 cats"), 0.3),
        ("shared figures", entry(1, "Chips in 2026"), entry(2, "Elections of 2026"), 0),
        ("another day", entry(1, "a", hours=15), entry(2, "b", hours=17), 1),
        ("another day", entry(1, "a"), entry(2, "b", hours=9), 0),
        ("one outlet", entry(1, "a", outlet="x"), entry(2, "b", outlet="x"), 1),
        ("same subject", entry(1, "Nvidia sues Intel"), entry(2, "Nvidia opens"), 1),
        ("same subject", entry(1, "Nvidia sues Intel"), entry(2, "Intel sued by Nvidia"), 0.5),
        ("same subject", entry(1, "Nvidia opens"), entry(2, "Intel closes"), -1),
        ("same subject", entry(1, "It opens"), entry(2, "Intel closes"), 0),
        ("one up, one down", entry(1, "Nvidia shares rise"), entry(2, "Nvidia shares fall"), 1),
        ("one up, one down", entry(1, "Nvidia rises"), entry(2, "Nvidia falls", "It will rise again"), 0),
        ("results of one company", entry(1, "Nvidia revenue beats"), entry(2, "Nvidia shares rise after results"), 1),
        ("results of two companies", entry(1, "Nvidia revenue up"), entry(2, "Intel revenue up"), 1),
        ("one market, one day", entry(1, "Wall Street slides"), entry(2, "Nasdaq plunges"), 1),
        ("one market, one day", entry(1, "Wall Street slides"), entry(2, "Nasdaq plunges", hours=24), 0),
        ("a round-up and a report", entry(1, "Weekly: chips, cats"), entry(2, "Chips rise"), 1),
        ("nothing but names in common", entry(1, "Nvidia opens"), entry(2, "Nvidia sues"), 1),
        ("no word in both titles", entry(1, "Nvidia opens"), entry(2, "Intel sues"), 1),
    ],
)  # fmt: skip
def test_what_is_measured(name: str, one: StoryEntry, other: StoryEntry, value: float) -> None:
    assert measured(one, other)[name] == pytest.approx(value)


def test_names_count_more_across_languages() -> None:
    one = entry(1, "Jensen Huang visits Taiwan")
    same, other = entry(2, "Jensen Huang in Taiwan"), entry(3, "黃仁勳訪問台灣", language="zh")
    assert measured(one, same)["names across languages"] == 0
    assert measured(one, other)["names across languages"] > 0


def test_every_measure_has_a_weight_and_the_points_add_up() -> None:
    one, other = entry(1, "Nvidia sues Intel over 28 chips"), entry(2, "Intel sued", "28 chips")
    seen, seen2 = features(one), features(other)
    rarity = Rarity(TermCounts(), [seen, seen2])
    assert measures((one, seen), (other, seen2), rarity).keys() == WEIGHTS.keys()
    total, parts = weighed((one, seen), (other, seen2), rarity)
    assert total == pytest.approx(score((one, seen), (other, seen2), rarity))
    assert total == pytest.approx(sum(part.points for part in parts))
    assert [abs(part.points) for part in parts] == sorted(
        (abs(p.points) for p in parts), reverse=True
    )
    assert all(part.points == part.value * WEIGHTS[part.name] for part in parts)


WORDS = st.lists(
    st.sampled_from(
        [
            "Nvidia",
            "Intel",
            "fall",
            "rise",
            "28",
            "$3",
            "million",
            "chips",
            "quokka",
            "下跌",
            "英伟达",
        ]
    ),
    max_size=8,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS, WORDS, WORDS)
def test_measures_are_the_same_either_way_round_and_bounded(
    title: str, title2: str, text: str, text2: str
) -> None:
    one, other = entry(1, title, text), entry(2, title2, text2, hours=30)
    here, there = measured(one, other), measured(other, one)
    assert here == pytest.approx(there)
    assert all(-1 <= value <= 5 for value in here.values())
