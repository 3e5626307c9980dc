"""Writes documents: RSS 2.0, Atom 1.0, JSON Feed, with what they wish and where older pages are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from tests.reference.publisher import Item

Format = Literal["rss", "atom", "json"]

CONTENT_TYPES: dict[Format, str] = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a document says besides its entries.

    `ttl` is in minutes. `skip_hours` and `skip_days` (0 is Monday) go into RSS alone; `older` and
    `next_page` are the addresses of RFC 5005, "" for none.
    """

    title: str
    site: str
    ttl: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    older: str = ""
    next_page: str = ""


def write(format_: Format, head: Head, items: Sequence[Item]) -> bytes:
    """Write a document."""
    return {"rss": _rss, "atom": _atom, "json": _json}[format_](head, items).encode()


def _links(head: Head, prefix: str) -> str:
    return "".join(
        f"<{prefix}link rel={quoteattr(rel)} href={quoteattr(href)}/>"
        for rel, href in (("prev-archive", head.older), ("next", head.next_page))
        if href
    )


def _rss(head: Head, items: Sequence[Item]) -> str:
    wishes = f"<ttl>{head.ttl}</ttl>" if head.ttl else ""
    if head.skip_hours:
        hours = "".join(f"<hour>{hour}</hour>" for hour in head.skip_hours)
        wishes += f"<skipHours>{hours}</skipHours>"
    if head.skip_days:
        days = "".join(f"<day>{_DAYS[day]}</day>" for day in head.skip_days)
        wishes += f"<skipDays>{days}</skipDays>"
    entries = "".join(
        "<item>"
        + (f"<guid isPermaLink='false'>{escape(each.guid)}</guid>" if each.guid else "")
        + f"<title>{escape(each.title)}</title><link>{escape(each.link)}</link>"
        f"<description>{escape(each.text)}</description>"
        f"<pubDate>{format_datetime(each.published, usegmt=True)}</pubDate></item>"
        for each in items
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?>"
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>"
        f"<title>{escape(head.title)}</title><link>{escape(head.site)}</link>"
        f"<description>Invented.</description>{_links(head, 'atom:')}{wishes}{entries}"
        "</channel></rss>"
    )


def _atom(head: Head, items: Sequence[Item]) -> str:
    entries = "".join(
        f"<entry><id>{escape(each.guid or each.link)}</id><title>{escape(each.title)}</title>"
        f"<link href={quoteattr(each.link)}/><updated>{each.updated.isoformat()}</updated>"
        f"<published>{each.published.isoformat()}</published>"
        f"<content type='text'>{escape(each.text)}</content></entry>"
        for each in items
    )
    updated = max((each.updated.isoformat() for each in items), default="2026-01-01T00:00:00Z")
    return (
        "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
        f"<id>{escape(head.site)}</id><title>{escape(head.title)}</title>"
        f"<link rel='alternate' href={quoteattr(head.site)}/>{_links(head, '')}"
        f"<updated>{updated}</updated>{entries}</feed>"
    )


def _json(head: Head, items: Sequence[Item]) -> str:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "home_page_url": head.site,
        "items": [
            {
                "id": each.guid or each.link,
                "url": each.link,
                "title": each.title,
                "content_text": each.text,
                "date_published": each.published.isoformat(),
            }
            for each in items
        ],
    }
    if head.next_page:
        document["next_url"] = head.next_page
    return json.dumps(document)
