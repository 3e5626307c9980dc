"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF: read by feedparser, mapped to raw entries.

feedparser gets bytes in memory only (a text that looks like an address or a file name would be
opened), its sanitiser and link resolver are off (nh3 does both, once, at the end), and whatever it
raises is caught: known faults get a second try with the offending part removed, the rest is
reported as a broken document.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import feedparser
import feedparser.api
import feedparser.mixin

from monitor.model.entry import ParsedFeed, ParseFailure, ParseOutcome
from monitor.parse.addresses import absolute_http
from monitor.parse.cleaning import markup_text, plain, shortened
from monitor.parse.entries import (
    MAX_ENTRIES,
    Piece,
    RawDate,
    RawEntry,
    Surroundings,
    make_entry,
)
from monitor.parse.language import declared_language
from monitor.parse.repairs import attempts, broke_off, is_utf8
from monitor.parse.wishes import read_wishes

# A guid is opaque (RSS 2.0; RFC 4287 4.2.6); feedparser would resolve it like a link, so that it
# would change whenever the feed's own address does.
for _parser in (feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser):
    _parser.can_be_relative_uri = _parser.can_be_relative_uri - {"id"}

# feedparser resolves the base address anew for each start tag: a fifth of its time.
feedparser.mixin.make_safe_absolute_uri = lru_cache(maxsize=1024)(
    feedparser.mixin.make_safe_absolute_uri
)

FEED_ROOTS = frozenset({"rss", "feed", "rdf:rdf", "rdf", "channel"})

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_TAGGED = re.compile(
    r"<(?:br|p|div|img|hr)(?:\s[^<>]*)?/?>|</(?:a|p|b|i|em|strong|div|li|span|h[1-6])>",
    re.IGNORECASE,
)
_TEXT_TYPES = frozenset({"text/plain", "text", ""})


@dataclass(frozen=True, slots=True)
class _Read:
    """feedparser's result, and what had to be done to get it."""

    result: Any
    notes: tuple[str, ...] = ()


def read_syndication(
    body: bytes, *, url: str, content_type: str, root: str, now: datetime
) -> ParseOutcome:
    """Read an XML feed. `root` is the lower-case name of the root element, "" without one."""
    read = _parse(body, url, content_type)
    if isinstance(read, ParseFailure):
        return read
    result = read.result
    version = str(result.get("version") or "")
    entries: list[Any] = list(result.entries)
    single = root.rpartition(":")[2] == "entry"
    if single or (not version and not entries and root not in FEED_ROOTS):
        return ParseFailure(kind="not-a-feed", message=_not_a_feed(root))
    if not version and not entries and result.get("bozo") and not result.feed:
        return ParseFailure(kind="broken", message=f"The XML is broken: {_reason(result)}.")
    notes = list(read.notes)
    if root and root not in FEED_ROOTS:
        notes.append(f"sloppy: a <{shortened(root, 30)}> stands where the feed should begin")
    partial, inside = _broken_off(body, result)
    if partial:
        notes.append("the document breaks off; the entries before the break are kept")
        entries = entries[:-1] if inside else entries
    if len(entries) > MAX_ENTRIES:
        notes.append(f"{len(entries) - MAX_ENTRIES} entries beyond {MAX_ENTRIES} are left out")
    feed = result.feed
    language = declared_language(_text(feed, "language"))
    around = Surroundings(url=url, language=language, now=now)
    made = tuple(make_entry(_raw(entry, url), around) for entry in entries[:MAX_ENTRIES])
    wishes = read_wishes(
        body,
        ttl=_text(feed, "ttl"),
        period=_text(feed, "sy_updateperiod"),
        frequency=_text(feed, "sy_updatefrequency"),
    )
    title = _piece(feed, "title")
    return ParsedFeed(
        format=version or ("cdf" if root == "channel" and b"<item " in body.lower() else "rss"),
        title=shortened(_shown(title), 300) if title else "",
        site_url=_site(feed, url),
        language=language,
        entries=made,
        ttl=wishes.ttl,
        skip_hours=wishes.skip_hours,
        skip_days=wishes.skip_days,
        partial=partial,
        notes=(*notes, *wishes.notes, *around.notes()),
    )


def _parse(body: bytes, url: str, content_type: str) -> _Read | ParseFailure:
    """Let feedparser read; where it raises, try again without what is known to make it raise."""
    problem = ""
    for document, note in attempts(body):
        try:
            result = feedparser.parse(
                io.BytesIO(document),
                sanitize_html=False,
                resolve_relative_uris=False,
                response_headers=_headers(document, url, content_type),
            )
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - feedparser raises whatever its handlers do
            problem = problem or f"{type(error).__name__}: {error}"
        else:
            return _Read(result, (f"sloppy: {note}",) if note else ())
    return ParseFailure(
        kind="broken", message=f"The feed cannot be read ({shortened(plain(problem), 200)})."
    )


