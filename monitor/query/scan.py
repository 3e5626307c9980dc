"""The words and signs of a query, one at a time, with their places.

`scan` reads the next piece from a position. What a piece may be depends on where it stands: after
`outlet:` a bare value runs to the next space, bracket or quote (`values=True`), anywhere else `-`,
`=`, `@` and a name with a colon have their meaning. Typographic and full-width quotes, brackets
and colons are read like the plain ones; what other languages write, as `foreign` says.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from monitor.errors import QueryError
from monitor.query.foreign import (
    ALIASES,
    REFUSED,
    SIGNS,
    WHOLE_REST,
    distance_sign,
    numbered_field,
    offset_before,
    unescaped,
)
from monitor.query.metadata import FIELDS
from monitor.query.terms import FIELD_NAME, OPERATOR

QUOTES = '"“”„‟«»＂「」『』'
OPENING = "(（"
CLOSING = ")）"

WIDEST = 50
"""The largest n of NEAR/n and "a b"~n."""

DEFAULT_DISTANCE = 10
"""The n of a NEAR without one."""

OPERATORS: tuple[str, ...] = (
    "AND",
    "OR",
    "NOT",
    "-",
    "NEAR/n",
    "ONEAR/n",
    "()",
    '""',
    "~n",
    "*",
    "=",
    "@",
)
"""Every operator of the language, as docs/topics.md names it."""

Kind = Literal[
    "(", ")", "AND", "OR", "NOT", "NEAR", "field", "list", "word", "phrase", "value", "end"
]

_SPACE = re.compile(r"\s*")
_RANGE = re.compile(r"[\[{][^\]}]*\sTO\s[^\]}]*[\]}]")
_RUN = re.compile(rf"(?:\\.|[^\s{re.escape(OPENING + CLOSING)}{QUOTES}])+")
_CHUNK = re.compile(rf"(?:\\.|(?!&&)[^\s|{re.escape(OPENING + CLOSING)}{QUOTES}])+")
_PLUS = re.compile(rf"\++(?=[^\s+{re.escape(CLOSING)}])")
_ESCAPED_QUOTE = re.compile(rf"\\[{QUOTES}]")
_QUOTE = re.compile(rf"\\?[{QUOTES}]")
_LIST = re.compile(r"@([\w-]+)")
_WITHIN = re.compile(r"~([0-9]*)")
_AFTER_FIELD = re.compile(rf"[^\s/{re.escape(CLOSING)}]")
_FIELD_WORD = re.compile(r"[A-Za-z_]+")
_LONG_MINUS = "\u2013\u2212"  # a word processor makes an en dash or a minus of a hyphen
_SYMBOLS: dict[str, Kind] = {"&&": "AND", "||": "OR", "|": "OR"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a query.

    `value` is the word, inside of quotes, field, list, or NEAR or ONEAR; it stands at `inside`, as
    `written`, with the backslashes before signs that are meant as they are. `rest`: the field
    takes all that follows.
    """

    kind: Kind
    start: int
    end: int
    value: str = ""
    exact: bool = False
    within: int | None = None
    rest: bool = False
    inside: int = 0
    written: str = ""

    def place_of(self, offset: int) -> int:
        """Return where the character `offset` of the value stands in the query."""
        return self.inside + offset_before(self.written, offset)


