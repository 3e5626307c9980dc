"""The page Search: the form, what was found and how it was understood, and what surrounds it.

Every state has an address: `q`, `sort`, `group`, `page`, and `filters=1` for facets and histogram in the
page itself, which htmx otherwise loads behind the hits, as they take longer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from monitor.errors import QueryError
from monitor.model.entry import Entry
from monitor.model.facet import By
from monitor.query import parse
from monitor.service.facets import Around, around, clauses_in_use
from monitor.service.found import FURTHEST
from monitor.service.found_groups import MOST_READ, FoundGroups, Group, flat, grouped
from monitor.service.opened import OpenHome
from monitor.service.searching import Sort, search
from monitor.service.wiring import Services
from monitor.web.charting import chart
from monitor.web.presenting import marked, page, search_url, slug

PAGE_SIZE = 20
_SHOWN_MORE = 25
_LONGEST_NAME = 60

GroupBy = Literal["story", "entry"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the page asks for."""

    query: str
    sort: Sort
    group: GroupBy
    number: int
    filters: bool
    by: By | None

    def at(self, path: str = "/search", **changed: Any) -> str:
        """Return the address of this state with some of it changed; what is usual is left out."""
        state = {
            "q": self.query,
            "sort": self.sort,
            "group": self.group,
            "page": self.number,
            "filters": int(self.filters),
            "by": self.by,
        } | changed
        usual = {"sort": "relevance", "group": "story", "page": 1}
        kept = {name: value for name, value in state.items() if usual.get(name) != value}
        return search_url(path, **kept)


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/search")
    def find(
        q: str = "",
        sort: str = "",
        group: str = "",
        number: Annotated[int, Query(alias="page")] = 1,
        filters: str = "",
        by: str = "",
    ) -> Response:
        asked = _asked(q, sort, group, number, filters, by)
        return _found(home.services(), clock(), asked)

    @router.get("/search/facets")
    def facets(q: str = "", sort: str = "", group: str = "", by: str = "") -> Response:
        services, now = home.services(), clock()
        asked = _asked(q, sort, group, 1, "", by)
        return page(
            "part_facets.html", services, now, asked_for=asked, **_surrounding(services, now, asked)
        )

    return router


