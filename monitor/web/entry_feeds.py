"""Entries for feed readers, as Atom (RFC 4287) and JSON Feed 1.1: those of a topic, a saved search, all topics."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.model.entry import Entry
from monitor.service import saved
from monitor.service.export_values import changed_at, link, published_at
from monitor.service.opened import OpenHome
from monitor.service.recent import recent_matches
from monitor.service.shapes import entry_id, instant
from monitor.service.wiring import Services
from monitor.web.outputs import IN_FEED, URN, Atom, base_of, hubs, legal, same_or
from monitor.web.topics import topic_called

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EntryFeed:
    """An output feed.

    `path` is its own address without ending, `page` that of what it is a feed of, both below `base`, the
    address of the monitor with its final slash. `id` names it for good.
    """

    title: str
    about: str
    id: str
    path: str
    page: str
    base: str
    hub: str = ""


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/topics/{name}.atom")
    @router.get("/topics/{name}.json")
    def topic_feed(request: Request, name: str) -> Response:
        services = home.services()
        topic = topic_called(services, name)
        about = _feed(request, services, topic.title, topic.guide, "topic", name, f"topics/{name}")
        return answer(request, about, recent_matches(services, [name], IN_FEED))

    @router.get("/searches/{name}.atom")
    @router.get("/searches/{name}.json")
    def search_feed(request: Request, name: str) -> Response:
        services = home.services()
        search = saved.search_named(services, name)
        about = _feed(
            request, services, search.title, search.query, "search", name, f"searches/{name}"
        )
        return answer(request, about, saved.recent(services, name, clock(), IN_FEED))

    @router.get("/all.atom")
    @router.get("/all.json")
    def all_feed(request: Request) -> Response:
        services = home.services()
        names = [topic.name for topic in services.settings.topics]
        about = _feed(request, services, "All topics", "What matches any topic.", "all", "", "all")
        return answer(request, about, recent_matches(services, names, IN_FEED))

    return router


def _feed(
    request: Request, services: Services, title: str, about: str, kind: str, name: str, path: str
) -> EntryFeed:
    return EntryFeed(
        title=title,
        about=about,
        id=f"{URN}:{kind}:{name}".removesuffix(":"),
        path=path,
        page="" if path == "all" else path,
        base=base_of(request, services),
        hub=services.settings.web.hub,
    )


def answer(request: Request, feed: EntryFeed, entries: Sequence[Entry]) -> Response:
    """Answer with the feed in the form its address ends in, or 304."""
    if request.url.path.endswith(".json"):
        return same_or(request, json_feed(feed, entries), "application/feed+json")
    return same_or(request, atom(feed, entries), "application/atom+xml")


def atom(feed: EntryFeed, entries: Sequence[Entry]) -> str:
    """Write entries as an Atom feed."""
    document = Atom(
        title=legal(feed.title),
        link=f"{feed.base}{feed.page}",
        description=legal(feed.about),
        feed_url=f"{feed.base}{feed.path}.atom",
        feed_guid=feed.id,
        author_name="AI policy monitor",
        hub=feed.hub,
    )
    newest = max((changed_at(entry) for entry in entries), default=_BEGINNING)
    document.latest_post_date = lambda: newest  # otherwise the clock is asked when it is empty
    for entry in entries:
        document.add_item(
            title=legal(entry.title) or "(no title)",
            link=link(entry) or f"{feed.base}entries/{entry_id(entry.id)}",
            # feedgenerator writes it as HTML, so plain text has to be escaped once more.
            description=escape(legal(entry.excerpt)),
            unique_id=f"{URN}:entry:{entry.id}",
            author_name=legal(entry.outlet),
            pubdate=published_at(entry),
            updateddate=changed_at(entry),
            categories=[match.topic for match in entry.matches],
        )
    text: str = document.writeString("utf-8")
    return text + "\n"


def json_feed(feed: EntryFeed, entries: Sequence[Entry]) -> str:
    """Write entries as a JSON Feed 1.1 document."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": legal(feed.title),
        "home_page_url": f"{feed.base}{feed.page}",
        "feed_url": f"{feed.base}{feed.path}.json",
        "description": legal(feed.about),
        **hubs(feed.hub),
        "items": [_json_entry(entry, feed.base) for entry in entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_entry(entry: Entry, base: str) -> dict[str, object]:
    shape = {
        "id": f"{URN}:entry:{entry.id}",
        "url": link(entry) or f"{base}entries/{entry_id(entry.id)}",
        "title": legal(entry.title),
        "content_text": legal(entry.excerpt or entry.title),
        "date_published": instant(published_at(entry)),
        "date_modified": instant(changed_at(entry)),
        "authors": [{"name": legal(entry.outlet)}],
        "tags": [match.topic for match in entry.matches],
        "language": entry.language,
    }
    return {key: value for key, value in shape.items() if value}
