"""The page of one story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from monitor.errors import NotFoundError
from monitor.service import showing
from monitor.service.changes import story_changes
from monitor.service.opened import OpenHome
from monitor.service.shapes import read_id
from monitor.service.story_shapes import in_words
from monitor.web.presenting import page


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/stories/{story_id}")
    def story(story_id: str) -> Response:
        services = home.services()
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
