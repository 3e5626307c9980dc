"""Changing config/ from the page and the API: what it would look like, doing it, taking it back.

A change is a function that edits the files of the home it is given, as those of `settings.edit` do. It
is first made to a copy, so that what could not be read afterwards, or is not to be, is never written.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, Literal, TypeVar

from monitor.errors import (
    ChangedMeanwhileError,
    MonitorError,
    NotFoundError,
    SettingsError,
    StoreError,
)
from monitor.model.config_edit import ConfigEdit, FileChange
from monitor.service.line_diffs import hunks
from monitor.service.wiring import Services
from monitor.service.zones import last_zones
from monitor.settings.files import read_text
from monitor.settings.home import Home
from monitor.settings.read import load
from monitor.settings.texts import LEFT_OUT, put_back, texts
from monitor.settings.writing import locked

_CONTEXT = 3
_MOST_LINES = 400
_ONE_SEEN = r"config/(?:lists/)?[^/;=\0]{1,200}=[0-9a-f]{0,64}"
_SEEN = re.compile(f"{_ONE_SEEN}(?:;{_ONE_SEEN}){{0,20}}")

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


def preview(services: Services, change: Change[T], *, seen: str = "") -> Edited[T]:
    """Make a change to a copy of config/ and return what it would do.

    `seen` is the `stamp` of what the person looked at; raises `ChangedMeanwhileError` when that was edited since.
    Raises what the change raises, and `SettingsError` when config/ could not be read after it.
    """
    _check_seen(services.home, seen)
    return _tried(services, change)[0]


def edit(
    services: Services, what: str, change: Change[T], now: datetime, *, seen: str = ""
) -> Edited[T]:
    """Change config/ and keep what it was before, so that it can be taken back.

    `what` says in words what is done. `seen` is the `stamp` of what the person looked at. Raises
    `ChangedMeanwhileError` when that was edited since, what `preview` raises, and `StoreError` when it cannot be
    kept; nothing is changed then.
    """
    home = services.home
    _check_seen(home, seen)  # before it is told what is wrong with what was typed
    _, looked_at = _tried(services, change)
    with locked(
        home
    ):  # what others change now would be overwritten, or be told and taken back as this
        _check_seen(home, seen)
        before = texts(home)
        if before != looked_at:
            _tried(services, change)
        try:
            value = change(home)
            changes = _changes(before, texts(home))
            number = services.store.config_edits.add(what, changes, now) if changes else None
        except StoreError:  # of the note, or of a row that goes along
            put_back(home, _changes(before, texts(home)))
            raise
    return Edited(value, _diffs(changes), number)


def _tried(services: Services, change: Change[T]) -> tuple[Edited[T], dict[str, str]]:
    """Make a change to a copy; return what it would do, and the texts it was made to."""
    with _copy(services.home) as copy:
        before = texts(copy)
        value = change(copy)
        load(copy, last_zones(services.home))
        return Edited(value, _diffs(_changes(before, texts(copy)))), before


def _check_seen(home: Home, seen: str) -> None:
    """Raise `ChangedMeanwhileError` when a form was made from something else than there is now."""
    if seen and not _SEEN.fullmatch(seen):
        raise ChangedMeanwhileError(
            "The form does not say which text it was made from; open the page anew, then make the change again."
        )
    if seen and stamp(home, *_named(seen)) != seen:
        raise ChangedMeanwhileError(
            f"{' and '.join(_named(seen))} was edited meanwhile, by hand or in another window. "
            "Look at what it says now, then make the change again."
        )


def stamp(home: Home, *files: str) -> str:
    """Return a mark of what files say now; `files` are relative to the home (`config/topics.toml`).

    Raises `SettingsError` for one that cannot be read.
    """
    return ";".join(
        f"{name}={hashlib.sha256((read_text(home, home.root / name) or '').encode()).hexdigest()[:16]}"
        for name in files
    )


def no_stamp(*files: str) -> str:
    """Return a mark of files that fits nothing they can say."""
    return ";".join(f"{name}=" for name in files)


def stamp_of(seen: str, file: str) -> str:
    """Return the mark a form carries, as one of this file alone: whatever else it names fits nothing.

    So is one that carries none: who does not say what a form was made from is not to write over it.
    """
    return seen if re.fullmatch(f"{re.escape(file)}=[0-9a-f]*", seen) else no_stamp(file)


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


def undoable(services: Services, edits: Iterable[ConfigEdit]) -> frozenset[int]:
    """Return the ids of those changes whose files are still as the change left them."""
    try:
        now = texts(services.home)
    except SettingsError:  # a file that is no text just now
        return frozenset()
    return frozenset(
        each.id
        for each in edits
        if each.undone_at is None
        and all(now.get(change.file) == change.after for change in each.changes)
    )


def diffs_of(done: ConfigEdit) -> tuple[FileDiff, ...]:
    """Return what a kept change did."""
    return _diffs(done.changes)


@contextmanager
def _copy(home: Home) -> Iterator[Home]:
    with ExitStack() as stack:
        try:
            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-")))
            shutil.copytree(
                home.config, root / "config", ignore=_left_out, copy_function=_copy_file
            )
        except OSError as error:
            raise MonitorError(
                "What a change makes of config/ is looked at in a copy among the temporary files, and that cannot be "
                f"made: {error.strerror or 'no room, or a file that cannot be read'}. Nothing was changed."
            ) from error
        yield Home(root)


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Return what nobody reads as config: hidden files, hashes of secrets, links to nowhere, pipes."""
    paths = {name: Path(folder, name) for name in names}
    return [
        name
        for name, path in paths.items()
        if name.startswith(".") or name == LEFT_OUT or not (path.is_file() or path.is_dir())
    ]


def _copy_file(source: str, target: str) -> None:
    with suppress(FileNotFoundError):  # an editor's temporary file, gone again
        shutil.copyfile(source, target)


def _changes(before: dict[str, str], after: dict[str, str]) -> tuple[FileChange, ...]:
    return tuple(
        FileChange(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def _diffs(changes: tuple[FileChange, ...]) -> tuple[FileDiff, ...]:
    return tuple(_diff(change) for change in changes)


def _diff(change: FileChange) -> FileDiff:
    before, after = ((text or "").splitlines() for text in (change.before, change.after))
    lines: list[DiffLine] = []
    for hunk in hunks(before, after, _CONTEXT):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = hunk[0], hunk[-1]
        lines.append(DiffLine("place", f"@@ -{_place(i1, i2)} +{_place(j1, j2)} @@"))
        for what, i1, i2, j1, j2 in hunk:
            if what == "equal":
                lines += [DiffLine("same", line) for line in before[i1:i2]]
                continue
            lines += [DiffLine("removed", line) for line in before[i1:i2]]
            lines += [DiffLine("added", line) for line in after[j1:j2]]
    return FileDiff(change.file, tuple(lines[:_MOST_LINES]), max(0, len(lines) - _MOST_LINES))


def _place(start: int, end: int) -> str:
    """Return where lines stand, as unified diffs write it."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + bool(length)},{length}"


def _named(seen: str) -> list[str]:
    return [each.partition("=")[0] for each in seen.split(";")]
