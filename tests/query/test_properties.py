"""What holds for all queries and all entries, tried on thousands made up by hypothesis."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.query import Document, Query, candidates, evaluate, index_text, literal, parse, snippet
from monitor.query.folding import forms, tokens
from tests.query.texts import LISTS, POOLS, all_queries, all_texts, held, messes, texts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(text: str) -> Query | QueryError:
    try:
        return parse(text, LISTS)
    except QueryError as error:
        return error


def parsed(text: str) -> Query:
    answer = asked(text)
    assume(isinstance(answer, Query))
    assert isinstance(answer, Query)
    return answer


@settings(max_examples=180, deadline=None)
@given(st.one_of(messes, all_queries))
@example("NOT " * 60 + "a")
@example("(" * 60)
@example("a NEAR " * 60 + "a")
@example("title:" * 9)
def test_any_text_is_a_query_or_a_query_error_that_points_into_it(text: str) -> None:
    answer = asked(text)
    if isinstance(answer, QueryError):
        assert 0 <= answer.position <= len(text)
        assert answer.reason
        assert str(answer)
    else:
        assert answer.text == text


@settings(max_examples=180, deadline=None)
@given(st.one_of(all_queries, messes))
@example("10:30 'AND' 'title:x' \"a=b *\" =\"x y\" +b")
@example("title:(a NEAR/3 (b OR c) NEAR d) OR -(x y) z")
@example('url:"a b" outlet:(x OR -y)')
@example("𝒜~5= a^2) b?c. a/b")
def test_a_query_spelled_out_reads_back_as_the_same_tree(text: str) -> None:
    query = parsed(text)
    again = parse(query.spelled_out(), LISTS)
    assert again.root == query.root
    assert again.spelled_out() == query.spelled_out()


@settings(max_examples=120, deadline=None)
@given(st.one_of(messes, all_texts))
def test_a_literal_search_takes_any_text_and_reads_back(text: str) -> None:
    try:
        query = literal(text)
    except QueryError:
        assert forms(text.replace("*", " ")) == []
    else:
        assert parse(query.spelled_out()).root == query.root
        found = evaluate(query, Document(title="", text=text), NOW)
        assert found is not None


@settings(max_examples=180, deadline=None)
@given(st.one_of(st.text(max_size=60), all_texts))
def test_tokens_keep_to_the_original_text(text: str) -> None:
    found = tokens(text)
    assert [token.form for token in found] == forms(text)
    before = 0
    for token in found:
        assert before <= token.start < token.end <= len(text)
        assert token.form in "".join(forms(text[token.start : token.end]))
        before = token.start


class Index:
    """The full-text table as the store has it, in memory."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute(
            "CREATE VIRTUAL TABLE entries USING fts5(title, text, forms, "
            "tokenize='unicode61 remove_diacritics 0')"
        )

    def fill(self, documents: list[Document]) -> None:
        self.db.execute("DELETE FROM entries")
        for number, document in enumerate(documents):
            index = index_text(document.title, document.text, document.language)
            self.db.execute(
                "INSERT INTO entries(rowid, title, text, forms) VALUES (?, ?, ?, ?)",
                (number, index.title, index.text, index.forms),
            )

    def proposed(self, query: Query, count: int) -> set[int]:
        wanted = candidates(query, NOW)
        if wanted.fts is None:
            return set(range(count))
        rows = self.db.execute("SELECT rowid FROM entries WHERE entries MATCH ?", (wanted.fts,))
        return {row[0] for row in rows}


INDEX = Index()


@settings(max_examples=250, deadline=None)
@given(held())
def test_the_index_proposes_every_entry_the_evaluator_accepts(
    case: tuple[str, list[Document]],
) -> None:
    text, entries = case
    query = parsed(text)
    INDEX.fill(entries)
    proposed = INDEX.proposed(query, len(entries))
    for number, document in enumerate(entries):
        if evaluate(query, document, NOW) is not None:
            assert number in proposed
            topics = candidates(query, NOW).topics
            assert not topics or set(topics) & set(document.topics)


@settings(max_examples=120, deadline=None)
@given(st.text(min_size=1, max_size=40), st.text(max_size=10), st.sampled_from(["en", "de", "fr"]))
def test_the_index_proposes_entries_of_any_characters(text: str, after: str, language: str) -> None:
    found = forms(text)
    assume(found)
    document = Document(title=after, text=f"{after} {text} {after}", language=language)
    INDEX.fill([document])
    query = literal(text)
    assert evaluate(query, document, NOW) is not None
    assert INDEX.proposed(query, 1) == {0}


@settings(max_examples=120, deadline=None)
@given(st.one_of(messes, all_queries))
def test_what_the_index_is_asked_never_upsets_sqlite(text: str) -> None:
    INDEX.fill([Document(title="a", text="b")])
    INDEX.proposed(parsed(text), 1)


@settings(max_examples=180, deadline=None)
@given(held())
def test_evidence_is_the_text_at_its_span(case: tuple[str, list[Document]]) -> None:
    text, entries = case
    query = parsed(text)
    for document in entries:
        for one in evaluate(query, document, NOW) or ():
            if one.span is None:
                continue
            whole = document.title if one.span.field == "title" else document.text
            assert whole[one.span.start : one.span.end] == one.words
            assert forms(one.words)
            assert not one.words[0].isspace()
            assert not one.words[-1].isspace()


@settings(max_examples=150, deadline=None)
@given(texts(POOLS[0]), st.integers(5, 60))
def test_a_snippet_shows_the_words_of_its_spans(text: str, width: int) -> None:
    query = literal("chip")
    found = evaluate(query, Document(title="", text=text), NOW) or ()
    spans = [one.span for one in found if one.span is not None]
    shown, moved = snippet(text, spans, width)
    assert len(shown) <= width + 2 or any(s.end - s.start > width for s in spans)
    flat = "".join(" " if c.isspace() else c for c in text)
    assert shown.strip("…").rstrip() in flat
    for span in moved:
        assert shown[span.start : span.end].lower().startswith("chip")
    assert bool(moved) == bool(spans)
