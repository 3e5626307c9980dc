"""A home: the folder with config/ (what is wanted) and db/ (what was seen)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import UsageError


@dataclass(frozen=True, slots=True)
class Home:
    """Where things lie below `root`. Nothing is looked up on the disk."""

    root: Path

    @property
    def config(self) -> Path:
        """The folder with what a person edits."""
        return self.root / "config"

    @property
    def db(self) -> Path:
        """The folder with what was seen."""
        return self.root / "db"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.db / "monitor.db"

    @property
    def monitor_file(self) -> Path:
        """Settings and digests; its presence makes a folder a home."""
        return self.config / "monitor.toml"

    @property
    def feeds_file(self) -> Path:
        """The watched feeds."""
        return self.config / "feeds.toml"

    @property
    def topics_file(self) -> Path:
        """The topics."""
        return self.config / "topics.toml"

    @property
    def searches_file(self) -> Path:
        """The saved searches."""
        return self.config / "searches.toml"

    @property
    def access_file(self) -> Path:
        """The hashes of the page's password and of tokens."""
        return self.config / "access.toml"

    @property
    def lists(self) -> Path:
        """The folder with the named lists, NAME.txt, and OPML files."""
        return self.config / "lists"

    def named(self, path: Path) -> str:
        """Return how messages call a file: relative to the home where it lies in it."""
        return (
            path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
        )


def find_home(explicit: Path | None, environ: Mapping[str, str], cwd: Path) -> Home:
    """Return the home a call is about.

    It is `explicit` (`--home`), else `MONITOR_HOME`, else `cwd` if that holds config/monitor.toml,
    else the user's data folder. Raises `UsageError` when the one chosen has no config/monitor.toml.
    """
    named = explicit or (Path(environ["MONITOR_HOME"]) if environ.get("MONITOR_HOME") else None)
    if named is not None:
        home = Home(Path(os.path.abspath(cwd / os.path.expanduser(named))))  # noqa: PTH100, PTH111
        if _is_home(home):
            return home
        how = "--home" if explicit else "MONITOR_HOME"
        raise UsageError(
            f"{home.root} ({how}) is no home: it has no config/monitor.toml. "
            f"Make it one with: monitor init {named}"
        )
    for home in (Home(cwd), Home(user_folder(environ))):
        if _is_home(home):
            return home
    raise UsageError(
        f"There is no home here: neither {cwd} nor {user_folder(environ)} has config/monitor.toml. "
        "Make this folder one with: monitor init   or name one with --home DIR"
    )


def user_folder(environ: Mapping[str, str]) -> Path:
    """Return the home of last resort: XDG_DATA_HOME/monitor, or what stands for it on macOS."""
    user = Path(environ.get("HOME") or Path.home())
    data = Path(environ.get("XDG_DATA_HOME", ""))
    if data.is_absolute():
        return data / "monitor"
    if sys.platform == "darwin":
        return user / "Library" / "Application Support" / "monitor"
    return user / ".local" / "share" / "monitor"


def _is_home(home: Home) -> bool:
    return os.path.exists(home.monitor_file)  # noqa: PTH110 - Path.exists raises where it may not look
