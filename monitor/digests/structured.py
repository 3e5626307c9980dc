"""An edition as JSON, with the keys of docs/architecture.md; times are RFC 3339 in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.digests.links import http_url
from monitor.model.edition import Card, Coverage, Edition


def structured(edition: Edition) -> str:
    """Return the edition as one indented JSON document."""
    document = {
        "digest": edition.digest,
        "edition": edition.id or None,
        "title": edition.title,
        "slot": edition.slot,
        "local_on": edition.local_on.isoformat(),
        "missed": edition.missed,
        "window": {
            "from": _instant(edition.window.from_at),
            "until": _instant(edition.window.until_at),
            "timezone": edition.window.timezone,
        },
        "coverage": _coverage(edition.coverage),
        "sections": [
            {
                "topic": section.topic,
                "title": section.title,
                "cards": [_card(card) for card in section.cards],
                "more": section.more,
            }
            for section in edition.sections
        ],
        "quiet": list(edition.quiet),
    }
    # A lone surrogate (a broken character) cannot be written as UTF-8; it becomes "?".
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "feeds": coverage.feeds,
        "ok": coverage.ok,
        "failing": coverage.failing,
        "silent": coverage.silent,
        "checked": coverage.checked,
        "entries_seen": coverage.entries_seen,
        "entries_matched": coverage.entries_matched,
        "copies_folded": coverage.copies_folded,
        "stories": coverage.stories,
        "gaps": coverage.gaps,
        "troubles": [
            {
                "feed": trouble.feed,
                "url": trouble.url,
                "state": trouble.state,
                "error": trouble.error,
                "since_at": _instant(trouble.since_at) if trouble.since_at else None,
                "usual_seconds": trouble.usual.total_seconds() if trouble.usual else None,
            }
            for trouble in coverage.troubles
        ],
    }


def _card(card: Card) -> dict[str, Any]:
    return {
        "story": f"s{card.story}" if card.story else None,
        "title": card.title,
        "url": http_url(card.url),
        "outlet": card.outlet,
        "published_at": _instant(card.published_at) if card.published_at else None,
        "first_seen_at": _instant(card.first_seen_at),
        "excerpt": card.excerpt,
        "language": card.language,
        "outlets": list(card.outlets),
        "copies": card.copies,
        "why": [
            {
                "topic": reason.topic,
                "version": reason.version,
                "clause": reason.clause,
                "words": reason.words,
                "field": reason.field,
            }
            for reason in card.why
        ],
        "entries": [f"e{entry}" for entry in card.entries],
        "revised": card.revised,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
