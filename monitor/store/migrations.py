"""The schema, as the steps that lead to it. Append only: a step that was released never changes.

Each step runs in one transaction together with the record (table `_sqlite_migrations`) that it
ran, under the write lock, so that several processes may start at once on a new file and a crash
leaves the schema as it was before the step or after it.

Instants are text in UTC with exactly six decimals, `2026-11-23T07:00:00.000000Z` (RFC 3339): exact,
readable in any tool, understood by SQLite's date functions, and sorted as text they are sorted in
time. Lists and structures are JSON. What the tables mean stands in docs/schema.md.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import SchemaError
from monitor.store.schema_digests import DIGESTS
from monitor.store.schema_fetching import FETCHING
from monitor.store.schema_search import SEARCH
from monitor.store.schema_stories import STORIES
from monitor.store.schema_web import WEB

if TYPE_CHECKING:
    import sqlite_utils

SET = "monitor"


def m001_first(db: sqlite_utils.Database) -> None:
    """Everything the first version keeps."""
    for statement in _FIRST:
        db.execute(statement)


def m002_topics(db: sqlite_utils.Database) -> None:
    """Rematching that goes on where it was broken off; what people say of entries."""
    for statement in _TOPICS:
        db.execute(statement)


def m003_fetching(db: sqlite_utils.Database) -> None:
    """Remember of a feed what polite fetching needs; gaps, held entries, moves, pages."""
    for statement in FETCHING:
        db.execute(statement)
    for feed_id, url in db.execute("SELECT id, url FROM feeds").fetchall():
        host = (urlsplit(url).hostname or "").rstrip(".")
        db.execute("UPDATE feeds SET host = ? WHERE id = ?", (host, feed_id))


def m004_stories(db: sqlite_utils.Database) -> None:
    """Stories that can be explained, corrected by hand and compared quickly; withdrawn entries."""
    for statement in STORIES:
        db.execute(statement)


def m005_digests(db: sqlite_utils.Database) -> None:
    """Digests that remember what they told; an outbox that takes alerts; alerts."""
    for statement in DIGESTS:
        db.execute(statement)


def m006_page(db: sqlite_utils.Database) -> None:
    """Keep looks at searches, sessions, long work, and edits of config that can be taken back."""
    for statement in SEARCH + WEB:
        db.execute(statement)


STEPS: tuple[Callable[[sqlite_utils.Database], None], ...] = (
    m001_first,
    m002_topics,
    m003_fetching,
    m004_stories,
    m005_digests,
    m006_page,
)


def applied(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Return the names of the steps the file has had, [] for an empty file.

    Raises `SchemaError` when the file is a database of something else, or of a newer version.
    """
    tables = {
        row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    done: list[str] = []
    if "_sqlite_migrations" in tables:
        done = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (SET,)
            )
        ]
    if not done and tables - {"_sqlite_migrations", "sqlite_sequence"}:
        raise SchemaError(
            f"{path} is a database of something else (it has the table {min(tables)!r} and none "
            "of the monitor's); move it away, or choose another home."
        )
    unknown = [name for name in done if name not in names()]
    if unknown:
        raise SchemaError(
            f"{path} was written by a newer version of the monitor (schema step {unknown[-1]!r}); "
            "use that version, or put back a backup from before with: monitor db restore FILE"
        )
    return done


