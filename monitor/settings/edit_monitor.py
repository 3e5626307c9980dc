"""Change config/monitor.toml: a table of settings, a digest, an alert; or a whole file as text.

Keys that are not changed stay as they are, byte for byte. Whether the values may stand there is for who calls to
find out, by reading config/ as a whole: `service.editing` does so before anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from monitor.errors import NotFoundError, UsageError
from monitor.settings import surgery
from monitor.settings.files import BOM, parse_toml, read_text
from monitor.settings.home import Home
from monitor.settings.named_tables import Group
from monitor.settings.quantities import quoted
from monitor.settings.rewriting import rewrite
from monitor.settings.texts import LEFT_OUT
from monitor.settings.toml_text import lines_of, written
from monitor.settings.writing import locked, replace_file

TableName = Literal["fetch", "keep", "web", "mail", "summaries"]
TABLES: tuple[str, ...] = get_args(TableName)
"""Tables of monitor.toml that are there once."""

_OPENING = "# What this home does; docs/configuration.md lists the keys.\n"


def _unchecked(_home: Home, _name: str, _row: dict[str, Any]) -> None:
    """Leave it to who reads config/ as a whole."""


def _group(key: str, noun: str) -> Group:
    opening, reserved = _OPENING, frozenset({"new"})
    return Group(key, noun, lambda home: home.monitor_file, opening, _unchecked, reserved=reserved)


DIGESTS = _group("digests", "digest")
ALERTS = _group("alerts", "alert")


def settings_table(home: Home, table: str) -> dict[str, Any]:
    """Return the keys a table of monitor.toml has in the file; raises `SettingsError`."""
    text = read_text(home, home.monitor_file) or ""
    file = parse_toml(home.named(home.monitor_file), text.removeprefix(BOM))
    row = file.data.get(table, {})
    return dict(row) if isinstance(row, dict) else {}


def change_settings(home: Home, table: str, changes: Mapping[str, Any]) -> None:
    """Give keys of a table new values, as the file has them; None takes a key out, so that its default counts.

    Raises `SettingsError` when the file cannot be read, `MonitorError` when it cannot be changed safely.
    """
    with locked(home):
        path = home.monitor_file
        text = (read_text(home, path) or "").removeprefix(BOM)
        file = parse_toml(home.named(path), text)
        old = file.data.get(table, {})
        values = {key: value for key, value in changes.items() if value != old.get(key)}
        if not values:
            return
        row = {key: value for key, value in {**old, **values}.items() if value is not None}
        end = surgery.line_end(text)

        def cut() -> str:
            if table in file.data:
                cuts = {
                    key: None if value is None else written(value, end)
                    for key, value in values.items()
                }
                return surgery.changed_table(file.layout, (table,), cuts)
            return surgery.appended(text or _OPENING, [lines_of(f"[{table}]", row, end)])

        rewrite(home, path, file, cut, {**file.data, table: row})


def file_text(home: Home, name: str) -> str:
    """Return a file of config/ as text, "" where there is none yet; raises as `replace_text` does."""
    return read_text(home, _path(home, name)) or ""


def replace_text(home: Home, name: str, text: str) -> None:
    """Let a file of config/ be this text. `name` is relative to the home: `config/monitor.toml`.

    Raises `NotFoundError` for a file that nobody reads or that is not to be edited so.
    """
    path = _path(home, name)
    end = "\r\n" if "\r\n" in (read_text(home, path) or "") else "\n"
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = lines if not lines or lines.endswith("\n") else f"{lines}\n"
    with locked(home):
        path.parent.mkdir(exist_ok=True)
        replace_file(path, lines.replace("\n", end).encode())


def editable_files(home: Home) -> list[str]:
    """Return the files of config/ that are read as text, the settings first, then the lists."""
    lists = sorted(home.lists.glob("*.txt"))
    named = [home.monitor_file, home.feeds_file, home.topics_file]
    more = sorted(
        path
        for path in home.config.glob("*.toml")
        if path not in named and path.name != LEFT_OUT and path.name[0] != "."
    )
    return [home.named(path) for path in (*named, *more, *lists)]


def _path(home: Home, name: str) -> Any:
    if name not in editable_files(home):
        known = ", ".join(editable_files(home)[:10])
        raise NotFoundError(f"No file {quoted(name)} is edited here; there are: {known}.")
    return home.root / name


def table_named(table: str) -> str:
    """Return the name of a table of monitor.toml, or raise `UsageError` naming those there are."""
    if table not in TABLES:
        raise UsageError(f"monitor.toml has no table {quoted(table)}; it has: {', '.join(TABLES)}.")
    return table
