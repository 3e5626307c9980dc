"""OPML in and out: lists of feeds as other readers export and import them.

Reading is forgiving and safe; folders and categories become tags. Feeds that run a command, as some
terminal readers have them, are never taken over. Writing gives OPML 2.0 in which the first tag
is a folder, as most readers know nothing of categories.

What only the monitor knows of a feed travels as text in attributes of a namespace of our own;
this room passes them on and does not judge them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from monitor.parse.addresses import absolute_http
from monitor.parse.cleaning import plain, shortened
from monitor.parse.feed_addresses import FeedKey, same_feed
from monitor.parse.outlines import (
    MOST_FEEDS,
    MOST_TAGS,
    NAMESPACE,
    Full,
    Outline,
    Outlines,
    Unreadable,
)

SIZE_CAP = 20_000_000
"""Bytes of a document at most; 50,000 feeds take about half of that."""

_DECLARED = re.compile(rb"""^[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_OPML = re.compile(r"<(?:\w{1,40}:)?(opml|outline)[\s>]", re.IGNORECASE)
_XML_URL = re.compile(r"\sxmlUrl\s*=", re.IGNORECASE)
_COMMAND = re.compile(r"\s*(?:\||exec:|filter:|query:)", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)", re.IGNORECASE)
_AS_GIVEN = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)
_NO_CHARSET = frozenset({"idna", "punycode"})  # of names, and slow on all that is longer
_IN_CATEGORY = re.compile(r"[^,/]+")


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of a list. `settings` are our own attributes as text, none of them checked."""

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OpmlResult:
    """The feeds of a list, each once, and in words what could not be taken over.

    `repeated` counts outlines of feeds that stand further up in the list already.
    """

    feeds: tuple[ListedFeed, ...] = ()
    problems: tuple[str, ...] = ()
    repeated: int = 0


def read_opml(data: bytes) -> OpmlResult:
    """Read an OPML document (1.0, 1.1, 2.0). Never raises; what is wrong is in `problems`.

    Each outline with a feed's address is in `feeds`, `repeated` or one of the problems.
    """
    if len(data) > SIZE_CAP:
        megabytes = SIZE_CAP // 1_000_000
        return OpmlResult(problems=(f"The file is larger than {megabytes} MB; split it.",))
    text = _decoded(data)
    if not _OPML.search(text):
        what = "empty" if not text.strip() else "no OPML (it has no <opml> and no <outline>)"
        return OpmlResult(problems=(f"The file is {what}; export the list as OPML again.",))
    outlines = Outlines()
    problems: list[str] = []
    full = False
    try:
        outlines.read(text)
    except Full:
        full = True
    except Unreadable as reason:
        problems.append(f"The OPML cannot be read to its end: {reason}.")
    except Exception as error:  # noqa: BLE001 - markup too odd for the library is one problem
        problems.append(f"The OPML cannot be read to its end ({type(error).__name__}: {error}).")
    feeds: dict[FeedKey, ListedFeed] = {}
    repeated = sum(_add(outline, feeds, problems) for outline in outlines.feeds)
    problems += [_other(outline) for outline in outlines.others]
    unread = sum(1 for _ in _XML_URL.finditer(text)) - outlines.named + full
    if full:
        problems.append(f"More than {MOST_FEEDS:,} feeds; {unread:,} are left out: split the list.")
    elif unread > 0:
        problems.append(f"Outlines that are commented out or cannot be read: {unread:,}.")
    if outlines.others_left:
        problems.append(f"… and {outlines.others_left:,} more that are no feeds.")
    if outlines.deepest > MOST_TAGS and feeds:
        problems.append(
            f"Folders lie {outlines.deepest:,} deep; the names of the first {MOST_TAGS} become tags."
        )
    if not feeds and not problems:
        problems.append("The OPML lists no feeds (no outline has an xmlUrl).")
    return OpmlResult(tuple(feeds.values()), tuple(problems), repeated)


def write_opml(feeds: Sequence[ListedFeed], title: str, now: datetime) -> bytes:
    """Write OPML 2.0 in UTF-8, in the order given; neighbours with the same first tag share a folder.

    Reading it gives the same feeds: where the usual attributes would not, the exact title and tags
    stand in our own.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:monitor="{NAMESPACE}">',
        "  <head>",
        f"    <title>{escape(plain(title))}</title>",
        f"    <dateCreated>{format_datetime(now.astimezone(UTC), usegmt=True)}</dateCreated>",
        "  </head>",
        "  <body>",
    ]
    for folder, members in groupby(
        feeds, key=lambda feed: plain(feed.tags[0]) if feed.tags else ""
    ):
        indent = "      " if folder else "    "
        written = [f"{indent}<outline {_attributes(feed, folder)}/>" for feed in members]
        if folder:
            written = [f"    <outline text={quoteattr(folder)}>", *written, "    </outline>"]
        lines += written
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines).encode("utf-8", "replace")


