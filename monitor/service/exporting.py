"""The result of a search in forms other programs read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime
from html import escape

import feedgenerator

from monitor import __version__
from monitor.digests.links import http_url
from monitor.service.searching import Found
from monitor.service.shapes import hit_shape

CSV_COLUMNS = (
    "id", "title", "url", "feed", "outlet", "published_at", "first_seen_at", "topics", "story",
    "snippet", "score",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|])")


def as_jsonl(found: Found, _now: datetime) -> str:
    """Write one JSON object a line, keys as in `monitor search --json`."""
    return "".join(json.dumps(hit_shape(hit), ensure_ascii=False) + "\n" for hit in found.hits)


def as_csv(found: Found, _now: datetime) -> str:
    """Write comma-separated values with a heading line (RFC 4180), safe to open in a spreadsheet.

    A value that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for hit in found.hits:
        shape = hit_shape(hit) | {"topics": " ".join(match.topic for match in hit.entry.matches)}
        writer.writerow([_no_formula(shape[column]) for column in CSV_COLUMNS])
    return out.getvalue()


def as_markdown(found: Found, _now: datetime) -> str:
    """Write a list of citations: title with link, outlet, date, snippet."""
    lines = [f"# {_escaped(found.understood)}", "", f"{found.total} entries", ""]
    for hit in found.hits:
        entry = hit.entry
        at = entry.published_at or entry.first_seen_at
        address = http_url(entry.url or entry.link).replace("(", "%28").replace(")", "%29")
        title = _escaped(entry.title) or "(no title)"
        lines.append(f"- [{title}]({address})" if address else f"- {title}")
        lines.append(f"  {_escaped(entry.outlet)}, {at:%Y-%m-%d}, e{entry.id}")
        if hit.snippet:
            lines.append(f"  > {_escaped(hit.snippet)}")
    return "\n".join(lines) + "\n"


def as_atom(found: Found, now: datetime) -> str:
    """Write an Atom feed (RFC 4287) of the hits, newest seen first as its readers expect."""
    feed = feedgenerator.Atom1Feed(
        title=f"Search: {_clean(found.understood)}",
        link="urn:ai-policy-monitor:search",
        description="",
        feed_guid=f"urn:ai-policy-monitor:search:{_clean(found.understood)}",
        author_name=f"ai-policy-monitor {__version__}",
    )
    feed.latest_post_date = lambda: now  # otherwise the clock is asked when there are no hits
    for hit in sorted(found.hits, key=lambda hit: -hit.entry.id):
        entry = hit.entry
        feed.add_item(
            title=_clean(entry.title) or "(no title)",
            link=http_url(entry.url or entry.link),
            # feedgenerator writes it as HTML, so plain text has to be escaped once more.
            description=escape(_clean(hit.snippet)),
            unique_id=f"urn:ai-policy-monitor:entry:{entry.id}",
            author_name=_clean(entry.outlet),
            pubdate=entry.published_at or entry.first_seen_at,
            updateddate=entry.revised_at or entry.first_seen_at,
            categories=[match.topic for match in entry.matches],
        )
    text: str = feed.writeString("utf-8")
    return text + "\n"


EXPORTS: dict[str, Callable[[Found, datetime], str]] = {
    "jsonl": as_jsonl,
    "csv": as_csv,
    "markdown": as_markdown,
    "atom": as_atom,
}


def _no_formula(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _clean(text))


def _clean(text: str) -> str:
    """One line without control characters, which XML 1.0 cannot hold."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
