"""A digest for feed readers: its newest editions as Atom (RFC 4287) and as JSON Feed 1.1.

An item is an edition, whole: its HTML as it was sent, without its look. As editions are frozen, so
are the items; a feed changes when there is a new one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from monitor.model.delivery import StoredEdition
from monitor.model.digest import Digest
from monitor.parse.cleaning import clean_markup
from monitor.service.shapes import instant
from monitor.web.outputs import URN, Atom, hubs, legal

IN_FEED = 30
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)


def atom(digest: Digest, editions: Sequence[StoredEdition], base: str, hub: str = "") -> str:
    """Write editions as an Atom feed. `base` is the address of the page, with its final slash."""
    feed = Atom(
        title=legal(digest.title),
        link=f"{base}digests",
        description=None,
        feed_url=f"{base}digests/{digest.name}.atom",
        feed_guid=f"{URN}:digest:{digest.name}",
        author_name="AI policy monitor",
        hub=hub,
    )
    changed_at = max((each.created_at for each in editions), default=_BEGINNING)
    feed.latest_post_date = lambda: changed_at  # otherwise the clock is asked when it is empty
    for each in editions:
        feed.add_item(
            title=legal(each.rendered.subject),
            link=f"{base}digests/{each.id}",
            description=None,
            content=content(each.rendered.html),
            unique_id=_id(each),
            pubdate=each.created_at,
            updateddate=each.created_at,
        )
    text: str = feed.writeString("utf-8")
    return text + "\n"


def json_feed(digest: Digest, editions: Sequence[StoredEdition], base: str, hub: str = "") -> str:
    """Write editions as a JSON Feed 1.1 document; `base` as for `atom`."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": legal(digest.title),
        "home_page_url": f"{base}digests",
        "feed_url": f"{base}digests/{digest.name}.json",
        **hubs(hub),
        "items": [
            {
                "id": _id(each),
                "url": f"{base}digests/{each.id}",
                "title": legal(each.rendered.subject),
                "content_html": content(each.rendered.html),
                "date_published": instant(each.created_at),
                "date_modified": instant(each.created_at),
            }
            for each in editions
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


@lru_cache(maxsize=2 * IN_FEED)
def content(html: str) -> str:
    """Return the body of an edition's HTML without styles, as a feed reader shows it in its own."""
    found = _MAIN.search(html)
    return legal(clean_markup(found[1] if found else html, "").html)


def _id(edition: StoredEdition) -> str:
    return f"{URN}:edition:{edition.id}"
