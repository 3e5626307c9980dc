"""What tests share: a site on loopback, a home that may reach it, the command itself."""

from __future__ import annotations

import itertools
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.site import Site, serving

_NUMBERS = itertools.count()


@pytest.fixture(autouse=True)
def _own_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep a test away from the person's own home, proxies and zone."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("MONITOR_HOME"):
            monkeypatch.delenv(name)
    folder = (
        tmp_path_factory.getbasetemp()
    )  # a folder for each of thousands of tests takes its time
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / f"user-data-{next(_NUMBERS)}"))


@pytest.fixture
def shared() -> Path:
    """The folder of third-party test data; skips where it is absent."""
    folder = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "corpus").is_dir():
        pytest.skip("third-party test data not present (set MONITOR_SHARED to its folder)")
    return folder


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback."""
    with serving() as running:
        yield running


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output read as one JSON document."""
        return json.loads(self.out)


Command = Callable[..., Ran]


@pytest.fixture
def monitor(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `monitor` with arguments, in this process, as the console script does."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        try:
            with pytest.raises(SystemExit) as ended:
                main([str(argument) for argument in arguments])
        finally:
            # A command that logs to standard error, as it was for this test alone.
            root.handlers[:] = handlers
            root.setLevel(level)
        out, err = capsys.readouterr()
        status = ended.value.code
        assert isinstance(status, int)
        assert "Traceback" not in err
        return Ran(status, out, err)

    return run


MONITOR_TOML = """\
[fetch]
allow_private = ["127.0.0.0/8"]
workers = 1

[digests.daily]
at = "07:00"
timezone = "UTC"
to = [{folder = "digests"}]
"""

TOPICS_TOML = """\
[topics.export-controls]
title = "Export controls"
query = '"export control*" OR "entity list"'

[topics.chips]
title = "Chips"
query = '@chips AND NOT potato'
"""


def write_home(root: Path) -> Path:
    """Make a home with two topics, one digest to a folder, no feeds, and leave to reach loopback."""
    (root / "config" / "lists").mkdir(parents=True)
    (root / "config" / "monitor.toml").write_text(MONITOR_TOML)
    (root / "config" / "topics.toml").write_text(TOPICS_TOML)
    (root / "config" / "lists" / "chips.txt").write_text("chip\nsemiconductor\nH20\n")
    return root


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of this test's own, as `write_home` makes it."""
    return write_home(tmp_path / "home")


@pytest.fixture
def in_home(home: Path, monitor: Command) -> Command:
    """Run `monitor --home HOME` with arguments."""
    return lambda *arguments: monitor("--home", home, *arguments)
