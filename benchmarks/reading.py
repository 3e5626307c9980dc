"""Show stored entries beside what their document says, for a person to compare."""

from __future__ import annotations

import contextlib
import html
import random
import sqlite3
from collections.abc import Mapping
from pathlib import Path

AROUND = 700
"""Characters of the document shown, from shortly before the entry's id, link or title."""


def print_sample(
    home: Path, folder: Path, names: Mapping[str, str], count: int, chance: random.Random
) -> None:
    """Print `count` stored entries, each with its piece of the file. `names`: file by address."""
    database = sqlite3.connect(f"file:{home / 'db' / 'monitor.db'}?mode=ro", uri=True)
    with contextlib.closing(database):
        ids = [row[0] for row in database.execute("SELECT id FROM entries ORDER BY id")]
        for number, entry in enumerate(sorted(chance.sample(ids, min(count, len(ids)))), 1):
            url, guid, link, title, published, raw, text = database.execute(
                "SELECT feeds.url, guid, link, entries.title, published_at, published_raw, text"
                " FROM entries JOIN feeds ON feeds.id = feed_id WHERE entries.id = ?",
                (entry,),
            ).fetchone()
            name = names[url]
            document = (folder / name).read_bytes().decode("utf-8", "replace")
            print(f"\n=== {number}. {name}, entry {entry}")
            print(f"title  {title}\nlink   {link}\ndate   {published}   (written {raw!r})")
            print(f"text   {text[:200]}")
            print(f"--- in the file\n{snippet(document, guid, link, title)}")


def snippet(document: str, *traits: str) -> str:
    """Return the part of a document around the first trait of an entry that is found in it."""
    for trait in traits:
        for written in (trait, html.escape(trait, quote=False), trait.replace("/", "\\/")):
            place = document.find(written) if written else -1
            if place >= 0:
                start = max(0, place - AROUND // 3)
                return " ".join(document[start : start + AROUND].split())
    return "(neither id, link nor title is in the file as stored)"
