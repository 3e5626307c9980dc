"""The outlines of an OPML document, however it is written: what each names, and in which folders.

listparser's handler reads the markup: missing ends and odd prefixes do no harm, and no entity is
ever expanded. Whatever a document holds, time and memory are in proportion to its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from listparser.xml_handler import XMLHandler

from monitor.parse.outline_repairs import mended

NAMESPACE = "urn:uuid:365b0e26-17c3-4a72-bbcc-24283b2749e3"
"""Attributes in this namespace carry our own settings of a feed (RFC 9562 section 5.4)."""

MOST_FEEDS = 50_000
MOST_TAGS = 100
"""Names of folders and categories that are kept of one outline."""
_MOST_OTHERS = 10_000
_MOST_CATEGORY = 20_000  # characters
_MOST_PENDING = 2_000_000  # characters
_DEEPEST = 10_000
_FEED_TYPES = frozenset({"rss", "rss1", "rss2", "atom", "feed"})


class Full(Exception):  # noqa: N818 - no error: the rest is only counted
    """`MOST_FEEDS` have been read, and there is one more."""


class Unreadable(Exception):  # noqa: N818
    """The document cannot be read on; the message says why."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One outline that names an address, as it is written.

    `kind` is "feed", "list" for another list, "page" for a web page without a feed's address.
    `folders` are those it lies in, outermost first, `categories` those it names itself;
    `settings` our own attributes, name and text.
    """

    kind: Literal["feed", "list", "page"]
    address: str
    title: str
    folders: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


class Outlines(XMLHandler):
    """Reads a document. `feeds` and `others` are what was found, as far as there is room for it.

    `named` counts the outlines with an xmlUrl, `others_left` those of `others` there was no room for;
    `deepest` is how many folders lay inside of each other.
    """

    def __init__(self) -> None:
        super().__init__()
        self.feeds: list[Outline] = []
        self.others: list[Outline] = []
        self.others_left = 0
        self.deepest = 0
        self.named = 0
        self._folders: list[str] = []
        self._deeper = 0

    def read(self, text: str) -> None:
        """Read the document; raises `Unreadable`, or whatever the markup makes the library raise."""
        for chunk in mended(text):
            self.feed(chunk)
            if len(self.rawdata) > _MOST_PENDING:
                raise Unreadable("a tag or a comment does not end")

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Go into an element, as deep as any list has reason to."""
        if len(self.node_stack) == _DEEPEST:
            raise Unreadable(f"elements lie more than {_DEEPEST:,} deep inside of each other")
        super().start(tag, attrs)

    def start_opml_outline(self, attributes: dict[str, str]) -> None:
        """Take an outline: a folder, or something with an address."""
        title = attributes.get("text", "").strip() or attributes.get("title", "").strip()
        kind, address = _named(attributes)
        self.named += "xmlurl" in attributes
        if kind == "feed" and len(self.feeds) == MOST_FEEDS:
            raise Full
        if kind not in ("feed", "") and len(self.others) == _MOST_OTHERS:
            self.others_left += 1
        elif kind:
            (self.feeds if kind == "feed" else self.others).append(
                Outline(
                    kind,
                    address,
                    title,
                    tuple(filter(None, self._folders)),
                    _categories(attributes.get("category", "")),
                    self._settings(attributes),
                )
            )
        self._enter("" if kind == "feed" else title)

    def end_opml_outline(self) -> None:
        """Leave an outline, where there is one to leave: some documents close too many."""
        if self._deeper:
            self._deeper -= 1
        elif self._folders:
            self._folders.pop()

    def _enter(self, folder: str) -> None:
        if len(self._folders) < MOST_TAGS:
            self._folders.append(folder)
        else:
            self._deeper += 1
        if folder:
            self.deepest = max(self.deepest, len(self._folders) + self._deeper)

    def _settings(self, attributes: dict[str, str]) -> tuple[tuple[str, str], ...]:
        found = []
        for key, value in attributes.items():
            prefix, colon, name = key.partition(":")
            if colon and NAMESPACE in self.uris.get(prefix, ())[-1:]:
                found.append((name, value))
        return tuple(found)


def _named(attributes: dict[str, str]) -> tuple[Literal["feed", "list", "page", ""], str]:
    """Say what an outline names; "" for a folder or a note."""
    kind = attributes.get("type", "").strip().lower()
    address = attributes.get("xmlurl", "").strip()
    link = attributes.get("url", "").strip()
    if address:
        return ("list" if kind == "source" else "feed"), address
    if kind in _FEED_TYPES and link:
        return "feed", link
    if kind == "include" or (kind == "link" and link.lower().endswith(".opml")):
        return ("list", link) if link else ("", "")
    page = link or attributes.get("htmlurl", "").strip()
    return ("page", page) if page else ("", "")


def _categories(text: str) -> tuple[str, ...]:
    """Return the names in `category`: paths like /a/b, separated by commas (OPML 2.0)."""
    names = (name.strip() for name in re.split("[,/]", text[:_MOST_CATEGORY]))
    return tuple(name for name in names if name)[:MOST_TAGS]
