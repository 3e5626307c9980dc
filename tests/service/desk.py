"""One watched feed on loopback, visited at instants a test chooses: real store, parser and HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model.feed import FeedRecord, Validators
from monitor.service.recording import FeedResult
from monitor.service.refreshing import Refresher, claim_due, claim_these
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.fetch.server import Server, answer
from tests.site import rss

START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


TWO = rss(("1", "Entity list widened", "chips"), ("2", "Export controls", "x"))
STAMPS = Validators('"1"', "Mon, 16 Nov 2026 09:00:00 GMT")
FIELDS = (("ETag", '"1"'), ("Last-Modified", "Mon, 16 Nov 2026 09:00:00 GMT"))
GOOD = answer(200, TWO, *FIELDS)
UNCHANGED = answer(304, length=False)
"""What the feed answers when all is well: two entries and both validators, then 304."""


def to(location: str, status: int = 302) -> bytes:
    """Write a redirect."""
    return answer(status, b"", ("Location", location))


@dataclass
class Desk:
    """The feed at /feed of `web`; `now` is what the monitor takes for the time."""

    home: Path
    web: Server
    services: Services
    refresher: Refresher
    now: datetime = START

    async def visit(self, after: timedelta = HOUR) -> FeedResult:
        """Let time pass and fetch the feed, due or not."""
        self.now += after
        take = claim_these(self.services, [self.feed.id], lambda: self.now)
        (result,) = (await self.refresher.refresh(take)).results
        return result

    async def visit_if_due(self, after: timedelta) -> int:
        """Let time pass and fetch what is due; return how many feeds that were."""
        self.now += after
        summary = await self.refresher.refresh(claim_due(self.services, lambda: self.now))
        return len(summary.results)

    @property
    def feed(self) -> FeedRecord:
        (record,) = self.services.store.feeds.feeds()
        return record

    @property
    def titles(self) -> list[str]:
        """The titles of all stored entries, oldest first."""
        newest = self.services.store.entries.newest_id()
        stored = self.services.store.entries.entries(range(1, newest + 1))
        return [entry.title for entry in stored]

    @property
    def gaps(self) -> int:
        """How many gaps are on record."""
        with closing(sqlite3.connect(Home(self.home).database)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM gaps").fetchone()
        return int(count)

    def sent(self, name: str) -> list[list[bytes]]:
        """Return what each request said in a header field."""
        return [asked.values(name) for asked in self.web.asked]


@asynccontextmanager
async def watching(home: Path, web: Server, more: str = "") -> AsyncIterator[Desk]:
    """Watch /feed; `more` are further lines of its table. Time is that of the desk."""
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{web.url("/feed")}"\n{more}\n')
    desk: Desk | None = None

    def clock() -> datetime:
        assert desk is not None
        return desk.now

    with open_services(Home(home), START) as services:
        async with Refresher(services, {"FEED_TOKEN": "Bearer t0ken"}, clock) as refresher:
            desk = Desk(home, web, services, refresher)
            yield desk
