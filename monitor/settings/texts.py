"""The texts of config/ as a whole: to see what a change made of them, and to put one back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.errors import ChangedMeanwhileError
from monitor.model.config_edit import FileChange
from monitor.settings.files import read_text
from monitor.settings.home import Home
from monitor.settings.writing import locked, replace_file, unlink_file

LEFT_OUT = "access.toml"
"""Holds hashes of secrets: it is neither shown nor kept."""


def texts(home: Home) -> dict[str, str]:
    """Return the text of each settings file and list of config/ by its name relative to the home.

    What is hidden is none, nor is anything in a hidden folder.
    Raises `SettingsError` for one that cannot be read as text.
    """
    found = {}
    for path in sorted(home.config.rglob("*")):
        if path.suffix not in {".toml", ".txt"} or path.name == LEFT_OUT:
            continue
        if not is_hidden(home, path):
            text = read_text(home, path)
            if text is not None:
                found[home.named(path)] = text
    return found


def is_hidden(home: Home, path: Path) -> bool:
    """Tell whether a path below config/ is hidden, or lies in a hidden folder there."""
    return any(part.startswith(".") for part in path.relative_to(home.config).parts)


def put_back(home: Home, changes: Sequence[FileChange]) -> None:
    """Let each file be again what it was before a change.

    Raises `ChangedMeanwhileError` when one is no longer what the change made of it; then all stay.
    """
    with locked(home):
        for change in changes:
            if read_text(home, home.root / change.file) != change.after:
                raise ChangedMeanwhileError(
                    f"{change.file} was edited again since, so this change cannot be taken back by "
                    "itself; change the file with an editor, or take back the later change first."
                )
        for change in changes:
            path = home.root / change.file
            if change.before is None:
                unlink_file(path)
            else:
                replace_file(path, change.before.encode())
