"""Writing and changing topics on the page: a form, what it would find as one types, the diff, and done.

Every step is a form sent to the address of the form, with the step it is: `preview` shows the same form with
what it would find, `review` the change of the file, `save` writes it. htmx asks for the preview alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from monitor.errors import ChangedMeanwhileError, MonitorError, UsageError
from monitor.service.editing import FileDiff
from monitor.service.opened import OpenHome
from monitor.service.topic_editing import (
    TOPICS,
    drop_topic,
    preview_removal,
    preview_topic,
    save_topic,
    topics_stamp,
)
from monitor.service.topic_preview import PartFault, TopicPreview, topic_preview
from monitor.service.wiring import Services
from monitor.web.asked import see
from monitor.web.presenting import page
from monitor.web.topic_drafts import EMPTY_ROWS, Draft, draft_of, named, sent
from monitor.web.topic_samples import shown_preview
from monitor.web.topics import topic_called

_MORE_ROWS = 5


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/topics/new")
    def new(query: str = "") -> Response:
        services, made_from = home.stamped(TOPICS)
        return _form(services, clock(), Draft(query=query, seen=made_from))

    @router.post("/topics/new")
    def add(draft: Annotated[Draft, Depends(sent)]) -> Response:
        return _step(home, clock(), replace(draft, new=True))

    @router.get("/topics/boost-row")
    def row() -> Response:
        return page("part_boost_row.html", home.services(), clock(), boost=("", ""))

    @router.post("/topics/preview")
    def preview(draft: Annotated[Draft, Depends(sent)]) -> Response:
        services, now = home.services(), clock()
        shown = shown_preview(_tried(services, draft, now))
        return page("part_topic_preview.html", services, now, draft=draft, **shown)

    @router.get("/topics/{name}/edit")
    def edit(name: str) -> Response:
        services, made_from = home.stamped(TOPICS)
        chosen = topic_called(services, name)
        return _form(services, clock(), draft_of(chosen, made_from))

    @router.post("/topics/{name}/edit")
    def change(name: str, draft: Annotated[Draft, Depends(sent)]) -> Response:
        topic_called(home.services(), name)
        return _step(home, clock(), named(draft, name))

    @router.get("/topics/{name}/remove")
    def ask(name: str) -> Response:
        services, made_from = home.stamped(TOPICS)
        chosen = topic_called(services, name)
        refusal = ""
        diffs: tuple[FileDiff, ...] = ()
        try:
            diffs = preview_removal(services, name).diffs
        except UsageError as error:
            refusal = str(error)
        return page(
            "topic_remove.html",
            services,
            clock(),
            here="topics",
            topic=chosen,
            diffs=diffs,
            refusal=refusal,
            seen=made_from,
        )

    @router.post("/topics/{name}/remove")
    def remove(name: str, seen: Annotated[str, Form()] = "") -> Response:
        done = drop_topic(home.services(), name, clock(), seen=seen)
        home.services()
        return see(f"/topics?edited={done.id}", f"The topic {done.value.title} is gone.")

    return router


def _step(home: OpenHome, now: datetime, draft: Draft) -> Response:
    """Go one step: see the form again, its preview, the change of the file, or write it."""
    services = home.services()
    if draft.step in ("review", "save"):
        topic, faults = draft.topic()
        if faults:
            return _form(services, now, draft, TopicPreview(faults=faults), status=400)
        stale = draft.seen != topics_stamp(services)
        if stale:
            return _conflict(home, now, draft)
        try:
            if draft.step == "save":
                done = save_topic(services, topic, now, new=draft.new, seen=draft.seen)
                home.services()  # its version is known from here on
                changed = f"?edited={done.id}" if done.id else ""
                said = f"{topic.title} is saved." if done.id else "Nothing was to be changed."
                return see(f"/topics/{topic.name}{changed}", said)
            found = preview_topic(services, topic, new=draft.new)
        except ChangedMeanwhileError:
            return _conflict(home, now, draft)
        except MonitorError as error:
            tried = _tried(services, draft, now)
            if not tried.faults:
                tried = TopicPreview(faults=(PartFault("", _as_usage(error)),))
            return _form(services, now, draft, tried, status=400)
        return page(
            "topic_confirm.html",
            services,
            now,
            here="topics",
            draft=draft,
            diffs=found.diffs,
            **shown_preview(_tried(services, draft, now)),
        )
    rows = _MORE_ROWS if draft.step == "rows" else EMPTY_ROWS
    shown = _tried(services, draft, now) if draft.step == "preview" else None
    return _form(services, now, draft, shown, empty_rows=rows)


def _tried(services: Services, draft: Draft, now: datetime) -> TopicPreview:
    topic, faults = draft.topic()
    if faults:
        return TopicPreview(faults=faults)
    if not topic.query:
        return TopicPreview(faults=(PartFault("query", UsageError("There is no query yet.")),))
    if draft.new and not topic.name:
        topic, _ = named_for_trial(draft).topic()
    return topic_preview(services, topic, now)


def named_for_trial(draft: Draft) -> Draft:
    """Give a draft that has no name yet one to be tried by; it matches nothing stored."""
    return named(draft, "new-topic")


def _form(
    services: Services,
    now: datetime,
    draft: Draft,
    tried: TopicPreview | None = None,
    *,
    status: int = 200,
    empty_rows: int = EMPTY_ROWS,
) -> Response:
    values: dict[str, Any] = shown_preview(tried or TopicPreview())
    if tried is None:
        values["preview"] = None
    return page(
        "topic_form.html",
        services,
        now,
        status=status,
        here="topics",
        draft=draft,
        empty_rows=empty_rows,
        lists=sorted(services.settings.lists),
        **values,
    )


def _conflict(home: OpenHome, now: datetime, draft: Draft) -> Response:
    """Show what was typed beside what the file says now, and let the person choose."""
    services, made_from = home.stamped(TOPICS)
    present = next((one for one in services.settings.topics if one.name == draft.name), None)
    return page(
        "topic_conflict.html",
        services,
        now,
        status=409,
        here="topics",
        draft=draft,
        present=draft_of(present, "") if present else None,
        stamp=made_from,
    )


def _as_usage(error: MonitorError) -> UsageError:
    return error if isinstance(error, UsageError) else UsageError(str(error))
