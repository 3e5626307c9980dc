"""One story in many feeds is one card, with its outlets by name and its copies counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.service.digesting import preview
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.store.builders import HOUR, NOW, add, match, new

REPORTS = [
    "Nvidia to buy robot maker Quokkia for $3 billion",
    "Nvidia acquires Quokkia in $3 billion deal",
    "Robot maker Quokkia goes to Nvidia for $3 billion",
    "Quokkia bought by Nvidia: what $3 billion get the chip firm",
]


def test_one_story_in_twelve_feeds_is_one_card(home: Path) -> None:
    with open_services(Home(home), NOW - HOUR) as services:
        for number in range(12):
            title = REPORTS[number] if number < len(REPORTS) else f"{REPORTS[0]} - Outlet {number}"
            add(
                services.store,
                new(
                    f"{number}",
                    title=title,
                    domain=f"outlet{number}.example",
                    url=f"https://outlet{number}.example/1",
                    matches=(match("chips"),),
                ),
                at=NOW + timedelta(minutes=number),
                feed=f"https://outlet{number}.example/feed",
            )
        edition, _ = preview(services, None, NOW + HOUR)
    (card,) = [card for section in edition.sections for card in section.cards]
    assert card.title == REPORTS[0]
    assert card.outlets == tuple(f"outlet{number}.example" for number in range(4))
    assert (card.copies, len(card.entries)) == (8, 12)
    assert (edition.coverage.stories, edition.coverage.copies_folded) == (1, 8)
