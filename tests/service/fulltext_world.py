"""A home whose feed wants full text, the site it is served by, and a clock that moves when told."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model.page import PageStanding
from monitor.service.fulltext import Pages, take_pages
from monitor.service.refreshing import Refresher, claim_due
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.site import Page, Site, rss

needs_the_extra = pytest.mark.skipif(
    importlib.util.find_spec("trafilatura") is None or importlib.util.find_spec("protego") is None,
    reason="the extra `fulltext` is not installed",
)

START = datetime(2026, 11, 23, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TITLE = "Bureau widens entity list"
BLURB = "The bureau adds several firms to its entity list."
BODY = (
    "The bureau said on Monday that the entity list grows by twelve firms. Lawyers who follow the "
    "list expected the step, and traders had priced it in. "
) * 4
SECRET = "Bearer s3cret-of-the-feed"


def article(text: str = BODY, *, heading: str = TITLE) -> Page:
    """A web page with an article."""
    return Page(
        "<!doctype html><html><head><title>News</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{heading}</h1><p>{text}</p></article><footer>Imprint</footer></body>"
        "</html>".encode(),
        content_type="text/html; charset=utf-8",
    )


@dataclass
class Clock:
    """A clock that moves when somebody sleeps."""

    now: datetime = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class World:
    """A home with one feed that wants full text, and what it is served by."""

    root: Path
    site: Site
    clock: Clock = field(default_factory=Clock)
    environ: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def feed(self, *entries: tuple[str, str, str]) -> None:
        """Serve these entries (guid, title, text), linked to /GUID, or to what `links` says."""
        document = rss(*entries, base=self.site.base).decode()
        for guid, link in self.links.items():
            document = document.replace(
                f"<link>{self.site.base}/{guid}</link>", f"<link>{link}</link>"
            )
        self.site.pages["/feed.xml"] = Page(document.encode())

    @contextmanager
    def opened(self) -> Iterator[Services]:
        with open_services(Home(self.root), self.clock()) as services:
            yield services

    def refresh(self, services: Services) -> None:
        """Fetch the feed if it is due."""

        async def work() -> None:
            async with Refresher(services, self.environ, self.clock) as refresher:
                summary = await refresher.refresh(claim_due(services, self.clock))
                assert [result.error for result in summary.results if result.failed] == []

        asyncio.run(work())

    def pages(self, services: Services, *, wait: timedelta | None = None, **options: Any) -> Pages:
        """Take the pages whose turn it is, waiting for others up to `wait`."""

        async def work() -> Pages:
            async with Refresher(services, self.environ, self.clock) as refresher:
                return await take_pages(
                    services,
                    refresher.fetcher,
                    refresher.in_database,
                    self.clock,
                    until=None if wait is None else self.clock() + wait,
                    sleep=self.clock.sleep,
                    **options,
                )

        return asyncio.run(work())

    def run(self, services: Services, **options: Any) -> Pages:
        """Fetch the feed, then its pages."""
        self.refresh(services)
        return self.pages(services, **options)

    def asked(self, path: str) -> int:
        return len(self.site.statuses(path))


def make_world(home: Path, site: Site) -> World:
    """Make the world: one entry, linked to an article."""
    (home / "config" / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{site.url("/feed.xml")}"\nfull_text = true\nevery = "1m"\n'
    )
    (home / "config" / "topics.toml").write_text(
        "[topics.lists]\nquery = '\"entity list\"'\n[topics.traders]\nquery = 'traders'\n"
    )
    made = World(home, site)
    made.feed(("1", TITLE, BLURB))
    site.pages["/1"] = article()
    return made


def topics(services: Services, number: int = 1) -> dict[str, bool]:
    entry = services.store.entries.entry(number)
    assert entry is not None
    return {match.topic: match.backfilled for match in entry.matches}


def text(services: Services, number: int = 1) -> str:
    entry = services.store.entries.entry(number)
    assert entry is not None
    return entry.text


def standing(services: Services, number: int = 1) -> PageStanding:
    found = services.store.pages.standing(number)
    assert found is not None
    return found
