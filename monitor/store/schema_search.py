"""The sixth step of the schema, first half: what searching needs besides the index."""

from __future__ import annotations

SEARCH: tuple[str, ...] = (
    """CREATE TABLE search_looks (
        name TEXT PRIMARY KEY,
        looked_at TEXT NOT NULL,
        next_id INTEGER NOT NULL
    ) WITHOUT ROWID""",
)
