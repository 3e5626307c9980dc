"""An edition's JSON made ready for the templates. Those that older versions froze lack some parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from monitor.digests.part_wording import HEADINGS
from monitor.digests.phrases import count

_PARTS: dict[str, Any] = {
    "subject": "", "notice": "", "notes": [], "leads": [], "sections": [], "developing": [],
    "more_developing": 0, "documents": [], "more_documents": 0, "quotes": [], "changed": [],
    "more_changed": 0, "volumes": [], "near_misses": [], "quiet": [], "missed": 0,
}  # fmt: skip
_COVERAGE: dict[str, Any] = {
    "gaps": 0,
    "gone": 0,
    "quarantined": 0,
    "told_before": 0,
    "troubles": [],
}
_CARD: dict[str, Any] = {
    "document": None, "summary": None, "rank": {}, "topic_title": "", "revised": False, "via": "",
}  # fmt: skip


def frozen(text: str) -> dict[str, Any]:
    """Return the document of `monitor.digests.structured` with every part in it."""
    document: dict[str, Any] = {**_PARTS, **json.loads(text)}
    document["coverage"] = coverage = {**_COVERAGE, **document["coverage"]}
    if "words" not in coverage:
        coverage["words"] = _words(coverage)
    for section in document["sections"]:
        section.setdefault("query", "")
        section.setdefault("search", f"topic:{section['topic']}")
    for card in _cards(document):
        for key, value in _CARD.items():
            card.setdefault(key, value)
    return document


def contents(document: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return what an edition has parts of, as links within its page: anchor, title, how many."""
    found = [
        (f"topic-{number}", section["title"], len(section["cards"]) + section["more"])
        for number, section in enumerate(document["sections"], 1)
    ]
    if document["leads"]:
        found.insert(0, ("leads", HEADINGS["leads"], len(document["leads"])))
    for key, more in (("developing", "more_developing"), ("documents", "more_documents"), ("quotes", ""),
                      ("changed", "more_changed"), ("volumes", ""), ("near_misses", "")):  # fmt: skip
        number = len(document[key]) + (document[more] if more else 0)
        if number:
            found.append((key.replace("_", "-"), HEADINGS[key], number))
    return found


def _cards(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in document["sections"]:
        yield from section["cards"]
    yield from (one["card"] for one in document["developing"])
    yield from document["documents"]


def _words(c: dict[str, Any]) -> list[str]:
    """Say what an older edition covered, as it did itself."""
    looked = f"{c['checked']:,} of {count(c['feeds'], 'feed', 'feeds')} checked"
    troubled = [f"; {c[what]:,} {what}" for what in ("failing", "silent") if c[what]]
    return [
        "".join([looked, *troubled]),
        f"{count(c['entries_seen'], 'entry', 'entries')} seen, {c['entries_matched']:,} matched, "
        f"{count(c['copies_folded'], 'copy', 'copies')} folded, {count(c['stories'], 'story', 'stories')}",
    ]
