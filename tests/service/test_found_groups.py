"""Hits by story: each story once, at its best hit, with what else of it was found; pages fit together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model.story import StoryDecision
from monitor.service import found_groups
from monitor.service.found_groups import FoundGroups, grouped
from monitor.service.found_shapes import grouped_shape
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.store.builders import add, alone, new, ungrouped

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    """A home with twelve stories of three entries each, seen in turns, and five entries by themselves.

    The third of each story is a copy of the first; the second says nothing of chips.
    """
    with open_services(Home(home), NOW) as opened:
        fill(opened)
        yield opened


def fill(services: Services) -> None:
    stored = services.store
    titles = [f"{'Tea' if turn == 1 else 'Chips'} {n}" for turn in range(3) for n in range(12)]
    ids = ungrouped(
        stored, add(stored, *(new(t + str(i), title=t) for i, t in enumerate(titles)), at=NOW)
    )
    stored.stories.attach([alone(each) for each in ids[:12]], NOW)
    for at, each in enumerate(ids[12:]):
        founder = ids[at % 12]
        stored.stories.attach(
            [
                StoryDecision(
                    entry=each,
                    story=stored.entries.entries([founder])[0].story,
                    founder=founder,
                    copy_of=founder if at >= 12 else None,
                    why=("so",),
                )
            ],
            NOW,
        )
    ungrouped(
        stored, add(stored, *(new(f"x{n}", title=f"Chips apart {n}") for n in range(5)), at=NOW)
    )


def page(services: Services, text: str, number: int, size: int = 5) -> FoundGroups:
    return grouped(services, text, now=NOW, sort="newest", limit=size, offset=(number - 1) * size)


def test_a_story_stands_once_over_all_pages(services: Services) -> None:
    pages = [page(services, "chips", number) for number in (1, 2, 3, 4)]
    assert [len(each.groups) for each in pages] == [5, 5, 5, 2]
    assert [each.goes_on for each in pages] == [True, True, True, False]
    assert pages[0].in_all == 17
    assert pages[0].found.total == 29
    ids = [group.hit.entry.id for each in pages for group in each.groups]
    assert ids == [41, 40, 39, 38, 37, *range(36, 24, -1)]
    assert page(services, "chips", 5).groups == ()


def test_a_group_holds_what_else_was_found_of_its_story(services: Services) -> None:
    (group,) = page(services, "chips title:11", 1).groups
    assert (group.hit.entry.title, group.more) == ("Chips 11", (12,))
    assert [entry.id for entry in group.copies] == [12]  # the hit is the newer of the two
    # The one about tea belongs to the story and is no hit.
    (group,) = page(services, "title:11", 1).groups
    assert sorted(group.more) == [12, 24]
    shape = grouped_shape(page(services, "title:11", 1))
    assert shape["results"][0]["id"] == "e36"
    assert sorted(shape["results"][0]["more"]) == ["e12", "e24"]


def test_copies_are_told_from_reports(services: Services) -> None:
    found = grouped(services, "tea OR chips 3", now=NOW, sort="relevance")
    group = next(each for each in found.groups if each.hit.entry.title.endswith(" 3"))
    both = {group.hit.entry.id, *group.more}
    assert both == {4, 16, 28}
    assert len(group.copies) == 1
    assert len(group.reports) == 1


def test_what_is_not_grouped_any_more_is_told(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found_groups, "MOST_READ", 10)
    last = page(services, "chips", 2)
    assert (last.cut, last.goes_on, last.in_all, len(last.groups)) == (True, False, None, 5)
    assert page(services, "chips", 1).cut is False
