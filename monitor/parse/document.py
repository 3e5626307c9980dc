"""The door of this room: the bytes of a document, whatever they are, become a `ParseOutcome`."""

from __future__ import annotations

import codecs
import re
import zlib
from datetime import datetime

from monitor.model.entry import ParseFailure, ParseOutcome
from monitor.parse.discovery import page_title
from monitor.parse.jsonfeed import read_jsonfeed
from monitor.parse.syndication import read_syndication

UNPACKED_CAP = 20_000_000
"""Bytes of a gzip document that are unpacked at most."""

_GZIP = b"\x1f\x8b\x08"
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"{\x00", "utf-16-le"),
    (b"\x00{", "utf-16-be"),
)
_BLANK = " \t\r\n\x0b\x0c\x00\ufeff"
_ROOT = re.compile(
    r"(?:[^<]*+<(?:\?[^>]*+>|!--.*?-->|!(?!--)[^\[>]*+(?:\[[^\]]*+\]\s*)?+>))*+[^<]*+<([\w:.-]+)",
    re.DOTALL,
)
_FEED_WITHIN = re.compile(rb"<(?:rss|feed|rdf:RDF|channel|item|entry)[\s>]", re.IGNORECASE)


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
    body = _narrow(body)
    start = body[:65_536].decode("utf-8", "replace")
    if not start.strip(_BLANK) and not body.strip(b" \t\r\n\x0b\x0c\x00"):
        return ParseFailure(kind="empty", message="The document is empty.")
    if start.lstrip(_BLANK)[:1] in ("{", "["):
        return read_jsonfeed(body, url=url, now=now)
    found = _ROOT.match(start)
    root = found[1].lower() if found else ""
    if _is_page(root, start) and not _FEED_WITHIN.search(body):
        return _page_instead(body)
    outcome = read_syndication(body, url=url, content_type=content_type, root=root, now=now)
    if isinstance(outcome, ParseFailure) and outcome.kind == "not-a-feed":
        return _page_instead(body) if _is_page(root, start) else outcome
    return outcome


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


def _narrow(body: bytes) -> bytes:
    """Turn UTF-16 and UTF-32 into UTF-8, and drop the byte order mark (XML 1.0, appendix F)."""
    for mark, encoding in _WIDE:
        if body.startswith(mark):
            return body.decode(encoding, "replace").removeprefix("\ufeff").encode()
    return body.removeprefix(codecs.BOM_UTF8)


def _is_page(root: str, start: str) -> bool:
    return root in ("html", "head", "body") or "<!doctype html" in start[:2000].lower()


def _page_instead(body: bytes) -> ParseFailure:
    title = page_title(body)
    named = f" titled “{title}”" if title else ""
    return ParseFailure(
        kind="not-a-feed",
        message=f"A web page{named} came instead of a feed. "
        "Look for the feed's own address with `monitor feeds discover`.",
        page_title=title,
    )
