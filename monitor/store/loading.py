"""From rows to `Entry` values, many at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model.entry import Entry
from monitor.model.topic import StoredMatch
from monitor.store.rows import (
    chunks,
    enclosures,
    marks,
    maybe_moment,
    moment,
    stored_match,
    strings,
)

_COLUMNS = (
    "e.id, e.feed_id, e.guid, e.url, e.link, e.domain, e.title, e.author, e.text, e.excerpt, "
    "e.language, e.published_at, e.published_raw, e.first_seen_at, e.revised_at, e.page_text_at, "
    "e.withdrawn_at, "
    "e.tags, e.enclosures, s.story_id, s.copy_of, "
    "EXISTS (SELECT 1 FROM stars WHERE entry_id = e.id) AS starred, "
    "EXISTS (SELECT 1 FROM edition_entries WHERE entry_id = e.id) AS sent"
)


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What an entry says of its feed. `outlet` is "" when config names none.

    They outlive the feed's removal from config. `domain` is the registrable domain of `url`.
    """

    url: str
    domain: str
    title: str
    outlet: str
    tier: int
    tags: tuple[str, ...]


def load_entries(
    connection: sqlite3.Connection,
    entry_ids: Sequence[int],
    *,
    html: bool = False,
    evidence: bool = True,
) -> dict[int, Entry]:
    """Return the entries there are among these ids, in the order given.

    `html` is "" unless asked for: it is the largest part, and only pages need it. Without
    `evidence` that of matches is (), which spares reading it.
    """
    rows: dict[int, sqlite3.Row] = {}
    matches: dict[int, list[StoredMatch]] = {}
    columns = f"{_COLUMNS}, {'e.html' if html else chr(39) * 2} AS html"
    reasons = "evidence" if evidence else "'[]' AS evidence"
    for chunk in chunks(entry_ids):
        for row in connection.execute(
            f"SELECT {columns} FROM entries e LEFT JOIN story_members s ON s.entry_id = e.id "
            f"WHERE e.id IN ({marks(chunk)})",
            tuple(chunk),
        ).fetchall():
            rows[row["id"]] = row
        for row in connection.execute(
            f"SELECT entry_id, topic, version, points, {reasons}, backfilled FROM matches "
            f"WHERE entry_id IN ({marks(chunk)}) ORDER BY entry_id, topic",
            tuple(chunk),
        ).fetchall():
            matches.setdefault(row["entry_id"], []).append(stored_match(row))
    feeds = load_feed_facts(connection, {row["feed_id"] for row in rows.values()})
    return {
        entry_id: _entry(rows[entry_id], feeds, tuple(matches.get(entry_id, ())))
        for entry_id in entry_ids
        if entry_id in rows
    }


def load_feed_facts(
    connection: sqlite3.Connection, feed_ids: Iterable[int]
) -> dict[int, FeedFacts]:
    """Return what entries say of these feeds, by id."""
    facts = {}
    for chunk in chunks(sorted(feed_ids)):
        for row in connection.execute(
            f"SELECT id, url, domain, title, config FROM feeds WHERE id IN ({marks(chunk)})",
            tuple(chunk),
        ).fetchall():
            config = json.loads(row["config"])
            facts[row["id"]] = FeedFacts(
                row["url"],
                row["domain"],
                config["title"] or row["title"],
                config["outlet"],
                config["tier"],
                tuple(config["tags"]),
            )
    return facts


def outlet(facts: FeedFacts, domain: str) -> str:
    """Return who published an entry whose address has the registrable domain `domain`."""
    return facts.outlet or domain or facts.domain


def _entry(
    row: sqlite3.Row, feeds: dict[int, FeedFacts], matches: tuple[StoredMatch, ...]
) -> Entry:
    facts = feeds[row["feed_id"]]
    return Entry(
        id=row["id"],
        feed_id=row["feed_id"],
        feed_url=facts.url,
        feed_title=facts.title,
        outlet=outlet(facts, row["domain"]),
        tier=facts.tier,
        feed_tags=facts.tags,
        guid=row["guid"],
        url=row["url"],
        link=row["link"],
        domain=row["domain"],
        title=row["title"],
        author=row["author"],
        html=row["html"],
        text=row["text"],
        excerpt=row["excerpt"],
        language=row["language"],
        published_at=maybe_moment(row["published_at"]),
        published_raw=row["published_raw"],
        first_seen_at=moment(row["first_seen_at"]),
        revised_at=maybe_moment(row["revised_at"]),
        page_text_at=maybe_moment(row["page_text_at"]),
        withdrawn_at=maybe_moment(row["withdrawn_at"]),
        tags=strings(row["tags"]),
        enclosures=enclosures(row["enclosures"]),
        matches=matches,
        story=row["story_id"],
        copy_of=row["copy_of"],
        starred=bool(row["starred"]),
        sent=bool(row["sent"]),
    )
