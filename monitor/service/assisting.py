"""Stored entries for an assistant to cite: small, with where each stands, and marked as other people's words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.digests.links import http_url
from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.service import showing
from monitor.service.changes import story_changes
from monitor.service.digesting import edition_named
from monitor.service.quoting import LONGEST, Quoting, visible
from monitor.service.rematching import topic_named
from monitor.service.searching import Sort, search
from monitor.service.shapes import Shape, entry_id, instant, read_id, story_id
from monitor.service.wiring import Services

MOST_HITS = 20
_SNIPPET = 300
_TITLE = 300
_MEMBERS = 30
_CARDS = 40


def found_for_citing(
    services: Services, quoting: Quoting, query: str, sort: Sort, limit: int, now: datetime
) -> Shape:
    """Return what a query finds, the first hits of it."""
    found = search(services, query, now=now, sort=sort, limit=min(limit, MOST_HITS))
    results = [
        _cited(hit.entry)
        | {"story": story_id(hit.entry.story), "snippet": quoting.text(hit.snippet, _SNIPPET)}
        for hit in found.hits
    ]
    return {
        "understood": found.understood,
        "warnings": list(found.warnings),
        "total": found.total,
        "results": results,
        "about_quotes": quoting.explained(),
    }


def shown_for_citing(services: Services, quoting: Quoting, wanted: str, offset: int) -> Shape:
    """Return one entry with a piece of its text from `offset` on, or one story with its entries."""
    kind, number = read_id(wanted)
    if kind == "e":
        entry, revisions, copies = showing.whole_entry(services, number)
        text = visible(entry.text)
        rest = max(0, len(text) - offset - LONGEST)
        return _cited(entry) | {
            "author": visible(entry.author, line=True)[:_TITLE],
            "language": entry.language,
            "topics": [match.topic for match in entry.matches],
            "story": story_id(entry.story),
            "copies": [entry_id(each) for each in copies[:_MEMBERS]],
            "edited_times": len(revisions),
            "withdrawn_at": instant(entry.withdrawn_at),
            "text": quoting.text(text[offset : offset + LONGEST]),
            "text_left": rest,
            "about_quotes": quoting.explained(),
        }
    story = showing.whole_story(services, number)
    members = story.members[:_MEMBERS]
    entries = {
        each.id: each
        for each in services.store.entries.entries([member.entry for member in members])
    }
    return {
        "id": story_id(story.id),
        "title": visible(story.title, line=True)[:_TITLE],
        "entries": [
            _cited(entries[member.entry])
            | {"copy_of": None if member.copy_of is None else entry_id(member.copy_of)}
            for member in members
            if member.entry in entries
        ],
        "entries_in_all": len(story.members),
        "changes": [
            {
                "kind": change.kind,
                "at": instant(change.at),
                "text": quoting.text(change.text, _SNIPPET),
            }
            for change in story_changes(services, story)[-_MEMBERS:]
        ],
        "about_quotes": quoting.explained(),
    }


def topics_for_citing(services: Services) -> Shape:
    """Return the topics: what is watched for."""
    return {
        "topics": [
            {"name": each.name, "title": each.title, "guide": each.guide, "query": each.query}
            for each in services.settings.topics
        ]
    }


def matches_for_citing(
    services: Services, quoting: Quoting, topic: str, limit: int, since: datetime | None
) -> Shape:
    """Return the newest matches of a topic; raises `NotFoundError` for an unknown one."""
    wanted = Candidates(topics=(topic_named(services, topic).name,), from_at=since)
    ids = services.store.entries.proposed(wanted, min(limit, MOST_HITS))
    entries = services.store.entries.entries(ids, evidence=False)
    return {
        "topic": topic,
        "results": [
            _cited(entry)
            | {"story": story_id(entry.story), "snippet": quoting.text(entry.excerpt, _SNIPPET)}
            for entry in entries
        ],
        "about_quotes": quoting.explained(),
    }


def digests_for_citing(services: Services, quoting: Quoting, edition: str, limit: int) -> Shape:
    """Return the newest editions, or one of them with its stories."""
    if not edition:
        found = services.store.editions.editions(limit=min(limit, MOST_HITS), forms=False)
        return {
            "editions": [
                {
                    "edition": each.id,
                    "digest": each.digest,
                    "date": each.local_on.isoformat(),
                    "subject": visible(each.rendered.subject, line=True),
                }
                for each in found
            ]
        }
    document = json.loads(edition_named(services, edition).rendered.json)
    left = _CARDS
    sections: list[Shape] = []
    for section in document.get("sections", []):
        cards: Sequence[dict[str, Any]] = section.get("cards", [])
        sections.append(
            {
                "title": section.get("title", ""),
                "stories": [_card(card, quoting) for card in cards[:left]],
                "not_shown": len(cards[left:]) + section.get("more", 0),
            }
        )
        left = max(0, left - len(cards))
    return {
        "edition": document.get("edition"),
        "digest": document.get("digest"),
        "window": document.get("window"),
        "notice": document.get("notice", ""),
        "sections": sections,
        "about_quotes": quoting.explained(),
    }


def _cited(entry: Entry) -> Shape:
    """Return what a citation needs."""
    return {
        "id": entry_id(entry.id),
        "title": visible(entry.title, line=True)[:_TITLE],
        "outlet": visible(entry.outlet, line=True)[:_TITLE],
        "published": instant(entry.published_at),
        "first_seen": instant(entry.first_seen_at),
        "url": http_url(entry.url or entry.link),
    }


def _card(card: dict[str, Any], quoting: Quoting) -> Shape:
    return {
        "story": card.get("story"),
        "title": visible(str(card.get("title", "")), line=True)[:_TITLE],
        "outlet": visible(str(card.get("outlet", "")), line=True)[:_TITLE],
        "published": card.get("published_at"),
        "url": http_url(str(card.get("url", ""))),
        "excerpt": quoting.text(str(card.get("excerpt", "")), _SNIPPET),
    }
