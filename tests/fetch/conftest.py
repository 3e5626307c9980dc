"""Fixtures of the fetch room's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fetch.server import Server, running


@pytest.fixture
async def web() -> AsyncIterator[Server]:
    """A server on 127.0.0.1 that a test gives its answers."""
    async with running() as server:
        yield server
