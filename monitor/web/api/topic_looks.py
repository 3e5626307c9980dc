"""How topics stand, what their versions changed, and what one would find while it is being written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from monitor.model.topic import Topic
from monitor.service.opened import OpenHome
from monitor.service.rematching import topic_named
from monitor.service.topic_preview import preview_shape, topic_preview
from monitor.service.topic_standing import quality, quality_shape, standing_shape, topic_standing
from monitor.service.topic_versions import topic_versions, versions_shape
from monitor.web.api.answering import answer
from monitor.web.api.asking import TopicName, gives
from monitor.web.api.bodies import body_of, takes
from monitor.web.api.documents.topic_looks import (
    TopicPreviewed,
    TopicStands,
    TopicVersions,
)
from monitor.web.api.topics import ChangeTopic, Text

UNNAMED = "new-topic"
"""What a topic without a name is tried as; it matches nothing stored."""


class PreviewTopic(ChangeTopic):
    """A topic as it is being written. With `name`, what it gains and loses is against that topic."""

    name: str = Field(default=UNNAMED, max_length=64)
    query: Text = Field(examples=['"model weights" AND export*'])


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["topics"])

    @router.get(
        "/api/topics/{name}/versions",
        summary="What a topic asked for over time, and what each version changed",
        **gives(TopicVersions, "The newest first; the first of all has no changes"),
    )
    def versions(request: Request, name: TopicName) -> Response:
        services = home.services()
        topic_named(services, name)
        found = versions_shape(topic_versions(services, name))
        return answer(request, {"topic": name, "versions": found})

    @router.get(
        "/api/topics/{name}/standing",
        summary="How much matches a topic, and how good it is by what was judged",
        **gives(TopicStands, "Matches by day of the last 30, the oldest first"),
    )
    def standing(request: Request, name: TopicName) -> Response:
        services, now = home.services(), clock()
        stands = standing_shape(topic_standing(services, name, now))
        measured = quality_shape(quality(services, name, now))
        return answer(request, {"topic": name, **stands, "quality": measured})

    @router.post(
        "/api/topics/preview",
        summary="Try a topic while it is being written: within a moment, changes nothing",
        description="/api/topics/NAME/test and /api/try take longer and look at all that is stored.",
        openapi_extra=takes(PreviewTopic),
        **gives(TopicPreviewed, "What it would find, or what is wrong with it"),
    )
    def preview(
        request: Request, body: Annotated[PreviewTopic, Depends(body_of(PreviewTopic))]
    ) -> Response:
        given = {key: value for key, value in body.changes().items() if value is not None}
        topic = Topic(**{"title": "", "name": body.name} | given)
        return answer(request, preview_shape(topic_preview(home.services(), topic, clock())))

    return router
