"""Cuts in an array of tables: let it hold other rows, and leave the lines of those that stay.

It may be written as `[ {…}, {…} ]` or as `[[a.b]]` tables. As in `surgery`, nothing here is trusted:
the result is read back before it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from monitor.settings.layout import Assignment, Layout, Path
from monitor.settings.surgery import (
    changed_table,
    line_after,
    line_end,
    line_start,
    region,
    removed_table,
)
from monitor.settings.toml_text import header, inline_table, lines_of, quote_of, written

Row = dict[str, Any]

_REST = re.compile(r"[ \t]*,?[ \t]*(#.*)?\r?")


def edited_array(layout: Layout, at: Assignment, old: Sequence[Row], new: Sequence[Row]) -> str:
    """Return what is to stand for the value of `key = [ {…}, … ]` when it is to hold other rows.

    Where each row has lines of its own, rows that stay keep theirs with their comments, and comments
    between rows stay. Otherwise it is written anew; raises `ValueError` when a comment would go.
    """
    text = layout.text
    quote = quote_of(text[at.value : at.end])
    spans = [layout.span((*at.path, index)) for index in range(len(old))]
    if not spans or not _on_lines(text, at, spans):
        between = _between(text, at, spans)
        if "#" in between:
            raise ValueError("it has comments beside its rows that would be lost")
        return written(list(new), line_end(text), quote)
    first = line_start(text, spans[0][0])
    pieces = [text[at.value : first]]
    places = [(line_start(text, start), line_after(text, end)) for start, end in spans]
    indent = text[first : spans[0][0]]
    reached = first
    for what, i1, i2, j1, j2 in _opcodes(old, new):
        for step in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + step, j1 + step
            if i < i2:
                pieces.append(text[reached : places[i][0]])  # comments above it
                reached = places[i][1]
            if j >= j2:
                continue
            if i >= i2:
                pieces.append(f"{indent}{inline_table(new[j], quote)},{line_end(text)}")
                continue
            start, end = spans[i]
            row = text[start:end] if what == "equal" else inline_table(new[j], quote)
            rest = text[end:reached]
            comma = "," if j < len(new) - 1 and not rest.lstrip().startswith(",") else ""
            pieces.append(f"{text[places[i][0] : start]}{row}{comma}{rest}")
    return "".join([*pieces, text[reached : at.end]])


def edited_tables(text: str, array: Path, old: Sequence[Row], new: Sequence[Row]) -> str:
    """Return the text with other rows in an array that is written as `[[a.b]]` tables."""
    for what, i1, i2, j1, j2 in reversed(_opcodes(old, new)):
        if what == "equal":
            continue
        both = min(i2 - i1, j2 - j1)
        for index in reversed(range(i1 + both, i2)):
            text = removed_table(Layout(text), (*array, index))
        if j2 > j1 + both:
            text = _inserted(text, array, i1 + both, new[j1 + both : j2])
        for step in reversed(range(both)):
            before, after = old[i1 + step], new[j1 + step]
            keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
            changes = {key: written(after[key]) if key in after else None for key in keys}
            text = changed_table(Layout(text), (*array, i1 + step), changes)
    return text


def _inserted(text: str, array: Path, index: int, rows: Sequence[Row]) -> str:
    """Put tables before the one that has this place now, or behind the last."""
    end = line_end(text)
    layout = Layout(text)
    tables = [f"{end.join(lines_of(f'[[{header(array)}]]', row))}{end}" for row in rows]
    if index == 0:
        at = line_start(text, region(layout, (*array, 0))[0][0].start)
        return text[:at] + "".join(f"{each}{end}" for each in tables) + text[at:]
    _, at = region(layout, (*array, index - 1))
    before = "" if text[:at].endswith("\n") else end
    return text[:at] + before + "".join(f"{end}{each}" for each in tables) + text[at:]


def _opcodes(old: Sequence[Row], new: Sequence[Row]) -> Sequence[tuple[str, int, int, int, int]]:
    one, other = ([json.dumps(row, sort_keys=True) for row in rows] for rows in (old, new))
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def _on_lines(text: str, at: Assignment, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether every row of an array, and its closing bracket, begins a line of its own."""
    for start, end in spans:
        if text[line_start(text, start) : start].strip():
            return False
        rest = text[end : line_after(text, end)].removesuffix("\n")
        if not _REST.fullmatch(rest):
            return False
    return not text[line_start(text, at.end - 1) : at.end - 1].strip()


def _between(text: str, at: Assignment, spans: Sequence[tuple[int, int]]) -> str:
    """Return what stands in an array besides its rows."""
    pieces, reached = [], at.value
    for start, end in spans:
        pieces.append(text[reached:start])
        reached = end
    return "".join([*pieces, text[reached : at.end]])
