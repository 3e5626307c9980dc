"""Fixtures of the use cases' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fetch.server import Server, running
from tests.service.desk import Desk, watching
from tests.service.fulltext_world import World, make_world
from tests.service.pushed import FIRST, publish
from tests.site import Site
from tests.websub_hub import Hub, make_certificate, running_hub


@pytest.fixture
async def web() -> AsyncIterator[Server]:
    """A server on 127.0.0.1 that a test gives its answers."""
    async with running() as server:
        yield server


@pytest.fixture
async def desk(home: Path, web: Server) -> AsyncIterator[Desk]:
    """One watched feed, at /feed of `web`, with a deadline of a second."""
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace("workers = 1", 'workers = 1\ntimeout = "1s"'))
    async with watching(home, web) as running_desk:
        yield running_desk


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def hub(certificate: Path) -> Iterator[Hub]:
    with running_hub(certificate) as running:
        yield running


@pytest.fixture
def watched(home: Path, site: Site, hub: Hub) -> Path:
    """A home that watches one feed, whose server names the hub."""
    publish(site, hub, FIRST)
    (home / "config" / "feeds.toml").write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n')
    return home


@pytest.fixture
def world(home: Path, site: Site) -> World:
    """A home whose feed wants full text, and the pages of its site."""
    return make_world(home, site)
