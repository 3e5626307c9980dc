"""Mending OPML that is no XML: bare ampersands, and attributes with markup in them.

Some readers write descriptions unescaped: `description="an <em class="x">odd</em> one" xmlUrl="…"`.
For a parser the tag ends in the middle of that, and its address is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 400_000
"""Characters from one outline to the next; icons that some readers put in take most of them."""

_CHUNK = 64_000
_TAGS = re.compile(r"<(?:outline[\s/>]|/outline|/body|/opml)", re.IGNORECASE)
_SOUND = re.compile(r"<outline(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*\s*/?>", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_BEGINS = re.compile(r"(\s[\w:.-]+\s*=\s*\")")
_ENDS = re.compile(r"\"\s*/?>")


def mended(text: str) -> Iterator[str]:
    """Yield the document in chunks that end before a tag, marks inside of such attributes escaped.

    What is longer than `LONGEST` without an outline's beginning or end is left out.
    """
    chunk: list[str] = []
    size = start = 0
    for end in (*(found.start() for found in _TAGS.finditer(text)), len(text)):
        if end - start <= LONGEST:
            piece = _AMPERSAND.sub("&amp;", text[start:end])
            chunk.append(_mended(piece) if _is_broken(piece) else piece)
            size += len(piece)
        start = end
        if size > _CHUNK:
            yield "".join(chunk)
            chunk, size = [], 0
    yield "".join(chunk)


def _is_broken(piece: str) -> bool:
    return piece[1:8].lower() == "outline" and not _SOUND.match(piece)


def _mended(outline: str) -> str:
    """Mend the text from one outline's beginning to the next tag; what is past mending stays."""
    ends = list(_ENDS.finditer(outline))
    if not ends:
        return outline
    end = ends[-1].start() + 1
    before, *rest = _BEGINS.split(outline[:end])
    written, name, value = [before], "", [""]
    for begins, piece in zip(rest[::2], rest[1::2], strict=True):
        if name:
            value += [begins, piece]
        else:
            name, value = begins, [piece]
        closed = piece.rstrip()
        if closed.endswith('"'):
            value[-1] = closed[:-1]
            written += [name, _escaped("".join(value)), '"']
            name, value = "", [""]
    return "".join([*written, name, *value, outline[end:]])


def _escaped(value: str) -> str:
    return value.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
