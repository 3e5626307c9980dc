"""The fifth step of the schema: digests that remember, an outbox that can be relied on, alerts."""

from __future__ import annotations

_DELIVERY_COLUMNS = "id, edition_id, channel, address, state, attempts, error, updated_at"

DIGESTS = (
    "ALTER TABLE matches ADD COLUMN matched_at TEXT",
    "CREATE INDEX matches_matched_at ON matches (matched_at) WHERE matched_at IS NOT NULL",
    "ALTER TABLE digests ADD COLUMN timezone TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE digests ADD COLUMN utc_offset INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE edition_entries ADD COLUMN part TEXT NOT NULL DEFAULT 'card'",
    "CREATE INDEX edition_entries_story_id ON edition_entries (story_id)",
    """CREATE TABLE edition_left_out (
        edition_id TEXT NOT NULL REFERENCES editions (id),
        entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (edition_id, entry_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX edition_left_out_entry_id ON edition_left_out (entry_id)",
    """CREATE TABLE alerts (
        name TEXT PRIMARY KEY,
        began_at TEXT NOT NULL,
        first_id INTEGER NOT NULL,
        first_change INTEGER NOT NULL,
        next_id INTEGER NOT NULL,
        next_change INTEGER NOT NULL,
        weighed_at TEXT,
        timezone TEXT NOT NULL DEFAULT '',
        utc_offset INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE alert_messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        alert TEXT NOT NULL,
        created_at TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        markdown TEXT NOT NULL,
        html TEXT NOT NULL,
        json TEXT NOT NULL
    )""",
    "CREATE INDEX alert_messages_alert ON alert_messages (alert, created_at)",
    """CREATE TABLE alert_stories (
        alert TEXT NOT NULL,
        story TEXT NOT NULL,
        found_at TEXT NOT NULL,
        message_id INTEGER REFERENCES alert_messages (id),
        PRIMARY KEY (alert, story)
    ) WITHOUT ROWID""",
    "CREATE INDEX alert_stories_message_id ON alert_stories (message_id)",
    "CREATE INDEX alert_stories_waiting ON alert_stories (story) WHERE message_id IS NULL",
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        edition_id TEXT REFERENCES editions (id),
        alert_message_id INTEGER REFERENCES alert_messages (id),
        channel TEXT NOT NULL,
        address TEXT NOT NULL,
        secret_env TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL
            CHECK (state IN ('planned', 'sending', 'sent', 'failed', 'unknown')),
        attempts INTEGER NOT NULL DEFAULT 0,
        repeats INTEGER NOT NULL DEFAULT 0,
        doubtful INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        next_at TEXT,
        claim TEXT NOT NULL DEFAULT '',
        leased_until TEXT,
        handed_at TEXT,
        updated_at TEXT NOT NULL,
        UNIQUE (edition_id, channel, address),
        UNIQUE (alert_message_id, channel, address),
        CHECK ((edition_id IS NULL) <> (alert_message_id IS NULL))
    )""",
    f"INSERT INTO outbox ({_DELIVERY_COLUMNS}) SELECT {_DELIVERY_COLUMNS} FROM deliveries",
    "DROP TABLE deliveries",
    "ALTER TABLE outbox RENAME TO deliveries",
    # What an earlier version left open is tried once more, as that version would have.
    "UPDATE deliveries SET state = 'planned' WHERE state IN ('sending', 'failed')",
    "CREATE INDEX deliveries_state ON deliveries (state) WHERE state <> 'sent'",
    "INSERT INTO meta (name, value) VALUES ('instance', lower(hex(randomblob(8))))",
    "INSERT INTO meta (name, value) VALUES ('secret', lower(hex(randomblob(32))))",
)
