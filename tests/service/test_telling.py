"""A feed's trouble over days of visits and editions: named in one of them, counted in the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model.entry import ParsedEntry, ParsedFeed
from monitor.model.feed import Feed
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome
from monitor.service.recording import Answer, record_visit
from monitor.service.ways import ways_of
from monitor.service.wiring import Services, open_services
from monitor.settings.edit import add_feed
from monitor.settings.home import Home
from tests.service.sending import send_due

URL = "https://a.example/feed"
START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DOWN = FetchFailure(url=URL, kind="http", message="500.", status=500)
GONE = FetchFailure(url=URL, kind="gone", message="410.", status=410)
SAME = Fetched(url=URL, status=200, body=b"x")
DATES = (START - 3 * DAY, START - 2 * DAY, START - DAY)
READ = ParsedFeed(
    format="rss20", title="A", site_url="https://a.example/",
    entries=tuple(ParsedEntry(guid=f"{at}", title="T", published_at=at) for at in DATES),
)  # fmt: skip

Story = Callable[[float], FetchOutcome]
"""What a visit so many days after the start brings."""


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    """A home with one feed that has been read once."""
    add_feed(Home(home), Feed(url=URL))
    with open_services(Home(home), START - DAY) as opened:
        (record,) = opened.store.feeds.feeds()
        record_visit(opened, record, Answer(SAME, READ, "hash", 0.1), START)
        yield opened


def live(services: Services, story: Story, mornings: set[int], days: int) -> None:
    """Visit every six hours, 7:00 among them; send editions at 7:20 of these mornings."""
    for step in range(4 * days):
        now = START + HOUR + step * 6 * HOUR
        (record,) = services.store.feeds.feeds()
        brought = story((now - START) / DAY)
        record_visit(services, record, Answer(brought, None, "hash", 0.1), now)
        if now.hour == 7 and (now - START).days + 1 in mornings:
            at = now + HOUR / 3
            send_due(services, ways_of(services, {}), lambda at=at: at)  # type: ignore[misc]


def coverages(services: Services) -> list[dict[str, Any]]:
    editions = reversed(services.store.editions.editions("daily"))
    return [json.loads(edition.rendered.json)["coverage"] for edition in editions]


DAILY = set(range(1, 30))


@pytest.mark.parametrize(
    ("story", "state"),
    [
        pytest.param(lambda _: DOWN, "failing", id="fails from the first visit on"),
        pytest.param(lambda day: DOWN if day > 2 else SAME, "failing", id="fails later"),
        pytest.param(lambda day: GONE if day > 2 else SAME, "gone", id="gone"),
        pytest.param(lambda _: SAME, "silent", id="silent"),
        pytest.param(
            lambda day: DOWN if round(day * 4) % 7 == 0 else SAME, "silent",
            id="silent, with failures between",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "mornings", [DAILY, {1, 2, 9, 10, 15, 16}, {16}], ids=["daily", "missed", "once"]
)
def test_promise_26_trouble_is_named_in_one_edition_and_counted_in_the_others(
    services: Services, story: Story, state: str, mornings: set[int]
) -> None:
    live(services, story, mornings, 17)
    told = coverages(services)
    assert len(told) == len(mornings & set(range(1, 18)))
    named = [each["troubles"] for each in told if each["troubles"]]
    assert [[trouble["state"] for trouble in each] for each in named] == [[state]]
    assert told[-1]["failing"] + told[-1]["silent"] == 1


def test_17_failures_that_pass_within_three_days_are_never_named(services: Services) -> None:
    live(services, lambda day: DOWN if 1 < day < 3.5 else SAME, DAILY, 7)
    told = coverages(services)
    assert [each["failing"] for each in told] == [0, 1, 1, 0, 0, 0, 0]
    assert all(each["troubles"] == [] for each in told)
