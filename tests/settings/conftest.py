"""What the tests of settings share: a home made from the texts a test is about."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.settings.home import Home
from monitor.settings.read import load

Files = dict[str, str | bytes]
MakeHome = Callable[..., Home]


def write_files(root: Path, files: Files) -> Home:
    """Write a home: an empty monitor.toml, and the files named below config/."""
    (root / "config").mkdir(parents=True, exist_ok=True)
    for name, content in ({"monitor.toml": ""} | files).items():
        path = root / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Home(root)


@pytest.fixture
def make_home(tmp_path: Path) -> MakeHome:
    """Make a home; keyword `monitor`, `feeds`, `topics` for three files, `files` for others."""

    def make(
        monitor: str | bytes = "",
        feeds: str | bytes | None = None,
        topics: str | bytes | None = None,
        files: Files | None = None,
    ) -> Home:
        written: Files = {"monitor.toml": monitor}
        if feeds is not None:
            written["feeds.toml"] = feeds
        if topics is not None:
            written["topics.toml"] = topics
        return write_files(tmp_path / "home", written | (files or {}))

    return make


def faults_of(home: Home) -> list[tuple[str, int, str, str]]:
    """Load a home that must be refused; return file, line, key and message of each fault."""
    with pytest.raises(SettingsError) as refused:
        load(home)
    assert str(refused.value).count("\n") >= len(refused.value.faults) - 1
    return [(each.file, each.line, each.key, each.message) for each in refused.value.faults]


@pytest.fixture
def rights_count(tmp_path: Path) -> None:
    """Skip where rights to files do not count, as for root."""
    probe = tmp_path / "probe"
    probe.touch(0o000)
    if os.access(probe, os.R_OK):
        pytest.skip("this user may read and write everything")
