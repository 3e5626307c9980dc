"""Stories, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from starlette.responses import Response

from monitor.errors import NotFoundError
from monitor.model.ruling import Wish
from monitor.service import showing
from monitor.service.changes import story_changes
from monitor.service.list_shapes import story_line_shape
from monitor.service.opened import OpenHome
from monitor.service.story_shapes import ruling_shape, story_shape
from monitor.web.api.answering import answer, number_of, paged
from monitor.web.api.asking import Cursor, Limit, Since, StoryId, Until, at, gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.cursors import cursor_at, number_at
from monitor.web.api.documents.stories import RulingList, RulingMade, StoryList, WholeStory

Id = Annotated[str, Field(max_length=100)]


class MergeStories(Body):
    """Other stories that report the same: their entries go to the one of the address."""

    others: list[Id] = Field(min_length=1, max_length=100, examples=[["s9"]])


class SplitStory(Body):
    """Entries that report something else: they leave for one new story."""

    entries: list[Id] = Field(min_length=1, max_length=1000, examples=[["e12"]])


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["stories"])

    @router.get(
        "/api/stories",
        summary="Stories, the one opened last first",
        **gives(
            StoryList, "A page of them; with `since` and `until` those with an entry seen then"
        ),
    )
    def stories(
        request: Request,
        since: Since = "",
        until: Until = "",
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Response:
        now, of = clock(), ("stories", since, until)
        before = number_at(cursor, *of) if cursor else None
        store = home.services().store.stories
        lines = store.lines(limit + 1, before, at(since, now), at(until, now))
        following = cursor_at([lines[limit - 1].id], *of) if len(lines) > limit else ""
        shown = [story_line_shape(line) for line in lines[:limit]]
        return paged(request, {"stories": shown}, following)

    @router.get(
        "/api/stories/{story_id}",
        summary="One story with its entries; for one that was merged, the story they went to",
        **gives(WholeStory, "As `monitor show s7 --json`"),
    )
    def story(request: Request, story_id: StoryId) -> Response:
        services, number = home.services(), number_of(story_id, "s")
        whole = showing.whole_story(services, number)
        rulings, changed = showing.rulings_of(services, whole), story_changes(services, whole)
        return answer(request, story_shape(whole, rulings, changed, asked=number))

    def rule(request: Request, wish: Wish) -> Response:
        ruling = home.services().store.rulings.rule(wish, clock())
        return answer(request, ruling_shape(ruling))

    @router.post(
        "/api/stories/{story_id}/merge",
        summary="Say that other stories report the same",
        openapi_extra=takes(MergeStories),
        **gives(RulingMade, "As `monitor stories merge --json`"),
    )
    def merge(
        request: Request,
        story_id: StoryId,
        body: Annotated[MergeStories, Depends(body_of(MergeStories))],
    ) -> Response:
        others = dict.fromkeys(number_of(each, "s") for each in body.others)
        return rule(request, Wish("merge", number_of(story_id, "s"), tuple(others)))

    @router.post(
        "/api/stories/{story_id}/split",
        summary="Say that entries report something else",
        openapi_extra=takes(SplitStory),
        **gives(RulingMade, "As `monitor stories split --json`"),
    )
    def split(
        request: Request,
        story_id: StoryId,
        body: Annotated[SplitStory, Depends(body_of(SplitStory))],
    ) -> Response:
        entries = dict.fromkeys(number_of(each, "e") for each in body.entries)
        return rule(request, Wish("split", number_of(story_id, "s"), entries=tuple(entries)))

    @router.post(
        "/api/stories/{story_id}/pin",
        summary="Say that a story's entries are right as they are",
        **gives(RulingMade, "As `monitor stories pin --json`"),
    )
    def pin(request: Request, story_id: StoryId) -> Response:
        return rule(request, Wish("pin", number_of(story_id, "s")))

    @router.get(
        "/api/rulings",
        summary="What was decided about stories by hand, oldest first",
        **gives(RulingList, "As `monitor stories rulings --json`"),
    )
    def rulings(request: Request) -> Response:
        found = home.services().store.rulings.rulings()
        return answer(request, {"rulings": [ruling_shape(each) for each in found]})

    @router.post(
        "/api/rulings/{ruling}/undo",
        summary="Take a ruling back",
        **gives(RulingMade, "As `monitor stories undo r3 --json`"),
    )
    def undo(
        request: Request,
        ruling: Annotated[
            str, Path(max_length=100, description="As in r3; `last` for the last one")
        ],
    ) -> Response:
        number = None if ruling == "last" else _ruling_number(ruling)
        return answer(request, ruling_shape(home.services().store.rulings.undo(number, clock())))

    return router


def _ruling_number(text: str) -> int:
    letter, digits = text[:1].lower(), text[1:]
    if letter == "r" and digits.isascii() and digits.isdigit() and len(digits) < 19:
        return int(digits)
    raise NotFoundError(f"{text!r} is no ruling; they are like r3, see /api/rulings.")
