"""A hub, and a home that watches a feed whose server names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.pushed import (
    FIRST,
    publish,
)
from tests.site import Site
from tests.websub_hub import Hub, make_certificate, running_hub


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
