"""Cutting text for show: one clean line, ended where a sentence ends.

Widths are counted in columns, a Chinese, Japanese or Korean character being two wide, so that
an excerpt takes about the same room in every script.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

EXCERPT_COLUMNS = 300
"""About four lines of a mail: what a reader takes in before deciding to open the link."""

ELLIPSIS = "…"

# Longer texts are cut before anything else is done with them.
_LONGEST_TEXT = 4_000

# A sentence cut off before this share of the room would show too little of the text.
_LEAST_SHARE = 0.4

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”“’»)\]]*(?=\s)|[。！？]+[”’」』）]*")

# Words a full stop follows without ending the sentence; a single letter ("U.S.") never does.
_ABBREVIATIONS = re.compile(
    r"adm|approx|art|ca|capt|co|col|corp|dept|dr|est|etc|fig|gen|gov|hon|inc|jr|lt|ltd|maj|messrs|mr|mrs|ms"
    r"|no|nos|op|para|prof|rep|rev|sec|sen|sgt|sr|st|vs|vol|bzw|mio|mrd|nr|z\.b|d\.h|u\.a"
)

# What has no shape of its own on a line: controls, line and paragraph marks, lone surrogates.
_NO_SHAPE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

# Marks that turn the writing direction of what follows, beyond the text they came with.
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Put a blank for each control character, lone surrogate and line or paragraph mark."""
    return _NO_SHAPE.sub(" ", text)


def one_line(text: str) -> str:
    """Return the text on one line, printable and with single blanks."""
    return " ".join(printable(text).split())


def undirected(text: str) -> str:
    """Drop the marks that change the writing direction, for forms that cannot isolate them."""
    return _DIRECTION_MARKS.sub("", text)


def clean_line(text: str, room: int) -> str:
    """Return a text of anybody as one line of at most `room` columns that turns no direction."""
    return shorten(one_line(undirected(text[:_LONGEST_TEXT])), room)


def columns(text: str) -> int:
    """Count the columns a text takes in a fixed-width font."""
    return len(text) if text.isascii() else sum(_width(char) for char in text)


def shorten(text: str, room: int) -> str:
    """Cut a line to `room` columns, between two words where there are any, ending in "…"."""
    # No character is narrower than a column: a text of more is too wide without being measured.
    if len(text) <= room and columns(text) <= room:
        return text
    piece = _head(text, room - 1)
    between_words = len(piece) if text[len(piece)] == " " else piece.rfind(" ")
    if between_words >= len(piece) // 2:
        piece = piece[:between_words]
    return piece.rstrip(" ,;:–—-") + ELLIPSIS


def shorten_message(text: str, room: int) -> str:
    """Cut one of our messages as `shorten` does, and never within the backticks around a command."""
    cut = shorten(text, room)
    if cut == text or cut.count("`") % 2 == 0:
        return cut
    return cut[: cut.rindex("`")].rstrip(" ,;:–—-(") + ELLIPSIS


def excerpt(text: str, room: int = EXCERPT_COLUMNS) -> str:
    """Return the beginning of a text as one line, cut after its last whole sentence.

    Where no sentence ends in reach, between two words, with "…".
    """
    line = one_line(text)
    if len(line) <= room and columns(line) <= room:
        return line
    piece = _head(line, room)
    # One character more lets the pattern see the space behind a full stop at the very end.
    ends = [end for end in _sentence_ends(line[: len(piece) + 1]) if end <= len(piece)]
    if ends and ends[-1] >= len(piece) * _LEAST_SHARE:
        return line[: ends[-1]]
    return shorten(line, room)


def sentences(text: str) -> list[str]:
    """Cut a line into its sentences; what follows the last end is one that is not finished."""
    cuts = [0, *_sentence_ends(text + " "), len(text)]
    pieces = [text[start:end].strip() for start, end in pairwise(cuts)]
    return [piece for piece in pieces if piece]


def _sentence_ends(text: str) -> list[int]:
    ends = []
    for found in _SENTENCE_END.finditer(text):
        word = text[: found.start()].rsplit(None, 1)[-1:]
        last = word[0].strip("\"'“‘«([").lower() if word else ""
        if found[0].startswith(".") and (
            len(last.split(".")[-1]) <= 1 or _ABBREVIATIONS.fullmatch(last)
        ):
            continue
        ends.append(found.end())
    return ends


def _head(text: str, room: int) -> str:
    if text.isascii():
        return text[:room]
    used = 0
    for index, char in enumerate(text):
        used += _width(char)
        if used > room:
            return text[:index]
    return text


def _width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
