"""Matching entries that are about to be stored with the home's topics."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.model.entry import ParsedEntry
from monitor.model.feed import FeedRecord
from monitor.model.refresh import RevisedEntry
from monitor.model.topic import StoredMatch
from monitor.parse.addresses import registrable_domain
from monitor.parse.identity import Decided
from monitor.query import Document
from monitor.service.wiring import Services
from monitor.topics.matching import match_all


def matched_entries(
    services: Services, record: FeedRecord, title: str, decided: Decided, now: datetime
) -> Decided:
    """Return what was decided with the matches of new and revised entries.

    `title` is what the document calls the feed, "" when it is not known.
    """
    pages = services.store.pages.texts([each.id for each in decided.revised])

    def with_page(each: RevisedEntry) -> RevisedEntry:
        """Let an entry keep the text of its page; title, excerpt, link and the rest follow."""
        if each.id not in pages:
            return each
        text, html = pages[each.id]
        return replace(each, entry=replace(each.entry, text=text, html=html), page_text=True)

    def matched(entry: ParsedEntry) -> tuple[StoredMatch, ...]:
        document = document_of_parsed(record, title, entry, now)
        return match_all(services.index, document, services.versions, now)

    return replace(
        decided,
        new=tuple(replace(each, matches=matched(each.entry)) for each in decided.new),
        revised=tuple(
            replace(each, matches=matched(each.entry)) for each in map(with_page, decided.revised)
        ),
    )


def document_of_parsed(
    record: FeedRecord, title: str, entry: ParsedEntry, now: datetime
) -> Document:
    """See an entry that is not stored yet as the query language sees it."""
    feed = record.feed
    return Document(
        title=entry.title,
        text=entry.text,
        language=entry.language,
        feed_url=record.url,
        feed_title=(feed.title if feed else "") or title or record.title,
        feed_tags=feed.tags if feed else (),
        outlet=(feed.outlet if feed else "") or entry.domain or registrable_domain(record.url),
        domain=entry.domain,
        author=entry.author,
        url=entry.url,
        tags=entry.tags,
        published_at=entry.published_at,
        first_seen_at=now,
    )
