"""The JSON that commands and pages give out: the keys are a promise (docs/json.md).

Instants are RFC 3339 in UTC to the second; ids are strings, `e12` for an entry, `s7` for a story.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.errors import NotFoundError
from monitor.model.delivery import Delivery, StoredEdition
from monitor.model.entry import Entry, Revision
from monitor.model.feed import FeedRecord
from monitor.model.page import PageStanding
from monitor.model.topic import Evidence, StoredMatch
from monitor.service.changes import entry_edits
from monitor.service.masks import feed_of, shown_to
from monitor.service.rematching import pending, waiting
from monitor.service.subscribing import push_note, push_state
from monitor.service.wiring import Services

if TYPE_CHECKING:  # a search need not load what fetches, composes and sends
    from monitor.service.digesting import Sent
    from monitor.service.fulltext import Pages
    from monitor.service.refreshing import Summary
    from monitor.service.searching import Found, Hit
    from monitor.service.similar import Similar

Shape = dict[str, Any]


def instant(at: datetime | None) -> str | None:
    """Write an instant as RFC 3339 in UTC, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry_id(number: int) -> str:
    """Write an entry's id as people and scripts see it."""
    return f"e{number}"


def story_id(number: int | None) -> str | None:
    """Write a story's id as people and scripts see it."""
    return None if number is None else f"s{number}"


def read_id(text: str) -> tuple[str, int]:
    """Read `e12` or `s7` into its letter and number; raises `NotFoundError` for anything else."""
    letter, digits = text[:1].lower(), text[1:]
    if letter in {"e", "s"} and digits.isascii() and digits.isdigit() and len(digits) < 19:
        return letter, int(digits)
    raise NotFoundError(
        f"{text!r} is no id; entries have ids like e12, stories like s7 "
        "(see the first column of: monitor search)."
    )


def fetch_shape(summary: Summary, pages: Pages) -> Shape:
    """Shape of `monitor fetch --json`."""
    return {
        "feeds": len(summary.results),
        "fetched": summary.count("ok") + summary.count("same"),
        "not_modified": summary.count("304"),
        "failed": len(summary.failures),
        "entries_new": sum(result.new for result in summary.results),
        "entries_revised": sum(result.revised for result in summary.results),
        "matches_new": sum(result.matches for result in summary.results) + pages.gained,
        "pages": {
            "taken": pages.taken,
            "failed": pages.failed,
            "later": pages.later,
            "waiting": pages.waiting,
        },
        "bytes": sum(result.wire_bytes for result in summary.results),
        "seconds": round(summary.seconds, 3),
        "failures": [
            {
                "feed": str(result.feed_id),
                "url": result.url,
                "result": result.result,
                "error": result.error,
                "next_fetch_at": None if result.result == "gone" else instant(result.next_fetch_at),
            }
            for result in summary.failures
        ],
    }


def search_shape(found: Found) -> Shape:
    """Shape of `monitor search --json`."""
    return {
        "query": found.query,
        "understood": found.understood,
        "warnings": list(found.warnings),
        "note": found.note,
        "total": found.total,
        "total_is": found.total_is,
        "suggestion": found.suggestion,
        "took_ms": round(found.seconds * 1000, 1),
        "results": [hit_shape(hit) for hit in found.hits],
    }


def hit_shape(hit: Hit) -> Shape:
    """Shape of one search result, also a line of `--format jsonl`."""
    entry = hit.entry
    return {
        "id": entry_id(entry.id),
        "title": entry.title,
        "url": entry.url or entry.link,
        "feed": feed_of(entry),
        "outlet": entry.outlet,
        "published_at": instant(entry.published_at),
        "first_seen_at": instant(entry.first_seen_at),
        "topics": [match.topic for match in entry.matches],
        "story": story_id(entry.story),
        "copy_of": None if entry.copy_of is None else entry_id(entry.copy_of),
        "copies": [entry_id(number) for number in hit.copies],
        "snippet": hit.snippet,
        "score": round(hit.score, 4),
    }


def similar_shape(found: Similar) -> Shape:
    """Shape of `monitor similar --json`: results as those of a search, with the words shared."""
    return {
        "entry": entry_id(found.entry.id),
        "words": list(found.words),
        "results": [hit_shape(each.hit) | {"why": list(each.why)} for each in found.hits],
    }


def feed_shapes(services: Services, records: Sequence[FeedRecord], now: datetime) -> list[Shape]:
    """Shape of the feeds of `monitor feeds list --json`."""
    live = services.store.subscriptions.live()
    return [
        feed_shape(record)
        | {
            "push": push_state(live.get(record.id), now),
            "push_note": push_note(live.get(record.id), now),
        }
        for record in records
    ]


def never_fetched(record: FeedRecord) -> str:
    """Say why a feed is not fetched by itself, whatever time its record still names; "" where it is."""
    match record.state:
        case "gone":
            return "never: it is gone for good, its server said"
        case "off":
            return "never: it is switched off"
        case _:
            return ""


