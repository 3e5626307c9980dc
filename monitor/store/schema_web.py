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
        lost INTEGER NOT NULL DEFAULT 0,
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
    "CREATE INDEX entries_revised_at ON entries (revised_at) WHERE revised_at IS NOT NULL",
    "CREATE INDEX entries_page_text_at ON entries (page_text_at) WHERE page_text_at IS NOT NULL",
    """CREATE TABLE feed_days (
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        day TEXT NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (feed_id, day)
    ) WITHOUT ROWID""",
    "INSERT INTO feed_days (feed_id, day, entries) "
    "SELECT feed_id, substr(first_seen_at, 1, 10), count(*) FROM entries GROUP BY 1, 2",
    """CREATE TABLE feed_counts (
        feed_id INTEGER PRIMARY KEY REFERENCES feeds (id),
        entries INTEGER NOT NULL DEFAULT 0,
        matches INTEGER NOT NULL DEFAULT 0
    )""",
    # A million entries take a second to count, and every page of feeds needs to know.
    "INSERT INTO feed_counts (feed_id, entries) SELECT feed_id, count(*) FROM entries GROUP BY 1",
    "UPDATE feed_counts SET matches = counted.number FROM (SELECT e.feed_id AS feed, count(*) AS number "
    "FROM matches m JOIN entries e ON e.id = m.entry_id GROUP BY 1) AS counted "
    "WHERE feed_id = counted.feed",
    """CREATE TRIGGER entries_counted AFTER INSERT ON entries BEGIN
        INSERT INTO feed_counts (feed_id, entries) VALUES (new.feed_id, 1)
        ON CONFLICT (feed_id) DO UPDATE SET entries = entries + 1;
    END""",
    """CREATE TRIGGER entries_discounted BEFORE DELETE ON entries BEGIN
        UPDATE feed_counts SET entries = entries - 1,
        matches = matches - (SELECT count(*) FROM matches WHERE entry_id = old.id)
        WHERE feed_id = old.feed_id;
    END""",
    """CREATE TRIGGER matches_counted AFTER INSERT ON matches BEGIN
        UPDATE feed_counts SET matches = matches + 1
        WHERE feed_id = (SELECT feed_id FROM entries WHERE id = new.entry_id);
    END""",
    # Of an entry that is deleted its matches are counted by `entries_discounted`: they go after it.
    """CREATE TRIGGER matches_discounted AFTER DELETE ON matches BEGIN
        UPDATE feed_counts SET matches = matches - 1
        WHERE feed_id = (SELECT feed_id FROM entries WHERE id = old.entry_id);
    END""",
)
