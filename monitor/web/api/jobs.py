"""Long work: asking for it, how far it has come, stopping it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.job import Job
from monitor.service import jobs as working
from monitor.service.care_jobs import start_care
from monitor.service.feeds import due, feeds_named, in_use
from monitor.service.job_kinds import start_fetch, start_rebuild, start_rematch
from monitor.service.job_shapes import job_shape
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services
from monitor.web.api.answering import answer
from monitor.web.api.asking import MOST, at, gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents.jobs import JobList, JobShown

JobId = Annotated[str, Path(max_length=40, description="A job's id")]
FeedName = Annotated[str, Field(max_length=2000)]

_TAKES = {"fetch": "feeds", "rematch": "topic", "rebuild": "since"}
"""What a kind of work is given; the others are given nothing."""


class StartJob(Body):
    """Long work to do. `fetch` takes `feeds`, `rematch` the `topic`, `rebuild` may take `since`."""

    kind: Literal["fetch", "rematch", "rebuild", "doctor", "check", "backup"] = Field(
        examples=["fetch"]
    )
    feeds: (
        Literal["due", "all"] | Annotated[list[FeedName], Field(min_length=1, max_length=1000)]
    ) = Field(default="due", description="Those that are due, all but those switched off, or these")
    topic: str = Field(default="", max_length=200)
    since: str = Field(
        default="", max_length=40, description="Of entries first seen since; else of all"
    )


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["jobs"])

    @router.get(
        "/api/jobs",
        summary="Long work, the newest first",
        **gives(JobList, "What is under way, and what came of what was"),
    )
    def jobs(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most")] = 20,
    ) -> Response:
        found = home.services().store.jobs.jobs(limit)
        return answer(request, {"jobs": [job_shape(each) for each in found]})

    @router.post(
        "/api/jobs",
        summary="Ask for long work; where the same is under way already, that is meant",
        openapi_extra=takes(StartJob),
        **gives(JobShown, "The job; who serves the page does it", 202),
    )
    def start(request: Request, body: Annotated[StartJob, Depends(body_of(StartJob))]) -> Response:
        return started(request, _start(home.services(), body, clock()))

    @router.get(
        "/api/jobs/{job_id}",
        summary="One piece of long work: how far it has come",
        **gives(JobShown, "`done` of `total`; 0 of 0 while it is not known how much there is"),
    )
    def job(request: Request, job_id: JobId) -> Response:
        return answer(request, job_shape(working.job_numbered(home.services(), job_id)))

    @router.post(
        "/api/jobs/{job_id}/stop",
        summary="Stop long work after the piece under way; what was done stays done",
        **gives(JobShown, "The job"),
    )
    def stop(request: Request, job_id: JobId) -> Response:
        return answer(request, job_shape(working.stop(home.services(), job_id, clock())))

    return router


def started(request: Request, job: Job) -> Response:
    """Answer with a job that was asked for: 202, and where to ask after it."""
    return answer(request, job_shape(job), status=202, headers={"Location": f"/api/jobs/{job.id}"})


def _start(services: Services, body: StartJob, now: datetime) -> Job:
    for key in body.model_fields_set - {"kind"}:
        if key != _TAKES.get(body.kind):
            raise UsageError(f"{body.kind} takes no {key}.")
    match body.kind:
        case "fetch":
            watched = services.store.feeds.feeds()
            if body.feeds == "due":
                return start_fetch(services, due(watched, now), now)
            chosen = in_use(watched) if body.feeds == "all" else feeds_named(watched, body.feeds)
            return start_fetch(services, list(dict.fromkeys(chosen)), now)
        case "rematch":
            return start_rematch(services, body.topic, now)
        case "rebuild":
            return start_rebuild(services, at(body.since, now), now)
    return start_care(services, body.kind, now)
