"""Fixtures of the use cases' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fetch.server import Server, running
from tests.service.desk import Desk, watching


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
