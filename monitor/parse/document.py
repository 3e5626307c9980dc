"""The door of this room: the bytes of a document, whatever they are, become a `ParseOutcome`."""

from __future__ import annotations

import re
import zlib
from datetime import datetime

from monitor.model.entry import ParseFailure, ParseOutcome
from monitor.parse.decoding import decoded
from monitor.parse.jsonfeed import read_jsonfeed
from monitor.parse.pages import page_instead
from monitor.parse.syndication import FEED_ROOTS, read_syndication
from monitor.parse.webpage import without_elements

UNPACKED_CAP = 20_000_000
"""Bytes of a gzip document that are unpacked at most."""

_GZIP = b"\x1f\x8b\x08"
_BLANK = " \t\r\n\x85\xa0\u2028"
_ROOT = re.compile(
    r"(?:[^<]*+<(?:\?[^>]*+>|!--.*?-->|!(?!--)[^\[>]*+(?:\[[^\]]*+\]\s*)?+>))*+[^<]*+<([\w:.-]+)",
    re.DOTALL,
)
_HTML = re.compile(
    r"\s*(?:<\?[^>]*>\s*|<!--.{0,2000}?-->\s*)*<!doctype\s+html", re.IGNORECASE | re.DOTALL
)
_HTML_ROOTS = frozenset(
    {
        "html", "head", "body", "title", "meta", "script", "style", "noscript", "div", "p", "h1",
        "h2", "h3", "center", "br", "hr", "b", "font", "table", "form", "iframe", "frameset", "main",
        "section", "span", "a", "img", "ul", "pre",
    }
)  # fmt: skip
_FEED_WITHIN = re.compile(
    r"<rss\b[^<>]*>\s*<channel\b"
    r"|<feed\b[^<>]*http://(?:www\.w3\.org/2005/Atom|purl\.org/atom/ns#)"
    r"|<rdf:RDF\b[^<>]*http://(?:purl\.org/rss/1\.0/|my\.netscape\.com/rdf/simple/0\.9/)",
    re.IGNORECASE,
)


def parse_document(body: bytes, *, url: str, content_type: str = "", now: datetime) -> ParseOutcome:
    """Read a fetched document: RSS, Atom, RDF, CDF or JSON Feed.

    `url` is the address that answered, `content_type` the header as received, `now` bounds what
    is a plausible date. Any bytes give an outcome; only `MemoryError` is let through, for the
    worker's limit to be named.
    """
    if body.startswith(_GZIP):
        unpacked = _unpacked(body)
        if isinstance(unpacked, ParseFailure):
            return unpacked
        body = unpacked
    read = decoded(body, content_type)
    text = read.text.lstrip(_BLANK)
    if not text:
        return ParseFailure(kind="empty", message="The document is empty.")
    if text[0] in "{[":
        return read_jsonfeed(text, url=url, now=now, notes=read.notes)
    notes = read.notes
    if text.startswith("<?xml") and len(text) < len(read.text):
        notes = (*notes, "sloppy: blanks stand before the XML declaration")
    found = _ROOT.match(text[:65_536])
    root = found[1].lower() if found else ""
    if root not in FEED_ROOTS:
        within = _feed_within(text)
        if within:
            what = f"a <{root[:30]}>" if root else "something else"
            notes = (*notes, f"sloppy: {what} stands where the feed should begin")
            text, root = within, "rss"
        elif root in _HTML_ROOTS or _HTML.match(text[:20_000]):
            return page_instead(text, url)
    return read_syndication(text, url=url, root=root, now=now, notes=notes)


def _feed_within(text: str) -> str:
    """Return the feed that stands behind something else, as the warnings of a program, or "".

    What scripts and comments of a page hold is no feed.
    """
    if not _FEED_WITHIN.search(text):
        return ""
    text = without_elements(text, "script", "style", "textarea", "template", "pre", "xmp")
    found = _FEED_WITHIN.search(text)
    return text[found.start() :] if found else ""


def _unpacked(body: bytes) -> bytes | ParseFailure:
    """Unpack a document that is itself a gzip file (RFC 1952), up to the cap."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, UNPACKED_CAP)
    except zlib.error as error:
        return ParseFailure(kind="broken", message=f"The gzip document is broken ({error}).")
    if not unpacked and not unpacker.eof:
        return ParseFailure(kind="broken", message="The gzip document breaks off at its start.")
    if unpacker.unconsumed_tail:
        megabytes = UNPACKED_CAP // 1_000_000
        return ParseFailure(
            kind="too-complex", message=f"The gzip document unpacks to more than {megabytes} MB."
        )
    return unpacked
