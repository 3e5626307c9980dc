"""The sixth step of the schema, second half: who is logged in, what is under way, what was edited, what comes when."""

from __future__ import annotations

WEB: tuple[str, ...] = (
    """CREATE TABLE sessions (
        hash TEXT PRIMARY KEY,
        password TEXT NOT NULL,
        created_at TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        about TEXT NOT NULL,
        arguments TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'stopped')),
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        words TEXT NOT NULL DEFAULT '',
        result TEXT NOT NULL DEFAULT '{}',
        claim TEXT NOT NULL DEFAULT '',
        leased_until TEXT,
        document BLOB,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    )""",
    "CREATE INDEX jobs_open ON jobs (state) WHERE state IN ('waiting', 'running')",
    """CREATE TABLE config_edits (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        what TEXT NOT NULL,
        undone_at TEXT
    )""",
    """CREATE TABLE config_edit_files (
        edit_id INTEGER NOT NULL REFERENCES config_edits (id) ON DELETE CASCADE,
        file TEXT NOT NULL,
        before TEXT,
        after TEXT,
        PRIMARY KEY (edit_id, file)
    ) WITHOUT ROWID""",
    """CREATE TABLE feed_days (
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        day TEXT NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (feed_id, day)
    ) WITHOUT ROWID""",
    "INSERT INTO feed_days (feed_id, day, entries) "
    "SELECT feed_id, substr(first_seen_at, 1, 10), count(*) FROM entries GROUP BY 1, 2",
)
