"""A rebuild brings stored entries to where the present grouping would have put them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model.rebuild import Rebuild
from monitor.service.rebuilding import rebuild, try_rebuild
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.store.builders import NOW, add, alone, match, new

EVENTS = [
    ("Senate passes the frontier model safety bill", "The bill goes to the governor now."),
    ("Harbour city bans delivery robots from pavements", "Pedestrians had complained."),
    ("Chip maker Tarnwell opens a plant in Ostrava", "It is to employ nine hundred people."),
    ("Court rejects appeal over scraped photographs", "The judges see no new facts."),
]
LATER = NOW + timedelta(days=40)


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    """A home in which each event was told at three outlets, on ten days."""
    with open_services(Home(home), NOW) as opened:
        for day in range(10):
            for number, outlet in enumerate(("one", "two", "three")):
                title, text = EVENTS[day % len(EVENTS)]
                add(
                    opened.store,
                    new(
                        f"{day}-{outlet}",
                        title=f"{title}, day {day}",
                        excerpt=text,
                        domain=f"{outlet}.example",
                        url=f"https://{outlet}.example/{day}",
                        matches=(match(),),
                    ),
                    at=NOW + timedelta(days=day, hours=number),
                    feed=f"https://{outlet}.example/feed",
                )
        yield opened


def grouping(services: Services) -> list[tuple[int, int | None, int | None]]:
    entries = services.store.entries.entries(range(1, 31))
    founders: dict[int | None, int] = {}
    return [(e.id, founders.setdefault(e.story, e.id), e.copy_of) for e in entries]


def test_entries_come_to_where_they_would_have_been(services: Services) -> None:
    right = grouping(services)
    assert len({founder for _, founder, _ in right}) == 10
    assert rebuild(services, lambda: LATER).moved == 0
    # break it: of each event two reports are in the story of the one before
    for first in range(4, 31, 3):
        before = services.store.entries.entries([first - 1])[0].story
        services.store.stories.attach(
            [replace(alone(number), story=before) for number in (first, first + 1)], NOW
        )
    assert grouping(services) != right
    tried = try_rebuild(services, LATER)
    told: list[Rebuild] = []
    done = rebuild(services, lambda: LATER, on_piece=told.append)
    assert grouping(services) == right
    assert (tried.moved, tried.samples) == (done.moved, done.samples)
    assert done.moved > 0
    assert done.finished
    assert told[0].entries == 0
    assert told[-1] == done
    assert services.store.upkeep.check() == []
    assert rebuild(services, lambda: LATER).moved == 0
