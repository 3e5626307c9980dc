"""Take a recipient of mail out of config/monitor.toml, and leave the rest of it as it is."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from monitor.errors import MonitorError
from monitor.settings import surgery
from monitor.settings.files import BOM, TomlFile, parse_toml, read_text
from monitor.settings.home import Home
from monitor.settings.layout import Layout
from monitor.settings.writing import locked, replace_file


def remove_recipient(home: Home, kind: str, name: str, address: str) -> bool:
    """Take a mail address out of `to` of `[digests.NAME]` or `[alerts.NAME]`; `kind` is the first part.

    Comments, order and everything else stay. Returns whether it was there. Raises `MonitorError` when the
    file cannot be changed as intended; nothing is changed then.
    """
    with locked(home):
        text = read_text(home, home.monitor_file) or ""
        body = text.removeprefix(BOM)
        file = parse_toml(home.named(home.monitor_file), body)
        wanted = deepcopy(file.data)
        gone = _without(wanted, kind, name, address)
        if not gone:
            return False
        try:
            new = _cut(file, kind, name, address, gone)
            good = _same(tomllib.loads(new), wanted) and _comments(new) >= _comments(body) - len(
                gone
            )
        except (TOMLKitError, ValueError, TypeError, KeyError):
            good, new = False, ""
        if not good:
            raise MonitorError(
                f"{file.name} cannot be changed safely; take {address} out of {kind}.{name} with an "
                "editor. Nothing was changed."
            )
        bom = BOM if text.startswith(BOM) else ""
        replace_file(home.monitor_file, (bom + new).encode())
        return True


def _cut(file: TomlFile, kind: str, name: str, address: str, places: list[int]) -> str:
    """Return the text without the recipients at these places of `to`, the last first."""
    array = (kind, name, "to")
    if any(each.path == (*array, places[0]) for each in file.layout.headers):
        text = file.text
        for index in places:
            text = surgery.removed(Layout(text), index, array)
        return text
    document = tomlkit.parse(file.text)
    _without(document, kind, name, address)
    return document.as_string()


def _without(data: Any, kind: str, name: str, address: str) -> list[int]:
    """Take the recipient out of a document; return the places it had, the last first."""
    to = data.get(kind, {}).get(name, {}).get("to", [])
    wanted = address.casefold()
    places = [
        index for index, each in enumerate(to) if str(each.get("mail", "")).casefold() == wanted
    ]
    for index in reversed(places):
        del to[index]
    return places[::-1]


def _same(one: Any, other: Any) -> bool:
    """Compare documents; an array of tables that lost its last one may be missing."""
    return bool(_tidied(one) == _tidied(other))


def _tidied(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            key: _tidied(each) for key, each in data.items() if not (key == "to" and each == [])
        }
    return data


def _comments(text: str) -> int:
    """Count the lines with a "#": none but those of the recipient may go."""
    return sum("#" in line for line in text.splitlines())
