"""Write a new home from a starter pack: `monitor init`. Nothing that is there is ever overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap

from pydantic import TypeAdapter, ValidationError

from monitor.errors import MonitorError, UsageError
from monitor.settings.access import IGNORED
from monitor.settings.digests import DigestTable
from monitor.settings.fields import Zone
from monitor.settings.home import Home
from monitor.settings.keys import keys_of
from monitor.settings.summaries import SummariesTable
from monitor.settings.surgery import as_toml
from monitor.settings.values import FetchSettings, KeepSettings, MailSettings, Table, WebSettings
from monitor.settings.writing import cannot_write

CONFIG_README = """\
# config

What you want of the monitor: yours to edit, and worth keeping in git.

- monitor.toml: settings and digests
- feeds.toml: the watched feeds
- topics.toml: the topics, each a query
- lists/NAME.txt: words that queries name as @NAME, one spelling a line
- access.toml: hashes of the page's password and of tokens, once there are any; not for git

`monitor doctor` says whether all of it can be read.
"""

DB_README = """\
# db

What the monitor saw: monitor.db (SQLite) and its backups. The monitor writes here, people need not.
Without it everything is collected anew; what to watch stands in ../config/.
"""

DB_GITIGNORE = "*\n!.gitignore\n!README.md\n"

_HEADING = """\
# What the monitor of this home does. Every key may be left out: those behind a # show their
# defaults. Durations are like "90s", "30m", "1h", "7d"; sizes like "500KB", "10MB".
"""


def packs() -> list[str]:
    """Return the names of the starter packs."""
    folder = seeds_folder()
    return sorted(
        each.name
        for each in folder.iterdir()
        if (each / "feeds.toml").is_file() and (each / "topics.toml").is_file()
    )


def seeds_folder() -> Path:
    """Return the folder with the starter packs: in the installed package, else in the checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "seeds", package.parent / "seeds"):
        if folder.is_dir():
            return folder
    raise MonitorError("The starter packs are missing from this installation; install it again.")


def init_home(root: Path, pack: str, timezone: str) -> list[Path]:
    """Make `root` a home: feeds, topics and lists of the pack, a commented monitor.toml, a db/.

    Returns what was written. Raises `UsageError`, with nothing written, for an unknown pack or time
    zone and where configuration is already; `MonitorError` when the folder cannot be written.
    """
    _check(pack, timezone)
    home = Home(root)
    wanted = dict(_pack_files(home, seeds_folder() / pack))
    wanted[home.monitor_file] = monitor_toml(timezone).encode()
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file; name a folder.")
    existing = [home.named(path) for path in wanted if os.path.lexists(path)]
    if existing:
        raise UsageError(
            f"{root} has configuration already ({', '.join(existing)}); nothing was written. "
            "Choose another folder, or move these files away."
        )
    beside = {
        home.config / "README.md": CONFIG_README.encode(),
        home.config / ".gitignore": IGNORED.encode(),
        home.db / "README.md": DB_README.encode(),
        home.db / ".gitignore": DB_GITIGNORE.encode(),
    }
    wanted |= {path: data for path, data in beside.items() if not os.path.lexists(path)}
    return _write(wanted)


def monitor_toml(timezone: str) -> str:
    """Return a config/monitor.toml with every key, its default, and one digest in the zone given."""
    set_here = {
        "at": '"07:00"',
        "timezone": as_toml(timezone),
        "topics": '["*"]',
        "to": '[{folder = "digests"}]',
    }
    sections = [
        _section("fetch", FetchSettings, {}),
        _section("keep", KeepSettings, {}),
        _section("web", WebSettings, {}),
        _section("mail", MailSettings, {}),
        _section("summaries", SummariesTable, {}),
        _section("digests.daily", DigestTable, set_here),
    ]
    return "\n".join([_HEADING, *sections])


def _section(name: str, table: type[Table], set_here: dict[str, str]) -> str:
    """Write a table with a comment above each key; those of `set_here` count, the rest is shown."""
    lines = [f"[{name}]"]
    for key in keys_of(table, f"{name}."):
        short = key.path.removeprefix(f"{name}.")
        if "." in short:
            continue  # inside a list of tables, whose own line shows it
        bounds = f" {key.type[:1].upper()}{key.type[1:]}." if " to " in key.type else ""
        lines += [f"# {line}" for line in wrap(f"{key.description}{bounds}", 96)]
        given = set_here.get(short)
        lines.append(f"{short} = {given}" if given else f"# {short} = {key.default}")
    return "\n".join(lines) + "\n"


def _check(pack: str, timezone: str) -> None:
    known = packs()
    if pack not in known:
        near = get_close_matches(pack, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise UsageError(f"There is no starter pack {pack!r}; {hint}")
    try:
        TypeAdapter(Zone).validate_python(timezone)
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["ctx"]["error"]
        raise UsageError(
            f"The time zone {reason}. Set the environment variable TZ to yours and try again."
        ) from None


def _pack_files(home: Home, pack: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield what a pack holds, and where it goes."""
    for path in (pack / "feeds.toml", pack / "topics.toml", *sorted((pack / "lists").glob("*"))):
        if path.is_file():
            yield home.config / path.relative_to(pack), path.read_bytes()


def _write(files: dict[Path, bytes]) -> list[Path]:
    """Write new files, all or none of them."""
    written: list[Path] = []
    path = Path()
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                written.append(path)
                file.write(data)
    except OSError as error:
        for each in written:
            each.unlink(missing_ok=True)
        raise cannot_write(error, path) from error
    return written
