"""An edition as JSON, with the keys of docs/json.md; times are RFC 3339 in UTC.

It is all that other forms need: the page is made from it, and so is what goes to chats. A card
has the same keys wherever it stands. Sentences that every form says alike are there too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.digests import part_wording, wording
from monitor.digests.links import http_url
from monitor.digests.subject import subject
from monitor.model.edition import (
    Card,
    Changed,
    Coverage,
    Development,
    Document,
    Edition,
    Lead,
    NearlyMatched,
    Quote,
    Reason,
    Section,
    Volume,
)


def structured(edition: Edition) -> str:
    """Return the edition as one indented JSON document."""
    document = {
        "digest": edition.digest,
        "edition": edition.id or None,
        "title": edition.title,
        "subject": subject(edition),
        "slot": edition.slot,
        "local_on": edition.local_on.isoformat(),
        "missed": edition.missed,
        "window": {
            "from": instant(edition.window.from_at),
            "until": instant(edition.window.until_at),
            "timezone": edition.window.timezone,
        },
        "page_url": http_url(edition.page_url) or None,
        "coverage": {
            **_coverage(edition.coverage),
            "words": [wording.checked(edition), wording.counted(edition.coverage)],
        },
        "notice": wording.notice(edition),
        "notes": list(edition.notes),
        "leads": [_lead(lead) for lead in edition.leads],
        "sections": [_section(section) for section in edition.sections],
        "developing": [_development(one) for one in edition.developing],
        "more_developing": edition.more_developing,
        "documents": [card_document(card) for card in edition.documents],
        "more_documents": edition.more_documents,
        "quotes": [_quote(quote) for quote in edition.quotes],
        "changed": [_changed(changed) for changed in edition.changed],
        "more_changed": edition.more_changed,
        "volumes": [_volume(volume) for volume in edition.volumes],
        "near_misses": [_nearly(nearly) for nearly in edition.near_misses],
        "quiet": list(edition.quiet),
    }
    return written(document)


def written(document: Mapping[str, object]) -> str:
    """Write a document as JSON for people too: indented, every script as it is."""
    # A lone surrogate (a broken character) cannot be written as UTF-8; it becomes "?".
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "feeds": coverage.feeds,
        "ok": coverage.ok,
        "failing": coverage.failing,
        "gone": coverage.gone,
        "quarantined": coverage.quarantined,
        "silent": coverage.silent,
        "checked": coverage.checked,
        "entries_seen": coverage.entries_seen,
        "entries_matched": coverage.entries_matched,
        "copies_folded": coverage.copies_folded,
        "stories": coverage.stories,
        "told_before": coverage.told_before,
        "gaps": coverage.gaps,
        "troubles": [
            {
                "feed": trouble.feed,
                "url": trouble.url,
                "state": trouble.state,
                "error": trouble.error,
                "since_at": instant(trouble.since_at) if trouble.since_at else None,
                "usual_seconds": trouble.usual.total_seconds() if trouble.usual else None,
            }
            for trouble in coverage.troubles
        ],
    }


def _lead(lead: Lead) -> dict[str, Any]:
    return {
        "story": _story(lead.story),
        "title": lead.title,
        "url": http_url(lead.url),
        "outlet": lead.outlet,
        "outlets": lead.outlets,
        "topic_title": lead.topic_title,
        "language": lead.language,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "topic": section.topic,
        "query": section.query,
        "title": section.title,
        "cards": [card_document(card) for card in section.cards],
        "more": section.more,
        "search": wording.search_query(section),
    }


MOST_LISTED = 100
"""Outlets and entries of a card that are named; a flood about one event has thousands."""


def card_document(card: Card) -> dict[str, Any]:
    """Return a card, of an edition or of an alert's message."""
    summary = card.summary
    return {
        "story": _story(card.story),
        "title": card.title,
        "url": http_url(card.url),
        "outlet": card.outlet,
        "via": card.via,
        "published_at": instant(card.published_at) if card.published_at else None,
        "first_seen_at": instant(card.first_seen_at),
        "excerpt": card.excerpt,
        "language": card.language,
        "outlets": list(card.outlets[:MOST_LISTED]),
        "outlet_count": len(card.outlets),
        "copies": card.copies,
        "document": _document(card.document) if card.document else None,
        "summary": {
            "text": summary.text,
            "model": summary.model,
            "prompt_version": summary.prompt_version,
        }
        if summary
        else None,
        "why": [_reason(reason) for reason in card.why],
        "rank": {part.name: part.value for part in card.rank},
        "entries": [f"e{entry}" for entry in card.entries[:MOST_LISTED]],
        "entry_count": len(card.entries),
        "revised": card.revised,
        "topic_title": card.topic_title,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "topic": reason.topic,
        "version": reason.version,
        "clause": reason.clause,
        "words": reason.words,
        "field": reason.field,
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "entry": f"e{document.entry}",
        "title": document.title,
        "url": http_url(document.url),
        "outlet": document.outlet,
    }


def _development(development: Development) -> dict[str, Any]:
    return {
        "card": card_document(development.card),
        "news": list(development.news),
        "told_in": development.told_in,
        "told_on": development.told_on.isoformat(),
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "text": quote.text,
        "speaker": quote.speaker,
        "outlet": quote.outlet,
        "url": http_url(quote.url),
        "entry": f"e{quote.entry}",
        "story": _story(quote.story),
        "language": quote.language,
    }


def _changed(changed: Changed) -> dict[str, Any]:
    return {
        "kind": changed.kind,
        "entry": f"e{changed.entry}",
        "title": changed.title,
        "before": changed.before,
        "outlet": changed.outlet,
        "url": http_url(changed.url),
        "at": instant(changed.at),
        "told_in": changed.told_in,
        "language": changed.language,
    }


def _volume(volume: Volume) -> dict[str, Any]:
    return {
        "topic": volume.topic,
        "title": volume.title,
        "count": volume.count,
        "span": volume.span,
        "low": volume.low,
        "high": volume.high,
        "days": list(volume.days),
        "unusual": volume.unusual,
        "chance": volume.chance,
        "words": [part_wording.volume_line(volume), part_wording.unusual_line(volume)],
    }


def _nearly(nearly: NearlyMatched) -> dict[str, Any]:
    return {
        "entry": f"e{nearly.entry}",
        "topic": nearly.topic,
        "topic_title": nearly.topic_title,
        "title": nearly.title,
        "outlet": nearly.outlet,
        "url": http_url(nearly.url),
        "note": nearly.note,
        "language": nearly.language,
    }


def _story(story: int) -> str | None:
    return f"s{story}" if story else None


def instant(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
