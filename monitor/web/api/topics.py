"""Topics: what is watched for, what it finds, changing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.topic import Boost, Topic
from monitor.service.edit_shapes import edited_shape
from monitor.service.editing import edit
from monitor.service.job_kinds import start_rematch
from monitor.service.opened import OpenHome
from monitor.service.rematching import topic_named
from monitor.service.shapes import Shape, topic_shapes
from monitor.service.topic_editing import TOPICS, drop_topic, save_topic
from monitor.service.wiring import Services
from monitor.settings.edit_topics import edit_topic
from monitor.web.api.answering import answer, check_match, tag_of
from monitor.web.api.asking import TopicName, gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents.changes import Edited
from monitor.web.api.documents.jobs import JobShown
from monitor.web.api.documents.topics import OneTopic, TopicEdited, TopicList
from monitor.web.api.jobs import started

Text = Annotated[str, Field(max_length=20_000)]


class GivenBoost(Body):
    """Points that are added when `query` holds."""

    query: Text
    points: Annotated[int, Field(ge=-1000, le=1000)]


class ChangeTopic(Body):
    """New values for a topic, as config/topics.toml has them; null goes back to the default."""

    title: Annotated[str, Field(max_length=2000)] | None = None
    query: Text | None = None
    guide: Text | None = None
    floor: Annotated[int, Field(ge=-1000, le=1000)] | None = None
    boosts: Annotated[list[GivenBoost], Field(max_length=200)] | None = None

    def changes(self) -> dict[str, Any]:
        """Return what was given, as values of `Topic`."""
        given = {name: getattr(self, name) for name in self.model_fields_set & _KEYS}
        if given.get("boosts") is not None:
            given["boosts"] = tuple(Boost(each.query, each.points) for each in given["boosts"])
        return given


class AddTopic(ChangeTopic):
    """A new topic."""

    name: str = Field(min_length=1, max_length=64, examples=["model-weights"])
    query: Text = Field(examples=['"model weights" AND export*'])


_KEYS = frozenset(ChangeTopic.model_fields)


def topic_shown(services: Services, name: str) -> Shape:
    """Return the shape of one topic; raises `NotFoundError` naming those there are."""
    topic_named(services, name)
    return next(shape for shape in topic_shapes(services) if shape["name"] == name)


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["topics"])

    @router.get(
        "/api/topics",
        summary="The topics and their queries",
        **gives(TopicList, "As `monitor topics list --json`"),
    )
    def topics(request: Request) -> Response:
        return answer(request, {"topics": topic_shapes(home.services())})

    @router.get(
        "/api/topics/{name}",
        summary="One topic",
        **gives(OneTopic, "As in the list; its ETag is what a change names in If-Match"),
    )
    def topic(request: Request, name: TopicName) -> Response:
        return answer(request, topic_shown(home.services(), name))

    def seen(request: Request, services: Services, name: str, now: str) -> str:
        """Return the stamp to hold a change against, "" where the request names no version.

        `now` is that of the file as the services have it.
        """
        topic_named(services, name)
        return now if check_match(request, lambda: tag_of(topic_shown(services, name))) else ""

    @router.post(
        "/api/topics",
        summary="Add a topic",
        description=(
            "It is applied to stored entries by `monitor run`, or at once by "
            "/api/topics/NAME/rematch."
        ),
        openapi_extra=takes(AddTopic),
        **gives(TopicEdited, "The topic, and what changed in config/", 201),
    )
    def add(request: Request, body: Annotated[AddTopic, Depends(body_of(AddTopic))]) -> Response:
        given = {key: value for key, value in body.changes().items() if value is not None}
        made = Topic(**{"title": "", "name": body.name} | given)
        done = save_topic(home.services(), made, clock(), new=True)
        shape = {"topic": topic_shown(home.services(), body.name)} | edited_shape(done)
        return answer(request, shape, status=201)

    @router.patch(
        "/api/topics/{name}",
        summary="Change a topic",
        openapi_extra=takes(ChangeTopic),
        **gives(TopicEdited, "The topic as it is now, and what changed in config/"),
    )
    def change(
        request: Request,
        name: TopicName,
        body: Annotated[ChangeTopic, Depends(body_of(ChangeTopic))],
    ) -> Response:
        services, now = home.stamped(TOPICS)
        topic_named(services, name)
        changes = body.changes()
        if not changes:
            raise UsageError("Say what to change.")
        if changes.get("query", "") is None:
            raise UsageError("A topic needs a query; give another one, or remove the topic.")
        done = edit(
            services,
            f"Changed the topic {name}",
            lambda to: edit_topic(to, name, changes),
            clock(),
            seen=seen(request, services, name, now),
        )
        return answer(request, {"topic": topic_shown(home.services(), name)} | edited_shape(done))

    @router.delete(
        "/api/topics/{name}",
        summary="Remove a topic; what it matched is forgotten",
        **gives(Edited, "What changed in config/"),
    )
    def remove(request: Request, name: TopicName) -> Response:
        services, now = home.stamped(TOPICS)
        done = drop_topic(services, name, clock(), seen=seen(request, services, name, now))
        return answer(request, edited_shape(done))

    @router.post(
        "/api/topics/{name}/rematch",
        summary="Apply a topic to the entries that are stored already",
        **gives(JobShown, "The long work that does it, see /api/jobs", 202),
    )
    def rematch(request: Request, name: TopicName) -> Response:
        job = start_rematch(home.services(), name, clock())
        return started(request, job)

    return router
