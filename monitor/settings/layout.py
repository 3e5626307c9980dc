"""Where each key of a TOML document stands: exact places, which tomllib does not keep.

The text must have been accepted by tomllib before; this reads the same grammar (TOML 1.0) again,
only to note offsets. Paths are tuples of keys and, inside arrays, of indices from 0: the second
`[[feed]]` of a file is `("feed", 1)`, its address `("feed", 1, "url")`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass

Path = tuple[str | int, ...]

_KEY_PART = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*""")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.DOTALL
)
_BARE = re.compile(r"[^,\[\]{}#\r\n]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A `[table]` or `[[table]]` line; offsets of its brackets, half open."""

    path: Path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """A `key = value` outside of inline tables.

    `start` is the key's first character, `value` the value's, `end` after the value's last.
    `header` is the offset of the table line it stands under, -1 at the top of the file.
    """

    path: Path
    start: int
    value: int
    end: int
    header: int


class Layout:
    """The headers and assignments of a text in order, and the place of every path in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.headers: list[Header] = []
        self.assignments: list[Assignment] = []
        self._places: dict[Path, int] = {}
        self._ends: dict[Path, int] = {}
        self._last: dict[Path, int] = {}
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._scan()

    def place(self, path: Path) -> int:
        """Return the offset of a path, or of the nearest table around it that has one."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, 0)

    def line(self, path: Path) -> int:
        """Return the line of a path, from 1; that of the nearest table around a missing one.

        0 when the document has nothing of it.
        """
        if path[:1] not in self._places:
            return 0
        return bisect_left(self._breaks, self.place(path)) + 1

    def span(self, path: Path) -> tuple[int, int]:
        """Return the half-open offsets of one element of an array written as `[ … ]`."""
        return self._places[path], self._ends[path]

    def _scan(self) -> None:
        text, at, table, header = self.text, 0, Path(), -1
        while True:
            at = _after(_BLANK, text, at)
            if at == len(text):
                return
            if text[at] == "[":
                header = at
                many = text.startswith("[[", at)
                keys, at = self._keys(at + 1 + many)
                table = self._table(keys, many)
                at += 1 + many
                self.headers.append(Header(table, header, at))
                self._note(table, header)
            else:
                start = at
                keys, at = self._keys(at)
                value = _after(_SPACE, text, at + 1)
                path = (*table, *keys)
                self._note(path, start)
                at = self._value(path, value)
                self.assignments.append(Assignment(path, start, value, at, header))

    def _note(self, path: Path, at: int) -> None:
        for length in range(1, len(path) + 1):
            self._places.setdefault(path[:length], at)

    def _table(self, keys: Path, many: bool) -> Path:
        """Return the path of a header: a name of an array of tables means its last one."""
        path: Path = ()
        for key in keys[:-1] if many else keys:
            path += (key,)
            if path in self._last:
                path += (self._last[path],)
        if many:
            path += (keys[-1],)
            self._last[path] = self._last.get(path, -1) + 1
            path += (self._last[path],)
        return path

    def _keys(self, at: int) -> tuple[Path, int]:
        """Read a dotted key; return its parts and the offset of what follows it."""
        keys: list[str] = []
        while True:
            part = _KEY_PART.match(self.text, at)
            if part is None:
                raise ValueError(f"no key at {at}")
            raw = part[1]
            keys.append(next(iter(tomllib.loads(f"{raw} = 0"))) if raw[0] in "\"'" else raw)
            at = part.end()
            if self.text[at] != ".":
                return tuple(keys), at
            at += 1

    def _value(self, path: Path, at: int) -> int:
        """Note the places inside a value; return the offset after it."""
        text = self.text
        if string := _STRING.match(text, at):
            return string.end()
        if text[at] == "[":
            index, at = 0, _after(_BLANK, text, at + 1)
            while text[at] != "]":
                self._places[*path, index] = at
                self._ends[*path, index] = end = self._value((*path, index), at)
                at = _after(_BLANK, text, end)
                index += 1
                at = _after(_BLANK, text, at + (text[at] == ","))
            return at + 1
        if text[at] == "{":
            at = _after(_BLANK, text, at + 1)
            while text[at] != "}":
                keys, after = self._keys(at)
                self._note((*path, *keys), at)
                at = self._value((*path, *keys), _after(_SPACE, text, after + 1))
                at = _after(_BLANK, text, at)
                at = _after(_BLANK, text, at + (text[at] == ","))
            return at + 1
        bare = _BARE.match(text, at)
        if bare is None:
            raise ValueError(f"no value at {at}")
        return at + len(bare[0].rstrip())


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
