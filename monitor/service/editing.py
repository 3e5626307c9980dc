"""Changing config/ from the page and the API: what it would look like, doing it, taking it back.

A change is a function that edits the files of the home it is given, as those of `settings.edit` do. It
is first made to a copy, so that what could not be read afterwards, or is not to be, is never written.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from typing import Generic, Literal, TypeVar

from monitor.errors import ChangedMeanwhileError, NotFoundError
from monitor.model.config_edit import ConfigEdit, FileChange
from monitor.service.wiring import Services
from monitor.service.zones import last_zones
from monitor.settings.files import read_text
from monitor.settings.home import Home
from monitor.settings.read import load
from monitor.settings.texts import LEFT_OUT, put_back, texts

_CONTEXT = 3
_MOST_LINES = 400

T = TypeVar("T")

Change = Callable[[Home], T]
"""Edits the files of a home's config/ and returns what is of interest of it."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff: taken out, put in, around it, or (`place`) where in the file what follows stands."""

    kind: Literal["removed", "added", "same", "place"]
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What changes in one file; `left_out` lines of a long one are not shown."""

    file: str
    lines: tuple[DiffLine, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Edited(Generic[T]):
    """A change as it was made, or would be. `id` is None for one that was not, or changed nothing."""

    value: T
    diffs: tuple[FileDiff, ...]
    id: int | None = None


def preview(services: Services, change: Change[T]) -> Edited[T]:
    """Make a change to a copy of config/ and return what it would do.

    Raises what the change raises, and `SettingsError` when config/ could not be read after it.
    """
    with _copy(services.home) as copy:
        before = texts(copy)
        value = change(copy)
        load(copy, last_zones(services.home))
        return Edited(value, _diffs(_changes(before, texts(copy))))


def edit(
    services: Services, what: str, change: Change[T], now: datetime, *, seen: str = ""
) -> Edited[T]:
    """Change config/ and keep what it was before, so that it can be taken back.

    `what` says in words what is done. `seen` is the `stamp` of what the person looked at. Raises
    `ChangedMeanwhileError` when that was edited since, and what `preview` raises; nothing is written then.
    """
    preview(services, change)
    home = services.home
    if seen and stamp(home, *_named(seen)) != seen:
        raise ChangedMeanwhileError(
            f"{' and '.join(_named(seen))} was edited meanwhile, by hand or in another window. "
            "Look at what it says now, then make the change again."
        )
    before = texts(home)
    value = change(home)
    changes = _changes(before, texts(home))
    number = services.store.config_edits.add(what, changes, now) if changes else None
    return Edited(value, _diffs(changes), number)


def stamp(home: Home, *files: str) -> str:
    """Return a mark of what files say now; `files` are relative to the home (`config/topics.toml`).

    Raises `SettingsError` for one that cannot be read.
    """
    return ";".join(
        f"{name}={hashlib.sha256((read_text(home, home.root / name) or '').encode()).hexdigest()[:16]}"
        for name in files
    )


def undo(services: Services, edit_id: int, now: datetime) -> ConfigEdit:
    """Take a change back and return it. That is a change of its own, which can be taken back in turn.

    Raises `NotFoundError`, `ChangedMeanwhileError` when a file was edited again since or the change was taken
    back already, and `SettingsError` when config/ could not be read without it.
    """
    found = services.store.config_edits.edit(edit_id)
    if found is None:
        raise NotFoundError(f"No change of config/ has the number {edit_id}; see /edits.")
    if found.undone_at is not None:
        raise ChangedMeanwhileError(f"This change was taken back already: {found.what}")
    edit(services, f"Took back: {found.what}", lambda home: put_back(home, found.changes), now)
    services.store.config_edits.mark_undone(edit_id, now)
    return found


def diffs_of(done: ConfigEdit) -> tuple[FileDiff, ...]:
    """Return what a kept change did."""
    return _diffs(done.changes)


@contextmanager
def _copy(home: Home) -> Iterator[Home]:
    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        root = Path(folder)
        shutil.copytree(home.config, root / "config", ignore=shutil.ignore_patterns(".*", LEFT_OUT))
        yield Home(root)


def _changes(before: dict[str, str], after: dict[str, str]) -> tuple[FileChange, ...]:
    return tuple(
        FileChange(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def _diffs(changes: tuple[FileChange, ...]) -> tuple[FileDiff, ...]:
    return tuple(_diff(change) for change in changes)


def _diff(change: FileChange) -> FileDiff:
    compared = unified_diff(
        (change.before or "").splitlines(),
        (change.after or "").splitlines(),
        lineterm="",
        n=_CONTEXT,
    )
    lines = [_line(each) for number, each in enumerate(compared) if number >= 2]  # no file names
    return FileDiff(change.file, tuple(lines[:_MOST_LINES]), max(0, len(lines) - _MOST_LINES))


def _line(text: str) -> DiffLine:
    if text.startswith("@@"):
        return DiffLine("place", text)
    kinds: dict[str, Literal["removed", "added"]] = {"-": "removed", "+": "added"}
    return DiffLine(kinds.get(text[:1], "same"), text[1:])


def _named(seen: str) -> list[str]:
    return [each.partition("=")[0] for each in seen.split(";")]
