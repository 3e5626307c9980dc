"""The sixth step of the schema, first half: what searching needs besides the index."""

from __future__ import annotations

SEARCH: tuple[str, ...] = (
    """CREATE TABLE search_looks (
        name TEXT PRIMARY KEY,
        looked_at TEXT NOT NULL,
        next_id INTEGER NOT NULL
    ) WITHOUT ROWID""",
    # What clauses about the entry itself ask, without its texts: a scan of these reads a twentieth of
    # the pages. All in order of the id, so that the newest come without sorting.
    "CREATE INDEX entries_facts ON entries (id, feed_id, language, domain, published_at)",
    "CREATE INDEX entries_language ON entries (language)",
    "CREATE INDEX entries_domain ON entries (domain)",
    "CREATE INDEX entries_author ON entries (id, author) WHERE author <> ''",
    "CREATE INDEX entries_tags ON entries (id, tags) WHERE tags <> '[]'",
    "CREATE INDEX entries_enclosures ON entries (id) WHERE enclosures <> '[]'",
    "CREATE INDEX entries_revised ON entries (id) WHERE revised_at IS NOT NULL",
    "CREATE INDEX entries_taken_back ON entries (id) WHERE withdrawn_at IS NOT NULL",
    # The words of the index, with how many entries have each: for "did you mean".
    "CREATE VIRTUAL TABLE entries_words USING fts5vocab ('entries_fts', 'row')",
)
