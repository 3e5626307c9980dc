"""Whether all is well: for monitoring, for `monitor doctor` from afar; and what problems mean."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from monitor import __version__
from monitor.errors import NotFoundError, StoreError
from monitor.service.doctor import examine
from monitor.service.finding import findings_shape
from monitor.service.opened import OpenHome
from monitor.service.shapes import Shape
from monitor.service.wiring import Services
from monitor.web.api.answering import answer
from monitor.web.api.asking import gives
from monitor.web.api.documents.settings import Counts, Health, ProblemKind, Report
from monitor.web.asked import asked
from monitor.web.problems import KINDS, Json, problem

LITTLE = 200_000_000
"""Bytes of free disk below which something is amiss."""


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["health"])

    @router.get(
        "/healthz",
        summary="Whether the monitor can do its work",
        description="Quick, and open to everybody: nothing that is stored is told.",
        **gives(
            Health, "`ok`, or `degraded` with what is amiss; 503 while the database does not answer"
        ),
    )
    def healthz() -> Response:
        services = home.services()
        try:
            services.store.entries.newest_id()
        except StoreError:
            return problem(503, "The database does not answer.", checks=[_check("database", False)])
        checks = [_check("database", True), *_checks(home, services)]
        status = "ok" if all(each["ok"] for each in checks) else "degraded"
        version = "" if asked().way == "nobody" else __version__  # no stranger needs it
        return Json({"status": status, "version": version, "checks": checks})

    @router.get(
        "/api/stats",
        summary="What is stored, counted",
        **gives(Counts, "As `monitor db stats --json`"),
    )
    def stats(request: Request) -> Response:
        return answer(request, home.services().store.upkeep.stats())

    @router.post(
        "/api/doctor",
        summary="Look whether everything is as it should be, and what to do where it is not",
        description=(
            "Reads the whole database and asks one feed, so it takes its time; "
            'POST /api/jobs with {"kind": "doctor"} does not wait for it.'
        ),
        **gives(Report, "As `monitor doctor --json`"),
    )
    def doctor(request: Request) -> Response:
        return answer(request, findings_shape(examine(home.services().home, os.environ, clock())))

    @router.get(
        "/api/problems/{name}",
        summary="What a kind of problem means: where the `type` of each leads",
        **gives(ProblemKind, "Its status, what it is called, and what to do"),
    )
    def kind(
        request: Request,
        name: Annotated[str, Path(max_length=40, description="The last part of `type`")],
    ) -> Response:
        found = KINDS.get(name)
        if found is None:
            raise NotFoundError(f"No problem is called {name!r}; there are: {', '.join(KINDS)}.")
        about = {"name": name, "status": found.status, "title": found.title, "about": found.about}
        return answer(request, about)

    return router


def _checks(home: OpenHome, services: Services) -> list[Shape]:
    """Return what else is looked at, without a word of what config/ holds."""
    free = shutil.disk_usage(services.home.db).free
    return [_check("config", not home.faults), _check("disk", free >= LITTLE)]


def _check(name: str, ok: bool) -> Shape:
    return {"check": name, "ok": ok}
