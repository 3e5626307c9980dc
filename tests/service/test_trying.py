"""A topic tried out on what is stored: exactly, or from a random part where that is too much."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.service.rematching import rematch
from monitor.service.trying import topic_of_query, try_topic
from tests.service.test_rematching import LATER, asking, fill
from tests.store.builders import HOUR, NOW


def test_a_trial_counts_what_a_rematch_then_does(home: Path) -> None:
    with asking(home, "wafer") as services:
        fill(services)
        rematch(services, services.topics, lambda: LATER)
    with asking(home, 'chip OR "wafer"') as services:
        (chips,) = services.topics
        found = try_topic(services, chips, LATER, None)
        assert (found.entries, found.matches, found.gained, found.lost) == (10, 10, 5, 0)
        assert [(each.clause, each.alone) for each in found.clauses] == [
            ("chip", 5),
            ('"wafer"', 5),
        ]
    with asking(home, "chip") as services:
        (chips,) = services.topics
        found = try_topic(services, chips, LATER, None)
        assert (found.matches, found.gained, found.lost) == (5, 5, 5)
        (done,) = rematch(services, services.topics, lambda: LATER)
        assert (done.gained, done.lost) == (found.gained, found.lost)


def test_a_trial_keeps_to_the_time_it_is_asked_for(home: Path) -> None:
    with asking(home, "chip") as services:
        fill(services)
        (chips,) = services.topics
        found = try_topic(services, chips, LATER, NOW + 5 * HOUR)
        assert (found.entries, found.matches) == (5, 3)


@pytest.mark.parametrize("most", [1, 5, 10])
def test_where_too_many_come_into_question_a_random_part_is_scaled_up(
    home: Path, most: int
) -> None:
    with asking(home, "news") as services:
        fill(services)
        (chips,) = services.topics
        found = try_topic(services, chips, LATER, None, most=most)
        assert found.share == most / 10
        assert (found.matches, found.gained) == (10, 10)
        assert len(found.samples) == most
        again = try_topic(services, chips, LATER, None, most=most)
        assert again.samples == found.samples


def test_a_query_is_tried_without_a_topic(home: Path) -> None:
    with asking(home, "absent") as services:
        fill(services)
        found = try_topic(services, topic_of_query(services, "wafer since:9h"), LATER, None)
        assert found.matches == 0
        wide = topic_of_query(services, "wafer")
        assert try_topic(services, wide, LATER + timedelta(days=1), None).matches == 5
