"""The pages about topics."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.model.entry import Entry
from monitor.model.topic import Topic
from monitor.service import recent
from monitor.service.opened import OpenHome
from monitor.service.rematching import topic_named
from monitor.service.wiring import Services
from monitor.web.presenting import page

_RECENT = 30


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/topics")
    def topics() -> Response:
        services = home.services()
        return page(
            "topics.html",
            services,
            clock(),
            here="topics",
            topics=services.settings.topics,
            versions=services.versions,
            applied=services.store.topics.rematched(),
        )

    @router.get("/topics/{name}")
    def topic(name: str) -> Response:
        services = home.services()
        now = clock()
        chosen = topic_called(services, name)
        return page(
            "topic.html",
            services,
            now,
            here="topics",
            topic=chosen,
            topic_version=services.versions[name],
            applied=services.store.topics.rematched().get(name) == services.versions[name],
            matches=recent_matches(services, name, now, _RECENT),
        )

    return router


def topic_called(services: Services, name: str) -> Topic:
    """Return a topic as config/topics.toml has it, or raise `NotFoundError` naming those there are."""
    topic_named(services, name)
    return next(topic for topic in services.settings.topics if topic.name == name)


def recent_matches(services: Services, topic: str, now: datetime, wanted: int) -> list[Entry]:
    """Return about the `wanted` newest entries that match a topic, newest first."""
    return recent.recent_matches(services, [topic], now, wanted)
