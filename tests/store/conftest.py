"""A store for each test; the contract's tests run on every implementation there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.store import Store, open_store

OPENERS: dict[str, Callable[[Path], Store]] = {"sqlite": open_store}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database goes; nothing is there yet."""
    return tmp_path / "db" / "monitor.db"


@pytest.fixture(params=sorted(OPENERS))
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = OPENERS[request.param](path)
    yield opened
    opened.close()