def names() -> list[str]:
    """Return the names of all steps this version knows, in order."""
    return [step.__name__ for step in STEPS]


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that are missing, inside the transaction the caller has begun.

    A step that fails leaves the former ones in place when the caller commits, so do not: raise.
    """
    import sqlite_utils
    from sqlite_utils import Migrations

    steps = Migrations(SET)
    for step in STEPS:
        steps(name=step.__name__)(step)
    # sqlite-utils reads rows as plain tuples, and loads any installed plugin unless told not to.
    factory, connection.row_factory = connection.row_factory, None
    try:
        steps.apply(sqlite_utils.Database(connection, execute_plugins=False))
    finally:
        connection.row_factory = factory


_FIRST = (
    "PRAGMA application_id = 0x61696D6F",
    """CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    )""",
    """CREATE TABLE feeds (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL UNIQUE,
        domain TEXT NOT NULL,
        config TEXT NOT NULL,
        in_config INTEGER NOT NULL DEFAULT 1,
        state TEXT NOT NULL DEFAULT 'new',
        title TEXT NOT NULL DEFAULT '',
        site_url TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        etag TEXT,
        last_modified TEXT,
        body_hash TEXT NOT NULL DEFAULT '',
        failures INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        last_fetched_at TEXT,
        last_ok_at TEXT,
        last_new_at TEXT,
        next_fetch_at TEXT NOT NULL,
        leased_until_at TEXT
    )""",
    "CREATE INDEX feeds_next_fetch_at ON feeds (next_fetch_at)",
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        key TEXT NOT NULL,
        guid TEXT NOT NULL,
        url TEXT NOT NULL,
        link TEXT NOT NULL,
        domain TEXT NOT NULL,
        title TEXT NOT NULL,
        author TEXT NOT NULL,
        language TEXT NOT NULL,
        published_at TEXT,
        published_raw TEXT NOT NULL,
        updated_at TEXT,
        first_seen_at TEXT NOT NULL,
        revised_at TEXT,
        content_hash TEXT NOT NULL,
        tags TEXT NOT NULL,
        enclosures TEXT NOT NULL,
        note TEXT NOT NULL,
        excerpt TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        UNIQUE (feed_id, key)
    )""",
    "CREATE INDEX entries_guid ON entries (feed_id, guid) WHERE guid <> ''",
    "CREATE INDEX entries_url ON entries (feed_id, url) WHERE url <> ''",
    "CREATE INDEX entries_first_seen_at ON entries (first_seen_at)",
    # Diacritics that are left carry meaning: folding has removed those that do not. Datasette and
    # sqlite-utils find the index of a table by `content="..."` written just so.
    """CREATE VIRTUAL TABLE entries_fts USING fts5 (
        title, text, forms,
        content="entries", content_rowid="id", tokenize="unicode61 remove_diacritics 0"
    )""",
    """CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
        seen_at TEXT NOT NULL,
        note TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL
    )""",
    "CREATE INDEX revisions_entry_id ON revisions (entry_id)",
    """CREATE TABLE tombstones (
        id INTEGER PRIMARY KEY,
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        key TEXT NOT NULL,
        guid TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        content_hash TEXT NOT NULL
    )""",
    "CREATE INDEX tombstones_key ON tombstones (feed_id, key)",
    "CREATE INDEX tombstones_guid ON tombstones (feed_id, guid) WHERE guid <> ''",
    "CREATE INDEX tombstones_url ON tombstones (feed_id, url) WHERE url <> ''",
    """CREATE TABLE topic_versions (
        topic TEXT NOT NULL,
        version INTEGER NOT NULL,
        definition TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (topic, version)
    )""",
    """CREATE TABLE rematched (
        topic TEXT PRIMARY KEY,
        version INTEGER NOT NULL
    )""",
    """CREATE TABLE matches (
        entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
        topic TEXT NOT NULL,
        version INTEGER NOT NULL,
        points INTEGER NOT NULL,
        evidence TEXT NOT NULL,
        PRIMARY KEY (entry_id, topic)
    )""",
    "CREATE INDEX matches_topic ON matches (topic, entry_id)",
    """CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        founder_id INTEGER NOT NULL REFERENCES entries (id),
        created_at TEXT NOT NULL
    )""",
    "CREATE INDEX stories_founder_id ON stories (founder_id)",
    """CREATE TABLE story_members (
        entry_id INTEGER PRIMARY KEY REFERENCES entries (id),
        story_id INTEGER NOT NULL REFERENCES stories (id),
        copy_of INTEGER REFERENCES entries (id),
        why TEXT NOT NULL,
        joined_at TEXT NOT NULL
    )""",
    "CREATE INDEX story_members_story_id ON story_members (story_id)",
    "CREATE INDEX story_members_copy_of ON story_members (copy_of) WHERE copy_of IS NOT NULL",
    """CREATE TABLE digests (
        name TEXT PRIMARY KEY,
        began_at TEXT NOT NULL
    )""",
    """CREATE TABLE editions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL,
        slot TEXT NOT NULL,
        local_on TEXT NOT NULL,
        from_at TEXT NOT NULL,
        until_at TEXT NOT NULL,
        timezone TEXT NOT NULL,
        created_at TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        markdown TEXT NOT NULL,
        html TEXT NOT NULL,
        json TEXT NOT NULL,
        UNIQUE (digest, slot)
    )""",
    """CREATE TABLE edition_entries (
        edition_id TEXT NOT NULL REFERENCES editions (id),
        topic TEXT NOT NULL,
        card INTEGER NOT NULL,
        story_id INTEGER NOT NULL,
        entry_id INTEGER NOT NULL REFERENCES entries (id),
        PRIMARY KEY (edition_id, topic, card, entry_id)
    )""",
    "CREATE INDEX edition_entries_entry_id ON edition_entries (entry_id)",
    """CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        edition_id TEXT NOT NULL REFERENCES editions (id),
        channel TEXT NOT NULL,
        address TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('planned', 'sending', 'sent', 'failed', 'unknown')),
        attempts INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        updated_at TEXT NOT NULL,
        UNIQUE (edition_id, channel, address)
    )""",
    """CREATE TABLE fetch_log (
        id INTEGER PRIMARY KEY,
        feed_id INTEGER NOT NULL REFERENCES feeds (id),
        at TEXT NOT NULL,
        result TEXT NOT NULL,
        status INTEGER NOT NULL,
        wire_bytes INTEGER NOT NULL,
        seconds REAL NOT NULL,
        entries INTEGER NOT NULL,
        message TEXT NOT NULL
    )""",
    "CREATE INDEX fetch_log_feed_id ON fetch_log (feed_id, at)",
)

_TOPICS = (
    "ALTER TABLE matches ADD COLUMN backfilled INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE rematching (
        topic TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        newest_id INTEGER NOT NULL,
        next_id INTEGER NOT NULL,
        floor_id INTEGER NOT NULL
    )""",
    "ALTER TABLE entries ADD COLUMN change INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX entries_change ON entries (change) WHERE change > 0",
    """CREATE TABLE judgements (
        entry_id INTEGER NOT NULL REFERENCES entries (id),
        topic TEXT NOT NULL,
        belongs INTEGER NOT NULL,
        judged_at TEXT NOT NULL,
        PRIMARY KEY (entry_id, topic)
    )""",
    "CREATE INDEX judgements_topic ON judgements (topic, entry_id)",
    """CREATE TABLE stars (
        entry_id INTEGER PRIMARY KEY REFERENCES entries (id),
        starred_at TEXT NOT NULL
    )""",
)
