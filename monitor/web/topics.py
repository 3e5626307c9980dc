"""The pages about topics: how they stand, what matches, judging it, what would better them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.entry import Entry
from monitor.model.job import Job
from monitor.model.topic import Topic
from monitor.service.job_kinds import start_rematch
from monitor.service.judging import judge
from monitor.service.opened import OpenHome
from monitor.service.recent import recent_matches
from monitor.service.rematching import topic_named
from monitor.service.suggesting import suggest
from monitor.service.topic_preview import topic_preview
from monitor.service.topic_standing import (
    quality,
    topic_standing,
    topic_standings,
    verdicts,
)
from monitor.service.topic_versions import topic_versions
from monitor.service.wiring import Services
from monitor.topics.evaluation import wilson
from monitor.web.asked import asked, see
from monitor.web.config_edits import undo_of
from monitor.web.presenting import page
from monitor.web.row_ids import entry_number
from monitor.web.topic_samples import ShownSample, shown, shown_entry

_PAGE = 30
_TO_JUDGE = 5
_STRATA = {"matched": "matches", "near": "near misses", "rest": "of all others"}


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/topics")
    def topics(edited: str = "") -> Response:
        services, now = home.services(), clock()
        return page(
            "topics.html",
            services,
            now,
            here="topics",
            standings=topic_standings(services, now),
            lists=sorted(services.settings.lists.values(), key=lambda each: each.name),
            undo=undo_of(services, edited),
        )

    @router.get("/topics/{name}")
    def topic(name: str, before: str = "", edited: str = "") -> Response:
        services, now = home.services(), clock()
        chosen = topic_called(services, name)
        matches = recent_matches(services, [name], _PAGE + 1, _number(before))
        found = quality(services, name, now)
        return page(
            "topic.html",
            services,
            now,
            here="topics",
            topic=chosen,
            standing=topic_standing(services, name, now),
            versions=topic_versions(services, name),
            matches=[_shown_match(entry, name) for entry in matches[:_PAGE]],
            verdicts=verdicts(services, name),
            older=f"e{matches[_PAGE - 1].id}" if len(matches) > _PAGE else "",
            before=before,
            quality=found,
            precision=_interval(found.score.tp, found.score.tp + found.score.fp),
            recall=_interval(found.score.tp, found.score.tp + found.score.fn),
            job=_open_job(services, name),
            undo=undo_of(services, edited),
        )

    @router.get("/topics/{name}/standing")
    def standing(name: str) -> Response:
        """Give how far a topic is applied; once it is, all of its page is about another state of things."""
        services, now = home.services(), clock()
        chosen, found = topic_called(services, name), topic_standing(services, name, now)
        job = _open_job(services, name)
        part = page(
            "part_topic_standing.html", services, now, topic=chosen, standing=found, job=job
        )
        if job is None and not found.left:
            part.headers["HX-Refresh"] = "true"
        return part

    @router.post("/topics/{name}/judge")
    def said(
        name: str,
        entry: Annotated[str, Form()],
        verdict: Annotated[str, Form()],
        to: Annotated[str, Form()] = "",
    ) -> Response:
        services = home.services()
        number = entry_number(entry)
        if verdict == "remove":
            topic_named(services, name)
            services.store.judgements.remove([number], name)
        elif verdict in ("yes", "no"):
            judge(services, [number], name, verdict == "yes", clock())
        else:
            raise UsageError(f"{verdict[:40]!r} is no verdict; it is yes, no or remove.")
        if asked().partial:
            part = page(
                "part_verdict.html",
                services,
                clock(),
                topic_name=name,
                entry_id=number,
                verdict=verdicts(services, name).get(number),
                to=to,
            )
            part.headers["HX-Trigger"] = "judged"  # for what the page says of all judgements
            return part
        place = f"/{to}" if to in ("near", "suggestions") else ""
        return see(f"/topics/{name}{place}#e{number}", _told(number, verdict, name))

    @router.get("/topics/{name}/near")
    def near(name: str) -> Response:
        services, now = home.services(), clock()
        chosen = topic_called(services, name)
        found = topic_preview(services, chosen, now).found
        return page(
            "topic_near.html",
            services,
            now,
            here="topics",
            topic=chosen,
            near=shown(found.near_misses) if found else [],
            verdicts=verdicts(services, name),
        )

    @router.get("/topics/{name}/suggestions")
    def suggestions(name: str) -> Response:
        services, now = home.services(), clock()
        chosen = topic_called(services, name)
        found = suggest(services, name, now)
        return page(
            "topic_suggestions.html",
            services,
            now,
            here="topics",
            topic=chosen,
            found=found,
            to_judge=_to_judge(found.to_judge),
            strata=_STRATA,
            verdicts=verdicts(services, name),
        )

    @router.post("/topics/{name}/rematch")
    def rematch(name: str) -> Response:
        job = start_rematch(home.services(), name, clock())
        return see(f"/jobs/{job.id}")

    return router


def topic_called(services: Services, name: str) -> Topic:
    """Return a topic as config/topics.toml has it, or raise `NotFoundError` naming those there are."""
    topic_named(services, name)
    return next(topic for topic in services.settings.topics if topic.name == name)


def _shown_match(entry: Entry, name: str) -> ShownSample:
    evidence = [each for match in entry.matches if match.topic == name for each in match.evidence]
    return shown_entry(entry, evidence)


def _to_judge(wanted: tuple[tuple[Entry, str], ...]) -> Mapping[str, list[Entry]]:
    """Return a few entries to judge next of each stratum, in the order they were drawn."""
    by_stratum: dict[str, list[Entry]] = {}
    for entry, stratum in wanted:
        by_stratum.setdefault(stratum, []).append(entry)
    return {stratum: entries[:_TO_JUDGE] for stratum, entries in by_stratum.items()}


def _open_job(services: Services, name: str) -> Job | None:
    """Return the job that applies a topic just now, None without one."""
    jobs = services.store.jobs.jobs(_PAGE)
    return next(
        (
            job
            for job in jobs
            if job.open and job.kind == "rematch" and job.arguments.get("topic") == name
        ),
        None,
    )


def _interval(part: int, of: int) -> tuple[int, int]:
    """Return Wilson's 95 % interval in per cent."""
    low, high = wilson(part, of) if of else (0.0, 1.0)
    return round(100 * low), round(100 * high)


def _number(before: str) -> int | None:
    return entry_number(before) if before else None


def _told(number: int, verdict: str, name: str) -> str:
    what = {"yes": "belongs to", "no": "does not belong to"}.get(verdict)
    if what is None:
        return f"The judgement about e{number} is taken back."
    return f"Noted: e{number} {what} {name}."
