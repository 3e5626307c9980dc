"""Hits as a feed, written piece by piece: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

from monitor import __version__
from monitor.service.export_values import URN, About, changed_at, line, link, published_at
from monitor.service.searching import Hit
from monitor.service.shapes import entry_id, instant


def atom(about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write an Atom feed; its ids are the same wherever it is asked for."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    yield f"<title>{_xml(_title(about))}</title>\n<id>{_xml(_feed_id(about))}</id>\n"
    yield f"<updated>{_when(about.updated_at or about.now)}</updated>\n"
    yield f"<generator>ai-policy-monitor {escape(__version__)}</generator>\n"
    yield "<author><name>AI policy monitor</name></author>\n"
    if about.base:
        yield f'<link rel="alternate" type="text/html" href={_attribute(_address(about, "search"))}/>\n'
        yield f'<link rel="self" type="application/atom+xml" href={_attribute(_address(about, "search.atom"))}/>\n'
    for hit in hits:
        entry = hit.entry
        address = _entry_address(about, hit)
        yield f"<entry>\n<title>{_xml(entry.title) or '(no title)'}</title>\n<id>{URN}:entry:{entry.id}</id>\n"
        if address:
            yield f'<link rel="alternate" href={_attribute(address)}/>\n'
        yield f"<published>{_when(published_at(entry))}</published>\n<updated>{_when(changed_at(entry))}</updated>\n"
        yield f"<author><name>{_xml(entry.author or entry.outlet) or '-'}</name></author>\n"
        yield "".join(f"<category term={_attribute(match.topic)}/>\n" for match in entry.matches)
        if hit.snippet:
            # As HTML, which all readers take it for, so that text has to be escaped once more.
            yield f'<summary type="html">{escape(_xml(hit.snippet))}</summary>\n'
        yield "</entry>\n"
    yield "</feed>\n"


def json_feed(about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write a JSON Feed 1.1 document."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(about),
        **(
            {
                "home_page_url": _address(about, "search"),
                "feed_url": _address(about, "search.json"),
            }
            if about.base
            else {}
        ),
    }
    yield json.dumps(head, ensure_ascii=False, indent=2)[:-2] + ',\n  "items": ['
    between = "\n"
    for hit in hits:
        yield f"{between}{json.dumps(_item(about, hit), ensure_ascii=False)}"
        between = ",\n"
    yield "\n]}\n"


def _item(about: About, hit: Hit) -> dict[str, object]:
    entry = hit.entry
    shape = {
        "id": f"{URN}:entry:{entry.id}",
        "url": _entry_address(about, hit),
        "title": line(entry.title),
        "content_text": line(hit.snippet or entry.title),
        "date_published": instant(published_at(entry)),
        "date_modified": instant(changed_at(entry)),
        "authors": [{"name": line(entry.author or entry.outlet)}],
        "tags": [match.topic for match in entry.matches],
        "language": line(entry.language),
    }
    # The text must be there, the others may.
    return {name: value for name, value in shape.items() if value or name == "content_text"}


def _title(about: About) -> str:
    return line(about.title or f"Search: {about.understood}")


def _feed_id(about: About) -> str:
    return f"{URN}:search:{quote(line(about.understood), safe='')}"


def _address(about: About, path: str) -> str:
    asked = about.query.encode("utf-8", "replace")
    return f"{about.base}{path}?{urlencode({'q': asked})}"


def _entry_address(about: About, hit: Hit) -> str:
    own = f"{about.base}entries/{entry_id(hit.entry.id)}" if about.base else ""
    return link(hit.entry) or own


def _xml(text: str) -> str:
    return escape(line(text))


def _attribute(text: str) -> str:
    return quoteattr(line(text))


def _when(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
