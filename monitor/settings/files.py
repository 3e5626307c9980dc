"""The text of a file under config/, or one clear fault about it."""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from monitor.errors import Fault, SettingsError
from monitor.settings.home import Home
from monitor.settings.layout import Layout
from monitor.settings.slips import hint

MOST_BYTES = 50_000_000
"""A file under config/ is no larger than this."""

BOM = "\ufeff"
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class TomlFile:
    """A document that could be read. `name` is how messages call it; `text` has no BOM."""

    name: str
    text: str
    data: dict[str, Any]

    @cached_property
    def layout(self) -> Layout:
        """Where its keys stand."""
        return Layout(self.text)


def read_bytes(home: Home, path: Path) -> bytes | None:
    """Return what a file holds, None when there is none; raises `SettingsError` when it cannot."""
    name = home.named(path)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
            raise SettingsError((Fault(name, 0, "", f"is {what}; a file belongs there"),))
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"cannot be read ({error.strerror}); give yourself the right to"
        raise SettingsError((Fault(name, 0, "", message),)) from error
    if len(data) > MOST_BYTES:
        message = f"is larger than {MOST_BYTES // 1_000_000} MB; split it"
        raise SettingsError((Fault(name, 0, "", message),))
    return data


def read_text(home: Home, path: Path) -> str | None:
    """Return the text of a UTF-8 file with its BOM if it has one; raises like `read_bytes`."""
    data = read_bytes(home, path)
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text; save it as UTF-8"
        raise SettingsError((Fault(home.named(path), line, "", message),)) from None


def read_toml(home: Home, path: Path) -> TomlFile | None:
    """Return a TOML document, None when there is no file; raises like `read_text`."""
    text = read_text(home, path)
    return None if text is None else parse_toml(home.named(path), text.removeprefix(BOM))


def parse_toml(name: str, text: str) -> TomlFile:
    """Read a TOML document; raises `SettingsError` with the line where it breaks."""
    try:
        return TomlFile(name, text, tomllib.loads(text))
    except RecursionError:
        message, line = "brackets stand too deep inside each other", 0
    except ValueError as error:
        message, line = _reason(str(error), text)
    raise SettingsError((Fault(name, line, "", f"is no valid TOML: {message}"),))


def _reason(message: str, text: str) -> tuple[str, int]:
    """Return tomllib's reason in a form to read on, and the line it names."""
    place = _PLACE.search(message)
    reason = message[: place.start()] if place else message
    reason = reason[:1].lower() + reason[1:]
    if place is None:
        return reason, 0
    if place[1] is None:
        return f"{reason}, at the end of the file", text.count("\n") + (not text.endswith("\n"))
    line = int(place[1])
    meant = hint(reason, text, line)
    return f"{reason}, column {place[2]}" + (f"; {meant}" if meant else ""), line
