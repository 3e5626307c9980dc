"""The pages about long work: what is under way, how far it has come, what came of it.

Other pages show one job by `{% include "part_job.html" %}` with a `job`; it keeps itself up to date.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.model.job import Job
from monitor.service import jobs as working
from monitor.service.opened import OpenHome
from monitor.web.asked import see
from monitor.web.presenting import page

_SHOWN = 100


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/jobs")
    def jobs() -> Response:
        services = home.services()
        return page("jobs.html", services, clock(), jobs=services.store.jobs.jobs(_SHOWN))

    @router.get("/jobs/{job_id}")
    def job(job_id: str) -> Response:
        services = home.services()
        one = working.job_numbered(services, job_id)
        return page("job.html", services, clock(), job=one, links=links_of(one))

    @router.get("/jobs/{job_id}/part")
    def part(job_id: str, request: Request) -> Response:
        services = home.services()
        one = working.job_numbered(services, job_id)
        answer = page("part_job.html", services, clock(), job=one, links=links_of(one))
        if not one.open and request.headers.get("hx-current-url", "").endswith(f"/jobs/{one.id}"):
            answer.headers["HX-Refresh"] = "true"  # its own page has more to say once it is over
        return answer

    @router.post("/jobs/{job_id}/stop")
    def stop(job_id: str) -> Response:
        before = working.job_numbered(home.services(), job_id)
        working.stop(home.services(), job_id, clock())
        said = (
            "It is stopped; what was done stays done." if before.open else "It had ended already."
        )
        return see(f"/jobs/{before.id}", said)

    return router


def links_of(job: Job) -> list[tuple[str, str]]:
    """Return where to see what came of a job: addresses of ours, with what stands on the link."""
    match job.kind:
        case "rematch":
            name = str(job.arguments.get("topic", ""))
            return [(f"/topics/{name}", f"The topic {name}")]
        case "fetch":
            feeds = job.arguments.get("feeds", [])
            if len(feeds) == 1:
                return [(f"/feeds/{int(feeds[0])}", "The feed and its entries")]
            return [("/feeds", "Feeds")]
        case "discover":
            return [(f"/feeds/add?job={job.id}", "What was found")]
        case "import":
            return [(f"/feeds/import?job={job.id}", "The report")]
        case "doctor" | "check" | "backup":
            return [("/status", "Status")]
        case _:
            return [("/", "Today")]