def _attributes(feed: ListedFeed, folder: str) -> str:
    name = plain(feed.title) or feed.url
    given = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
    category = tuple(tag for tag in feed.tags[1:] if _IN_CATEGORY.fullmatch(tag))
    if category:
        given["category"] = ",".join(category)
    ours = dict(feed.settings)
    read = _listed(Outline("feed", feed.url, name, (folder,) if folder else (), category))
    if read.title != feed.title:
        ours["title"] = feed.title
    if read.tags != feed.tags:
        ours["tags"] = json.dumps(feed.tags, ensure_ascii=False)
    given |= {f"monitor:{key}": value for key, value in ours.items()}
    return " ".join(f"{key}={quoteattr(value)}" for key, value in given.items())


def _add(outline: Outline, feeds: dict[FeedKey, ListedFeed], problems: list[str]) -> bool:
    """Take a feed over, or say why not; tell whether it was there already."""
    if _COMMAND.match(outline.address):
        shown = _shown(outline.address)
        problems.append(f"{shown}: runs a command or a search, which is no feed; left out.")
        return False
    address = _FEED_SCHEME.sub("", outline.address.strip())
    address = re.sub(r"^feed://", "http://", address, flags=re.IGNORECASE)
    url = absolute_http(address, "")
    if not url:
        problems.append(f"{_shown(outline.address)}: no http or https address; left out.")
        return False
    if _AS_GIVEN.fullmatch(address) and address.isprintable():
        url = address  # each reader escapes in its own way, and ours does when it asks
    feed = replace(_listed(outline), url=url)
    key = same_feed(url)
    earlier = feeds.setdefault(key, feed)
    if earlier is feed:
        return False
    if len(earlier.tags) < MOST_TAGS:
        tags = tuple(dict.fromkeys([*earlier.tags, *feed.tags]))[:MOST_TAGS]
        feeds[key] = replace(
            earlier, title=earlier.title or feed.title, tags=tags,
            settings=earlier.settings or feed.settings,
        )  # fmt: skip
    return True


def _listed(outline: Outline) -> ListedFeed:
    """Return the feed of an outline: its title on one line, the names around it as tags."""
    title = shortened(plain(outline.title), 300)
    names = (shortened(plain(name), 100) for name in (*outline.folders, *outline.categories))
    return ListedFeed(
        outline.address,
        "" if title == outline.address else title,
        tuple(dict.fromkeys(filter(None, names)))[:MOST_TAGS],
        outline.settings,
    )


def _other(outline: Outline) -> str:
    shown = _shown(outline.address)
    if outline.kind == "list":
        return f"{shown}: another list, not a feed; import it by itself."
    return (
        f"{shown}: a page without its feed's address; look for one with: monitor feeds discover URL"
    )


def _shown(address: str) -> str:
    """Return an address for a message, without user name and password, and not too much of it."""
    text = plain(address[:1000])
    return shortened(re.sub(r"^(\w{1,20}:/*)?[^/?#]*@", r"\1…@", text), 200)


def _decoded(data: bytes) -> str:
    """Decode by byte order mark, by declaration, as UTF-8, as Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    declared = _DECLARED.match(data)
    names = ["utf-8-sig", declared[1].decode("ascii") if declared else "cp1252"]
    for name in names:
        try:
            if codecs.lookup(name).name not in _NO_CHARSET:
                return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")
