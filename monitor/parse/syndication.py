"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF: read by feedparser, mapped to raw entries.

Whatever feedparser raises is caught: known faults get a second try with the offending part removed,
the rest is reported as a broken document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.model.entry import ParsedFeed, ParseFailure, ParseOutcome
from monitor.model.feed import FeedLinks
from monitor.parse.addresses import absolute_http
from monitor.parse.breaks import Whole, whole_part, without_markup_inside
from monitor.parse.cleaning import markup_text, plain, shortened
from monitor.parse.entities import GROWTH_CAP, growth
from monitor.parse.entries import (
    MAX_ENTRIES,
    Piece,
    RawDate,
    RawEntry,
    Surroundings,
    make_entry,
)
from monitor.parse.language import declared_language
from monitor.parse.repairs import attempts
from monitor.parse.tamed import read_feed
from monitor.parse.wishes import read_wishes

FEED_ROOTS = frozenset({"rss", "feed", "rdf:rdf", "rdf", "channel"})

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_TAGGED = re.compile(
    r"<(?:br|p|div|img|hr)(?:\s[^<>]*)?/?>|</(?:a|p|b|i|em|strong|div|li|span|h[1-6])>",
    re.IGNORECASE,
)
_ENDED = re.compile(
    rb"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--[^>]*-->\s*)*$", re.IGNORECASE
)
_ENTRY = re.compile(rb"<(?:atom:)?entry[\s>]")
_ITEM = re.compile(rb"<item[\s>]")
_RELATION = "http://www.iana.org/assignments/relation/"
_TEXT_TYPES = frozenset({"text/plain", "text", ""})


@dataclass(frozen=True, slots=True)
class _Read:
    """feedparser's result, and what had to be done to get it."""

    result: Any
    notes: tuple[str, ...] = ()

    @property
    def malformed(self) -> bool:
        """Whether the strict XML parser refused the document, so that it was read loosely."""
        exception = self.result.get("bozo_exception")
        return bool(self.result.get("bozo")) and hasattr(exception, "getLineNumber")


def read_syndication(
    text: str, *, url: str, root: str, now: datetime, notes: tuple[str, ...] = ()
) -> ParseOutcome:
    """Read an XML feed. `root` is the lower-case name of the root element, "" without one.

    `notes` are those on what was done to the text before.
    """
    body = text.encode("utf-8")
    if growth(body) > GROWTH_CAP:
        return ParseFailure(
            kind="too-complex",
            message="The document defines entities that would make it grow by more than "
            f"{GROWTH_CAP // 1_000_000} MB. That is a fault or an attack, and it is not read.",
        )
    found = _parse_whole(body, url)
    if isinstance(found, ParseFailure):
        return found
    whole, read = found
    result = read.result
    version = str(result.get("version") or "")
    entries: list[Any] = list(result.entries)
    single = root.rpartition(":")[2] == "entry"
    if single or (not version and not entries and root not in FEED_ROOTS):
        return ParseFailure(kind="not-a-feed", message=_not_a_feed(root, text))
    if not version and not entries and result.get("bozo") and not result.feed:
        return ParseFailure(kind="broken", message=f"The XML is broken: {_reason(result)}.")
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
    over = whole.over + max(len(entries) - MAX_ENTRIES, 0)
    return ParsedFeed(
        format=version or ("cdf" if root == "channel" and b"<item " in body.lower() else "rss"),
        title=shortened(_shown(title), 300) if title else "",
        site_url=_site(feed, url),
        language=language,
        entries=made,
        ttl=wishes.ttl,
        skip_hours=wishes.skip_hours,
        skip_days=wishes.skip_days,
        links=_links_of_feed(feed, url),
        partial=whole.partial,
        notes=(
            *notes,
            *_notes(read, whole, root, over),
            *_mixed(body, root),
            *wishes.notes,
            *around.notes(),
        ),
    )


