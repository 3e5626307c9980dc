"""For other programs: a topic as Atom (RFC 4287) and JSON Feed 1.1, a search as Atom and CSV.

The feeds are the same bytes until something new matches, and carry an ETag, so that a reader that
asks again is answered 304 (RFC 9110 section 13.1.2).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape

import feedgenerator
from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.digests.links import http_url
from monitor.model.entry import Entry
from monitor.model.topic import Topic
from monitor.service.exporting import EXPORTS
from monitor.service.opened import OpenHome
from monitor.service.searching import Sort, search
from monitor.service.shapes import entry_id, instant
from monitor.service.topic_standing import newest_matches
from monitor.web.topics import topic_called

IN_FEED = 50
IN_FILE = 1000
URN = "urn:ai-policy-monitor"
"""What the ids of feeds and their items begin with."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# What XML 1.0 can hold (section 2.2); the rest has no place in JSON either.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/topics/{name}.atom")
    def topic_atom(request: Request, name: str) -> Response:
        services = home.services()
        topic = topic_called(services, name)
        entries = newest_matches(services, name, IN_FEED)
        return same_or(request, atom(topic, entries, str(request.base_url)), "application/atom+xml")

    @router.get("/topics/{name}.json")
    def topic_json(request: Request, name: str) -> Response:
        services = home.services()
        topic = topic_called(services, name)
        entries = newest_matches(services, name, IN_FEED)
        return same_or(
            request, json_feed(topic, entries, str(request.base_url)), "application/feed+json"
        )

    @router.get("/search.atom")
    def search_atom(q: str = "") -> Response:
        services = home.services()
        now = clock()
        found = search(services, q, now=now, sort="newest", limit=IN_FEED, or_literally=True)
        return Response(
            EXPORTS["atom"](found, now).encode("utf-8"), media_type="application/atom+xml"
        )

    @router.get("/search.csv")
    def search_csv(q: str = "", sort: str = "relevance") -> Response:
        services = home.services()
        now = clock()
        order: Sort = "newest" if sort == "newest" else "relevance"
        found = search(services, q, now=now, sort=order, limit=IN_FILE, or_literally=True)
        return Response(
            EXPORTS["csv"](found, now).encode("utf-8"),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="search.csv"'},
        )

    return router


def atom(topic: Topic, entries: Sequence[Entry], base: str) -> str:
    """Write entries as an Atom feed. `base` is the address of the page, with its final slash."""
    feed = feedgenerator.Atom1Feed(
        title=legal(topic.title),
        link=f"{base}topics/{topic.name}",
        description=legal(topic.guide),
        feed_url=f"{base}topics/{topic.name}.atom",
        feed_guid=f"{URN}:topic:{topic.name}",
        author_name="AI policy monitor",
    )
    changed_at = max((_changed_at(entry) for entry in entries), default=_BEGINNING)
    feed.latest_post_date = lambda: changed_at  # otherwise the clock is asked when it is empty
    for entry in entries:
        feed.add_item(
            title=legal(entry.title) or "(no title)",
            link=_link(entry) or f"{base}entries/{entry_id(entry.id)}",
            # feedgenerator writes it as HTML, so plain text has to be escaped once more.
            description=escape(legal(entry.excerpt)),
            unique_id=f"{URN}:entry:{entry.id}",
            author_name=legal(entry.outlet),
            pubdate=entry.published_at or entry.first_seen_at,
            updateddate=_changed_at(entry),
            categories=[match.topic for match in entry.matches],
        )
    text: str = feed.writeString("utf-8")
    return text + "\n"


def json_feed(topic: Topic, entries: Sequence[Entry], base: str) -> str:
    """Write entries as a JSON Feed 1.1 document; `base` as for `atom`."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": legal(topic.title),
        "home_page_url": f"{base}topics/{topic.name}",
        "feed_url": f"{base}topics/{topic.name}.json",
        "description": legal(topic.guide),
        "items": [_json_entry(entry, base) for entry in entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_entry(entry: Entry, base: str) -> dict[str, object]:
    shape = {
        "id": f"{URN}:entry:{entry.id}",
        "url": _link(entry) or f"{base}entries/{entry_id(entry.id)}",
        "title": legal(entry.title),
        "content_text": legal(entry.excerpt or entry.title),
        "date_published": instant(entry.published_at or entry.first_seen_at),
        "date_modified": instant(_changed_at(entry)),
        "authors": [{"name": legal(entry.outlet)}],
        "tags": [match.topic for match in entry.matches],
        "language": entry.language,
    }
    return {key: value for key, value in shape.items() if value}


def _changed_at(entry: Entry) -> datetime:
    return entry.revised_at or entry.first_seen_at


def _link(entry: Entry) -> str:
    return http_url(entry.url or entry.link)


def legal(text: str) -> str:
    """Return the text without what no feed can hold."""
    return _NOT_XML.sub(" ", text)


def same_or(request: Request, text: str, media_type: str) -> Response:
    """Answer with the text, or 304 when the reader has it already."""
    body = text.encode("utf-8")
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = [
        each.strip().removeprefix("W/")
        for each in request.headers.get("if-none-match", "").split(",")
    ]
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers={"ETag": tag})
