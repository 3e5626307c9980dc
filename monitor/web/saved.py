"""The pages about saved searches: all of them, one with what is new in it, and changing them.

Reading a page notes no look: that is a button. Config is changed as the command line does it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from markupsafe import Markup
from starlette.responses import Response

from monitor.errors import (
    ChangedMeanwhileError,
    MonitorError,
    QueryError,
    UsageError,
)
from monitor.model.entry import Entry
from monitor.model.search import SavedSearch
from monitor.service import saved
from monitor.service.editing import Edited, stamp_of
from monitor.service.opened import OpenHome
from monitor.service.searching import Hit
from monitor.service.wiring import Services
from monitor.web.asked import see
from monitor.web.presenting import marked, page
from monitor.web.problems import status_of
from monitor.web.stars import starred_ids

PAGE_SIZE = 20
_LAST_PAGE = 50_000

Text = Annotated[str, Form()]


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)
    _reading(router, home, clock)
    _changing(router, home, clock)
    return router


def _reading(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    @router.get("/searches")
    def searches() -> Response:
        return _listed(home.services(), clock(), SavedSearch(name="", title="", query=""))

    @router.get("/searches/{name}")
    def search(name: str, number: Annotated[int, Query(alias="page")] = 1) -> Response:
        services, now = home.services(), clock()
        number = min(max(number, 1), _LAST_PAGE)
        first = (number - 1) * PAGE_SIZE
        shown = saved.shown(services, name, now=now, limit=PAGE_SIZE, offset=first)
        return page(
            "saved.html",
            services,
            now,
            here="search",
            shown=shown,
            standing=shown.standing,
            saved=shown.standing.search,
            found=shown.found,
            hits=[_shown_hit(hit, shown.next_id) for hit in shown.found.hits],
            first=first + 1,
            number=number,
            pages=-(-shown.found.total // PAGE_SIZE),
            starred=starred_ids(services),
            digests=services.settings.digests,
        )

    @router.get("/searches/{name}/edit")
    def edit(name: str) -> Response:
        services, made_from = home.stamped(saved.FILE)
        return _form(services, clock(), saved.search_named(services, name), made_from)


def _changing(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    @router.post("/searches")
    def add(name: Text = "", title: Text = "", query: Text = "", sort: Text = "newest") -> Response:
        services, now = home.services(), clock()
        wanted = SavedSearch(name=name.strip(), title=title, query=query, sort=_sort(sort))
        try:
            saved.save(services, wanted, now)
        except UsageError as error:
            return _listed(services, now, wanted, error)
        said = f"Saved. Other queries refer to it as saved:{wanted.name}."
        return see(f"/searches/{wanted.name}", said)

    @router.post("/searches/{name}/seen")
    def seen(name: str, until: Annotated[str, Form()]) -> Response:
        if not (until.isascii() and until.isdigit() and len(until) < 19):
            raise UsageError("What was seen is said by a number of an entry; open the page anew.")
        saved.mark_seen(home.services(), name, int(until), clock())
        return see(f"/searches/{name}", "Marked as seen. What comes from now on is new.")

    @router.post("/searches/{name}/edit")
    def change(
        name: str,
        title: Text = "",
        query: Text = "",
        sort: Text = "newest",
        seen: Text = "",
        do: Text = "save",
    ) -> Response:
        services, now = home.services(), clock()
        saved.search_named(services, name)
        wanted = SavedSearch(name=name, title=title, query=query, sort=_sort(sort))
        seen = stamp_of(seen, saved.FILE)
        try:
            if do == "preview":
                would = saved.preview_save(services, wanted, instead=True, seen=seen)
                return _form(services, now, wanted, seen, would=would)
            done = saved.save(services, wanted, now, instead=True, seen=seen)
        except ChangedMeanwhileError:
            return _conflict(home, now, wanted)
        except UsageError as error:
            # With the stamp that came: a newer one would say that the person saw what there is by now.
            return _form(services, now, wanted, seen, error=error)
        said = "Saved." if done.diffs else "Nothing to change: it was so already."
        return see(f"/searches/{name}", said)

    @router.post("/searches/{name}/remove")
    def remove(name: str, seen: Text = "") -> Response:
        services, made_from = home.stamped(saved.FILE)
        now, search = clock(), saved.search_named(services, name)
        try:
            saved.remove(services, name, now, seen=seen)
        except (UsageError, ChangedMeanwhileError) as error:
            return _form(services, now, search, made_from, error=error)
        return see("/searches", f"Removed {name}.")


def _listed(
    services: Services, now: datetime, wanted: SavedSearch, error: MonitorError | None = None
) -> Response:
    return page(
        "searches.html",
        services,
        now,
        status=status_of(error) if error else 200,
        here="search",
        standings=saved.standings(services, now),
        wanted=wanted,
        wrong=_told(error),
    )


def _form(
    services: Services,
    now: datetime,
    wanted: SavedSearch,
    seen: str,
    *,
    would: Edited[SavedSearch] | None = None,
    error: MonitorError | None = None,
) -> Response:
    return page(
        "saved_edit.html",
        services,
        now,
        status=status_of(error) if error else 200,
        here="search",
        wanted=wanted,
        named_by=saved.named_by(services, wanted.name),
        seen=seen,
        would=would,
        wrong=_told(error),
    )


def _conflict(home: OpenHome, now: datetime, wanted: SavedSearch) -> Response:
    """Show what was typed beside what the file says now, and let the person choose."""
    services, made_from = home.stamped(saved.FILE)
    return page(
        "saved_conflict.html",
        services,
        now,
        status=409,
        here="search",
        wanted=wanted,
        present=saved.search_named(services, wanted.name),
        seen=made_from,
    )


def _sort(text: str) -> Any:
    """Return a sort; settings refuse one nobody knows."""
    return text or "newest"


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong: a sentence; of a query the place, counted from 1, and what to do."""

    reason: str
    position: int = 0
    hint: str = ""


def _told(error: MonitorError | None) -> _Wrong | None:
    if isinstance(error, QueryError):
        return _Wrong(error.reason, error.position + 1, error.hint)
    return None if error is None else _Wrong(str(error))


@dataclass(frozen=True, slots=True)
class _ShownHit:
    """A hit with the words found marked in its title and its snippet; `new` since the last look."""

    entry: Entry
    title: Markup
    snippet: Markup
    new: bool


def _shown_hit(hit: Hit, next_id: int) -> _ShownHit:
    places = [each.span for each in hit.evidence if each.span and each.span.field == "title"]
    text = hit.snippet if hit.entry.text else ""  # without text it is the title again
    return _ShownHit(
        hit.entry,
        marked(hit.entry.title, [(place.start, place.end) for place in places]),
        marked(text, hit.spans if text else ()),
        hit.entry.id >= next_id,
    )
