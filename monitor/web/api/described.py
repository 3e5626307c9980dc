"""/openapi.json, complete: what FastAPI cannot know is added to what it makes of the routes.

The bodies that routes read by themselves, what goes wrong at each address, and the two ways in.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from monitor.web.api.documents.parts import Problem
from monitor.web.api.feed_adding import AddFeed
from monitor.web.api.feed_changes import ChangeFeed
from monitor.web.api.feeds import DiscoverFeeds
from monitor.web.api.jobs import StartJob
from monitor.web.api.judging import Judge, TryQuery
from monitor.web.api.saved import ChangeSearch, LookedAt, SaveSearch
from monitor.web.api.settings import WriteList
from monitor.web.api.stories import MergeStories, SplitStory
from monitor.web.api.tables import AddTable, ChangeTable
from monitor.web.api.topic_looks import PreviewTopic
from monitor.web.api.topics import AddTopic, ChangeTopic
from monitor.web.problems import PROBLEM_JSON, kind_of

BODIES: tuple[type[BaseModel], ...] = (
    AddFeed,
    AddTable,
    AddTopic,
    ChangeFeed,
    ChangeSearch,
    ChangeTable,
    ChangeTopic,
    DiscoverFeeds,
    Judge,
    LookedAt,
    MergeStories,
    PreviewTopic,
    SaveSearch,
    SplitStory,
    StartJob,
    TryQuery,
    WriteList,
)
TAGS = (
    ("search", "One query language, docs/topics.md; searches that are saved"),
    ("entries", "What feeds brought"),
    ("stories", "Entries about one event, and what was decided about them"),
    ("feeds", "config/feeds.toml and how the feeds fare"),
    ("topics", "config/topics.toml, what it finds, and what was judged"),
    ("digests", "Editions, deliveries, alerts"),
    ("settings", "The rest of config/, and its changes"),
    ("jobs", "Long work"),
    ("health", "Whether all is well"),
)
_REF = "#/components/schemas/{model}"
_CHANGES_CONFIG = (
    "/api/feeds", "/api/topics", "/api/searches", "/api/lists", "/api/settings", "/api/edits",
)  # fmt: skip


def describe(app: FastAPI) -> None:
    """Let the application give the whole description; it is made once, when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": about} for name, about in TAGS],
    )
    models: tuple[type[BaseModel], ...] = (*BODIES, Problem)
    _, given = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(given["$defs"])
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which are never sent
        schemas.pop(name, None)
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made on the monitor's machine, see docs/access.md. Not needed on it "
            "while no password is set.",
        },
    }
    document["security"] = [{"token": []}, {}]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _add_failures(path, method, operation)
    return document


def _add_failures(path: str, method: str, operation: dict[str, Any]) -> None:
    """Say what may go wrong at an address, each with the same document."""
    statuses = [401, 403, 500, 503]
    if operation.get("parameters") or "requestBody" in operation:
        statuses += [400, 422]
    if "{" in path or "topic" in str(operation.get("parameters", "")) or path == "/api/jobs":
        statuses.append(404)
    if "requestBody" in operation:
        statuses += [413, 415]
    if method != "get":
        statuses.append(409)
    if method in ("patch", "delete", "put", "post") and path.startswith(_CHANGES_CONFIG):
        statuses.append(412)
    if method == "post" and path in ("/api/feeds", "/api/discover"):
        statuses.append(502)
    responses = operation["responses"]
    responses.pop("422", None)
    for status in sorted(statuses):
        kind = kind_of(status)
        responses[str(status)] = _failure(kind.title if kind else "It went wrong")
    if method == "get" and path != "/healthz" and not path.endswith((".opml", "/export")):
        responses["304"] = {"description": "It is as If-None-Match says: nothing new"}
    responses["default"] = _failure("Anything else that went wrong")


def _failure(description: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="Problem")}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}
