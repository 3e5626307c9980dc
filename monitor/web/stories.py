"""The page of one story, and what a person decides about stories: merge, split, pin, and taking it back.

What is decided here is what `monitor stories` decides; each ruling can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from monitor.errors import UsageError
from monitor.model.change import Edit
from monitor.model.entry import Entry, Revision
from monitor.model.ruling import Wish
from monitor.service import showing
from monitor.service.changes import entry_edits, story_changes
from monitor.service.opened import OpenHome
from monitor.service.story_shapes import in_words, ruling_number
from monitor.service.wiring import Services
from monitor.web.asked import see
from monitor.web.presenting import page
from monitor.web.row_ids import entry_number, story_number

_Edited = tuple[Revision, Edit]
_MOST_EDITED = 20


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stories/{story_id}")
    def story(story_id: str) -> Response:
        services = home.services()
        number = story_number(story_id)
        whole = showing.whole_story(services, number)
        if whole.id != number:
            return RedirectResponse(f"/stories/s{whole.id}", 308)
        entries = services.store.entries.entries([member.entry for member in whole.members])
        members = sorted(
            whole.members, key=lambda each: (each.published_at or each.first_seen_at, each.entry)
        )
        outlets = dict.fromkeys(each.outlet for each in members if each.copy_of is None)
        rulings = showing.rulings_of(services, whole)[::-1]
        return page(
            "story.html",
            services,
            clock(),
            story=whole,
            members=members,
            entries={each.id: each for each in entries},
            outlets=list(outlets),
            copies=sum(each.copy_of is not None for each in members),
            rulings=[(each, in_words(each)) for each in rulings],
            undoable=showing.undoable(services, rulings),
            changes=story_changes(services, whole),
            edits=_edits(services, [each for each in entries if each.revised_at]),
        )

    @router.post("/stories/{story_id}/merge")
    def merge(story_id: str, other: Annotated[list[str], Form()]) -> Response:
        others = tuple(dict.fromkeys(story_number(each.strip()) for each in other))
        return decided(Wish("merge", story_number(story_id), others))

    @router.post("/stories/{story_id}/split")
    def split(story_id: str, entry: Annotated[list[str] | None, Form()] = None) -> Response:
        if not entry:
            raise UsageError("Choose the entries that report something else; none was chosen.")
        numbers = tuple(dict.fromkeys(entry_number(each) for each in entry))
        return decided(Wish("split", story_number(story_id), entries=numbers))

    @router.post("/stories/{story_id}/pin")
    def pin(story_id: str) -> Response:
        return decided(Wish("pin", story_number(story_id)))

    @router.post("/rulings/{ruling_id}/undo")
    def undo(ruling_id: str) -> Response:
        services = home.services()
        undone = services.store.rulings.undo(ruling_number(ruling_id), clock())
        story = showing.whole_story(services, undone.story)
        said = in_words(replace(undone, undone_at=None))
        return see(f"/stories/s{story.id}", f"Taken back: {said}.")

    def decided(wish: Wish) -> Response:
        services = home.services()
        ruling = services.store.rulings.rule(wish, clock())
        story = showing.whole_story(services, ruling.story)
        return see(
            f"/stories/s{story.id}", f"Done: {in_words(ruling)}. Undo it under Decided by hand."
        )

    return router


def _edits(services: Services, entries: Sequence[Entry]) -> list[tuple[Entry, list[_Edited]]]:
    """Return, for entries that were edited, what each edit changed, the latest first."""
    shown = []
    for entry in entries[:_MOST_EDITED]:
        revisions = services.store.entries.revisions(entry.id)
        pairs = list(zip(revisions, entry_edits(entry, revisions), strict=True))[::-1]
        shown.append((entry, pairs))
    return shown
