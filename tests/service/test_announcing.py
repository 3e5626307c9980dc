"""A hub that config names is told which output feeds have something new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from monitor.service.announcing import Announcer
from monitor.service.digesting import freeze_due
from monitor.service.ways import ways_of
from tests.fetch.server import Asked, Server, answer
from tests.service.desk import GOOD, HOUR, Desk, watching
from tests.site import rss

BASE = "https://monitor.internal"
SEARCHES = "[searches.lists]\nquery = '\"entity list\"'\n[searches.rare]\nquery = 'unobtainium'\n"


@pytest.fixture
async def told(home: Path, web: Server) -> AsyncIterator[Desk]:
    """The watched feed, and a hub at /hub of the same server."""
    monitor = home / "config" / "monitor.toml"
    named = f'\n[web]\npage_url = "{BASE}"\nhub = "{web.url("/hub")}"\n'
    monitor.write_text(monitor.read_text() + named)
    (home / "config" / "searches.toml").write_text(SEARCHES)
    async with watching(home, web) as running:
        yield running


class Hub:
    """A hub at /hub of a server; `statuses` is what it answers in turn, then 204."""

    def __init__(self, web: Server, *statuses: int) -> None:
        self.told: list[set[str]] = []
        self._statuses = [*statuses]
        web.on("/hub", self._take)

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked
    ) -> None:
        (length,) = asked.values("Content-Length")
        mode, *feeds = parse_qsl((await reader.readexactly(int(length))).decode())
        assert mode == ("hub.mode", "publish")
        assert {name for name, _ in feeds} == {"hub.url"}
        self.told.append({value for _, value in feeds})
        writer.write(answer(self._statuses.pop(0) if self._statuses else 204, b"", length=False))
        await writer.drain()


def both(*paths: str) -> set[str]:
    return {f"{BASE}/{path}.{form}" for path in paths for form in ("atom", "json")}


async def test_feeds_with_new_entries_are_announced_once(told: Desk, web: Server) -> None:
    web.on("/feed", GOOD)
    hub = Hub(web)
    announcer = Announcer(told.services)
    await announcer.announce(told.refresher, lambda: told.now)
    assert hub.told == []
    await told.visit()
    await announcer.announce(told.refresher, lambda: told.now)
    (first,) = hub.told
    assert first == both("all", "topics/export-controls", "topics/chips", "searches/lists")
    await announcer.announce(told.refresher, lambda: told.now)
    assert len(hub.told) == 1


async def test_a_hub_that_fails_is_told_with_the_next_bell(told: Desk, web: Server) -> None:
    web.on("/feed", GOOD, answer(200, rss(("3", "Weather", "fair"))))
    hub = Hub(web, 503)
    announcer = Announcer(told.services)
    await told.visit()
    await announcer.announce(told.refresher, lambda: told.now)
    await told.visit()  # brings what no output feed shows
    await announcer.announce(told.refresher, lambda: told.now)
    first, again = hub.told
    assert first == again


async def test_a_new_edition_is_announced(told: Desk, web: Server) -> None:
    web.on("/feed", GOOD)
    hub = Hub(web)
    await told.visit()
    announcer = Announcer(told.services)
    told.now += 24 * HOUR
    sent = freeze_due(told.services, ways_of(told.services, {}), lambda: told.now)
    assert any(each.edition for each in sent)
    await announcer.announce(told.refresher, lambda: told.now)
    assert hub.told == [both("digests/daily")]
