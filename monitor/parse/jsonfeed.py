"""JSON Feed 1.0 and 1.1 (jsonfeed.org), mapped to raw entries by hand.

A value of the wrong type costs that value, never the entry or the document: it is left out and
noted. A document that breaks off gives the entries before the break.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.model.entry import ParsedFeed, ParseFailure, ParseOutcome
from monitor.model.feed import FeedLinks
from monitor.parse.addresses import absolute_http
from monitor.parse.cleaning import plain, shortened
from monitor.parse.entries import (
    MAX_ENTRIES,
    Piece,
    RawDate,
    RawEntry,
    Surroundings,
    make_entry,
)
from monitor.parse.language import declared_language

_MAX_NOTES = 20
_WEBSUB = frozenset({"websub", "pubsubhubbub"})


class _Problems:
    """Collects what was of the wrong type, with the place."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.place = "the feed"

    def text(self, where: dict[str, Any], key: str) -> str:
        """Return a text; a number (older feeds write ids so) is read as one."""
        value = where.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self.found.append(f"{self.place}: {key} is no text")
        return ""

    def dicts(self, where: dict[str, Any], key: str) -> list[dict[str, Any]]:
        """Return the objects of a list."""
        value = where.get(key)
        if value is None:
            return []
        listed = value if isinstance(value, list) else [value]
        objects = [each for each in listed if isinstance(each, dict)]
        if not isinstance(value, list) or len(objects) < len(listed):
            self.found.append(f"{self.place}: {key} is no list of objects")
        return objects

    def notes(self) -> list[str]:
        """Return the first problems, and how many more there are."""
        more = len(self.found) - _MAX_NOTES
        return self.found[:_MAX_NOTES] + ([f"and {more} more such problems"] if more > 0 else [])


def read_jsonfeed(
    text: str, *, url: str, now: datetime, notes: tuple[str, ...] = ()
) -> ParseOutcome:
    """Read a document that looks like JSON. `notes` are those on what was done to it before."""
    partial = False
    try:
        try:
            document, end = _DECODER.raw_decode(text)
            if text[end:].strip():
                notes = (*notes, "sloppy: something stands behind the end of the JSON")
        except json.JSONDecodeError as error:
            document = _up_to_the_break(text)
            partial = True
            if document is None:
                where = f"line {error.lineno}, column {error.colno}"
                return ParseFailure(
                    kind="broken", message=f"The JSON is broken: {error.msg} in {where}."
                )
    except RecursionError:
        return ParseFailure(kind="too-complex", message="The JSON is nested too deeply to be read.")
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return ParseFailure(
            kind="not-a-feed",
            message="This is JSON but no JSON Feed (it has no list of items). "
            "Look for the feed's own address.",
        )
    return _feed(document, partial, url, now, notes)


def _feed(
    document: dict[str, Any], partial: bool, url: str, now: datetime, before: tuple[str, ...]
) -> ParsedFeed:
    problems = _Problems()
    version = problems.text(document, "version")
    language = declared_language(problems.text(document, "language"))
    title = shortened(plain(problems.text(document, "title")), 300)
    site = absolute_http(problems.text(document, "home_page_url"), url)
    authors = _authors(document, problems)
    links = _links(document, url, problems)
    around = Surroundings(url=url, language=language, now=now)
    entries = []
    for number, unit in enumerate(document["items"][:MAX_ENTRIES], 1):
        problems.place = f"entry {number}"
        if isinstance(unit, dict):
            entries.append(make_entry(_raw(unit, authors, problems), around))
        else:
            problems.found.append(f"entry {number} is no object and is left out")
    notes = [*before, *problems.notes(), *around.notes()]
    if "jsonfeed.org/version/1" not in version:
        notes.append("sloppy: the JSON does not name a version of JSON Feed")
    if partial:
        notes.append("the document breaks off; the entries before the break are kept")
    if len(document["items"]) > MAX_ENTRIES:
        more = len(document["items"]) - MAX_ENTRIES
        notes.append(f"{more} entries beyond {MAX_ENTRIES} are left out")
    return ParsedFeed(
        format="json11" if version.rstrip("/").endswith("1.1") else "json10",
        title=title,
        site_url=site,
        language=language,
        entries=tuple(entries),
        links=links,
        partial=partial,
        notes=tuple(notes),
    )


