"""Watching more feeds: one that is found at an address, or a list of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.feed import Feed
from monitor.parse.opml import SIZE_CAP
from monitor.service.adding import as_watched, watch
from monitor.service.discovering import Candidate
from monitor.service.edit_shapes import edited_shape
from monitor.service.editing import edit
from monitor.service.feed_shapes import added_shape, found_shape, imported_shape
from monitor.service.importing import import_list
from monitor.service.masking import masked
from monitor.service.opened import OpenHome
from monitor.settings.edit import add_feed, addable
from monitor.settings.home import Home
from monitor.web.api.answering import answer
from monitor.web.api.asking import gives
from monitor.web.api.bodies import body_of, bounded, takes
from monitor.web.api.documents.feeds import AddedFeed, ImportedFeeds
from monitor.web.api.feed_changes import ChangeFeed, Line
from monitor.web.api.feeds import discovered
from monitor.web.problems import ProblemError


class AddFeed(ChangeFeed):
    """A feed to watch, or a page that names it: `choose` is the number or address of one of several.

    With `fetch` false the address is added as it is, without any request.
    """

    url: str = Field(min_length=1, max_length=2000, examples=["https://example.org/feed.xml"])
    fetch: bool = True
    guess: bool = False
    choose: Line = ""


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["feeds"])

    @router.post(
        "/api/feeds",
        summary="Watch a feed",
        openapi_extra=takes(AddFeed),
        description=(
            "It is fetched once, and its entries are there at once. Of several feeds that a "
            "page names one has to be chosen: then the answer is a problem with the "
            "`candidates`."
        ),
        **gives(AddedFeed, "As `monitor feeds add URL --json`, with what changed in config/", 201),
    )
    def add(request: Request, body: Annotated[AddFeed, Depends(body_of(AddFeed))]) -> Response:
        services, now = home.services(), clock()
        given = {name: value for name, value in body.changes().items() if value is not None}
        feed = addable(services.home, Feed(**given))
        if not body.fetch:
            if body.choose or body.guess:
                raise UsageError("choose and guess need a request; leave out fetch = false.")
            done = edit(services, f"Added {masked(feed.url)}", lambda to: add_feed(to, feed), now)
            shape = added_shape(body.url, feed, None, None)
            return answer(request, shape | edited_shape(done), status=201)
        found = discovered(services, feed, now, guess=body.guess, choose=body.choose)
        if not found.found:
            said = found.first.error or f"{body.url} is no feed and names none."
            raise ProblemError(
                502, f"{said} Nothing was added; fetch = false adds it all the same."
            )
        wanted = found.found[0]
        if len(found.found) > 1 and wanted.look is not found.first:
            candidates = [found_shape(each) for each in found.found]
            raise ProblemError(
                409,
                f"{body.url} names several feeds; choose one by its number or address.",
                kind="several",
                candidates=candidates,
            )

        def watching(to: Home) -> Any:
            if to.root == services.home.root:
                return watch(services, feed, wanted, now)
            return _try_to_add(to, feed, wanted)

        watched = edit(services, f"Added {masked(wanted.look.url)}", watching, now)
        shape = added_shape(body.url, watched.value.feed, wanted, watched.value)
        return answer(request, shape | edited_shape(watched), status=201)

    @router.post(
        "/api/feeds.opml",
        summary="Add the feeds of an OPML document",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"text/x-opml": {"schema": {"type": "string"}}},
            }
        },
        **gives(
            ImportedFeeds, "As `monitor feeds import FILE --json`, with what changed in config/"
        ),
    )
    def import_(
        request: Request,
        document: Annotated[bytes, Depends(_opml)],
        trusted: Annotated[
            bool, Query(description="The list is your own: also take over what is sent to servers")
        ] = False,
        dry_run: Annotated[bool, Query(description="Tell what would come of it")] = False,
    ) -> Response:
        services = home.services()

        def importing(to: Home) -> Any:
            return import_list(to, document, name="the list", trusted=trusted, dry_run=dry_run)

        done = edit(services, "Imported a list of feeds", importing, clock())
        shape = imported_shape(done.value, dry_run=dry_run)
        return answer(request, shape | edited_shape(done))

    return router


async def _opml(request: Request) -> bytes:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in ("text/x-opml", "text/xml", "application/xml", "application/octet-stream"):
        raise ProblemError(415, "Send the list with Content-Type: text/x-opml.")
    return await bounded(request, SIZE_CAP)


def _try_to_add(to: Home, feed: Feed, wanted: Candidate) -> None:
    add_feed(to, as_watched(feed, wanted))
