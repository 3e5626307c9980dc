"""Change config/lists/NAME.txt: write the whole of it, or take it away."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import NotFoundError, UsageError
from monitor.model.topic import WordList
from monitor.settings.faults import nearest
from monitor.settings.fields import LIST_NAME
from monitor.settings.files import BOM, read_text
from monitor.settings.home import Home
from monitor.settings.named_tables import reserved_name
from monitor.settings.quantities import quoted
from monitor.settings.read import load
from monitor.settings.topics import list_faults, list_of, read_lists
from monitor.settings.values import Settings
from monitor.settings.writing import locked, replace_file, unlink_file

RESERVED = frozenset({"new"})
"""What stands behind /topics/lists/ on the page, and so is no name for a new list."""


def list_path(home: Home, name: str) -> Path:
    """Return where a list's file lies; raises `UsageError` for a name that is none."""
    if not LIST_NAME.fullmatch(name):
        raise UsageError(
            f"{quoted(name)} is no name for a list, which is up to 64 letters, digits, - and _."
        )
    return home.lists / f"{name}.txt"


def list_text(home: Home, name: str) -> str:
    """Return what a list's file says, comments and all; raises `NotFoundError`."""
    path = list_path(home, name)
    text = read_text(home, path)
    if text is None:
        known = sorted(each.stem for each in home.lists.glob("*.txt"))
        near = nearest(name, known)
        hint = f" Did you mean {near}?" if near else f" There are: {', '.join(known) or 'none'}."
        raise NotFoundError(f"There is no list {name}, {home.named(path)}.{hint}")
    return text.removeprefix(BOM)


def write_list(home: Home, name: str, text: str, *, new: bool = False) -> WordList:
    """Let a list's file say this, one spelling a line; it is made where there is none.

    Lines end as they did in the file. Raises `UsageError` with every line that is no spelling, for a `new` list
    that is there already, and for a name of `RESERVED` that none has yet.
    """
    path = list_path(home, name)
    with locked(home):
        before = read_text(home, path)
        if new and before is not None:
            raise UsageError(f"There is a list @{name} already, see {home.named(path)}.")
        if before is None and name in RESERVED:
            raise UsageError(reserved_name("list", name))
        return _write(home, path, before or "", text)


def remove_list(home: Home, name: str) -> None:
    """Take a list away; raises `NotFoundError`, `UsageError` naming every query and list that names it."""
    path = list_path(home, name)
    list_text(home, name)
    named = naming_list(load(home), name)
    if named:
        raise UsageError(
            f"The list @{name} is named by {'; '.join(named)}. Take it out there first. "
            "Nothing was changed."
        )
    with locked(home):
        unlink_file(path)


def naming_list(settings: Settings, name: str) -> tuple[str, ...]:
    """Return who names a list: the places of queries, and other lists."""
    from monitor.query.tree import Listed, walk

    queries = [
        place
        for place, query in settings.queries
        if any(
            isinstance(node, Listed) and node.name == name for node in walk(query.root, lists=False)
        )
    ]
    lists = [
        f"the list @{each.name}" for each in settings.lists.values() if f"@{name}" in each.spellings
    ]
    return (*queries, *lists)


def checked_list(home: Home, name: str, text: str) -> WordList:
    """Return a text as the list it would be; raises `UsageError` with every line that is no spelling."""
    file = list_of(home, list_path(home, name), text)
    if not file.words.spellings:
        raise UsageError(f"{file.file} would be empty; put one spelling a line into it.")
    others = read_lists(home, [], [])[0]
    faults = list_faults(file, {**others, name: file.words})
    if faults:
        raise UsageError("\n".join(str(fault) for fault in faults))
    return file.words


def _write(home: Home, path: Path, before: str, text: str) -> WordList:
    text = text.removeprefix(BOM).replace("\r\n", "\n")
    if text and not text.endswith("\n"):
        text += "\n"
    words = checked_list(home, path.stem, text)
    if "\r\n" in before:
        text = text.replace("\n", "\r\n")
    bom = BOM if before.startswith(BOM) else ""
    if bom + text != before:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, (bom + text).encode())
    return words
