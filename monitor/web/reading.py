"""The pages to read: today, search, one entry, one story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from monitor.digests.windows import next_due
from monitor.errors import NotFoundError, QueryError
from monitor.model.entry import Entry
from monitor.model.topic import Evidence, StoredMatch
from monitor.query import snippet
from monitor.service import digesting, showing
from monitor.service.changes import entry_edits, story_changes
from monitor.service.searching import Found, Hit, Sort, search
from monitor.service.shapes import read_id
from monitor.service.story_shapes import in_words
from monitor.service.wiring import Services
from monitor.web.frozen import frozen
from monitor.web.markup import readable
from monitor.web.presenting import marked, page

PAGE_SIZE = 20
_LAST_PAGE = 50_000
_CONTEXT = 140
_SHOWN_PLACES = 4


def routes(services: Services, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/")
    def today(digest: str | None = None) -> Response:
        now = clock()
        digests = services.settings.digests
        if not digests:
            return page("welcome.html", services, now, here="today")
        chosen = digesting.digest_named(services, digest or digests[0].name)
        _, rendered = digesting.preview(services, chosen.name, now)
        return page(
            "today.html",
            services,
            now,
            here="today",
            digest=chosen,
            digests=digests,
            edition=frozen(rendered.json),
            next_at=next_due(chosen, now),
        )

    @router.get("/search")
    def find(
        q: str = "", sort: str = "relevance", number: Annotated[int, Query(alias="page")] = 1
    ) -> Response:
        return _found(services, clock(), q, "newest" if sort == "newest" else "relevance", number)

    @router.get("/entries/{entry_id}")
    def entry(entry_id: str) -> Response:
        kind, number = read_id(entry_id)
        if kind != "e":
            raise NotFoundError(f"{entry_id} is a story; its page is /stories/{entry_id}.")
        whole, revisions, copies = showing.whole_entry(services, number)
        related = services.store.entries.entries([*copies, *filter(None, [whole.copy_of])])
        return page(
            "entry.html",
            services,
            clock(),
            entry=whole,
            title=marked(whole.title, _title_spans(whole)),
            body=readable(whole.html, _found_words(whole)),
            why=[(match, _places(whole, match)) for match in whole.matches],
            titles={topic.name: topic.title for topic in services.settings.topics},
            edits=list(zip(revisions, entry_edits(whole, revisions), strict=True))[::-1],
            copies=[each for each in related if each.id != whole.copy_of],
            original=next((each for each in related if each.id == whole.copy_of), None),
        )

    @router.get("/stories/{story_id}")
    def story(story_id: str) -> Response:
        kind, number = read_id(story_id)
        if kind != "s":
            raise NotFoundError(f"{story_id} is an entry; its page is /entries/{story_id}.")
        whole = showing.whole_story(services, number)
        if whole.id != number:
            return RedirectResponse(f"/stories/s{whole.id}", 308)
        entries = services.store.entries.entries([member.entry for member in whole.members])
        members = sorted(
            whole.members, key=lambda each: (each.published_at or each.first_seen_at, each.entry)
        )
        outlets = dict.fromkeys(each.outlet for each in members if each.copy_of is None)
        return page(
            "story.html",
            services,
            clock(),
            story=whole,
            members=members,
            entries={each.id: each for each in entries},
            outlets=list(outlets),
            copies=sum(each.copy_of is not None for each in members),
            rulings=[in_words(each) for each in showing.rulings_of(services, whole)],
            changes=story_changes(services, whole),
        )

    return router


def _found(services: Services, now: datetime, text: str, sort: Sort, number: int) -> Response:
    """Answer the search page: the form alone, hits, or what is wrong with the query."""
    number = min(max(number, 1), _LAST_PAGE)
    found: Found | None = None
    error: QueryError | None = None
    if text.strip():
        try:
            found = search(
                services,
                text,
                now=now,
                sort=sort,
                limit=PAGE_SIZE,
                offset=(number - 1) * PAGE_SIZE,
                or_literally=True,
            )
        except QueryError as refused:
            error = refused
    pages = -(-found.total // PAGE_SIZE) if found else 0
    return page(
        "search.html",
        services,
        now,
        status=400 if error else 200,
        here="search",
        query=text,
        sort=sort,
        number=number,
        pages=pages,
        first=(number - 1) * PAGE_SIZE + 1,
        found=found,
        hits=[_shown_hit(hit) for hit in found.hits] if found else [],
        error=error,
        topics=services.settings.topics,
    )


@dataclass(frozen=True, slots=True)
class _ShownHit:
    """A hit with the words found marked in its title and its snippet."""

    entry: Entry
    title: Markup
    snippet: Markup


def _shown_hit(hit: Hit) -> _ShownHit:
    title_spans = [
        (each.span.start, each.span.end)
        for each in hit.evidence
        if each.span is not None and each.span.field == "title"
    ]
    # Without text the snippet is the title again.
    text = hit.snippet if hit.entry.text else ""
    return _ShownHit(
        hit.entry, marked(hit.entry.title, title_spans), marked(text, hit.spans if text else ())
    )


def _title_spans(entry: Entry) -> list[tuple[int, int]]:
    return [
        (each.span.start, each.span.end)
        for match in entry.matches
        for each in match.evidence
        if each.span is not None and each.span.field == "title"
    ]


def _found_words(entry: Entry) -> set[str]:
    return {
        each.words
        for match in entry.matches
        for each in match.evidence
        if each.span is not None and each.span.field == "text"
    }


@dataclass(frozen=True, slots=True)
class _Places:
    """Where one clause of a topic's query was found: pieces of text with the words marked."""

    clause: str
    field: str
    pieces: list[Markup]
    more: int


def _places(entry: Entry, match: StoredMatch) -> list[_Places]:
    """Show the evidence of a match, by clause and field, each place in its surroundings."""
    ordered = sorted(match.evidence, key=lambda each: (each.clause, _field(each) != "title"))
    return [
        _of_clause(entry, clause, field, list(found))
        for (clause, field), found in groupby(ordered, key=lambda each: (each.clause, _field(each)))
    ]


def _field(evidence: Evidence) -> str:
    return evidence.span.field if evidence.span else "about"


def _of_clause(entry: Entry, clause: str, field: str, found: Sequence[Evidence]) -> _Places:
    pieces: dict[Markup, None] = {}
    for each in found:
        if each.span is None:
            pieces[marked(each.words, [])] = None
            continue
        text = entry.title if field == "title" else entry.text
        piece, spans = snippet(text, [each.span], _CONTEXT)
        pieces[marked(piece, [(span.start, span.end) for span in spans])] = None
    shown = list(pieces)[:_SHOWN_PLACES]
    return _Places(clause, field, shown, len(pieces) - len(shown))
