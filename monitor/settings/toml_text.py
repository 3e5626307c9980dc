"""How values are written into a file that people read: queries in single quotes, long ones on lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.settings.surgery import as_toml

_INDENT = "  "


def written(value: Any, end: str = "\n", quote: str = '"') -> str:
    """Write a value as TOML; `end` is how the lines of the file end, `quote` how text is quoted there.

    Text with line breaks stands in three quotes, text with double quotes in single ones, so that it
    is in the file as it was typed. Tables in an array have a line each.
    """
    if isinstance(value, str):
        return _text(value, end, quote)
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        rows = "".join(f"{_INDENT}{inline_table(row, quote)},{end}" for row in value)
        return f"[{end}{rows}]"
    return as_toml(value)


def inline_table(row: Mapping[str, Any], quote: str = '"') -> str:
    """Write `{query = 'chips', points = 2}`."""
    return (
        "{" + ", ".join(f"{key} = {_on_one_line(each, quote)}" for key, each in row.items()) + "}"
    )


def lines_of(header: str, row: Mapping[str, Any], end: str = "\n") -> list[str]:
    """Return the lines of a table, its header first."""
    return [header, *(f"{key} = {written(value, end)}" for key, value in row.items())]


def _on_one_line(value: Any, quote: str) -> str:
    """Write a value for an inline table, which may not break its line."""
    if isinstance(value, str) and "\n" in value:
        return as_toml(value)
    return written(value, quote=quote)


def _text(value: str, end: str, quote: str) -> str:
    if "\n" in value:
        plain = _is_plain(value.replace("\n", ""))
        if plain and "'''" not in value and not value.endswith("'"):
            return f"'''\n{value}'''".replace("\n", end)
        return as_toml(value)
    if (quote == '"' and not {'"', "\\"} & set(value)) or not _is_plain(value):
        return as_toml(value)
    if "'" not in value:
        return f"'{value}'"
    # A query with both kinds of quotes stays as it was typed.
    return as_toml(value) if "'''" in value or value.endswith("'") else f"'''{value}'''"


def _is_plain(value: str) -> bool:
    """Tell whether nothing in a text has to be escaped where TOML takes text literally."""
    return value.replace("\t", "").isprintable()


def quote_of(text: str) -> str:
    """Return the quote that comes first in a piece of a file, the double one where there is none."""
    return min("\"'", key=lambda quote: text.find(quote) % (len(text) + 1))


def header(path: Sequence[str | int]) -> str:
    """Write the keys of a path as a header has them, without brackets."""
    return ".".join(each for each in path if isinstance(each, str))
