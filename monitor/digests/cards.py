"""A story as a card, from the stored text of its lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from monitor.digests.candidates import Candidate
from monitor.digests.entry_texts import (
    OUTLET_COLUMNS,
    TITLE_COLUMNS,
    first_sentences,
    link,
    outlet,
    title,
    via,
)
from monitor.digests.excerpts import clean_line
from monitor.digests.headings import Heading
from monitor.digests.reasons import reasons
from monitor.model.edition import Card, Document
from monitor.model.entry import Entry
from monitor.model.topic import StoredMatch


def card(candidate: Candidate, headings: Mapping[str, Heading]) -> Card:
    """Return the card of a story, with the title of the section it belongs to."""
    lead = candidate.lead
    own, *others = (_named(match, headings) for match in candidate.found)
    return Card(
        story=candidate.story,
        title=title(lead),
        url=link(lead),
        outlet=candidate.outlets[0],
        published_at=lead.published_at,
        first_seen_at=lead.first_seen_at,
        excerpt=first_sentences(lead),
        language=lead.language,
        outlets=candidate.outlets,
        copies=candidate.copies,
        why=reasons(own, others),
        entries=candidate.entries,
        revised=lead.revised_at is not None,
        rank=candidate.rank,
        document=_document(candidate.document) if candidate.document else None,
        topic_title=candidate.heading.title,
        via=via(lead),
    )


def _named(match: StoredMatch, headings: Mapping[str, Heading]) -> StoredMatch:
    """Let a match of a query bear the title of its section, since a query has no name of its own."""
    heading = headings[match.topic]
    return match if heading.topic else replace(match, topic=heading.title)


def _document(entry: Entry) -> Document:
    return Document(
        entry=entry.id,
        title=clean_line(title(entry), TITLE_COLUMNS),
        url=link(entry),
        outlet=clean_line(outlet(entry), OUTLET_COLUMNS),
    )
