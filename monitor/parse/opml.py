"""OPML in and out: lists of feeds as other readers export and import them.

Reading is forgiving (listparser: bare ampersands, missing types) and safe (no entities are
expanded); folders become tags. Feeds that run a command, as some terminal readers have them, are
never taken over. Writing gives OPML 2.0 with the tags as categories.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from listparser.common import SuperDict
from listparser.opml import OpmlMixin

from monitor.model.feed import Feed
from monitor.parse.addresses import absolute_http, canonical_url
from monitor.parse.cleaning import plain, shortened

SIZE_CAP = 100_000_000
_MOST_PROBLEMS = 200
_DECLARED = re.compile(rb"""^[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_OPML = re.compile(r"<(?:\w+:)?(opml|outline)[\s>]", re.IGNORECASE)
_COMMAND = re.compile(r"\s*(?:\||exec:|filter:|query:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OpmlResult:
    """The feeds of a list, each once, and in words what could not be taken over."""

    feeds: tuple[Feed, ...] = ()
    problems: tuple[str, ...] = ()


def read_opml(data: bytes) -> OpmlResult:
    """Read an OPML document (1.0, 1.1, 2.0). Never raises; what is wrong is in `problems`."""
    if len(data) > SIZE_CAP:
        megabytes = SIZE_CAP // 1_000_000
        return OpmlResult(problems=(f"The file is larger than {megabytes} MB; split it.",))
    text = _decoded(data)
    if not _OPML.search(text):
        what = "empty" if not text.strip() else "no OPML (it has no <opml> and no <outline>)"
        return OpmlResult(problems=(f"The file is {what}; export the list as OPML again.",))
    outlines = _Outlines()
    outlines.harvest.update(feeds=[], lists=[], opportunities=[], meta=SuperDict(), version="")
    try:
        outlines.feed(text)
    except Exception as error:  # noqa: BLE001 - a list too odd for the library is one problem
        return OpmlResult(problems=(f"The OPML cannot be read ({type(error).__name__}: {error}).",))
    harvest = outlines.harvest
    problems: list[str] = []
    feeds: dict[str, Feed] = {}
    for outline in harvest["feeds"]:
        _add(outline, feeds, problems)
    for inclusion in harvest["lists"]:
        address = shortened(plain(str(inclusion["url"])), 200)
        problems.append(f"{address}: another list, not a feed; import it by itself.")
    if not feeds and not problems:
        problems.append("The OPML lists no feeds (no outline has an xmlUrl).")
    left = len(problems) - _MOST_PROBLEMS
    if left > 0:
        problems[_MOST_PROBLEMS:] = [f"… and {left} more."]
    return OpmlResult(tuple(feeds.values()), tuple(problems))


def write_opml(feeds: Sequence[Feed], title: str, now: datetime) -> bytes:
    """Write OPML 2.0 in UTF-8; tags go into `category`, separated by commas."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{escape(plain(title))}</title>",
        f"    <dateCreated>{format_datetime(now.astimezone(UTC), usegmt=True)}</dateCreated>",
        "  </head>",
        "  <body>",
    ]
    for feed in feeds:
        name = plain(feed.title) or feed.url
        given = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
        # A tag with a slash or a comma would be read as a path or as two: it becomes a folder.
        folders = feed.tags if any(set("/,") & set(tag) for tag in feed.tags) else ()
        if feed.tags and not folders:
            given["category"] = ",".join(feed.tags)
        attributes = " ".join(f"{key}={quoteattr(value)}" for key, value in given.items())
        opened = "".join(f"<outline text={quoteattr(tag)}>" for tag in folders)
        lines.append(f"    {opened}<outline {attributes}/>{'</outline>' * len(folders)}")
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines).encode("utf-8", "replace")


class _Outlines(OpmlMixin):
    """listparser's reader, which breaks on one closing tag too many."""

    def end_opml_outline(self) -> None:
        """Leave a folder, where there is one to leave."""
        if self.hierarchy:
            super().end_opml_outline()


def _add(outline: dict[str, object], feeds: dict[str, Feed], problems: list[str]) -> None:
    given = str(outline.get("url", ""))
    shown = shortened(plain(given), 200)
    if _COMMAND.match(given):
        problems.append(f"{shown}: runs a command or a search, which is no feed; left out.")
        return
    address = re.sub(r"^feed:(?://)?(?=https?:)", "", given.strip(), flags=re.IGNORECASE)
    address = re.sub(r"^feed://", "http://", address, flags=re.IGNORECASE)
    url = absolute_http(address, "")
    if not url:
        problems.append(f"{shown}: no http or https address; left out.")
        return
    tags = _tags(outline.get("categories"))
    same = canonical_url(url)
    earlier = feeds.get(same)
    if earlier is not None:
        tags = tuple(dict.fromkeys([*earlier.tags, *tags]))
        feeds[same] = Feed(url=earlier.url, title=earlier.title, tags=tags)
        return
    title = shortened(plain(str(outline.get("title", ""))), 300)
    feeds[same] = Feed(url=url, title="" if title == given else title, tags=tags)


def _tags(categories: object) -> tuple[str, ...]:
    """Folder path and categories as tags: each folder's name is one."""
    paths = categories if isinstance(categories, list) else []
    names = (str(name) for path in paths for name in path)
    return tuple(dict.fromkeys(tag for name in names if (tag := shortened(plain(name), 100))))


def _decoded(data: bytes) -> str:
    """Decode by byte order mark, by declaration, as UTF-8, as Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    declared = _DECLARED.match(data)
    names = ["utf-8-sig", declared[1].decode("ascii") if declared else "cp1252"]
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")