def scan(text: str, position: int, *, values: bool = False) -> Piece:
    """Return the piece that starts at or after a position; raises `QueryError`."""
    start = _skip(text, position)
    if start == len(text):
        return Piece("end", start, start)
    sign = text[start]
    if sign in OPENING:
        return Piece("(", start, start + 1)
    if sign in CLOSING:
        return Piece(")", start, start + 1)
    if _QUOTE.match(text, start):
        return _phrase(text, start, start, exact=False)
    if values:
        return _value(text, start)
    for symbol, kind in _SYMBOLS.items():
        if text.startswith(symbol, start):
            return Piece(kind, start, start + len(symbol))
    if match := _PLUS.match(text, start):
        # "+word" is "must hold" elsewhere; here everything must.
        return scan(text, match.end())
    if sign in "-!" or (sign in _LONG_MINUS and not _is_alone(text, start)):
        return _negation(text, start)
    if sign == "@":
        return _list(text, start)
    if sign == "=":
        return _exact(text, start)
    return _word(text, start)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known name, or all of them when none is near."""
    names = sorted(known)
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known: {', '.join(names)}." if names else ""


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _phrase(text: str, start: int, sign: int, *, exact: bool) -> Piece:
    # Copied out of JSON, each quotation mark has a backslash: then up to the next that has one.
    escaped = text[sign] == "\\"
    opening = sign + escaped
    closing = opening + 1
    if escaped:
        found = _ESCAPED_QUOTE.search(text, closing)
        closing = found.start() if found else len(text)
    while closing < len(text) and not escaped and text[closing] not in QUOTES:
        closing += 2 if text[closing] == "\\" else 1
    if closing >= len(text):
        raise QueryError(
            text,
            opening,
            "This quotation mark is never closed.",
            "Put one at the end of the phrase.",
        )
    end, within = closing + 1 + escaped, None
    if match := _WITHIN.match(text, end):
        within = distance(text, end + 1, match[1] or "-")
        end = match.end()
    written = text[opening + 1 : closing]
    value = unescaped(written)
    return Piece("phrase", start, end, value, exact, within, inside=opening + 1, written=written)


def distance(text: str, position: int, digits: str, hint: str = "") -> int:
    """Return the n of NEAR/n or ~n; raises `QueryError` when it is none or too large."""
    if digits.isdigit() and len(digits) < 5 and 1 <= int(digits) <= WIDEST:
        return int(digits)
    raise QueryError(
        text,
        min(position, len(text)),
        f"A distance must be a number of words from 1 to {WIDEST}.",
        hint,
    )


def _value(text: str, start: int) -> Piece:
    match = _RANGE.match(text, start) or _RUN.match(text, start)
    end = match.end() if match else start + 1
    value = unescaped(text[start:end])
    if value in ("AND", "OR", "NOT"):
        return Piece("AND" if value == "AND" else "OR" if value == "OR" else "NOT", start, end)
    if value[0] == "-" and len(value) > 1:
        return Piece("NOT", start, start + 1)
    return Piece("value", start, end, value)


def _negation(text: str, start: int) -> Piece:
    if _is_alone(text, start):
        raise QueryError(
            text,
            start,
            f"`{text[start]}` must stand right before what it excludes.",
            "Write -word without a space, or leave it out.",
        )
    return Piece("NOT", start, start + 1)


def _is_alone(text: str, start: int) -> bool:
    """Say whether nothing stands right behind a sign."""
    after = text[start + 1 : start + 2]
    return not after or after.isspace() or after in CLOSING


def _list(text: str, start: int) -> Piece:
    match = _LIST.match(text, start)
    if match is None:
        raise QueryError(text, start, "`@` must be followed by the name of a list, as in @chips.")
    return Piece("list", start, match.end(), match[1])


def _exact(text: str, start: int) -> Piece:
    after = start + 1
    if _QUOTE.match(text, after):
        return _phrase(text, start, after, exact=True)
    match = _CHUNK.match(text, after)
    if match is None:
        raise QueryError(
            text, start, "`=` must stand right before the word whose case counts, as in =BIS."
        )
    return _plain(text, start, after, match.end(), exact=True)


def _word(text: str, start: int) -> Piece:
    match = _CHUNK.match(text, start)
    chunk = match[0] if match else text[start]
    end = start + len(chunk)
    if OPERATOR.fullmatch(chunk):
        return _operator(text, start, chunk)
    if sign := distance_sign(text, start, end):
        read, name = sign
        hint = f'To search for it as it stands, put it in quotes: "{read[0]}".'
        within = distance(text, read.start("digits"), read["digits"], hint)
        return Piece("NEAR", start, read.end(), name, within=within)
    if field := FIELD_NAME.match(chunk):
        if piece := _field(text, start, field[1], start + field.end()):
            return piece
    elif hint := numbered_field(chunk, text[end:]):
        raise QueryError(text, start, f"There is no field `{chunk}`.", hint)
    for found, message, hint in SIGNS:
        if foreign := found.search(chunk):
            raise QueryError(text, start + foreign.start(), message, hint)
    return _plain(text, start, start, end)


def _field(text: str, start: int, written: str, after: int) -> Piece | None:
    """Return the field that is named so, or None when the colon is one of the text."""
    name = written.lower()
    if name in WHOLE_REST:
        return Piece("field", start, after, WHOLE_REST[name], rest=True)
    name = ALIASES.get(name, name)
    if name in FIELDS:
        return Piece("field", start, after, name)
    if not _AFTER_FIELD.match(text, after):
        return None
    if name in REFUSED:
        raise QueryError(text, start, f"There is no field `{written}:`.", REFUSED[name])
    if _FIELD_WORD.fullmatch(name):
        raise QueryError(
            text,
            start,
            f"There is no field `{written}:`.",
            f"{nearest(name, FIELDS)} In quotes it is searched as it stands.",
        )
    return None


def _plain(text: str, start: int, inside: int, end: int, *, exact: bool = False) -> Piece:
    written = text[inside:end]
    value = unescaped(written)
    return Piece("word", start, end, value, exact, inside=inside, written=written)


def _operator(text: str, start: int, chunk: str) -> Piece:
    end = start + len(chunk)
    name, _, digits = chunk.partition("/")
    if name in ("NEAR", "ONEAR"):
        at = start + len(name) + 1
        within = distance(text, at, digits) if "/" in chunk else DEFAULT_DISTANCE
        return Piece("NEAR", start, end, name, within=within)
    return Piece("AND" if name == "AND" else "OR" if name == "OR" else "NOT", start, end)