def _asked(query: str, sort: str, group: str, number: int, filters: str, by: str) -> Asked:
    """Read an address; values nobody knows are the usual ones."""
    length: dict[str, By] = {"day": "day", "week": "week", "month": "month"}
    return Asked(
        query,
        "newest" if sort == "newest" else "relevance",
        "entry" if group == "entry" else "story",
        min(max(number, 1), FURTHEST // PAGE_SIZE),
        filters == "1",
        length.get(by),
    )


def _found(services: Services, now: datetime, asked: Asked) -> Response:
    """Answer the page: the form alone, hits, or what is wrong with the query."""
    found: FoundGroups | None = None
    error: QueryError | None = None
    if asked.query.strip():
        try:
            found = _groups(services, now, asked)
        except QueryError as refused:
            error = refused
    # Text that is no query was searched word for word; the place tells what to mend.
    slip = error or (_slip(services, asked.query) if found and found.found.note else None)
    surrounding = (
        _surrounding(services, now, asked)
        if found and asked.filters
        else {"around": None, "chart": None}
    )
    return page(
        "search.html",
        services,
        now,
        status=400 if error else 200,
        here="search",
        query=asked.query,
        asked_for=asked,
        page_of=found,
        found=found.found if found else None,
        groups=[_shown(group) for group in found.groups] if found else [],
        first=(asked.number - 1) * PAGE_SIZE + 1,
        slip=_Slip.of(slip) if slip else None,
        mended=_without_slip(services, slip) if slip else "",
        error=error,
        in_use=clauses_in_use(services, asked.query) if found else (),
        topics=services.settings.topics,
        pages=-(-(found.in_all or 0) // PAGE_SIZE) if found else 0,
        most_read=MOST_READ,
        furthest=FURTHEST,
        save_as=slug(asked.query, _LONGEST_NAME // 2),
        **surrounding,
    )


def _groups(services: Services, now: datetime, asked: Asked) -> FoundGroups:
    offset = (asked.number - 1) * PAGE_SIZE
    ask = partial(
        grouped if asked.group == "story" else search,
        services,
        asked.query,
        now=now,
        sort=asked.sort,
        limit=PAGE_SIZE,
        offset=offset,
        or_literally=True,
    )
    found = ask()
    if isinstance(found, FoundGroups):
        return found
    entries = flat(found, PAGE_SIZE, offset)
    if offset + PAGE_SIZE < FURTHEST:
        return entries
    return replace(entries, goes_on=False, cut=entries.goes_on)


def _surrounding(services: Services, now: datetime, asked: Asked) -> dict[str, Any]:
    """Return what the facets' part of the page is given; nothing for text without a word."""
    found: Around | None = None
    if asked.query.strip():
        try:
            found = around(services, asked.query, now, asked.by)
        except QueryError:
            found = None
    return {"around": found, "chart": chart(found.histogram) if found else None}


def _slip(services: Services, text: str) -> QueryError | None:
    try:
        parse(text, services.settings.lists)
    except QueryError as error:
        return error
    return None


def _without_slip(services: Services, slip: QueryError) -> str:
    """Return the text without the clause at which it stops being a query, "" where that is none either."""
    text, place = slip.text, slip.position
    start = max((text.rfind(blank, 0, place) for blank in " \t\r\n"), default=-1) + 1
    end = next((at for at in range(place, len(text)) if text[at].isspace()), len(text))
    left = f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()
    return left if left and _slip(services, left) is None else ""


@dataclass(frozen=True, slots=True)
class _Slip:
    """Where a text stops being a query: the line before, at and behind the place, and what helps."""

    reason: str
    hint: str
    before: str
    at: str
    behind: str
    position: int

    @classmethod
    def of(cls, error: QueryError) -> _Slip:
        text, place = error.text, error.position
        return cls(
            error.reason,
            error.hint,
            ("…" if place > 60 else "") + text[max(0, place - 60) : place],
            text[place : place + 1],
            text[place + 1 : place + 60] + ("…" if len(text) > place + 60 else ""),
            place + 1,
        )


@dataclass(frozen=True, slots=True)
class _ShownGroup:
    """A story with the words found marked in the title and snippet of its best hit."""

    entry: Entry
    title: Markup
    snippet: Markup
    more: tuple[Entry, ...]
    hidden: int
    told: str


def _shown(group: Group) -> _ShownGroup:
    hit = group.hit
    title_spans = [
        (each.span.start, each.span.end)
        for each in hit.evidence
        if each.span is not None and each.span.field == "title"
    ]
    # Without text the snippet is the title again.
    text = hit.snippet if hit.entry.text else ""
    more = (*group.reports, *group.copies)
    return _ShownGroup(
        hit.entry,
        marked(hit.entry.title, title_spans),
        marked(text, hit.spans if text else ()),
        more[:_SHOWN_MORE],
        max(0, len(more) - _SHOWN_MORE),
        _told(group),
    )


def _told(group: Group) -> str:
    """Say what else of a story was found: "4 more reports by A, B and 2 others; 1 copy by C"."""
    told = []
    for entries, one, many in (
        (group.reports, "more report", "more reports"),
        (group.copies, "copy", "copies"),
    ):
        if entries:
            outlets = list(dict.fromkeys(entry.outlet for entry in entries))
            others = f" and {len(outlets) - 3} others" if len(outlets) > 4 else ""
            names = ", ".join(outlets[: 3 if others else 4])
            told.append(f"{len(entries)} {one if len(entries) == 1 else many} by {names}{others}")
    return "; ".join(told)
