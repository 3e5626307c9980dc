"""What a document holds, read without any of our code: by feedparser alone, or as JSON Feed.

`entries` counts what the parser finds, `repeats` how many of them are an entry the document has
already listed: the same id, link and title, with the text standing in for a title that is missing.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser


@dataclass(frozen=True, slots=True)
class Expected:
    """What to find in the database: `entries` less `repeats`. `feed` is false for no feed."""

    feed: bool
    entries: int
    repeats: int


def expected(body: bytes, url: str) -> Expected:
    """Read one document; one that is stored compressed is unpacked, as servers do."""
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    items = json_feed(body)
    if items is not None:
        rows = [
            (
                str(i.get("id", "")),
                _link(url, i.get("url")),
                _words(i.get("title")),
                _words(f"{i.get('content_html')}{i.get('content_text')}"),
            )
            for i in items
        ]
        return Expected(True, len(items), _repeats(rows))
    parsed = feedparser.parse(
        io.BytesIO(body),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-location": url},
    )
    rows = [
        (
            _words(entry.get("id")),
            _link(url, entry.get("link")),
            _words(entry.get("title")),
            _words(f"{entry.get('summary')}{entry.get('content')}{entry.get('enclosures')}"),
        )
        for entry in parsed.entries
    ]
    return Expected(bool(parsed.version), len(rows), _repeats(rows))


def json_feed(body: bytes) -> list[dict[str, Any]] | None:
    """Return the items of a JSON Feed, None when the document is none."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    if not isinstance(document, dict) or "jsonfeed.org" not in str(document.get("version")):
        return None
    return [item for item in document.get("items", []) if isinstance(item, dict)]


def no_feeds(folder: Path) -> set[str]:
    """Return the names of the documents that the manifest beside the folder calls no feed."""
    manifest = folder.parent / "manifest.csv"
    if not manifest.exists():
        return set()
    with manifest.open(encoding="utf-8", newline="") as lines:
        return {row["file"] for row in csv.DictReader(lines) if row["format"] == "not-a-feed"}


def _repeats(rows: list[tuple[str, str, str, str]]) -> int:
    return len(rows) - len({(id_, link, title or text) for id_, link, title, text in rows})


def _link(base: str, link: object) -> str:
    written = str(link or "").strip()
    try:
        return urljoin(base, written) if written else ""
    except ValueError:
        return written


def _words(text: object) -> str:
    return " ".join(str(text or "").split())
