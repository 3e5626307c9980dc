"""Changing watched feeds from the page: one, or those that are ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from monitor.digests.phrases import count
from monitor.errors import ChangedMeanwhileError, UsageError
from monitor.model.feed import Feed, FeedRecord
from monitor.service import adopting, feed_editing
from monitor.service.editing import stamp_of
from monitor.service.feed_editing import FILE, Wanted
from monitor.service.job_kinds import start_fetch
from monitor.service.opened import OpenHome
from monitor.web import feed_forms
from monitor.web.asked import see
from monitor.web.confirming import Fields, asks, does
from monitor.web.feed_choice import choice, ticked
from monitor.web.feeds import feed_numbered, feed_page
from monitor.web.forms import fields_of, form_of, text_in, texts_in


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.post("/feeds/bulk")
    async def bulk(request: Request) -> Response:
        return await run_in_threadpool(_bulk, home, clock(), await form_of(request))

    @router.post("/feeds/{feed_id}/edit")
    async def edit(feed_id: str, request: Request) -> Response:
        return await run_in_threadpool(_edit, home, clock(), feed_id, await form_of(request))

    @router.post("/feeds/{feed_id}/remove")
    async def remove(feed_id: str, request: Request) -> Response:
        form = await form_of(request)

        def answer() -> Response:
            record = feed_numbered(home.services(), feed_id)
            wanted = feed_editing.removed([record])
            path = f"/feeds/{record.id}"
            return _change(
                home, clock(), wanted, form, f"{path}/remove", path, "/feeds", danger=True
            )

        return await run_in_threadpool(answer)

    @router.post("/feeds/{feed_id}/switch")
    async def switch(feed_id: str, request: Request) -> Response:
        form = await form_of(request)

        def answer() -> Response:
            record = feed_numbered(home.services(), feed_id)
            wanted = feed_editing.enabled([record], text_in(form, "on") == "1")
            path = f"/feeds/{record.id}"
            return _done(home, clock(), wanted, "", path)

        return await run_in_threadpool(answer)

    @router.post("/feeds/{feed_id}/fetch")
    def fetch(feed_id: str) -> Response:
        services = home.services()
        record = feed_numbered(services, feed_id)
        job = start_fetch(services, [record], clock())
        return see(f"/feeds/{record.id}?job={job.id}")

    @router.post("/feeds/{feed_id}/accept")
    def accept(feed_id: str) -> Response:
        services = home.services()
        record = feed_numbered(services, feed_id)
        entries, matches = adopting.accept(services, record, clock())
        return see(
            f"/feeds/{record.id}",
            f"It is taken as it is now: {count(entries, 'entry', 'entries')} stored of what was held "
            f"back, {count(matches, 'match', 'matches')}.",
        )

    @router.post("/feeds/{feed_id}/move-back")
    def move_back(feed_id: str) -> Response:
        services = home.services()
        record = feed_numbered(services, feed_id)
        adopting.undo(services, record.url, clock())
        return see(
            f"/feeds/{record.id}",
            "It is watched at its former address again, and stays there. Undo it under Changes of config.",
        )

    return router


def _edit(home: OpenHome, now: datetime, feed_id: str, form: FormData) -> Response:
    services = home.services()
    record = feed_numbered(services, feed_id)
    seen = stamp_of(text_in(form, "seen"), FILE)
    filled = feed_forms.filled(form, record.feed or Feed(url=record.url))
    path = f"/feeds/{record.id}"
    if not filled.faults and not filled.changes:
        return see(path, "Nothing was changed: the form said what config has already.")
    faults = filled.faults
    if not faults:
        wanted = feed_editing.edited(services, record, filled.changes, now)
        action, back = f"{path}/edit", f"{path}#edit"
        try:
            return _change(home, now, wanted, form, action, back, path, seen=seen)
        except ChangedMeanwhileError:
            # What the file says by now is shown beside what was typed, so that the form is one of it.
            services, made_from = home.stamped(FILE)
            record, values = feed_numbered(services, feed_id), feed_forms.given(form)
            present = feed_forms.others(values, record.feed or Feed(url=record.url))
            return feed_page(
                services, now, record, made_from, values=values, present=present, status=409
            )
        except UsageError as error:
            field, said = feed_forms.fault_in(str(error))
            faults = {field: said}
    values = feed_forms.given(form)
    # With the stamp that came: a newer one would say that the person saw what there is by now.
    return feed_page(services, now, record, seen, values=values, faults=faults, status=400)


def _bulk(home: OpenHome, now: datetime, form: FormData) -> Response:
    services = home.services()
    watched = services.store.feeds.feeds()
    names = ("state", "tag", "q", "sort", "days")
    wanted = choice(**{name: text_in(form, name) for name in names})
    if text_in(form, "which") == "shown":
        records = wanted.of(watched, now)
        if not records:
            raise UsageError("No feed is shown, so there is none to change.")
    else:
        records = ticked(watched, texts_in(form, "feed"))
    action = text_in(form, "action")
    back = wanted.url()
    if action == "fetch":
        asked = [record for record in records if record.state != "off"] or records
        job = start_fetch(services, asked, now)
        return see(f"/jobs/{job.id}")
    change = _bulk_change(records, action, text_in(form, "value"))
    # By their ids from here on: what is changed is what was shown, whatever state the feeds get meanwhile.
    fields = [(name, text_in(form, name)) for name in (*names, "action", "value")]
    fields += [("feed", str(record.id)) for record in records]
    danger = action == "remove"
    return _change(home, now, change, form, "/feeds/bulk", back, back, danger=danger, fields=fields)


def _bulk_change(records: Sequence[FeedRecord], action: str, value: str) -> Wanted:
    match action:
        case "enable" | "disable":
            return feed_editing.enabled(records, action == "enable")
        case "tag":
            return feed_editing.tagged(records, feed_forms.tags_in(value), ())
        case "untag":
            return feed_editing.tagged(records, (), feed_forms.tags_in(value))
        case "every":
            try:
                return feed_editing.fetched_every(records, feed_forms.every_in(value))
            except ValueError as error:
                raise UsageError(f"How often {error}.") from None
        case "remove":
            return feed_editing.removed(records)
        case _:
            raise UsageError("Choose what to do with the feeds that are ticked.")


def _change(
    home: OpenHome,
    now: datetime,
    wanted: Wanted,
    form: FormData,
    action: str,
    back: str,
    then: str,
    *,
    danger: bool = False,
    fields: Fields | None = None,
    seen: str = "",
) -> Response:
    """Ask whether a change is to be made, or make it where that was asked; then go to `then`.

    `seen` is the stamp of what the form was made from, where one was; else of what was shown when asking.
    """
    if text_in(form, "confirm") == "1":
        return _done(home, now, wanted, seen or text_in(form, "seen"), then)
    return asks(
        home.services(),
        now,
        wanted,
        action=action,
        fields=fields_of(form) if fields is None else fields,
        back=back,
        danger=danger,
        seen=seen,
    )


def _done(home: OpenHome, now: datetime, wanted: Wanted, seen: str, then: str) -> Response:
    done = does(home.services(), now, wanted, seen)
    if done.id is None:
        return see(then, "Nothing was changed: config says so already.")
    home.services()  # its rows follow before the page is asked for
    return see(f"{then}{'&' if '?' in then else '?'}edit={done.id}")  # which says what was done
