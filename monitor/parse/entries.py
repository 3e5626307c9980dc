"""One raw entry, of whatever format, becomes one `ParsedEntry`.

The readers of the formats (`syndication`, `jsonfeed`) only collect; what a title may hold, which of
several contents is shown, how summary and content become one text, is decided here, once.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from time import struct_time

from monitor.model.entry import Enclosure, ParsedEntry
from monitor.parse.addresses import absolute_http, canonical_url, registrable_domain
from monitor.parse.cleaning import (
    FIELD_CAP,
    Cleaned,
    clean_markup,
    clean_plain,
    markup_text,
    plain,
    shortened,
)
from monitor.parse.dates import read_date
from monitor.parse.language import declared_language, guessed_language

MAX_ENTRIES = 10_000
"""Entries of one document that are kept; the rest is counted in a note."""
EXCERPT = 600
"""Characters of an excerpt, at most."""
_TITLE, _TITLE_FROM_TEXT, _AUTHOR, _TAG, _TAGS, _GUID = 1_000, 80, 200, 100, 50, 2_000
_ENCLOSURES = 20
_MORE = re.compile(
    r"\s*(?:\[?(?:…|\.\.\.)\]?|read (?:more|the rest)|continue reading|weiterlesen|lire la suite)"
    r"[^.]{0,80}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of a feed as found. `markup` tells HTML from plain text.

    `base` is what relative addresses in it are relative to, where the document says so itself.
    """

    value: str
    markup: bool
    base: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class RawDate:
    """A date as written, with feedparser's reading of it where there is one."""

    raw: str = ""
    parsed: struct_time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """What a format's reader found of one entry, unchecked.

    `better_link` is the publisher's own address where `link` leads over a counting service.
    """

    guid: str = ""
    link: str = ""
    better_link: str = ""
    title: Piece | None = None
    summary: Piece | None = None
    contents: tuple[Piece, ...] = ()
    author: str = ""
    language: str = ""
    published: RawDate = RawDate()
    updated: RawDate = RawDate()
    tags: tuple[str, ...] = ()
    enclosures: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class Surroundings:
    """What an entry takes from its document; collects what is worth a note.

    `url` is the address of the document, `language` what it declares.
    """

    url: str
    language: str
    now: datetime
    cut: int = field(default=0)

    def notes(self) -> list[str]:
        """Say in words what happened to the entries."""
        if not self.cut:
            return []
        return [f"{self.cut} texts were longer than {FIELD_CAP // 1000} KB and are shown cut"]


def make_entry(raw: RawEntry, around: Surroundings) -> ParsedEntry:
    """Clean one entry. Never raises; what cannot be used becomes empty."""
    link = absolute_http(raw.link, around.url)
    url = canonical_url(absolute_http(raw.better_link, around.url) or link)
    base = link or around.url
    summary, body = _summary_and_body(raw)
    cleaned = _clean(body, base) if body else Cleaned("", "")
    around.cut += cleaned.cut
    short = _plain_text(summary) if summary else ""
    text = _joined(short, cleaned.text)
    title = shortened(_plain_text(raw.title), _TITLE) if raw.title else ""
    return ParsedEntry(
        guid=_bounded_guid(plain(raw.guid)),
        link=link,
        url=url,
        domain=registrable_domain(url) if url else "",
        title=title or shortened(text, _TITLE_FROM_TEXT),
        author=shortened(markup_text(raw.author), _AUTHOR),
        html=cleaned.html,
        text=text,
        excerpt=shortened(short or text, EXCERPT),
        language=_language(raw, body, around.language) or guessed_language(f"{title} {text}"),
        published_at=read_date(raw.published.raw, raw.published.parsed, around.now),
        published_raw=plain(raw.published.raw)[:100],
        updated_at=read_date(raw.updated.raw, raw.updated.parsed, around.now),
        tags=_tags(raw.tags),
        enclosures=_enclosures(raw.enclosures, around.url),
    )


def _summary_and_body(raw: RawEntry) -> tuple[Piece | None, Piece | None]:
    """Choose what is shown (the longest HTML content, else the longest, else the summary)."""
    contents = [piece for piece in raw.contents if piece.value.strip()]
    summary = raw.summary if raw.summary and raw.summary.value.strip() else None
    if not contents:
        return None, summary
    body = max(contents, key=lambda piece: (piece.markup, len(piece.value)))
    if summary is None or summary.value == body.value:
        return None, body
    return summary, body


def _clean(piece: Piece, base: str) -> Cleaned:
    base = absolute_http(piece.base, base) or base
    return clean_markup(piece.value, base) if piece.markup else clean_plain(piece.value)


def _plain_text(piece: Piece) -> str:
    return markup_text(piece.value) if piece.markup else plain(piece.value[:FIELD_CAP])


def _joined(summary: str, content: str) -> str:
    """Return summary and content as one text without repeating the one in the other."""
    if not summary or not content:
        return summary or content
    start = _MORE.sub("", summary[-200:])
    start = summary[:-200] + start
    if start in content or _squeezed(content).startswith(_squeezed(start[:300])):
        return content
    return summary if content in summary else f"{summary} {content}"


def _squeezed(text: str) -> str:
    return text[:600].replace(" ", "")


def _language(raw: RawEntry, body: Piece | None, of_feed: str) -> str:
    for tag in (raw.language, body.language if body else "", of_feed):
        if tag and (language := declared_language(tag)):
            return language
    return ""


def _bounded_guid(guid: str) -> str:
    if len(guid) <= _GUID:
        return guid
    return f"{guid[:200]}#sha256:{hashlib.sha256(guid.encode()).hexdigest()}"


def _tags(names: tuple[str, ...]) -> tuple[str, ...]:
    kept = dict.fromkeys(shortened(markup_text(name), _TAG) for name in names[: 4 * _TAGS])
    return tuple(name for name in kept if name)[:_TAGS]


def _enclosures(found: tuple[tuple[str, str, str], ...], base: str) -> tuple[Enclosure, ...]:
    kept: dict[str, Enclosure] = {}
    for address, kind, length in found[: 4 * _ENCLOSURES]:
        url = absolute_http(address, base)
        if url:
            size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
            kept.setdefault(url, Enclosure(url, plain(kind)[:100], size))
    return tuple(kept.values())[:_ENCLOSURES]
