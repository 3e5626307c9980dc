"""The fourth step of the schema: stories that can be explained, corrected and compared quickly."""

from __future__ import annotations

STORIES = (
    "ALTER TABLE stories ADD COLUMN merged_into INTEGER REFERENCES stories (id)",
    "CREATE INDEX stories_merged_into ON stories (merged_into) WHERE merged_into IS NOT NULL",
    "ALTER TABLE stories ADD COLUMN merged_at TEXT",
    "ALTER TABLE stories ADD COLUMN merged_why TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE stories ADD COLUMN pinned_at TEXT",
    *(
        f"ALTER TABLE story_members ADD COLUMN {column}"
        for column in (
            "score REAL",
            "features TEXT NOT NULL DEFAULT '[]'",
            "version INTEGER NOT NULL DEFAULT 0",
            "pinned INTEGER NOT NULL DEFAULT 0",
        )
    ),
    """CREATE TABLE story_relations (
        story_id INTEGER NOT NULL REFERENCES stories (id),
        other_id INTEGER NOT NULL REFERENCES stories (id),
        score REAL NOT NULL,
        why TEXT NOT NULL,
        found_at TEXT NOT NULL,
        PRIMARY KEY (story_id, other_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX story_relations_other_id ON story_relations (other_id)",
    """CREATE TABLE story_rulings (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        story_id INTEGER NOT NULL REFERENCES stories (id),
        others TEXT NOT NULL,
        entries TEXT NOT NULL,
        before TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        undone_at TEXT
    )""",
    """CREATE TABLE story_keys (
        key INTEGER NOT NULL,
        entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
        PRIMARY KEY (key, entry_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX story_keys_entry_id ON story_keys (entry_id)",
    """CREATE TABLE story_terms (
        term TEXT PRIMARY KEY,
        entries INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE story_rebuild (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL,
        since_id INTEGER NOT NULL,
        next_id INTEGER NOT NULL,
        newest_id INTEGER NOT NULL,
        began_at TEXT NOT NULL,
        report TEXT NOT NULL
    )""",
    # What was grouped before has no keys yet: see `monitor.store.story_keys`.
    *(
        f"INSERT INTO meta (name, value) SELECT '{name}', CAST(max(entry_id) + 1 AS TEXT) "
        "FROM story_members HAVING count(*) > 0"
        for name in ("story_keys_from", "story_counting")
    ),
    "ALTER TABLE entries ADD COLUMN withdrawn_at TEXT",
    "CREATE INDEX entries_withdrawn ON entries (feed_id) WHERE withdrawn_at IS NOT NULL",
    """CREATE TABLE listings (
        feed_id INTEGER PRIMARY KEY REFERENCES feeds (id),
        entries TEXT NOT NULL,
        missing TEXT NOT NULL
    )""",
)
