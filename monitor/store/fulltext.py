"""The full-text index of the entries, kept by hand.

It holds folded text (`monitor.query.superset.index_text`), not the stored one, so FTS5's own
triggers cannot fill it: each write adds what it stores, and to take an entry out it tells FTS5
the very words that were put in, folded anew from the stored text. That works only while everybody
folds alike, so the version of the folding stands in the table `meta`; with another version the
index is rebuilt when the database is opened, and a process that still folds the old way is
refused. https://sqlite.org/fts5.html#external_content_tables
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from monitor.errors import SchemaError
from monitor.model.search import IndexText

Doc = tuple[int, str, str, str]
"""Entry id, folded title, folded text, forms: a row of `entries_fts`."""

_VERSION = "folding_version"
_MERGING = "index_merging"
_BATCH = 500


def fold(title: str, text: str, language: str) -> IndexText:
    """Return what the index holds of an entry."""
    from monitor.query.superset import index_text

    return index_text(title, text, language)


def software_version() -> int:
    """Return the version of the folding this program does."""
    from monitor.query import superset

    return int(getattr(superset, "FOLDING_VERSION", 1))


def indexed_version(connection: sqlite3.Connection) -> int:
    """Return the version of the folding the index was made with, 0 for none yet."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_VERSION,)).fetchone()
    return int(row[0]) if row else 0


def require_version(connection: sqlite3.Connection) -> None:
    """Raise `SchemaError` when another version has rebuilt the index since we opened it."""
    if indexed_version(connection) != software_version():
        raise SchemaError(
            "The search index has been made by another version of the monitor since this one was "
            "started; stop this one and start it again."
        )


def doc(entry_id: int, folded: IndexText) -> Doc:
    """Return the row of the index for an entry."""
    return entry_id, folded.title, folded.text, folded.forms


def add(connection: sqlite3.Connection, docs: Iterable[Doc]) -> None:
    """Put entries into the index; they must not be there already."""
    connection.executemany(
        "INSERT INTO entries_fts (rowid, title, text, forms) VALUES (?, ?, ?, ?)", docs
    )


def remove(connection: sqlite3.Connection, docs: Iterable[Doc]) -> None:
    """Take entries out of the index; the rows must be those that were put in."""
    connection.executemany(
        "INSERT INTO entries_fts (entries_fts, rowid, title, text, forms) "
        "VALUES ('delete', ?, ?, ?, ?)",
        docs,
    )


def reindex(connection: sqlite3.Connection) -> int:
    """Rebuild the whole index from the entries, within the caller's transaction.

    Searches see the former index until it is committed. Return how many entries it holds.
    """
    connection.execute("INSERT INTO entries_fts (entries_fts) VALUES ('delete-all')")
    count = last = 0
    while rows := connection.execute(
        "SELECT id, title, text, language FROM entries WHERE id > ? ORDER BY id LIMIT ?",
        (last, _BATCH),
    ).fetchall():
        add(connection, [doc(row["id"], fold(*tuple(row)[1:])) for row in rows])
        last = rows[-1]["id"]
        count += len(rows)
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_VERSION, str(software_version())),
    )
    return count


def pieces(connection: sqlite3.Connection) -> int:
    """Return how many b-trees the index is made of; each word is looked up in all of them."""
    return int(
        connection.execute("SELECT count(DISTINCT segid) FROM entries_fts_idx").fetchone()[0]
    )


def is_merging(connection: sqlite3.Connection) -> bool:
    """Say whether `merge` has begun and not ended."""
    return bool(connection.execute("SELECT 1 FROM meta WHERE name = ?", (_MERGING,)).fetchone())


def merge(connection: sqlite3.Connection, pages: int) -> bool:
    """Merge about so many pages of the index into one b-tree; return whether that is done.

    https://sqlite.org/fts5.html#the_merge_command: it begins with a negative number, goes on with
    positive ones, and has ended when it changes less than two rows.
    """
    begun = is_merging(connection)
    before = connection.total_changes
    connection.execute(
        "INSERT INTO entries_fts (entries_fts, rank) VALUES ('merge', ?)",
        (pages if begun else -pages,),
    )
    ended = connection.total_changes - before < 2
    if ended:
        connection.execute("DELETE FROM meta WHERE name = ?", (_MERGING,))
    elif not begun:
        connection.execute("INSERT INTO meta (name, value) VALUES (?, '1')", (_MERGING,))
    return ended


def index_faults(connection: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the index, inside a write transaction; [] when it is sound."""
    entries = connection.execute("SELECT count(*) FROM entries").fetchone()[0]
    docs = connection.execute("SELECT count(*) FROM entries_fts_docsize").fetchone()[0]
    faults = []
    if entries != docs:
        faults.append(f"{entries} entries are stored and {docs} are in the search index")
    try:
        connection.execute("INSERT INTO entries_fts (entries_fts) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        faults.append(f"the search index is damaged ({error})")
    return faults
