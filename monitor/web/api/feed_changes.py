"""Changes of feeds: each edits config/feeds.toml as the command line does, and answers with the diff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.service import adopting
from monitor.service.edit_shapes import edited_shape
from monitor.service.editing import edit
from monitor.service.feed_editing import FILE, edited, removed
from monitor.service.feed_shapes import written_shape
from monitor.service.job_kinds import start_fetch
from monitor.service.masking import MASK, is_masked
from monitor.service.opened import OpenHome
from monitor.settings.quantities import read_duration
from monitor.web.api.answering import answer, check_match, tag_of
from monitor.web.api.asking import FeedName, gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents.changes import Edited, MovedBack
from monitor.web.api.documents.feeds import Accepted, FeedEdited
from monitor.web.api.documents.jobs import JobShown
from monitor.web.api.feeds import record_named, written_feed
from monitor.web.api.jobs import started

Line = Annotated[str, Field(max_length=2000)]


class ChangeFeed(Body):
    """New values for a feed, as config/feeds.toml has them; null goes back to the default."""

    url: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    title: Line | None = None
    tags: Annotated[list[Line], Field(max_length=100)] | None = None
    every: Annotated[str, Field(max_length=40, examples=["30m"])] | None = None
    outlet: Line | None = None
    tier: Annotated[int, Field(ge=1, le=3)] | None = None
    enabled: bool | None = None
    user_agent: Line | None = None
    user_agent_suffix: Line | None = None
    headers: dict[Line, Line] | None = None
    auth_env: Line | None = None
    auth_scheme: Literal["", "basic", "bearer"] | None = None
    full_text: bool | None = None
    follow_moves: bool | None = None

    def changes(self) -> dict[str, Any]:
        """Return what was given, as values of `Feed`."""
        given = {name: getattr(self, name) for name in self.model_fields_set & _KEYS}
        if is_masked(str(given)):
            raise UsageError(
                f"{MASK} stands for what is not shown; leave out what does not change."
            )
        if given.get("every") is not None:
            try:
                given["every"] = read_duration(given["every"])
            except ValueError as error:
                raise UsageError(f"every {error}") from None
        for name, made in (("tags", tuple), ("headers", lambda each: tuple(each.items()))):
            if given.get(name) is not None:
                given[name] = made(given[name])
        return given


_KEYS = frozenset(ChangeFeed.model_fields)


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["feeds"])

    @router.patch(
        "/api/feeds/{feed}/settings",
        summary="Change what config/feeds.toml says of a feed",
        openapi_extra=takes(ChangeFeed),
        description=(
            "With a new address its entries and history go along. `If-Match` may name the "
            "version it was read in."
        ),
        **gives(FeedEdited, "The feed as config/ has it now, and what changed"),
    )
    def change(
        request: Request, feed: FeedName, body: Annotated[ChangeFeed, Depends(body_of(ChangeFeed))]
    ) -> Response:
        services, seen = home.stamped(FILE)
        now, changes = clock(), body.changes()
        if not changes or changes.get("url", "") is None:
            raise UsageError("Say what to change, and to which address.")
        record, before = record_named(services, feed), written_feed(services, feed)
        matched = check_match(request, lambda: tag_of(written_shape(before)))
        wanted = edited(services, record, changes, now)
        done = edit(services, wanted.what, wanted.change, now, seen=seen if matched else "")
        shape = written_shape(written_feed(home.services(), str(record.id)))
        return answer(request, {"feed": shape} | edited_shape(done))

    @router.delete(
        "/api/feeds/{feed}",
        summary="Stop watching a feed; its entries stay",
        **gives(Edited, "As `monitor feeds remove`, with what changed in config/"),
    )
    def remove(request: Request, feed: FeedName) -> Response:
        services, seen = home.stamped(FILE)
        record, before = record_named(services, feed), written_feed(services, feed)
        matched = check_match(request, lambda: tag_of(written_shape(before)))
        wanted = removed([record])
        done = edit(services, wanted.what, wanted.change, clock(), seen=seen if matched else "")
        return answer(request, edited_shape(done))

    @router.post(
        "/api/feeds/{feed}/fetch",
        summary="Fetch a feed now, due or not",
        **gives(JobShown, "The long work that does it, see /api/jobs", 202),
    )
    def fetch(request: Request, feed: FeedName) -> Response:
        services = home.services()
        job = start_fetch(services, [record_named(services, feed)], clock())
        return started(request, job)

    @router.post(
        "/api/feeds/{feed}/accept",
        summary="Accept what a quarantined feed has become",
        **gives(Accepted, "As `monitor feeds accept`: what was held back is stored"),
    )
    def accept(request: Request, feed: FeedName) -> Response:
        services = home.services()
        record = record_named(services, feed)
        entries, matches = adopting.accept(services, record, clock())
        document = {"url": record.url, "entries_new": entries, "matches_new": matches}
        return answer(request, document)

    @router.post(
        "/api/feeds/{feed}/undo",
        summary="Take a feed's last move back",
        **gives(MovedBack, "As `monitor feeds undo`: the address it is watched at again"),
    )
    def undo(request: Request, feed: FeedName) -> Response:
        return answer(request, {"url": adopting.undo(home.services(), feed, clock())})

    return router
