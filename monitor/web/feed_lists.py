"""Taking over a list of feeds (OPML): choose it, read what would come of it, let it be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.job import Job
from monitor.parse.opml import SIZE_CAP
from monitor.service.feed_jobs import start_import, take_over
from monitor.service.jobs import job_numbered
from monitor.service.masking import masked
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services
from monitor.web.asked import see
from monitor.web.forms import form_of, text_in, upload_in
from monitor.web.presenting import page

_LONGEST_NAME = 100


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/feeds/import")
    def choose(job: str = "") -> Response:
        services = home.services()
        looked = job_numbered(services, job) if job else None
        if looked is not None and looked.kind != "import":
            looked = None
        return import_page(services, clock(), looked)

    @router.get("/feeds/import/report")
    def report(job: str = "") -> Response:
        services = home.services()
        return page("part_report.html", services, clock(), **_report(job_numbered(services, job)))

    @router.post("/feeds/import")
    async def look(request: Request) -> Response:
        form = await form_of(request, SIZE_CAP + 1, files=1)
        try:
            name, data = await upload_in(form, "file", SIZE_CAP)
            pasted = text_in(form, "text")
        finally:
            await form.close()
        if not data:
            name, data = "the list you pasted", pasted.encode("utf-8", "surrogatepass")

        def answer() -> Response:
            services, now = home.services(), clock()
            if not data.strip():
                fault = (
                    f"{name} is empty."
                    if name and not pasted
                    else "Choose a file, or paste a list."
                )
                return import_page(services, now, None, fault, status=400)
            try:
                job = start_import(services, data, _line(name), now, dry_run=True)
            except UsageError as error:
                return import_page(services, now, None, str(error), status=400)
            return see(f"/feeds/import?job={job.id}")

        return await run_in_threadpool(answer)

    @router.post("/feeds/import/take")
    async def take(request: Request) -> Response:
        form = await form_of(request)

        def answer() -> Response:
            services = home.services()
            looked = job_numbered(services, text_in(form, "job"))
            job = take_over(
                services, looked, clock(), trusted="trusted" in form, fetch="fetch" in form
            )
            return see(f"/feeds/import?job={job.id}")

        return await run_in_threadpool(answer)

    return router


def import_page(
    services: Services, now: datetime, job: Job | None, fault: str = "", status: int = 200
) -> Response:
    """Show the form for a list, and what would come of one or has."""
    return page(
        "feeds_import.html",
        services,
        now,
        status=status,
        here="feeds",
        fault=fault,
        **_report(job),
    )


def _report(job: Job | None) -> dict[str, Any]:
    return {"job": job, "links": [], "report": dict(job.result) if job else {}, "mask": masked}


def _line(name: str) -> str:
    """Return a file's name on one line, as a browser gave it, without folders."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return shown.replace("\\", "/").rpartition("/")[2][:_LONGEST_NAME] or "the list"
