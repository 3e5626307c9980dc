"""Every document of the feed corpus, against what feedparser itself finds in it."""

import csv
import io
from pathlib import Path

import feedparser
import pytest

from monitor.model.entry import ParsedFeed
from monitor.parse.identity import decide_entries, keyed
from tests.parse.feeds import outcome_of

BROKEN_OFF = {"openstreetmap-osm-pl.rss"}
"""Ends within its last entry, which is left to the next fetch."""
EVERY = 9
"""The quick suite reads each ninth document; the long one all."""


def documents(shared: Path) -> list[tuple[Path, int]]:
    with (shared / "corpus" / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        (shared / "corpus" / "feeds" / row["file"], int(row["entries"] or 0))
        if row["format"] != "not-a-feed"
        else (shared / "corpus" / "feeds" / row["file"], -1)
        for row in rows
    ]


def check(path: Path, entries: int) -> None:
    outcome = outcome_of(path.read_bytes(), url=f"https://corpus.example/{path.name}")
    if entries < 0:
        assert not isinstance(outcome, ParsedFeed), path.name
        assert outcome.kind == "not-a-feed", path.name
        return
    assert isinstance(outcome, ParsedFeed), (path.name, outcome)
    missing = 1 if path.name in BROKEN_OFF else 0
    assert len(outcome.entries) == entries - missing, path.name
    assert outcome.partial == bool(missing), path.name
    found = keyed(outcome.entries)
    decided = decide_entries(found, ())
    assert len(decided.new) == len(found), path.name


def test_each_document_gives_the_entries_that_the_manifest_counts(shared: Path) -> None:
    checked = documents(shared)[::EVERY]
    assert len(checked) > 60
    for path, entries in checked:
        check(path, entries)


@pytest.mark.long
def test_all_documents_give_the_entries_that_feedparser_finds(shared: Path) -> None:
    for path, entries in documents(shared):
        check(path, entries)
        if path.suffix in {".rss", ".atom"}:
            theirs = feedparser.parse(
                io.BytesIO(path.read_bytes()), sanitize_html=False, resolve_relative_uris=False
            )
            assert len(theirs.entries) == max(entries, 0), path.name
