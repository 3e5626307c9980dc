"""What the store proposes, what search finds and what a topic matches are one and the same.

Queries and entries are made up by hypothesis (all operators, lists, fields, dates; five languages
and mixtures with Chinese, Japanese and Korean) and go through a real database.
"""

from __future__ import annotations

import operator
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.model.entry import Enclosure
from monitor.model.topic import Topic
from monitor.query import candidates, document_of, evaluate, parse
from monitor.service.searching import search
from monitor.service.wiring import Services
from monitor.settings.home import Home
from monitor.settings.read import load
from monitor.store import Store, open_store
from monitor.topics import CompiledTopic, compile_topics
from monitor.topics.matching import index_topics, match_all
from tests.query.texts import LISTS, POOLS, Pool, queries, texts
from tests.store.builders import match, new, outcome, record, watch
from tests.store.test_editions import NEWEST, RENDERED, UNEDITED, an_edition

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AGES = (400, 30, 7, 2, 0)


@dataclass(frozen=True)
class Made:
    """An entry to be stored, and what a person or a digest did with it."""

    fields: dict[str, Any]
    topics: tuple[str, ...]
    starred: bool
    sent: bool


def made(pool: Pool) -> st.SearchStrategy[Made]:
    fields = st.fixed_dictionaries(
        {
            "title": texts(pool, 5).map(_storable),
            "text": texts(pool).map(_storable),
            "language": st.sampled_from(["", "en", "de", "fr-ca", "es", "zh", "ja", "ko", "it"]),
            "author": st.sampled_from(["", "Ann Smith"]),
            "tags": st.sampled_from([(), ("AI",), ("chips", "policy")]),
            "published_at": st.sampled_from([None, NOW, NOW - timedelta(days=400)]),
            "enclosures": st.sampled_from([(), (Enclosure("https://a.example/x", "audio/mpeg"),)]),
        }
    )
    # The domain is that of the address, as where a document was read.
    addresses = st.sampled_from(
        [
            {"url": "", "domain": ""},
            {"url": "https://www.nist.gov/news/1", "domain": "nist.gov"},
            {"url": "https://press.example/1", "domain": "press.example"},
        ]
    )
    fields = st.builds(operator.or_, fields, addresses)
    topics = st.sampled_from([(), ("chips",), ("chips", "export-controls")])
    return st.builds(Made, fields, topics, st.booleans(), st.booleans())


def _storable(text: str) -> str:
    """Return what a parsed document can hold: lone surrogates and NUL never come so far."""
    return "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], list[Made]]:
    pool = draw(st.sampled_from(POOLS))
    asked = [*draw(st.lists(queries(pool), min_size=8, max_size=8)), *draw(st.permutations(pool))]
    return asked, draw(st.lists(made(pool), min_size=2, max_size=5))


@contextmanager
def stored(entries: list[Made]) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "monitor.db")
        try:
            (feed,) = watch(store, "https://feeds.press.example/chip-news", now=NOW)
            for number, (entry, age) in enumerate(zip(entries, AGES, strict=False)):
                matches = tuple(map(match, entry.topics))
                at = NOW - timedelta(days=age)
                brought = outcome(feed, new(f"{number}", matches=matches, **entry.fields), at=at)
                (stored_id,) = record(store, brought, at).new_ids
                if entry.starred:
                    store.stars.star([stored_id], NOW)
                if entry.sent:
                    edition = an_edition(f"slot {number}", entries=(stored_id,))
                    window = replace(edition.window, from_at=at, until_at=at)
                    frozen = replace(edition, window=window)
                    store.editions.freeze(frozen, RENDERED, (), NOW, NEWEST, UNEDITED)
            yield store
        finally:
            store.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Make a home with nothing in it but what must be."""
    root = tmp_path_factory.mktemp("home")
    (root / "config").mkdir()
    (root / "config" / "monitor.toml").write_text("")
    return Home(root)


def compiled(text: str) -> CompiledTopic | None:
    try:
        return compile_topics([Topic(name="t", title="T", query=text)], LISTS)[0]
    except QueryError:
        return None  # topic: and the like, which a topic cannot ask


@settings(max_examples=60, deadline=None)
@given(cases())
def test_search_finds_exactly_what_the_evaluator_accepts(
    home: Home, case: tuple[list[str], list[Made]]
) -> None:
    asked, entries = case
    with stored(entries) as store:
        everything = store.entries.entries(range(1, store.entries.newest_id() + 1))
        opened = Services(home, replace(load(home), lists=LISTS), store, (), index_topics(()), {})
        for text in asked:
            try:
                query = parse(text, LISTS)
            except QueryError:
                continue  # a spelling of the pool that stands alone for nothing
            documents = {entry.id: document_of(entry) for entry in everything}
            held = {each: evaluate(query, one, NOW) for each, one in documents.items()}
            accepted = {each for each, evidence in held.items() if evidence is not None}
            event(f"some accepted: {bool(accepted)}")
            proposed = store.entries.candidates(candidates(query, NOW))
            assert {each.entry.id for each in proposed} >= accepted
            found = search(opened, text, now=NOW, sort="newest", limit=100)
            assert {hit.entry.id for hit in found.hits} == accepted
            assert found.total == len(accepted)
            again = search(opened, found.understood, now=NOW, limit=100)
            assert {hit.entry.id for hit in again.hits} == accepted
            if topic := compiled(text):
                index = index_topics((topic,))
                matched = {
                    e for e, one in documents.items() if match_all(index, one, {"t": 1}, NOW)
                }
                assert matched == accepted
