"""Who gets a digest or an alert, one a line, as a person types it: `ann@example.org`, `folder: digests`.

A recipient that this has no short way for is written as in the file, `{webhook = "…", secret_env = "…"}`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

from monitor.errors import UsageError
from monitor.settings.toml_text import inline_table, written

_KEYS = {
    "mail": "mail", "folder": "folder", "webhook": "webhook",
    "slack": "slack_env", "teams": "teams_env", "notify": "notify_env",
}  # fmt: skip
_WORDS = {key: word for word, key in _KEYS.items()}


def lines_of_recipients(rows: Any) -> str:
    """Return what the file says of `to` as lines; as TOML where lines cannot say it."""
    if isinstance(rows, list) and rows:
        text = "\n".join(_line(row) if isinstance(row, dict) else "" for row in rows)
        if _is_read_as(text, rows):
            return text
    return written(rows).strip()


def recipients_of_lines(text: str) -> Any:
    """Return what lines say as the file has it. Raises `UsageError`, which names the line."""
    if text.lstrip().startswith("["):
        return _toml(text, "it is not written as in a TOML file")
    return [
        _recipient(line.strip(), number)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]


def _recipient(line: str, number: int) -> Any:
    if line.startswith("{"):
        return _toml(line, f"line {number} is not written as in a TOML file")
    word, colon, rest = line.partition(":")
    key = _KEYS.get(word.strip().lower())
    if colon and key:
        return {key: rest.strip()}
    if "@" in line and not colon:
        return {"mail": line}
    if word.lower() in ("http", "https"):
        raise UsageError(f"line {number}: write webhook: before an address, as in webhook: {line}")
    known = ", ".join(f"{each}:" for each in _KEYS)
    raise UsageError(
        f"line {number} is no mail address, and does not begin with one of {known} "
        "as in folder: digests"
    )


def _line(row: dict[str, Any]) -> str:
    if len(row) == 1:
        ((key, value),) = row.items()
        if key == "mail" and _is_read_as(str(value), [row]):
            return str(value)
        short = f"{_WORDS.get(key)}: {value}"
        if key in _WORDS and _is_read_as(short, [row]):
            return short
    return inline_table(row)


def _is_read_as(text: str, rows: Sequence[Any]) -> bool:
    try:
        return bool(recipients_of_lines(text) == rows)
    except UsageError:
        return False


def _toml(text: str, wrong: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError, KeyError) as error:
        raise UsageError(f"{wrong}: {error}") from None