def _links(document: dict[str, Any], url: str, problems: _Problems) -> FeedLinks:
    """Read the addresses the feed names of itself; of its hubs, the first that speaks WebSub."""
    hubs = (
        absolute_http(problems.text(hub, "url"), url)
        for hub in problems.dicts(document, "hubs")
        if problems.text(hub, "type").lower() in _WEBSUB
    )
    return FeedLinks(
        self_url=absolute_http(problems.text(document, "feed_url"), url),
        hub=next(filter(None, hubs), ""),
        next_page=absolute_http(problems.text(document, "next_url"), url),
    )


def _raw(unit: dict[str, Any], of_feed: str, problems: _Problems) -> RawEntry:
    given = {
        key: problems.text(unit, key)
        for key in (
            "id", "url", "external_url", "title", "summary", "content_html", "content_text",
            "date_published", "date_modified", "language",
        )
    }  # fmt: skip
    contents = (
        Piece(given["content_html"], markup=True),
        Piece(given["content_text"], markup=False),
    )
    tags = unit.get("tags")
    published = given["date_published"] or given["date_modified"]
    return RawEntry(
        guid=given["id"],
        link=given["url"] or given["external_url"] or _as_link(given["id"]),
        title=Piece(given["title"], markup=False) if given["title"] else None,
        summary=Piece(given["summary"], markup=False) if given["summary"] else None,
        contents=tuple(piece for piece in contents if piece.value),
        author=_authors(unit, problems) or of_feed,
        language=given["language"],
        published=RawDate(published),
        updated=RawDate(given["date_modified"]),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        enclosures=tuple(_enclosures(unit, problems)),
    )


def _as_link(guid: str) -> str:
    return guid if guid.startswith(("http://", "https://")) else ""


def _authors(where: dict[str, Any], problems: _Problems) -> str:
    """Join the names: `authors` since 1.1, `author` in 1.0."""
    key = "authors" if where.get("authors") else "author"
    if isinstance(where.get(key), str):
        return str(where[key])
    one = where.get(key)
    listed = [one] if isinstance(one, dict) else problems.dicts(where, key)
    names = [problems.text(author, "name") for author in listed]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _enclosures(unit: dict[str, Any], problems: _Problems) -> Iterator[tuple[str, str, str]]:
    for attachment in problems.dicts(unit, "attachments"):
        size = str(attachment.get("size_in_bytes") or "").partition(".")[0]
        yield problems.text(attachment, "url"), problems.text(attachment, "mime_type"), size


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) < 20 else digits


# Numbers stay text: nothing here counts, and a number may have a million digits. Line ends within
# texts are forgiven.
_DECODER = json.JSONDecoder(parse_int=_number, parse_float=str, strict=False)
_SEPARATORS = " \t\r\n"


def _up_to_the_break(text: str) -> dict[str, Any] | None:
    """Read the complete members and items of a document that breaks off.

    None when it holds no complete item. A fault in the middle ends the reading just as a break does.
    """
    head: dict[str, Any] = {}
    at = _skip(text, 1) if text.startswith("{") else len(text)
    try:
        while at < len(text):
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at)
            if text[at : at + 1] != ":":
                break
            at = _skip(text, at + 1)
            if key == "items" and text[at : at + 1] == "[":
                units, ended = _items(text, at + 1)
                head["items"] = units
                if not ended:
                    break
                at = ended
            else:
                value, at = _DECODER.raw_decode(text, at)
                # A number at the very end may go on behind the break.
                if isinstance(key, str) and text[at : at + 1]:
                    head[key] = value
            at = _skip(text, at)
            if text[at : at + 1] != ",":
                break
            at = _skip(text, at + 1)
    except json.JSONDecodeError:
        pass
    return head if head.get("items") else None


def _items(text: str, at: int) -> tuple[list[Any], int]:
    """Return the complete items of a list that begins at `at`, and where it ends, 0 if it does not."""
    units: list[Any] = []
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return units, at + 1
        try:
            unit, at = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError:
            return units, 0
        at = _skip(text, at)
        # Only what is followed by something is known to have ended.
        if text[at : at + 1] not in (",", "]") and not isinstance(unit, dict):
            return units, 0
        units.append(unit)
        if text[at : at + 1] == ",":
            at += 1


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _SEPARATORS:
        at += 1
    return at
