"""Feeds that a web page names."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.model.entry import FeedLink
from monitor.parse.addresses import absolute_http
from monitor.parse.cleaning import plain, shortened
from monitor.parse.decoding import decoded
from monitor.parse.webpage import WebPage, read_page

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
_MOST = 50
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?|rdf|index\.xml|feed\.json)(?:$|[/._?&=-])|\.(?:rss|atom|rdf)$",
    re.IGNORECASE,
)
_OF_COMMENTS = re.compile(r"/comments/|[?&/=]comments|\bcomments? (?:feed|on)\b", re.IGNORECASE)


def feed_links(html: bytes, base: str) -> tuple[FeedLink, ...]:
    """Return the feeds a page names, the likeliest first. `base` is the page's own address."""
    return links_of(read_page(decoded(html).text), base)


def links_of(page: WebPage, base: str) -> tuple[FeedLink, ...]:
    """Return the feeds a page names, the likeliest first, each once.

    First those of `<link rel=alternate>` with a feed's type, in the page's order, then links in the
    text whose address looks like a feed's; feeds of comments stand behind all others.
    """
    where = absolute_http(page.base, base) or base
    declared = [
        (address, title)
        for address, kind, title in page.declared
        if kind.partition(";")[0].strip().lower() in FEED_TYPES and not _is_api(address)
    ]
    linked = [(address, title) for address, title in page.linked if _may_be_feed(address)]
    found: dict[str, str] = {}
    for address, title in [*declared, *linked]:
        url = absolute_http(address, where)
        if url and url != base:
            found.setdefault(url, shortened(plain(title), 200))
    # Sorting keeps the order of equals.
    links = sorted(found.items(), key=lambda link: bool(_OF_COMMENTS.search(" ".join(link))))
    return tuple(FeedLink(url, title) for url, title in links[:_MOST])


def _is_api(address: str) -> bool:
    """Tell the machine interfaces that pages of WordPress declare as `application/json`."""
    return "/wp-json/" in address or "oembed" in address


def _may_be_feed(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return bool(
        _LOOKS_LIKE_FEED.search(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    )
