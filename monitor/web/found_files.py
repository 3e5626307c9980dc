"""What a search leaves the page as: files with the whole result, and feeds of the newest hits.

Files are sent as they are read. Feeds are the same bytes until something new is found, and carry an
ETag, so that a reader that asks again is answered 304 (RFC 9110 section 13.1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from monitor.service.export_values import About, changed_at
from monitor.service.exporting import FORMS, export
from monitor.service.facets import timezone_of
from monitor.service.opened import OpenHome
from monitor.service.searching import search
from monitor.service.whole_result import whole_result
from monitor.service.wiring import Services
from monitor.web.outputs import IN_FEED, base_of, same_or
from monitor.web.presenting import slug

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
FILES = ("csv", "jsonl", "markdown", "bibtex", "ris")
_FEEDS = ("atom", "jsonfeed")
_LONGEST_SLUG = 60
_PIECE = 64 * 1024


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    def add_file(form: str) -> None:
        @router.get(f"/search.{FORMS[form].ending}", name=f"search_{form}")
        def file(request: Request, q: str = "") -> Response:
            return result_file(request, home.services(), form, q, clock(), or_literally=True)

    def add_feed(form: str) -> None:
        @router.get(f"/search.{FORMS[form].ending}", name=f"search_{form}")
        def feed(request: Request, q: str = "") -> Response:
            services, now = home.services(), clock()
            found = search(services, q, now=now, sort="newest", limit=IN_FEED, or_literally=True)
            about = About(
                query=q,
                understood=found.understood,
                now=now,
                base=base_of(request, services),
                updated_at=max((changed_at(hit.entry) for hit in found.hits), default=_BEGINNING),
            )
            return same_or(
                request, "".join(export(form, about, found.hits)), FORMS[form].media_type
            )

    for form in FILES:
        add_file(form)
    for form in _FEEDS:
        add_feed(form)
    return router


def result_file(
    request: Request, services: Services, form: str, q: str, now: datetime, *, or_literally: bool
) -> Response:
    """Answer with the whole result of a search in a form of `FILES`, sent as it is read.

    Raises `QueryError` for text that is no query, unless `or_literally`.
    """
    whole = whole_result(services, q, now=now, or_literally=or_literally)
    about = About(query=q, understood=whole.understood, now=now, base=base_of(request, services))
    ending, media_type = FORMS[form].ending, FORMS[form].media_type
    return StreamingResponse(
        _pieces(export(form, about, whole.hits)),
        media_type=f"{media_type}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{_file_name(services, q, now)}.{ending}"'
        },
    )


def _file_name(services: Services, text: str, now: datetime) -> str:
    """Return what a file is called that holds this search: its words in plain letters, and the day."""
    on = now.astimezone(ZoneInfo(timezone_of(services))).date()
    return f"{slug(text, _LONGEST_SLUG) or 'search'}-{on.isoformat()}"


def _pieces(written: Iterator[str]) -> Iterator[bytes]:
    """Put what is written together to pieces worth sending; the first comes before the answer begins."""
    held: list[str] = []
    size = 0
    for text in written:
        held.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(held).encode("utf-8", "replace")
            held, size = [], 0
    yield "".join(held).encode("utf-8", "replace")
