"""Where an XML document breaks off, and what of it is whole.

A document breaks off when it is the beginning of a well-formed one (XML 1.0) and not all of it. What
is whole of it are the children of its feed that were closed: it is cut behind the last of them, and
its open elements are closed, so that the strict parser reads those entries exactly as it would have
in the whole document. In a document that is not well-formed besides, closing tags are looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

_HOLDERS = frozenset({"rss", "channel", "feed", "rdf"})
_UNITS = frozenset({"item", "entry"})
_OPENING = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSING = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_NOT_MARKUP = re.compile(rb"<!\[CDATA\[|<!--")
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}


@dataclass(frozen=True, slots=True)
class Whole:
    """What of a document is whole.

    `body` is the document up to there, closed where that is possible. `partial` says that it broke
    off, `entries` how many the document holds, `over` how many of them are left out of `body` because
    there are too many.
    """

    body: bytes
    partial: bool = False
    over: int = 0


def whole_part(body: bytes, most: int) -> Whole:
    """Return a document (UTF-8) without the entry it breaks off in, and at most `most` entries."""
    scan = _Scan(body, most)
    verdict = scan.verdict()
    if verdict == "malformed":
        return _by_tags(body, most)
    partial = verdict == "breaks off"
    if partial and not scan.holds_feed:
        return _by_tags(body, most)
    if scan.entries > most:
        return Whole(scan.closed(scan.after_most), partial, scan.entries - most)
    return Whole(scan.closed(scan.after_last) if partial else body, partial)


def without_markup_inside(body: bytes) -> bytes:
    """Blank out CDATA sections and comments, whose content only looks like tags; lengths stay."""
    pieces: list[bytes] = []
    at = 0
    while found := _NOT_MARKUP.search(body, at):
        stop = body.find(_ENDS[found[0]], found.end())
        stop = len(body) if stop < 0 else stop + 3
        pieces += [body[at : found.start()], b" " * (stop - found.start())]
        at = stop
    return b"".join([*pieces, body[at:]]) if pieces else body


def _by_tags(body: bytes, most: int) -> Whole:
    tags = without_markup_inside(body)
    closings = [found.end() for found in _CLOSING.finditer(tags)]
    last = closings[-1] if closings else 0
    partial = not _END.search(tags, last)
    if len(closings) > most:
        return Whole(body[: closings[most - 1]], partial, len(closings) - most)
    openings = [found.start() for found in _OPENING.finditer(tags, last)] if partial else []
    if not openings:
        return Whole(body, partial)
    # Where no entry is ever closed, each ends where the next one begins.
    return Whole(body[: last or openings[-1]], partial)


class _Scan:
    """One pass of the XML parser over a document, for the places where its parts end."""

    def __init__(self, body: bytes, most: int) -> None:
        self._body = body
        self._most = most
        self._open: list[str] = []
        self._inside = 0
        self._just_opened = False
        self.holds_feed = False
        self.entries = 0
        self.after_last: tuple[int, tuple[str, ...]] = (0, ())
        self.after_most: tuple[int, tuple[str, ...]] = (0, ())
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        # With a default handler, entities the document defines are not expanded.
        self._parser.DefaultHandler = self._other

    def verdict(self) -> str:
        """Return "whole", "breaks off" or "malformed"."""
        try:
            self._parser.Parse(self._body, False)
        except expat.ExpatError:
            return "malformed"
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            return "breaks off"
        return "whole"

    def closed(self, at: tuple[int, tuple[str, ...]]) -> bytes:
        """Return the document up to a place, with what is open there closed."""
        end, names = at
        return self._body[:end] + b"".join(f"</{name}>".encode() for name in reversed(names))

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        holder = _local(name) in _HOLDERS
        self.holds_feed |= holder and not self._open
        self._open.append(name)
        self._inside += not holder
        self._just_opened = True

    def _other(self, _data: str) -> None:
        self._just_opened = False

    def _end(self, name: str) -> None:
        self._open.pop()
        empty, self._just_opened = self._just_opened, False
        holder = _local(name) in _HOLDERS
        self._inside -= not holder
        if self._inside:
            return
        # The parser stands before a closing tag, but behind the tag of an element without content.
        at = self._parser.CurrentByteIndex
        if not (empty and self._body[at - 2 : at] == b"/>"):
            at = self._body.find(b">", at) + 1
        self.after_last = (at, tuple(self._open))
        if _local(name) in _UNITS:
            self.entries += 1
            if self.entries == self._most:
                self.after_most = self.after_last


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
