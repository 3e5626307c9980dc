"""Writing a changed TOML file back: only if it reads as intended, and nobody else has changed it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError, OvertakenError, SettingsError
from monitor.settings.files import BOM, MOST_BYTES, TomlFile, parse_toml, read_text
from monitor.settings.home import Home
from monitor.settings.writing import replace_file


def rewrite(
    home: Home,
    path: Path,
    file: TomlFile,
    cut: Callable[[], str],
    wanted: dict[str, Any],
    tidied: Callable[[dict[str, Any]], dict[str, Any]] = lambda data: data,
) -> None:
    """Let `path` hold the text that `cut` returns, if that says what is wanted.

    `file` is what was read of it; the caller holds the lock of config/. `tidied` leaves out what makes no
    difference before the two are compared. Raises `MonitorError`, and nothing is written then.
    """
    try:
        text = cut()
        good = tidied(parse_toml(file.name, text).data) == tidied(wanted)
        reason = "the result would not read as intended"
    except (ValueError, KeyError, IndexError, SettingsError) as error:
        good, text, reason = False, "", str(error)
    if not good:
        raise MonitorError(
            f"{file.name} cannot be changed safely ({reason}); change it with an editor. "
            "Nothing was changed."
        )
    if len(text.encode()) > MOST_BYTES:
        raise MonitorError(
            f"{file.name} would be larger than {MOST_BYTES // 1_000_000} MB. Nothing was changed."
        )
    before = read_text(home, path) or ""
    bom = BOM if before.startswith(BOM) else ""
    if before.removeprefix(BOM) != file.text:
        raise OvertakenError(f"{file.name} was changed by someone else just now; try again.")
    replace_file(path, (bom + text).encode())
