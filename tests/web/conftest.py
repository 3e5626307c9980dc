"""A home that has seen something, and a browser without a network in front of its application."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.conftest import Command, write_home
from tests.site import Page, Site, rss

ADDRESS = "http://127.0.0.1:8710"

HTML = (
    "&lt;h1&gt;Eleven firms&lt;/h1&gt;&lt;p&gt;They join the entity list. "
    "&lt;img src='https://a.example/p.png' alt='The list'&gt;&lt;/p&gt;"
)
ENTITY_LIST = ("1", "Ministry widens entity list", HTML)
POTATO = ("2", "Crisp news", "A new potato chip with paprika.")
SEMI = ("3", "Plant opens", "A semiconductor plant opened, says the mayor.")


@dataclass(frozen=True)
class Browser:
    """Asks an application for pages, through ASGI."""

    app: FastAPI
    base: str = ADDRESS

    def get(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        """Return the answer; `headers` are named with underscores."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await client.request(method, path, headers=named)

        return asyncio.run(ask())

    def post(
        self, path: str, form: Mapping[str, object] | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form as a page of ours does; another `origin` can be named."""
        named = {"origin": self.base, **{k.replace("_", "-"): v for k, v in headers.items()}}

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.post(path, data=dict(form or {}), headers=named)

        return asyncio.run(ask())


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home that has seen something is kept for the next test."""
    return tmp_path_factory.mktemp("kept") / "home"


@pytest.fixture
def seen(in_home: Command, home: Path, kept: Path, request: pytest.FixtureRequest) -> Command:
    """A home that has fetched two feeds twice, with an edit between, and has sent an edition."""
    if not kept.exists():
        _see(in_home, request.getfixturevalue("site"))
        shutil.copytree(home, kept)
    shutil.copytree(kept, home, dirs_exist_ok=True)
    return in_home


def _see(in_home: Command, site: Site) -> None:
    site.pages["/feed.xml"] = Page(rss(ENTITY_LIST, POTATO, SEMI))
    site.pages["/wire.xml"] = Page(
        rss(("w1", *ENTITY_LIST[1:]), title="Wire", base="https://wire.example")
    )
    for name, outlet in (("/feed.xml", "The Gazette"), ("/wire.xml", "The Wire")):
        assert in_home("feeds", "add", site.url(name), "--outlet", outlet, "--no-fetch").status == 0
    lost = in_home("feeds", "add", site.url("/missing.xml"), "--no-fetch", "--title", "Lost")
    assert lost.status == 0
    assert in_home("fetch").status == 0
    assert in_home("digest", "send").status == 0
    edited = (SEMI[0], "Plant opens late", SEMI[2])
    site.pages["/feed.xml"] = Page(rss(ENTITY_LIST, POTATO, edited))
    assert in_home("fetch", "--all").status == 0


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    """The home, opened as `serve` opens it. Ask for `seen` before it to have something in there."""
    with open_services(Home(home), utc_now()) as opened:
        yield opened


@pytest.fixture
def browser(services: Services) -> Browser:
    """A browser in front of the home."""
    return Browser(create_app(services, utc_now))


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser in front of an empty home that all tests of a file share: for those that change nothing."""
    home = write_home(tmp_path_factory.mktemp("still") / "home")
    with open_services(Home(home), utc_now()) as opened:
        yield Browser(create_app(opened, utc_now))


@pytest.fixture
def reader(seen: Command, home: Path) -> Iterator[Browser]:
    """A browser in front of the home that has seen something."""
    with open_services(Home(home), utc_now()) as opened:
        yield Browser(create_app(opened, utc_now))