def _headers(body: bytes, url: str, content_type: str) -> dict[str, str]:
    """Tell feedparser where the document is from, and its encoding where the bytes say so.

    Bytes that are UTF-8 are UTF-8, whatever the header or the declaration claim.
    """
    if is_utf8(body):
        content_type = "application/xml; charset=utf-8"
    address = absolute_http(url, "")
    headers = {"content-type": content_type.encode("ascii", "ignore").decode("ascii")}
    return headers | ({"content-location": address} if address else {})


def _broken_off(body: bytes, result: Any) -> tuple[bool, bool]:
    """Tell whether the document ends before its root does, and whether within an entry.

    Only a document that the strict XML parser refused can have broken off.
    """
    if not result.get("bozo") or not hasattr(result.get("bozo_exception"), "getLineNumber"):
        return False, False
    return broke_off(body)


def _reason(result: Any) -> str:
    exception = result.get("bozo_exception")
    reason = getattr(exception, "getMessage", lambda: str(exception))()
    line = getattr(exception, "getLineNumber", lambda: 0)()
    return f"{reason} in line {line}" if line else plain(str(reason))


def _not_a_feed(root: str) -> str:
    what = f"its root is <{shortened(root, 40)}>" if root else "it is no XML and no JSON"
    return f"This is no feed: {what}. Look for the feed's own address."


def _raw(entry: Any, url: str) -> RawEntry:
    guid = _text(entry, "id")
    updated = _date(entry, "updated")
    published = _date(entry, "published")
    created = _date(entry, "created")
    summary = _piece(entry, "summary", url)
    return RawEntry(
        guid=guid,
        link=_link(entry, guid),
        better_link=_text(entry, "feedburner_origlink"),
        title=_piece(entry, "title", url),
        summary=summary,
        contents=tuple(_contents(entry, url)),
        author=_author(entry),
        published=next((date for date in (published, created, updated) if date.raw), published),
        updated=updated,
        tags=tuple(_tag(tag) for tag in _dicts(entry, "tags")),
        enclosures=tuple(
            (_text(link, "href"), _text(link, "type"), _text(link, "length"))
            for link in _dicts(entry, "links")
            if link.get("rel") == "enclosure"
        ),
    )


def _text(where: Any, key: str) -> str:
    # dict.get: FeedParserDict answers "updated" with "published" and warns about it.
    value = dict.get(where, key)
    return value if isinstance(value, str) else ""


def _dicts(where: Any, key: str) -> list[Any]:
    value = dict.get(where, key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _date(entry: Any, name: str) -> RawDate:
    return RawDate(_text(entry, name), dict.get(entry, f"{name}_parsed"))


def _tag(tag: Any) -> str:
    return _text(tag, "label") or _text(tag, "term")


def _piece(where: Any, key: str, url: str = "") -> Piece | None:
    value = _text(where, key)
    if not value:
        return None
    detail = dict.get(where, f"{key}_detail")
    if not isinstance(detail, dict):
        # Without a detail nobody said what it is; only a body is then taken for HTML.
        return Piece(value, markup=key == "summary")
    return _typed(value, detail, url, sniff=key != "title")


def _typed(value: str, detail: Any, url: str, *, sniff: bool = True) -> Piece:
    """Take a text with its declared type; a body of plain text that has tags is HTML all the same."""
    base = _text(detail, "base")
    return Piece(
        value,
        markup=_text(detail, "type").lower() in _HTML_TYPES
        or (sniff and bool(_TAGGED.search(value))),
        base="" if base == url else base,
        language=_text(detail, "language"),
    )


def _contents(entry: Any, url: str) -> Iterator[Piece]:
    for content in _dicts(entry, "content"):
        kind = _text(content, "type").lower()
        value = _text(content, "value")
        if kind in _HTML_TYPES or kind in _TEXT_TYPES:
            yield _typed(value, content, url)
        elif kind.endswith(("/xml", "+xml")) or kind.startswith("text/"):
            yield replace(_typed(value, content, url), markup=kind.endswith("xml"))


def _link(entry: Any, guid: str) -> str:
    link = _text(entry, "link")
    if link and link == guid and not link.startswith(("http://", "https://", "/")):
        # RSS lets a guid stand for the link, and many guids that are none are not marked so.
        link = ""
    if link:
        return link
    by_rel: dict[str, str] = {}
    for each in _dicts(entry, "links"):
        if _text(each, "href"):
            by_rel.setdefault(_text(each, "rel") or "alternate", _text(each, "href"))
    return next((by_rel[rel] for rel in ("alternate", "related", "via") if rel in by_rel), "")


def _author(entry: Any) -> str:
    names = [_text(author, "name") for author in _dicts(entry, "authors")]
    known = dict.fromkeys(name for name in names if name)
    return ", ".join(known) or _text(entry, "author")


def _site(feed: Any, url: str) -> str:
    return absolute_http(_link(feed, ""), url)


def _shown(piece: Piece) -> str:
    return markup_text(piece.value) if piece.markup else plain(piece.value)
