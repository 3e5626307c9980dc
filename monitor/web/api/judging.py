"""Trying topics out, and saying what belongs to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from monitor.service import judging, suggesting, trying
from monitor.service.opened import OpenHome
from monitor.service.rematching import topic_named
from monitor.service.shapes import entry_id as id_of
from monitor.service.suggestions import suggestions_shape
from monitor.topics.tally import SHOWN
from monitor.web.api.answering import answer, number_of
from monitor.web.api.asking import EntryId, Since, TopicName, at, gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents.topics import (
    Explained,
    JudgementList,
    JudgementMade,
    Suggested,
    TopicTried,
)

Samples = Annotated[int, Query(ge=0, le=200, description="Samples of each kind at most")]


class Judge(Body):
    """Whether the entry belongs to the topic."""

    belongs: bool


class TryQuery(Body):
    """A query to try as a topic; entries first seen since `since` are looked at."""

    query: str = Field(max_length=20_000, examples=['"model weights" AND export*'])
    since: str = Field(default="", max_length=40, examples=["30d"])
    samples: int = Field(default=SHOWN, ge=0, le=200)


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["topics"])

    @router.get(
        "/api/topics/{name}/test",
        summary="Try a topic on stored entries: what it finds, what a rematch would gain and lose",
        **gives(TopicTried, "As `monitor topics test NAME --json`; near misses are among it"),
    )
    def test(
        request: Request, name: TopicName, since: Since = "", samples: Samples = SHOWN
    ) -> Response:
        services, now = home.services(), clock()
        compiled = topic_named(services, name)
        tried = trying.try_topic(services, compiled, now, at(since, now), samples=samples)
        return answer(request, tried.as_json())

    @router.post(
        "/api/try",
        summary="Try a query on stored entries as if it were a topic; changes nothing",
        openapi_extra=takes(TryQuery),
        **gives(TopicTried, "As `monitor topics test --query Q --json`"),
    )
    def try_query(
        request: Request, body: Annotated[TryQuery, Depends(body_of(TryQuery))]
    ) -> Response:
        services, now = home.services(), clock()
        compiled = trying.topic_of_query(services, body.query)
        since = at(body.since, now)
        tried = trying.try_topic(services, compiled, now, since, samples=body.samples)
        return answer(request, tried.as_json())

    @router.get(
        "/api/topics/{name}/explain/{entry_id}",
        summary="Why an entry matches a topic, or why not",
        **gives(Explained, "As `monitor topics explain NAME e12 --json`"),
    )
    def explain(request: Request, name: TopicName, entry_id: EntryId) -> Response:
        services, number = home.services(), number_of(entry_id, "e")
        told = trying.explain_entry(services, topic_named(services, name), number, clock())
        return answer(request, {"entry": id_of(number), **told.as_json()})

    @router.get(
        "/api/topics/{name}/suggestions",
        summary="Words that would better a topic, and entries to judge next",
        **gives(Suggested, "As `monitor topics suggest NAME --json`"),
    )
    def suggest(request: Request, name: TopicName, since: Since = "") -> Response:
        now = clock()
        found = suggesting.suggest(home.services(), name, now, at(since, now))
        return answer(request, suggestions_shape(found))

    @router.get(
        "/api/judgements",
        summary="What was judged, of one topic or all",
        **gives(JudgementList, "As `monitor topics judged --json`"),
    )
    def judged(
        request: Request,
        topic: Annotated[str, Query(max_length=200, description="A topic's name")] = "",
    ) -> Response:
        found = judging.judged_entries(home.services(), topic or None)
        return answer(request, {"judgements": judging.judged_shapes(found)})

    @router.put(
        "/api/topics/{name}/judgements/{entry_id}",
        summary="Say whether an entry belongs to a topic",
        openapi_extra=takes(Judge),
        **gives(JudgementMade, "As `monitor topics judge e12 NAME yes --json`"),
    )
    def judge(
        request: Request,
        name: TopicName,
        entry_id: EntryId,
        body: Annotated[Judge, Depends(body_of(Judge))],
    ) -> Response:
        number = number_of(entry_id, "e")
        (said,) = judging.judge(home.services(), [number], name, body.belongs, clock())
        return answer(request, judging.judgement_shape(said))

    @router.delete(
        "/api/topics/{name}/judgements/{entry_id}",
        summary="Take a judgement back",
        **gives(JudgementMade, "As `monitor topics judge e12 NAME --remove --json`"),
    )
    def unjudge(request: Request, name: TopicName, entry_id: EntryId) -> Response:
        number = number_of(entry_id, "e")
        home.services().store.judgements.remove([number], name)
        document = {"entry": id_of(number), "topic": name, "belongs": None, "judged_at": None}
        return answer(request, document)

    return router
