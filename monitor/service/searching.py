"""Search what was stored: the index proposes, the evaluator decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Literal

from monitor.errors import QueryError
from monitor.model.entry import Entry
from monitor.model.topic import Evidence, Span
from monitor.query import Query, candidates, document_of, evaluate, literal, parse, snippet
from monitor.query.tree import Meta, walk
from monitor.service.wiring import Services
from monitor.settings.faults import nearest

Sort = Literal["relevance", "newest"]
SNIPPET_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry the query accepts, with why.

    `snippet` is a piece of the entry's text (of its title where the text has no words found)
    around the words found; `spans` are the places of these words in it, half-open. `copies` are
    the other entries with the same text.
    """

    entry: Entry
    score: float
    evidence: tuple[Evidence, ...]
    snippet: str
    spans: tuple[tuple[int, int], ...]
    copies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a search. `total` counts all hits, `hits` are those of the page asked for.

    `understood` is the query with its operators spelled out; `note` says that the text was no
    query and was searched word for word, "" otherwise. `seconds` is wall time.
    """

    query: str
    understood: str
    warnings: tuple[str, ...]
    note: str
    total: int
    hits: tuple[Hit, ...]
    seconds: float


def search(
    services: Services,
    text: str,
    *,
    now: datetime,
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
    or_literally: bool = False,
    before: int | None = None,
) -> Found:
    """Find stored entries. With `before` the page begins below that entry id; `total` counts all.

    Raises `QueryError` when the text is no query, unless `or_literally`: then its words are
    looked for as they stand, and `Found.note` says so.
    """
    started = perf_counter()
    note = ""
    try:
        query = parse(text, services.settings.lists)
    except QueryError as error:
        if not or_literally:
            raise
        query = literal(text)
        note = f"This is not a query ({error.reason}), so its words were searched as they stand."
    total = below = 0
    page: list[tuple[Entry, float, tuple[Evidence, ...]]] = []
    proposed = services.store.entries.candidates(
        candidates(query, now), newest_first=sort == "newest"
    )
    for candidate in proposed:
        evidence = evaluate(query, document_of(candidate.entry), now)
        if evidence is None:
            continue
        if before is None or candidate.entry.id < before:
            if offset <= below < offset + limit:
                page.append((candidate.entry, candidate.score, evidence))
            below += 1
        total += 1
    copies = services.store.stories.copies([entry.id for entry, *_ in page])
    return Found(
        query=text,
        understood=query.spelled_out(),
        warnings=(
            *query.warnings,
            *_unknown_topics(query, [compiled.name for compiled in services.topics]),
        ),
        note=note,
        total=total,
        hits=tuple(replace(_hit(*each), copies=copies.get(each[0].id, ())) for each in page),
        seconds=perf_counter() - started,
    )


def _unknown_topics(query: Query, known: Sequence[str]) -> Iterator[str]:
    """Warn of each `topic:` that names no topic: it finds nothing, most likely a slip."""
    told = set()
    for node in walk(query.root):
        if not isinstance(node, Meta) or node.name != "topic" or node.value in told:
            continue
        told.add(node.value)
        wanted = node.value.lower()
        begun = wanted[:-1] if wanted.endswith("*") else None
        if any(name == node.value or name == wanted for name in known) or (
            begun is not None
            and (not begun or any(each.lower().startswith(begun) for each in known))
        ):
            continue
        near = nearest(wanted.rstrip("*"), known)
        hint = f"; did you mean topic:{near}?" if near else ""
        yield f"No topic is called {node.value!r}{hint}"


def _hit(entry: Entry, score: float, evidence: tuple[Evidence, ...]) -> Hit:
    spans = [each.span for each in evidence if each.span is not None]
    in_text = [span for span in spans if span.field == "text"]
    if in_text or not entry.title:
        return Hit(entry, score, evidence, *_cut(entry.text, in_text))
    if entry.text:
        return Hit(entry, score, evidence, *_cut(entry.text, []))
    return Hit(entry, score, evidence, *_cut(entry.title, spans))


def _cut(text: str, spans: list[Span]) -> tuple[str, tuple[tuple[int, int], ...]]:
    piece, found = snippet(text, spans, SNIPPET_WIDTH)
    merged: list[tuple[int, int]] = []
    for span in found:  # in order of their start; two clauses may have found the same words
        if merged and span.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        else:
            merged.append((span.start, span.end))
    return piece, tuple(merged)
