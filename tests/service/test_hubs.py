"""How hubs are asked: some feeds at a time, and one request a round while they are down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.pushed import FIRST, Clock, reachable
from tests.site import Page, Site, rss
from tests.websub_hub import Hub


@pytest.fixture
def many(watched: Path, site: Site, hub: Hub) -> Path:
    """A home that watches 25 feeds of one hub."""
    links = {"Link": f'<{hub.url}>; rel="hub"'}
    feeds = ""
    for number in range(25):
        site.pages[f"/{number}.xml"] = Page(rss(FIRST, title=f"Feed {number}"), headers=links)
        feeds += f'[[feed]]\nurl = "{site.url(f"/{number}.xml")}"\n'
    (watched / "config" / "feeds.toml").write_text(feeds)
    return watched


async def test_a_hub_of_many_feeds_is_asked_for_some_at_a_time(
    many: Path, hub: Hub, certificate: Path
) -> None:
    async with reachable(many, certificate, Clock()) as monitor:
        await monitor.visit()
        await monitor.ask_hubs()
        assert len(hub.subscribers) == 20
        await monitor.ask_hubs()
        assert len(hub.subscribers) == len({form["hub.topic"] for form in hub.asked}) == 25


async def test_a_hub_that_is_down_is_asked_once_a_round_whatever_it_serves(
    many: Path, hub: Hub, certificate: Path
) -> None:
    hub.status = 503
    async with reachable(many, certificate, Clock()) as monitor:
        await monitor.visit()
        for rounds in (1, 2, 3):
            await monitor.ask_hubs()
            assert len(hub.asked) == rounds
        assert len({form["hub.topic"] for form in hub.asked}) == 3
