"""Change tables `[GROUP.NAME]` of a file under config/, and leave the rest of it byte for byte.

Topics are such tables, saved searches and digests as well. Every change is made under a lock, read back
before it is written, and written as a whole or not at all. What would not read as intended is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.errors import NotFoundError, UsageError
from monitor.settings import surgery
from monitor.settings.array_surgery import edited_array, edited_tables
from monitor.settings.faults import did_you_mean, nearest
from monitor.settings.fields import NAME
from monitor.settings.files import BOM, TomlFile, parse_toml, read_text
from monitor.settings.home import Home
from monitor.settings.quantities import quoted
from monitor.settings.rewriting import rewrite
from monitor.settings.toml_text import lines_of, quote_of, written
from monitor.settings.writing import locked

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Tables of one kind: `key` is the first part of their headers, `noun` how messages call one.

    `path` is where their file lies in a home, `opening` the comment a new one begins with. `framed` are
    keys whose text is read without the white space around it. `check` raises `UsageError` for
    a table that may not stand there. None is added at a name of `reserved`, which are addresses of the page; what
    stands in a file counts.
    """

    key: str
    noun: str
    path: Callable[[Home], Path]
    opening: str
    check: Callable[[Home, str, Row], None]
    framed: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()


def table_named(home: Home, group: Group, name: str) -> Row:
    """Return a table as the file has it; raises `NotFoundError`."""
    return _row(_read(home, group), group, name)


def add_table(home: Home, group: Group, name: str, row: Row) -> None:
    """Add a table at the end of the file, which is made where there is none.

    Raises `UsageError` for a name that is none or taken, and for a table that may not stand there;
    `SettingsError` when the file cannot be read, `MonitorError` when it cannot be written.
    """
    if not NAME.fullmatch(name):
        raise UsageError(no_name(group.noun, name))
    if name in group.reserved:
        raise UsageError(reserved_name(group.noun, name))
    with locked(home):
        file = _read(home, group)
        rows = file.data.get(group.key, {})
        if name in rows:
            line = file.layout.line((group.key, name))
            raise UsageError(f"There is a {group.noun} {name} already, see {file.name}:{line}.")
        row = {key: _framed(group, key, value) for key, value in row.items()}
        group.check(home, name, row)
        text = file.text or group.opening
        lines = lines_of(f"[{group.key}.{name}]", row, surgery.line_end(text))
        wanted = {**file.data, group.key: {**rows, name: row}}
        _write(home, group, file, lambda: surgery.appended(text, [lines]), wanted)


def no_name(noun: str, name: str) -> str:
    """Say what a name is, about something that is none."""
    return (
        f"{quoted(name)} is no name for a {noun}, which is up to 64 small letters, digits, "
        "- and _, a letter or digit first; its title may be anything."
    )


def reserved_name(noun: str, name: str) -> str:
    """Say why a name is not given, about one that is an address of the page."""
    return f"{'An' if noun[0] in 'aeiou' else 'A'} {noun} cannot be called {name}, which is an address of the page; choose another name."


def change_table(home: Home, group: Group, name: str, changes: Mapping[str, Any]) -> Row:
    """Give keys of a table new values, as the file has them; None takes a key out. Return the table.

    Where a text stood on lines of its own it still does; of an array of tables the rows that stay keep
    their lines. Raises `NotFoundError`, and like `add_table`.
    """
    with locked(home):
        file = _read(home, group)
        old = _row(file, group, name)
        values = {
            key: _framed(group, key, value, _is_on_lines(file, group, name, key))
            for key, value in changes.items()
            if value != old.get(key) and not _same_but_frame(group, key, value, old.get(key))
        }
        row = {key: value for key, value in {**old, **values}.items() if value is not None}
        group.check(home, name, row)
        if values:
            wanted = {**file.data, group.key: {**file.data[group.key], name: row}}
            _write(home, group, file, lambda: _changed(file, group, name, old, values), wanted)
    return row


def remove_table(home: Home, group: Group, name: str) -> Row:
    """Take a table out of the file, with the comment right above it; return what it was.

    Raises `NotFoundError`, and like `add_table`.
    """
    with locked(home):
        file = _read(home, group)
        row = _row(file, group, name)
        rows = {key: value for key, value in file.data[group.key].items() if key != name}
        wanted = {**file.data, group.key: rows}
        path = (group.key, name)
        _write(home, group, file, lambda: surgery.removed_table(file.layout, path), wanted)
    return row


def _changed(file: TomlFile, group: Group, name: str, old: Row, values: Row) -> str:
    """Return the text with these values; arrays of tables last, as they may take several cuts."""
    table = (group.key, name)
    end = surgery.line_end(file.text)
    layout = file.layout
    cuts: dict[str, str | None] = {}
    later: list[str] = []
    for key, value in values.items():
        path = (*table, key)
        at = next((each for each in layout.assignments if each.path == path), None)
        if any(each.path[: len(path)] == path for each in layout.headers) and value is not None:
            later.append(key)
        elif at is not None and _is_rows(value) and _is_rows(old.get(key)):
            cuts[key] = edited_array(layout, at, old[key], value)
        else:
            quote = quote_of(file.text[at.value : at.end]) if at else '"'
            cuts[key] = None if value is None else written(value, end, quote)
    text = surgery.changed_table(layout, table, cuts) if cuts else file.text
    for key in later:
        text = edited_tables(text, (*table, key), old[key], values[key])
    return text


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_on_lines(file: TomlFile, group: Group, name: str, key: str) -> bool:
    """Tell whether a text begins on the line behind its key's, in three quotes."""
    path = (group.key, name, key)
    at = next((each for each in file.layout.assignments if each.path == path), None)
    if at is None:
        return False
    opening = file.text[at.value : at.value + 5]
    return opening.startswith(("'''\n", "'''\r\n", '"""\n', '"""\r\n'))


def _framed(group: Group, key: str, value: Any, on_lines: bool = False) -> Any:
    """Return a text as it is to stand: on lines of its own where it has several, or did before."""
    if key not in group.framed or not isinstance(value, str):
        return value
    value = _bare(value)
    return f"{value}\n" if on_lines or "\n" in value else value


def _same_but_frame(group: Group, key: str, value: Any, old: Any) -> bool:
    """Tell whether a text only differs in what is around it, or in how its lines end."""
    if key not in group.framed or not isinstance(value, str) or not isinstance(old, str):
        return False
    return _bare(value) == _bare(old)


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _read(home: Home, group: Group) -> TomlFile:
    path = group.path(home)
    text = read_text(home, path)
    file = parse_toml(home.named(path), (text or "").removeprefix(BOM))
    if not isinstance(file.data.get(group.key, {}), dict):
        raise UsageError(f"{file.name} has no tables [{group.key}.NAME]; see: monitor doctor")
    return file


def _row(file: TomlFile, group: Group, name: str) -> Row:
    rows = file.data.get(group.key, {})
    row = rows.get(name)
    if isinstance(row, dict):
        return row
    near = nearest(name, rows)
    hint = f"; did you mean {near}?" if near else f"; {did_you_mean(name, list(rows))}"
    raise NotFoundError(f"{file.name} has no {group.noun} {name}{hint}")


def _write(
    home: Home, group: Group, file: TomlFile, cut: Callable[[], str], wanted: dict[str, Any]
) -> None:
    rewrite(home, group.path(home), file, cut, wanted, lambda data: _tidied(data, group))


def _tidied(data: dict[str, Any], group: Group) -> dict[str, Any]:
    """Leave out an empty group: whether its bare header stays says nothing."""
    return {key: value for key, value in data.items() if key != group.key or value}
