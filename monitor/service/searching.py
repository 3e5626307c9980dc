"""Search what was stored: the index proposes, the evaluator decides, what is best is told by its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from monitor.model.entry import Entry
from monitor.model.search import CountIs
from monitor.model.topic import Evidence, Span
from monitor.query import Query, document_of, snippet
from monitor.query.evaluate import shown
from monitor.query.tree import Meta, walk
from monitor.service.found import Page, Sort, page_of
from monitor.service.query_text import query_of
from monitor.service.spelling import suggestion
from monitor.service.wiring import Services
from monitor.settings.faults import nearest

__all__ = ["Found", "Hit", "Sort", "hit_of", "search"]

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

    `total_is` says whether `total` was counted, estimated, or counted up to a bound. `understood` is
    the query with its operators spelled out; `note` says that the text was no query and was searched
    word for word, "" otherwise. `suggestion` is a query that finds something where this one
    finds nothing, or "". `seconds` is wall time.
    """

    query: str
    understood: str
    warnings: tuple[str, ...]
    note: str
    total: int
    total_is: CountIs = "exact"
    hits: tuple[Hit, ...]
    seconds: float
    suggestion: str = ""


def search(
    services: Services,
    text: str,
    *,
    now: datetime,
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
    or_literally: bool = False,
    exact: bool = False,
    before: int | None = None,
) -> Found:
    """Find stored entries. With `exact` all that may fit is looked at, so that `total` is counted.

    With `before` only entries below that id are looked for and counted: where a list goes on.

    Raises `QueryError` when the text is no query, unless `or_literally`: then its words are
    looked for as they stand, and `Found.note` says so.
    """
    started = perf_counter()
    query, no_query = query_of(services, text, or_literally=or_literally)
    note = ""
    if no_query is not None:
        note = f"This is not a query ({no_query.reason}), so its words were searched as they stand."
    page = page_of(
        services.store,
        query,
        now=now,
        sort=sort,
        limit=limit,
        offset=offset,
        exact=exact,
        before=before,
    )
    return Found(
        query=text,
        understood=query.spelled_out(),
        warnings=(
            *query.warnings,
            *_unknown_topics(query, [compiled.name for compiled in services.topics]),
            *_cut_short(page),
        ),
        note=note,
        total=page.total,
        total_is=page.total_is,
        hits=_hits(services, query, page, now),
        suggestion=suggestion(services, query, text, now, found=page.total > 0),
        seconds=perf_counter() - started,
    )


def _hits(services: Services, query: Query, page: Page, now: datetime) -> tuple[Hit, ...]:
    """Return the hits of a page with all that is shown of them."""
    ids = [entry_id for entry_id, _ in page.hits]
    scores = dict(page.hits)
    copies = services.store.stories.copies(ids)
    return tuple(
        hit_of(
            entry, scores[entry.id], shown(query, document_of(entry), now), copies.get(entry.id, ())
        )
        for entry in services.store.entries.entries(ids)
    )


def _cut_short(page: Page) -> Iterator[str]:
    if page.cut_short:
        yield (
            f"Of the entries that may fit, {page.looked_at:,} were looked at and no more; an exact "
            "count looks at all of them"
        )


def _unknown_topics(query: Query, known: Sequence[str]) -> Iterator[str]:
    """Warn of each `topic:` that names no topic: it finds nothing, most likely a slip."""
    told = set()
    for node in walk(query.root, lists=False):
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


def hit_of(
    entry: Entry, score: float, evidence: tuple[Evidence, ...], copies: tuple[int, ...] = ()
) -> Hit:
    """Return an entry with the piece of it that shows the words found."""
    spans = [each.span for each in evidence if each.span is not None]
    in_text = [span for span in spans if span.field == "text"]
    if in_text or not entry.title:
        return Hit(entry, score, evidence, *_cut(entry.text, in_text), copies)
    if entry.text:
        return Hit(entry, score, evidence, *_cut(entry.text, []), copies)
    return Hit(entry, score, evidence, *_cut(entry.title, spans), copies)


def _cut(text: str, spans: list[Span]) -> tuple[str, tuple[tuple[int, int], ...]]:
    piece, found = snippet(text, spans, SNIPPET_WIDTH)
    merged: list[tuple[int, int]] = []
    for span in found:  # in order of their start; two clauses may have found the same words
        if merged and span.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        else:
            merged.append((span.start, span.end))
    return piece, tuple(merged)
