"""The third step of the schema: what polite fetching remembers (`monitor.store.migrations`)."""

from __future__ import annotations

FETCHING = (
    *(
        f"ALTER TABLE feeds ADD COLUMN {column}"
        for column in (
            "host TEXT NOT NULL DEFAULT ''",
            "claimed_due_at TEXT",
            "status INTEGER NOT NULL DEFAULT 0",
            "words TEXT NOT NULL DEFAULT ''",
            "since_at TEXT",
            "failing_since_at TEXT",
            "silent_since_at TEXT",
            "empty_visits INTEGER NOT NULL DEFAULT 0",
            "validators_url TEXT NOT NULL DEFAULT ''",
            "ttl_seconds REAL",
            "skip_hours TEXT NOT NULL DEFAULT '[]'",
            "skip_days TEXT NOT NULL DEFAULT '[]'",
            "rhythm_seconds REAL",
            "turnover_seconds REAL",
            "pause_seconds REAL",
            "moving_to TEXT NOT NULL DEFAULT ''",
            "moving_days INTEGER NOT NULL DEFAULT 0",
            "moving_last_on TEXT",
            "self_url TEXT NOT NULL DEFAULT ''",
            "hub TEXT NOT NULL DEFAULT ''",
            "prev_archive TEXT NOT NULL DEFAULT ''",
            "next_page TEXT NOT NULL DEFAULT ''",
            "why_then TEXT NOT NULL DEFAULT ''",
        )
    ),
    "CREATE INDEX feeds_host ON feeds (host)",
    "ALTER TABLE entries ADD COLUMN page_text_at TEXT",
    """CREATE TABLE gaps (
        id INTEGER PRIMARY KEY,
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        from_at TEXT NOT NULL,
        until_at TEXT NOT NULL,
        pages INTEGER NOT NULL,
        closed INTEGER NOT NULL
    )""",
    "CREATE INDEX gaps_until_at ON gaps (until_at)",
    """CREATE TABLE held_entries (
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        key TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        entry TEXT NOT NULL,
        PRIMARY KEY (feed_id, key)
    )""",
    """CREATE TABLE moves (
        id INTEGER PRIMARY KEY,
        from_url TEXT NOT NULL,
        to_url TEXT NOT NULL,
        moved_at TEXT NOT NULL,
        merged INTEGER NOT NULL DEFAULT 0,
        undone_at TEXT
    )""",
    """CREATE TABLE pages (
        entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        host TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('wanted', 'taken', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        hops INTEGER NOT NULL DEFAULT 0,
        next_at TEXT NOT NULL,
        error TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX pages_next_at ON pages (next_at) WHERE state = 'wanted'",
    """CREATE TABLE page_hosts (
        host TEXT PRIMARY KEY,
        free_at TEXT NOT NULL
    )""",
    """CREATE TABLE robots (
        origin TEXT PRIMARY KEY,
        rules TEXT NOT NULL,
        error TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    )""",
    """CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY,
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        hub TEXT NOT NULL,
        topic TEXT NOT NULL,
        callback TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        secret TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('asked', 'active', 'denied', 'ending')),
        asked_at TEXT,
        verified_at TEXT,
        active_since_at TEXT,
        lease_until_at TEXT,
        next_at TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        pushed_at TEXT,
        misses INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE UNIQUE INDEX subscriptions_feed_id ON subscriptions (feed_id) WHERE state <> 'ending'",
)
