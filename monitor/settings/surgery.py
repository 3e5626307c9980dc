"""Cuts in the text of a file: take out, change or add one table, leave every other byte.

Each function returns the new text. None of them is trusted: `edit` reads the result back and
compares it with what was meant before it writes anything.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

import tomlkit

from monitor.settings.layout import Header, Layout, Path

_ESCAPED = frozenset('"\\')
FEEDS: Path = ("feed",)
NEW_FILE = "# The feeds this home watches; docs/configuration.md lists the keys.\n"


def added(text: str, rows: list[dict[str, Any]]) -> str:
    """Append `[[feed]]` tables at the end of the text, each after an empty line."""
    return appended(
        text,
        [
            ["[[feed]]", *(f"{key} = {as_toml(value)}" for key, value in row.items())]
            for row in rows
        ],
    )


def appended(text: str, tables: list[list[str]]) -> str:
    """Append tables, each the lines it is written in, at the end of the text after an empty line."""
    end = line_end(text)
    pieces = [text]
    if text and not text.endswith("\n"):
        pieces.append(end)
    for number, lines in enumerate(tables):
        if number or (text.strip() and not _ends_blank(text)):
            pieces.append(end)
        pieces.append("".join(line + end for line in lines))
    return "".join(pieces)


def removed(layout: Layout, index: int, array: Path = FEEDS) -> str:
    """Take a table out of an array of tables: see `removed_table`."""
    return removed_table(layout, (*array, index))


def removed_table(layout: Layout, path: Path) -> str:
    """Take a table out, with the comment right above it and its own empty lines.

    A comment that is the beginning of the file stays, since it is about the whole of it.
    """
    start, end = removal(layout, path)
    return layout.text[:start] + layout.text[end:]


def removed_all(layout: Layout, indexes: Iterable[int], array: Path = FEEDS) -> str:
    """Take several tables out, as `removed` takes out one."""
    pieces, at = [], 0
    for start, end in sorted(removal(layout, (*array, index)) for index in indexes):
        pieces.append(layout.text[at : max(at, start)])
        at = max(at, end)
    return "".join([*pieces, layout.text[at:]])


def removal(layout: Layout, path: Path) -> tuple[int, int]:
    """Return where the cut begins and ends that takes a table out."""
    text = layout.text
    headers, end = region(layout, path)
    start = line_start(text, headers[0].start)
    floor = max(
        (line_after(text, each.end) for each in _parts(layout) if each.end <= start), default=0
    )
    above = start
    while above > floor and _line_at(text, above - 1).lstrip().startswith("#"):
        above = line_start(text, above - 1)
    heading = above == 0 and start > 0
    start = start if heading else above
    end = _after_comments(text, end)
    below = end
    while below < len(text) and not _line_at(text, below).strip():
        below = line_after(text, below)
    if below == len(text):
        while start > floor and not _line_at(text, start - 1).strip():
            start = line_start(text, start - 1)
    return start, end if heading and below < len(text) else below


def changed_all(layout: Layout, changes: Mapping[int, dict[str, Any]]) -> str:
    """Give keys of several tables new values, as `changed` does of one.

    Each is changed as a text of its own, from its header to the next one that is not within it, so that
    the time it takes grows with the number of tables and not with its square.
    """
    text = layout.text
    starts = [
        each.start for each in layout.headers if each.path[:1] != FEEDS or len(each.path) == 2
    ]
    firsts: dict[Path, int] = {
        each.path: each.start for each in layout.headers if len(each.path) == 2
    }
    pieces, at = [], 0
    for index, values in sorted(changes.items()):
        header = firsts.get((*FEEDS, index))
        if header is None:
            raise ValueError("they are not written as [[feed]] tables")
        start = line_start(text, header)
        place = bisect_right(starts, header)
        end = line_start(text, starts[place]) if place < len(starts) else len(text)
        pieces += [text[at:start], changed(Layout(text[start:end]), 0, values)]
        at = end
    return "".join([*pieces, text[at:]])


def changed(layout: Layout, index: int, changes: dict[str, Any]) -> str:
    """Give keys of a `[[feed]]` new values; None takes a key out."""
    written = {key: None if value is None else as_toml(value) for key, value in changes.items()}
    return changed_table(layout, (*FEEDS, index), written)


def changed_table(layout: Layout, table: Path, changes: Mapping[str, str | None]) -> str:
    """Give keys of a table new values, as TOML writes them; None takes a key out.

    New keys go below the others.
    """
    text = layout.text
    headers, _ = region(layout, table)
    own = [each for each in layout.assignments if each.header == headers[0].start]
    last = line_after(text, own[-1].end if own else headers[0].end)
    indent = text[line_start(text, own[0].start) : own[0].start] if own else ""
    cuts: list[tuple[int, int, str]] = []
    new = ""
    for key, value in changes.items():
        path = (*table, key)
        found = [each for each in _parts(layout) if each.path[: len(path)] == path]
        if len(found) == 1 and found[0] in own and found[0].path == path and value is not None:
            cuts.append((found[0].value, found[0].end, value))
            continue
        cuts += [(line_start(text, each.start), line_after(text, each.end), "") for each in found]
        if value is not None:
            new += f"{indent}{key} = {value}{line_end(text)}"
    head = _cut(text, 0, last, cuts)
    if new and not head.endswith("\n"):
        head += line_end(text)
    return head + new + _cut(text, last, len(text), cuts)


def _cut(text: str, start: int, end: int, cuts: list[tuple[int, int, str]]) -> str:
    """Return a piece of the text with the cuts inside it made."""
    pieces = []
    for first, after, new in sorted(cuts):
        if start <= first < end:
            pieces += [text[start:first], new]
            start = after
    return "".join([*pieces, text[start:end]])


def as_toml(value: Any) -> str:
    """Write a value as TOML on one line."""
    if isinstance(value, str) and value.isprintable() and not _ESCAPED & set(value):
        return f'"{value}"'  # what tomlkit gives, at a twentieth of the time
    if isinstance(value, list):
        return f"[{', '.join(as_toml(each) for each in value)}]"
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update(value)
        return table.as_string()
    return str(tomlkit.item(value).as_string())


def _parts(layout: Layout) -> list[Any]:
    """Return headers and assignments in the order of the text."""
    return sorted([*layout.headers, *layout.assignments], key=lambda each: each.start)


def region(layout: Layout, path: Path) -> tuple[list[Header], int]:
    """Return the headers of a table and its sub-tables, and the end of its last line.

    Raises `ValueError` when it has no header of its own: written as `feed = [{…}]`.
    """
    headers = [each for each in layout.headers if each.path[: len(path)] == path]
    if not headers or headers[0].path != path:
        raise ValueError(_without_header(path))
    parts = [each for each in _parts(layout) if each.path[: len(path)] == path]
    return headers, line_after(layout.text, max(each.end for each in parts))


def _without_header(path: Path) -> str:
    if isinstance(path[-1], int):
        return f"they are not written as [[{'.'.join(map(str, path[:-1]))}]] tables"
    return f"it is not written as a table [{'.'.join(map(str, path))}]"


def _after_comments(text: str, end: int) -> int:
    """Take in comments right below a table, unless another table follows them at once."""
    at = end
    while at < len(text) and _line_at(text, at).lstrip().startswith("#"):
        at = line_after(text, at)
    return at if at == len(text) or not _line_at(text, at).strip() else end


def line_start(text: str, at: int) -> int:
    """Return where the line of a place begins."""
    return text.rfind("\n", 0, at) + 1


def line_after(text: str, at: int) -> int:
    """Return where the line after that of a place begins."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _line_at(text: str, at: int) -> str:
    start = line_start(text, at)
    return text[start : line_after(text, start)]


def line_end(text: str) -> str:
    """Return how the lines of the text end."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _ends_blank(text: str) -> bool:
    lines = text.split("\n")
    return lines[-1].strip() == "" and len(lines) > 1 and lines[-2].strip() == ""
