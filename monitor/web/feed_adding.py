"""Adding feeds from the page: look at an address, choose, add; or several addresses as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.feed import Feed
from monitor.model.job import Job
from monitor.service import feed_editing
from monitor.service.feed_jobs import address_of, addresses_in, start_discover
from monitor.service.job_kinds import start_fetch
from monitor.service.jobs import job_numbered
from monitor.service.masking import masked
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services
from monitor.settings.addresses import feed_key
from monitor.web import feed_forms
from monitor.web.asked import see
from monitor.web.confirming import asks, does
from monitor.web.forms import form_of, text_in, texts_in
from monitor.web.presenting import page


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/feeds/add")
    def add(job: str = "", url: str = "") -> Response:
        services = home.services()
        looked = job_numbered(services, job) if job else None
        if looked is not None and looked.kind != "discover":
            looked = None
        values: dict[str, Any] = {"url": url[:2000]}
        if looked is not None:  # what was typed stays, whatever came of it
            asked = looked.arguments
            values = {"url": masked(str(asked.get("url", ""))), "guess": bool(asked.get("guess"))}
        return add_page(services, clock(), looked, values=values)

    @router.post("/feeds/add/look")
    async def look(request: Request) -> Response:
        form = await form_of(request)

        def answer() -> Response:
            services, now = home.services(), clock()
            try:
                job = start_discover(services, text_in(form, "url"), now, guess="guess" in form)
            except UsageError as error:
                values = {"url": text_in(form, "url"), "guess": "guess" in form}
                return add_page(services, now, None, values, {"url": str(error)}, status=400)
            return see(f"/feeds/add?job={job.id}")

        return await run_in_threadpool(answer)

    @router.post("/feeds/add")
    async def added(request: Request) -> Response:
        return await run_in_threadpool(_add, home, clock(), await form_of(request))

    @router.get("/feeds/add/found")
    def found(job: str = "") -> Response:
        services = home.services()
        return page("part_found.html", services, clock(), **_found(job_numbered(services, job)))

    return router


def add_page(
    services: Services,
    now: datetime,
    job: Job | None,
    values: dict[str, Any] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Show the form for an address, what was found at one, and the form for several."""
    return page(
        "feeds_add.html",
        services,
        now,
        status=status,
        here="feeds",
        values={"url": "", "guess": False, "urls": "", "tags": "", "outlet": ""} | (values or {}),
        wrong=faults or {},
        tags=sorted({tag for feed in services.settings.feeds for tag in feed.tags}),
        **_found(job),
    )


def _found(job: Job | None) -> dict[str, Any]:
    return {"job": job, "links": [], "found": dict(job.result) if job else {}, "mask": masked}


def _add(home: OpenHome, now: datetime, form: FormData) -> Response:
    services = home.services()
    urls, notes = texts_in(form, "feed"), []
    if "urls" in form:
        urls, wrong = addresses_in(text_in(form, "urls"))
        notes += [f"Left out: {each}" for each in wrong]
    if not urls:
        faults = {"urls": " ".join(notes) or "Write one address a line."}
        if "urls" in form:
            values = {name: text_in(form, name) for name in ("urls", "tags", "outlet")}
            return add_page(services, now, None, values, faults, status=400)
        raise UsageError("No feed was chosen; go back and choose one.")
    tags, outlet = feed_forms.tags_in(text_in(form, "tags")), text_in(form, "outlet")
    title = text_in(form, "title") if len(urls) == 1 else ""
    wanted, known = _not_watched(services, [address_of(url) for url in urls])
    notes += [f"Watched already: {masked(url)}" for url in known]
    if not wanted:
        raise UsageError("All of them are watched already. " + " ".join(notes))
    feeds = [Feed(url=url, title=title, tags=tags, outlet=outlet) for url in wanted]
    change = feed_editing.added(feeds)
    if text_in(form, "confirm") != "1":
        fields = [("tags", ", ".join(tags)), ("outlet", outlet), ("title", title)]
        fields += [("feed", url) for url in wanted]
        back = "/feeds/add"
        if (job := text_in(form, "job")).isdigit():
            back += f"?job={job}"
        return asks(
            services, now, change, action="/feeds/add", fields=fields, back=back, notes=notes
        )
    done = does(services, now, change, text_in(form, "seen"))
    services = home.services()  # they are rows by now
    records = [each for each in services.store.feeds.feeds() if each.url in wanted]
    job_id = start_fetch(services, records, now).id if records else 0
    if len(records) == 1:
        return see(f"/feeds/{records[0].id}?edit={done.id}&job={job_id}")
    return see(f"/jobs/{job_id}", f"{change.what}. It can be undone under Changes of config.")


def _not_watched(services: Services, urls: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the addresses that are not watched yet, each once, and those that are."""
    known = {feed_key(feed.url) for feed in services.settings.feeds}
    wanted = {feed_key(url): url for url in urls}
    return (
        [url for key, url in wanted.items() if key not in known],
        [url for key, url in wanted.items() if key in known],
    )
