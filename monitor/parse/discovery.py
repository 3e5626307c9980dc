"""Feeds that a web page names, and the page's title."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urlsplit

from monitor.parse.addresses import absolute_http
from monitor.parse.cleaning import plain, shortened

FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
_READ = 300_000
_MOST = 50
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?|rdf|index\.xml|feed\.json)(?:$|[/._?&=-])|\.(?:rss|atom|rdf)$",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)


def feed_links(html: bytes, base: str) -> tuple[tuple[str, str], ...]:
    """Return (address, title) of the feeds a page names, the most likely first.

    First those of `<link rel=alternate>` with a feed's type, in the page's order, then links in the
    text whose address looks like a feed's. `base` is the page's own address.
    """
    page = _read_page(html)
    where = absolute_http(page.base, base) or base
    found: dict[str, str] = {}
    for address, title in [*page.declared, *page.linked]:
        url = absolute_http(address, where)
        if url and url != base:
            found.setdefault(url, shortened(plain(title), 200))
    return tuple(found.items())[:_MOST]


def page_title(html: bytes) -> str:
    """Return the title of a web page on one line, "" without one."""
    return shortened(plain(_read_page(html).title), 200)


def _read_page(html: bytes) -> _Page:
    page = _Page()
    # The parser of the standard library raises on marked sections it does not know and on
    # references to absurd numbers. What was read until then is enough for a title and links.
    with suppress(AssertionError, ValueError):
        page.feed(_decoded(html[:_READ]))
        page.close()
    return page


def _decoded(html: bytes) -> str:
    named = _CHARSET.search(html[:2048])
    for encoding in ("utf-8", named[1].decode("ascii") if named else "cp1252"):
        try:
            # Not final: the end may have been cut within a character.
            return codecs.getincrementaldecoder(encoding)().decode(html)
        except (UnicodeError, LookupError):
            continue
    return html.decode("utf-8", "replace")


class _Page(HTMLParser):
    """Collects base, title, declared feeds and links that look like feeds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base = ""
        self.title = ""
        self.declared: list[tuple[str, str]] = []
        self.linked: list[tuple[str, str]] = []
        self._in_title = False
        self._link = ""
        self._link_text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "title":
            self._in_title = not self.title
        elif tag == "base":
            self.base = self.base or given.get("href", "")
        elif tag == "link":
            kind = given.get("type", "").split(";")[0].strip().lower()
            if "alternate" in given.get("rel", "").lower().split() and kind in FEED_TYPES:
                self.declared.append((given.get("href", ""), given.get("title", "")))
        elif tag == "a" and _may_be_feed(given.get("href", "")):
            self._link, self._link_text = given["href"], given.get("title", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "a" and self._link:
            self.linked.append((self._link, self._link_text))
            self._link = ""

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif self._link and len(self._link_text) < 200:
            self._link_text += data


def _may_be_feed(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return bool(
        _LOOKS_LIKE_FEED.search(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    )
