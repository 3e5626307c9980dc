"""The page of one entry: what it says, why it matched or did not, and what a person says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from markupsafe import Markup
from starlette.responses import Response

from monitor.model.entry import Entry
from monitor.model.topic import Span, StoredMatch
from monitor.query import snippet
from monitor.service import judging, rematching, showing, trying
from monitor.service.changes import entry_edits
from monitor.service.masks import feed_of
from monitor.service.opened import OpenHome
from monitor.service.similar import Similar, similar
from monitor.service.wiring import Services
from monitor.topics.explain import Explanation
from monitor.web.asked import see
from monitor.web.markup import has_pictures, readable
from monitor.web.presenting import marked, page
from monitor.web.row_ids import entry_number
from monitor.web.safety import HEADERS

WITH_PICTURES = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "img-src 'self'", "img-src 'self' https:"
    ),
    # Without cookies, where the browser can; require-corp would keep most pictures out.
    "Cross-Origin-Embedder-Policy": "credentialless",
}
"""Headers of an entry's page whose pictures somebody has asked for."""
_CONTEXT = 140
_NEAR = 70
"""Characters from the first word of a place to the last, half of what is shown around them."""
_SIMILAR = 6
_SHOWN_PLACES = 4


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/entries/{entry_id}")
    def entry(entry_id: str, topic: str = "", like: str = "", pictures: bool = False) -> Response:
        services, now = home.services(), clock()
        number = entry_number(entry_id)
        whole, revisions, copies = showing.whole_entry(services, number)
        related = services.store.entries.entries([*copies, *filter(None, [whole.copy_of])])
        answer = page(
            "entry.html",
            services,
            now,
            entry=whole,
            feed=feed_of(whole),
            title=marked(whole.title, _title_spans(whole)),
            body=readable(whole.html, _found_words(whole), pictures=pictures),
            pictures=pictures,
            has_pictures=has_pictures(whole.html),
            why=[(match, places_of(whole, match)) for match in whole.matches],
            titles={each.name: each.title for each in services.settings.topics},
            judged=judgements_of(services, number),
            explained=_explained(services, topic, number, now) if topic else None,
            edits=list(zip(revisions, entry_edits(whole, revisions), strict=True))[::-1],
            copies=[each for each in related if each.id != whole.copy_of],
            original=next((each for each in related if each.id == whole.copy_of), None),
            similar=_similar(services, number, now) if like == "1" else None,
        )
        if pictures:
            answer.headers.update(WITH_PICTURES)
        return answer

    @router.get("/entries/{entry_id}/similar")
    def alike(entry_id: str) -> Response:
        services, now = home.services(), clock()
        found = _similar(services, entry_number(entry_id), now)
        return page("part_similar.html", services, now, similar=found)

    @router.post("/entries/{entry_id}/judge")
    def judge(
        entry_id: str,
        topic: Annotated[str, Form()],
        said: Annotated[Literal["yes", "no", "nothing"], Form()],
    ) -> Response:
        services = home.services()
        number = entry_number(entry_id)
        here = f"/entries/e{number}"
        if said == "nothing":
            services.store.judgements.remove([number], topic)
            return see(here, f"Nothing is said about e{number} and {topic} any more.")
        judging.judge(services, [number], topic, said == "yes", clock())
        verb = "belongs" if said == "yes" else "does not belong"
        return see(here, f"Kept: e{number} {verb} to {topic}.")

    return router


def _similar(services: Services, number: int, now: datetime) -> Similar:
    return similar(services, number, now=now, limit=_SIMILAR)


def judgements_of(services: Services, number: int) -> dict[str, bool]:
    """Return what was said about an entry: by topic, whether it belongs there."""
    return {each.topic: each.belongs for each in services.store.judgements.judgements(entry=number)}


def _explained(services: Services, topic: str, number: int, now: datetime) -> Explanation:
    return trying.explain_entry(services, rematching.topic_named(services, topic), number, now)


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


@dataclass(slots=True)
class Place:
    """One place of an entry with all its words found there marked, and the clauses that found them."""

    field: str
    piece: Markup
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a match was found, each place once; `more` are those where only clauses stand that were shown."""

    shown: list[Place]
    more: int


def places_of(entry: Entry, match: StoredMatch) -> Places:
    """Show the evidence of a match, each place once in its surroundings with all clauses that hold there."""
    shown: dict[tuple[str, Markup], Place] = {}
    told: Counter[str] = Counter()
    more = 0
    for place in (*_in_text(entry.title, "title", match), *_in_text(entry.text, "text", match)):
        said = shown.get((place.field, place.piece))
        if said is not None:
            said.clauses = tuple(dict.fromkeys((*said.clauses, *place.clauses)))
        elif all(told[clause] >= _SHOWN_PLACES for clause in place.clauses):
            more += 1
        else:
            told.update(place.clauses)
            shown[place.field, place.piece] = place
    about = [
        Place("about", marked(each.words, []), (each.clause,))
        for each in match.evidence
        if each.span is None
    ]
    return Places([*shown.values(), *about], more)


def _in_text(text: str, field: str, match: StoredMatch) -> Iterator[Place]:
    """Yield the places of a text from its beginning on: words near each other are one place."""
    found = [
        (each.span, each.clause)
        for each in match.evidence
        if each.span is not None and each.span.field == field
    ]
    near: list[tuple[Span, str]] = []
    for span, clause in sorted(found, key=lambda pair: (pair[0].start, pair[0].end)):
        if near and span.start > near[0][0].start + _NEAR:
            yield _place(text, field, near)
            near = []
        near.append((span, clause))
    if near:
        yield _place(text, field, near)


def _place(text: str, field: str, near: Sequence[tuple[Span, str]]) -> Place:
    piece, spans = snippet(text, [span for span, _ in near], _CONTEXT)
    clauses = tuple(dict.fromkeys(clause for _, clause in near))
    return Place(field, marked(piece, [(span.start, span.end) for span in spans]), clauses)
