"""A topic is tried while it is written: as far back as the time allows, and exactly so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from monitor.model.topic import Boost, Topic
from monitor.service.rematching import rematch
from monitor.service.topic_preview import preview_shape, topic_preview
from monitor.service.topic_versions import topic_versions, versions_shape
from monitor.service.wiring import Services, rewired
from monitor.settings.edit_lists import write_list
from monitor.settings.edit_topics import edit_topic
from tests.service.test_rematching import LATER, asking, fill
from tests.store.builders import HOUR, NOW, add, new

CHIPS = Topic(name="chips", title="Chips", query="chip")


def slow() -> Callable[[], float]:
    """A clock by which everything takes a second."""
    ticks = count()
    return lambda: float(next(ticks))


def many(services: Services, number: int) -> None:
    for hour in range(number):
        add(services.store, new(f"k{hour}", title=f"Chip number {hour}"), at=NOW + hour * HOUR)


def test_a_few_entries_are_looked_at_altogether(home: Path) -> None:
    with asking(home, "wafer") as services:
        fill(services)
        rematch(services, services.topics, lambda: LATER)
        found = topic_preview(services, CHIPS, LATER)
    assert found.since is None
    assert found.looked_at == 10
    assert found.found is not None
    assert (found.found.matches, found.found.gained, found.found.lost) == (5, 5, 5)
    assert found.understood == "chip"
    assert sum(found.daily) == 5


def test_without_time_the_newest_are_looked_at_and_it_is_said_how_far_back(home: Path) -> None:
    with asking(home, "wafer") as services:
        many(services, 120)
        now = NOW + 120 * HOUR
        found = topic_preview(services, CHIPS, now, clock=slow())
    assert found.looked_at == 50
    assert found.since == NOW + 70 * HOUR
    assert found.found is not None
    assert found.found.matches == 50
    assert found.found.per_day == {7: 50 / (50 / 24)}
    assert len(found.daily) == 3
    assert sum(found.daily) == 50


def test_every_fault_is_told_with_its_part(home: Path) -> None:
    with asking(home, "wafer") as services:
        wrong = replace(CHIPS, query="chip (", boosts=(Boost("law", 1), Boost('"open', 2)))
        found = topic_preview(services, wrong, LATER)
        assert [each.part for each in found.faults] == ["query", "boost 2"]
        assert preview_shape(found)["faults"][0]["position"] is not None
        (fault,) = topic_preview(services, replace(CHIPS, floor=5000), LATER).faults
        assert "floor" in str(fault.error)


def test_a_preview_has_the_keys_of_a_test(home: Path) -> None:
    with asking(home, "wafer") as services:
        fill(services)
        shape = preview_shape(topic_preview(services, CHIPS, LATER))
    assert shape["found"]["matches"] == 5
    assert shape["faults"] == []
    assert shape["since"] is None


def test_versions_tell_what_each_changed(home: Path) -> None:
    with asking(home, "wafer OR @chips") as services:
        later = LATER + timedelta(days=1)
        edit_topic(services.home, "chips", {"query": "wafers OR @chips", "floor": 2})
        services = rewired(services, later)
        edit_topic(services.home, "chips", {"boosts": (Boost("law", 3),)})
        write_list(services.home, "chips", "chip\nfab\n")
        services = rewired(services, later)
        third, second, first = versions_shape(topic_versions(services, "chips"))
    assert first["changes"] is None
    assert second["changes"]["floor"] == [1, 2]
    assert {piece["kind"] for piece in second["changes"]["query"]} == {"same", "removed", "added"}
    assert third["present"]
    assert third["changes"]["boosts"] == [{"query": "law", "before": None, "after": 3}]
    (words,) = third["changes"]["lists"]
    assert words["name"] == "@chips"
    assert words["added"] == ["fab"]
    assert "semiconductor" in words["removed"]