def _parse_whole(body: bytes, url: str) -> tuple[Whole, _Read] | ParseFailure:
    """Parse what is whole of a document, and no more entries than are kept.

    A document that ends as it should and is well-formed needs no second look.
    """
    ended = _ENDED.search(body[-1000:])
    many = body.count(b"</item") + body.count(b"</entry") > MAX_ENTRIES
    whole = Whole(body) if ended and not many else whole_part(body, MAX_ENTRIES)
    read = _parse(whole.body, url) if whole.body else None
    if whole.body is body and isinstance(read, _Read) and read.malformed:
        whole = whole_part(body, MAX_ENTRIES)
        if whole.body and whole.body is not body:
            read = _parse(whole.body, url)
    if isinstance(read, ParseFailure):
        return read
    if read is None or not whole.body:
        return ParseFailure(
            kind="broken", message="The document breaks off before the first part of it is whole."
        )
    return whole, read


def _notes(read: _Read, whole: Whole, root: str, over: int) -> list[str]:
    notes = list(read.notes)
    if root and root not in FEED_ROOTS:
        notes.append(f"sloppy: a <{shortened(root, 30)}> stands where the feed should begin")
    if read.malformed:
        notes.append(f"sloppy: the XML is not well-formed ({_reason(read.result)})")
    if whole.partial:
        notes.append("the document breaks off; the entries before the break are kept")
    if over:
        notes.append(f"{over} entries beyond {MAX_ENTRIES} are left out")
    return notes


def _mixed(body: bytes, root: str) -> list[str]:
    """Note entries of Atom in RSS, and the other way round."""
    foreign = _ENTRY if root in ("rss", "channel", "rdf:rdf") else _ITEM if root == "feed" else None
    if foreign is None or not foreign.search(body):
        return []
    if not foreign.search(without_markup_inside(body)):
        return []
    return ["sloppy: RSS and Atom are mixed"]


def _parse(body: bytes, url: str) -> _Read | ParseFailure:
    """Let feedparser read; where it raises, try again without what is known to make it raise."""
    problem = ""
    base = absolute_http(url, "")
    for document, note, forgiving in attempts(body):
        try:
            result = read_feed(document, base, forgiving=forgiving)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - feedparser raises whatever its handlers do
            problem = problem or f"{type(error).__name__}: {error}"
        else:
            return _Read(result, (f"sloppy: {note}",) if note else ())
    return ParseFailure(
        kind="broken", message=f"The feed cannot be read ({shortened(plain(problem), 200)})."
    )


def _reason(result: Any) -> str:
    exception = result.get("bozo_exception")
    reason = getattr(exception, "getMessage", lambda: str(exception))()
    line = getattr(exception, "getLineNumber", lambda: 0)()
    return f"{reason} in line {line}" if line else plain(str(reason))


def _not_a_feed(root: str, text: str) -> str:
    what = f"its root is <{shortened(root, 40)}>" if root else "it is no XML and no JSON"
    begins = plain(text[:200])
    if not root and begins.isprintable() and "\ufffd" not in begins:
        what += f", and begins “{shortened(begins, 60)}”"
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


def _links_of_feed(feed: Any, url: str) -> FeedLinks:
    """Read the addresses a feed names by relation, the first usable one of each.

    `self` and `hub` (WebSub section 4), `prev-archive` and `next` (RFC 5005 sections 3 and 4).
    """
    by_rel: dict[str, str] = {}
    for link in _dicts(feed, "links"):
        address = absolute_http(_text(link, "href"), url)
        for rel in _text(link, "rel").lower().removeprefix(_RELATION).split():
            if address:
                by_rel.setdefault(rel, address)
    return FeedLinks(
        self_url=by_rel.get("self", ""),
        hub=by_rel.get("hub", ""),
        prev_archive=by_rel.get("prev-archive", ""),
        next_page=by_rel.get("next", ""),
    )


def _site(feed: Any, url: str) -> str:
    return absolute_http(_link(feed, ""), url)


def _shown(piece: Piece) -> str:
    return markup_text(piece.value) if piece.markup else plain(piece.value)