def feed_shape(record: FeedRecord) -> Shape:
    """Shape of one feed as far as it is known from its own record."""
    feed = record.feed
    never = never_fetched(record)
    return {
        "id": str(record.id),
        "url": record.url,
        "title": (feed.title if feed else "") or record.title,
        "state": record.state,
        "since": instant(record.since_at),
        "tags": list(feed.tags) if feed else [],
        "outlet": feed.outlet if feed else "",
        "tier": feed.tier if feed else 2,
        "last_fetched_at": instant(record.last_fetched_at),
        "next_fetch_at": instant(None if never else record.next_fetch_at),
        "why_then": never or record.why_then,
        "entries": record.entries,
        "matches": record.matches,
        "error": record.error,
        "words": record.words,
        "status": record.status,
        "failures": record.failures,
        "failing_since": instant(record.failing_since_at),
        "last_ok_at": instant(record.last_ok_at),
        "last_new_at": instant(record.last_new_at),
        "rhythm_seconds": record.rhythm.every.total_seconds() if record.rhythm.every else None,
        "moved_from": feed.moved_from if feed else "",
        "moving_to": record.moving.to if record.moving else "",
    }


def why_shape(evidence: Sequence[Evidence]) -> list[Shape]:
    """Shape of the reasons for a match."""
    return [
        {
            "clause": each.clause,
            "words": each.words,
            "field": each.span.field if each.span else None,
            "start": each.span.start if each.span else None,
            "end": each.span.end if each.span else None,
        }
        for each in evidence
    ]


def match_shape(match: StoredMatch) -> Shape:
    """Shape of one match of an entry."""
    return {
        "topic": match.topic,
        "version": match.version,
        "points": match.points,
        "backfilled": match.backfilled,
        "why": why_shape(match.evidence),
    }


def page_shape(page: PageStanding) -> Shape:
    """Shape of how the linked page of an entry stands."""
    waits = page.state == "wanted"
    return {
        "state": page.state,
        "error": page.error,
        "next_at": instant(page.next_at) if waits else None,
    }


def entry_shape(
    entry: Entry,
    revisions: Sequence[Revision],
    copies: Sequence[int],
    page: PageStanding | None = None,
) -> Shape:
    """Shape of `monitor show eN --json`."""
    return {
        "kind": "entry",
        "id": entry_id(entry.id),
        "title": entry.title,
        "url": entry.url or entry.link,
        "link": entry.link,
        "guid": entry.guid,
        "feed": feed_of(entry),
        "feed_url": entry.feed_url,
        "outlet": entry.outlet,
        "author": entry.author,
        "language": entry.language,
        "tags": list(entry.tags),
        "published_at": instant(entry.published_at),
        "published_raw": entry.published_raw,
        "first_seen_at": instant(entry.first_seen_at),
        "text": entry.text,
        "text_from": "page" if entry.page_text_at else "feed",
        "page": page_shape(page) if page else None,
        "html": entry.html,
        "enclosures": [
            {"url": each.url, "type": each.type, "length": each.length} for each in entry.enclosures
        ],
        "matches": [match_shape(match) for match in entry.matches],
        "story": story_id(entry.story),
        "copy_of": None if entry.copy_of is None else entry_id(entry.copy_of),
        "copies": [entry_id(number) for number in copies],
        "starred": entry.starred,
        "sent": entry.sent,
        "withdrawn_at": instant(entry.withdrawn_at),
        "revisions": [
            {
                "seen_at": instant(each.seen_at),
                "title": each.title,
                "text": each.text,
                "title_diff": [[piece.kind, piece.text] for piece in edit.title],
                "text_diff": [[piece.kind, piece.text] for piece in edit.text],
            }
            for each, edit in zip(revisions, entry_edits(entry, revisions), strict=True)
        ],
    }


def delivery_shape(delivery: Delivery) -> Shape:
    """Shape of one delivery; of a webhook's address, which is a secret, the host alone."""
    return {
        "id": delivery.id,
        "channel": delivery.channel,
        "to": shown_to(delivery.channel, delivery.to),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "repeats": delivery.repeats,
        "error": delivery.error,
        "next_at": instant(delivery.next_at),
        "updated_at": instant(delivery.updated_at),
    }


def edition_shape(edition: StoredEdition) -> Shape:
    """Shape of one edition in `monitor digest list --json`."""
    return {
        "edition": edition.id,
        "digest": edition.digest,
        "date": edition.local_on.isoformat(),
        "window": {
            "from": instant(edition.window.from_at),
            "until": instant(edition.window.until_at),
            "timezone": edition.window.timezone,
        },
        "created_at": instant(edition.created_at),
        "subject": edition.rendered.subject,
        "deliveries": [delivery_shape(each) for each in edition.deliveries],
    }


def sent_shape(sent: Sent) -> Shape:
    """Shape of `monitor digest send --json`, for one digest."""
    edition = sent.edition
    return {
        "digest": sent.digest,
        "edition": None if edition is None else edition.id,
        "new": sent.fresh,
        "deliveries": []
        if edition is None
        else [delivery_shape(each) for each in edition.deliveries],
    }


def topic_shapes(services: Services) -> list[Shape]:
    """Shape of the topics in `monitor topics list --json`."""
    left = {each.name: waiting(services, each) for each in pending(services)}
    return [
        {
            "name": topic.name,
            "title": topic.title,
            "query": topic.query,
            "guide": topic.guide,
            "floor": topic.floor,
            "boosts": [{"query": each.query, "points": each.points} for each in topic.boosts],
            "version": services.versions[topic.name],
            "rematched": topic.name not in left,
            "left": left.get(topic.name, 0),
        }
        for topic in services.settings.topics
    ]
