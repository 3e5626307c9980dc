"""A monitor that hubs can reach, for tests: its page on loopback, its clock in the test's hand."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from monitor.model.feed import FeedRecord
from monitor.model.subscription import Subscription
from monitor.service.hubs import keep_subscribed
from monitor.service.pushing import Pushes
from monitor.service.refreshing import Refresher, Summary, claim_these
from monitor.service.shapes import feed_shapes
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from monitor.web.app import create_app
from monitor.web.server import listen, serve
from tests.site import Page, Site, rss
from tests.websub_hub import Hub

START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Result = TypeVar("Result")


@dataclass
class Clock:
    """A clock that stands still until it is put forward."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Monitor:
    """The running monitor: what its bells would start, started by the test."""

    services: Services
    refresher: Refresher
    clock: Clock
    url: str

    async def visit(self) -> Summary:
        """Visit all feeds, due or not."""
        ids = [feed.id for feed in self.services.store.feeds.feeds()]
        return await self.refresher.refresh(claim_these(self.services, ids, self.clock))

    async def ask_hubs(self) -> None:
        """Ring the bell for subscriptions."""
        await keep_subscribed(self.services, self.refresher, self.clock)

    async def hub(self, call: Callable[..., Result], *args: Any, **named: Any) -> Result:
        """Let the hub do something while the monitor answers."""
        return await asyncio.to_thread(call, *args, **named)

    def feed(self) -> FeedRecord:
        """Return the only feed."""
        (found,) = self.services.store.feeds.feeds()
        return found

    def subscription(self) -> Subscription:
        """Return its subscription."""
        found = self.services.store.subscriptions.of_feed(self.feed().id)
        assert found is not None
        return found

    def titles(self) -> list[str]:
        """Return the titles of all entries, oldest first."""
        store = self.services.store.entries
        return [entry.title for entry in store.entries(range(1, store.newest_id() + 1))]


@asynccontextmanager
async def reachable(
    home: Path,
    certificate: Path,
    clock: Clock,
    *,
    private: str = "127.0.0.0/8",
    more: str = "",
    on_left: Callable[[], None] = lambda: None,
) -> AsyncIterator[Monitor]:
    """Run a monitor on a home as `monitor run` does, without its bells."""
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    (home / "config" / "monitor.toml").write_text(
        f'[fetch]\nallow_private = ["{private}"]\nworkers = 1\nmax_size = "100kB"\n{more}\n'
        f'[web]\npublic_url = "{url}"\n'
    )
    tls = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    stop, ready = asyncio.Event(), asyncio.Event()
    with open_services(Home(home), clock()) as services:
        async with Refresher(services, {}, clock, tls=tls) as refresher:
            app = create_app(services, clock, pushes=Pushes(services, refresher, clock, on_left))
            page = asyncio.create_task(
                serve(app, listener, stop=stop, ready=lambda _address: ready.set())
            )
            await ready.wait()
            try:
                yield Monitor(services, refresher, clock, url)
            finally:
                stop.set()
                await page


FIRST = ("1", "Entity list widened", "chips")
SECOND = ("2", "Harbour reopens", "ships")
THIRD = ("3", "Mine closes", "coal")
OLD = [(f"old-{number}", f"Archive {number}", "x") for number in range(40)]


def publish(site: Site, hub: Hub, *entries: tuple[str, str, str], path: str = "/feed.xml") -> bytes:
    """Let the feed hold these entries; return its document."""
    document = rss(*entries)
    links = f'<{hub.url}>; rel="hub", <{site.url(path)}>; rel="self"' if hub.url else ""
    site.pages["/feed.xml"] = Page(document, headers={"Link": links} if links else {})
    return document


async def subscribed(monitor: Monitor) -> None:
    """Visit the feed, and subscribe to it."""
    await monitor.visit()
    await monitor.ask_hubs()
    assert monitor.subscription().state == "active"


def state(monitor: Monitor) -> tuple[str, str]:
    records = monitor.services.store.feeds.feeds()
    (shape,) = feed_shapes(monitor.services, records, monitor.clock())
    return shape["push"], shape["push_note"]
