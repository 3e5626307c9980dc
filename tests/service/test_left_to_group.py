"""What a write leaves without stories gets them from whoever wrote it: a large document."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.service.aside import Aside
from monitor.service.refreshing import Refresher
from monitor.service.running import Rounds
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from monitor.store import grouping
from tests.conftest import Command
from tests.service.pushed import Clock, reachable, subscribed
from tests.service.test_quarantine import quarantined
from tests.service.visiting import DAY, NOW, visit, watch
from tests.site import Page, Site, rss
from tests.websub_hub import Hub

MANY = [(f"n{n}", f"Entity list of {place}", "") for n, place in enumerate("ABCDE")]


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "AT_ONCE", 2)


def waiting(services: Services) -> int:
    return len(services.store.stories.waiting(0, 99))


def left(home: Path) -> int:
    """Return how many matched entries have no story; that there are any is looked at as well."""
    with open_services(Home(home), NOW) as services:
        assert services.store.entries.newest_id() >= len(MANY)
        return waiting(services)


def test_adding_a_feed_groups_all_it_holds(in_home: Command, home: Path, site: Site) -> None:
    site.pages["/feed.xml"] = Page(rss(*MANY))
    assert in_home("feeds", "add", site.url("/feed.xml")).status == 0
    assert left(home) == 0


def test_checking_a_feed_groups_all_it_brings(in_home: Command, home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(rss(*MANY))
    assert in_home("feeds", "check").status == 0
    assert left(home) == 0


def test_accepting_a_feed_groups_all_that_was_held_back(
    in_home: Command, home: Path, site: Site
) -> None:
    quarantined(home, site)
    site.pages["/feed.xml"] = Page(rss(*MANY, title="Bargains", base="https://spam.example"))
    visit(home, NOW + 2 * DAY)
    assert in_home("feeds", "accept", "1").status == 0
    assert left(home) == 0


def test_a_preview_shows_what_an_edition_would(in_home: Command, home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(rss(*MANY))
    visit(home, NOW)
    assert left(home) == 3
    assert in_home("digest", "preview").status == 0
    assert left(home) == 0


async def test_a_round_of_the_running_monitor_groups_all_it_brought(home: Path, site: Site) -> None:
    watch(home, site.url("/feed.xml"))
    site.pages["/feed.xml"] = Page(rss(*MANY))
    with open_services(Home(home), NOW) as services:
        async with Refresher(services, {}, lambda: NOW) as refresher:
            rounds = Rounds(services, refresher, {}, lambda: NOW, Aside())
            await rounds.refresh()
            assert services.store.entries.newest_id() == len(MANY)
            assert waiting(services) == 0


async def test_what_a_push_leaves_is_grouped_with_the_next_bell(
    watched: Path, hub: Hub, certificate: Path
) -> None:
    heard: list[str] = []
    clock = Clock()
    async with reachable(
        watched, certificate, clock, on_left=lambda: heard.append("left")
    ) as monitor:
        await subscribed(monitor)
        rounds = Rounds(monitor.services, monitor.refresher, {}, clock, Aside())
        await rounds.rematch()
        await monitor.hub(hub.push, rss(MANY[0]))
        assert heard == []
        await monitor.hub(hub.push, rss(*MANY))
        assert heard == ["left"]
        rounds.group_soon()
        await rounds.rematch()
        assert waiting(monitor.services) == 0
