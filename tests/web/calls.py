"""One call of every address of the API on the home of the fixture `seen`, in an order that works."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from tests.web.conftest import ADDRESS

OURS = {"Sec-Fetch-Site": "same-origin"}
OPML = (
    '<opml version="2.0"><head/><body>'
    '<outline type="rss" xmlUrl="https://listed.example/feed.xml"/></body></opml>'
)


@dataclass(frozen=True)
class Call:
    """A request: the operation it is for, as /openapi.json writes it, and what is filled in."""

    operation: str
    path: str = ""
    body: Any = None
    status: int = 200

    @property
    def method(self) -> str:
        return self.operation.split()[0]

    @property
    def template(self) -> str:
        return self.operation.split()[1]


CALLS = (
    Call("GET /api/search", "/api/search?q=entity"),
    Call("GET /api/search", "/api/search?q=chip&sort=newest&limit=1"),
    Call("GET /api/search", "/api/search?q=chip&limit=1&group=story&facets=true&exact=true"),
    Call("GET /api/search/facets", "/api/search/facets?q=chip OR topic:chips"),
    Call("GET /api/search/histogram", "/api/search/histogram?q=chip&by=week"),
    Call("GET /api/search/export", "/api/search/export?q=chip&format=csv"),
    Call("GET /api/search/export", "/api/search/export?q=chip"),
    Call("POST /api/searches", body={"name": "crisps", "query": "chip OR potato"}, status=201),
    Call("POST /api/searches/{name}/seen", "/api/searches/crisps/seen", {"newest": "e1"}),
    Call("GET /api/searches"),
    Call("GET /api/searches/{name}", "/api/searches/crisps?limit=1"),
    Call("GET /api/searches/{name}/settings", "/api/searches/crisps/settings"),
    Call(
        "PATCH /api/searches/{name}/settings",
        "/api/searches/crisps/settings",
        {"title": None, "sort": "relevance"},
    ),
    Call("DELETE /api/searches/{name}", "/api/searches/crisps"),
    Call("GET /api/entries", "/api/entries?limit=2&topic=chips"),
    Call("GET /api/entries/{entry_id}", "/api/entries/e1"),
    Call("GET /api/entries/{entry_id}", "/api/entries/e3"),
    Call("GET /api/entries/{entry_id}/similar", "/api/entries/e1/similar"),
    Call("PUT /api/entries/{entry_id}/star", "/api/entries/e1/star"),
    Call("GET /api/starred"),
    Call("DELETE /api/entries/{entry_id}/star", "/api/entries/e1/star"),
    Call("GET /api/stories", "/api/stories?since=7d&limit=1"),
    Call("POST /api/stories/{story_id}/merge", "/api/stories/s1/merge", {"others": ["s2"]}),
    Call("GET /api/stories/{story_id}", "/api/stories/s2"),
    Call("POST /api/rulings/{ruling}/undo", "/api/rulings/last/undo"),
    Call("POST /api/stories/{story_id}/pin", "/api/stories/s1/pin"),
    Call("POST /api/stories/{story_id}/split", "/api/stories/s1/split", {"entries": ["e4"]}),
    Call("GET /api/rulings"),
    Call("GET /api/feeds"),
    Call("GET /api/feeds", "/api/feeds?state=failing&state=ok"),
    Call("GET /api/feeds/{feed}", "/api/feeds/1"),
    Call("GET /api/feeds/{feed}", "/api/feeds/lost"),
    Call("GET /api/feeds/{feed}/visits", "/api/feeds/1/visits?limit=1"),
    Call("GET /api/feeds/{feed}/settings", "/api/feeds/1/settings"),
    Call(
        "PATCH /api/feeds/{feed}/settings",
        "/api/feeds/1/settings",
        {
            "title": "Gazette",
            "tags": ["press"],
            "every": "2h",
            "headers": {"Accept-Language": "en"},
        },
    ),
    Call(
        "POST /api/feeds",
        body={"url": "https://new.example/feed.xml", "fetch": False, "tier": 1},
        status=201,
    ),
    Call("GET /api/feeds.opml"),
    Call("POST /api/feeds.opml", "/api/feeds.opml?dry_run=false", OPML),
    Call("POST /api/feeds/{feed}/fetch", "/api/feeds/1/fetch", status=202),
    Call("POST /api/feeds/{feed}/accept", "/api/feeds/1/accept", status=404),
    Call("POST /api/feeds/{feed}/undo", "/api/feeds/1/undo", status=404),
    Call("POST /api/discover", body={"url": "http://127.0.0.1:9/"}, status=502),
    Call("DELETE /api/feeds/{feed}", "/api/feeds/new.example"),
    Call("GET /api/topics"),
    Call("GET /api/topics/{name}", "/api/topics/chips"),
    Call(
        "POST /api/topics",
        body={
            "name": "potatoes",
            "query": "potato",
            "boosts": [{"query": "paprika", "points": 2}],
            "floor": 2,
        },
        status=201,
    ),
    Call("PATCH /api/topics/{name}", "/api/topics/potatoes", {"title": "Potatoes", "boosts": None}),
    Call("GET /api/topics/{name}/test", "/api/topics/potatoes/test?since=30d"),
    Call("GET /api/topics/{name}/test", "/api/topics/chips/test"),
    Call("POST /api/topics/{name}/rematch", "/api/topics/potatoes/rematch", status=202),
    Call("DELETE /api/topics/{name}", "/api/topics/potatoes"),
    Call("POST /api/try", body={"query": "entity OR plant", "samples": 3}),
    Call("POST /api/topics/preview", body={"query": "entity OR plant", "name": "chips"}),
    Call("POST /api/topics/preview", body={"query": "entity OR ("}),
    Call("GET /api/topics/{name}/versions", "/api/topics/chips/versions"),
    Call("GET /api/topics/{name}/standing", "/api/topics/chips/standing"),
    Call("GET /api/trends", "/api/trends?by=week"),
    Call("GET /api/trends/{name}", "/api/trends/chips?from=2026-11-01"),
    Call("GET /api/trends/{name}/makeup", "/api/trends/chips/makeup"),
    Call("GET /api/topics/{name}/explain/{entry_id}", "/api/topics/chips/explain/e1"),
    Call("GET /api/topics/{name}/explain/{entry_id}", "/api/topics/chips/explain/e3"),
    Call(
        "PUT /api/topics/{name}/judgements/{entry_id}",
        "/api/topics/chips/judgements/e2",
        {"belongs": False},
    ),
    Call("GET /api/topics/{name}/suggestions", "/api/topics/chips/suggestions"),
    Call("GET /api/judgements"),
    Call("DELETE /api/topics/{name}/judgements/{entry_id}", "/api/topics/chips/judgements/e2"),
    Call("GET /api/digests"),
    Call("GET /api/digests/{edition}", "/api/digests/EDITION"),
    Call("GET /api/schedule"),
    Call("GET /api/digests/{name}/preview", "/api/digests/daily/preview?since=2d"),
    Call("POST /api/digests/{name}/send", "/api/digests/daily/send"),
    Call("GET /api/deliveries"),
    Call("POST /api/deliveries/{delivery}/retry", "/api/deliveries/1/retry", status=400),
    Call("POST /api/deliveries/retry"),
    Call("POST /api/deliveries/{delivery}/dismiss", "/api/deliveries/1/dismiss", status=400),
    Call("GET /api/alerts"),
    Call("GET /api/alerts/{name}/test", "/api/alerts/chips/test?since=7d"),
    Call("GET /api/alerts/messages", "/api/alerts/messages?alert=chips"),
    Call("GET /api/alerts/messages/{message_id}", "/api/alerts/messages/1", status=404),
    Call("GET /api/settings"),
    Call("GET /api/settings/{table}", "/api/settings/fetch"),
    Call("PATCH /api/settings/{table}", "/api/settings/fetch", {"values": {"interval": "2h"}}),
    Call(
        "POST /api/settings/{table}",
        "/api/settings/digests",
        {"name": "weekly", "values": {"days": "mon", "to": [{"folder": "weekly"}]}},
        status=201,
    ),
    Call(
        "PATCH /api/settings/{table}/{name}",
        "/api/settings/digests/weekly",
        {"values": {"days": None, "per_topic": 3}},
    ),
    Call("GET /api/settings/{table}/{name}", "/api/settings/alerts/chips"),
    Call("DELETE /api/settings/{table}/{name}", "/api/settings/digests/weekly"),
    Call("GET /api/lists"),
    Call("PUT /api/lists/{name}", "/api/lists/potatoes", {"text": "potato\ncrisp\n"}),
    Call("GET /api/lists/{name}", "/api/lists/potatoes"),
    Call("DELETE /api/lists/{name}", "/api/lists/potatoes"),
    Call("GET /api/edits"),
    Call("POST /api/edits/{edit_id}/undo", "/api/edits/EDIT/undo"),
    Call("GET /api/jobs"),
    Call("POST /api/jobs", body={"kind": "fetch", "feeds": "all"}, status=202),
    Call("POST /api/jobs", body={"kind": "rebuild", "since": "2d"}, status=202),
    Call("POST /api/jobs", body={"kind": "backup"}, status=202),
    Call("GET /api/jobs/{job_id}", "/api/jobs/1"),
    Call("POST /api/jobs/{job_id}/stop", "/api/jobs/1/stop"),
    Call("GET /healthz"),
    Call("GET /api/stats"),
    Call("POST /api/doctor"),
    Call("GET /api/problems/{name}", "/api/problems/query"),
)

ALERT = """
[alerts.chips]
query = "topic:chips"
timezone = "UTC"
to = [{folder = "alerts"}]
"""


def ask(app: FastAPI, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """Send one request as a page of the monitor would; `headers` are named with underscores."""
    named = OURS | {name.replace("_", "-"): value for name, value in headers.items()}
    content: bytes | None = None
    if isinstance(body, bytes):
        content = body
    elif isinstance(body, str):
        content, named = body.encode(), {"content-type": "text/x-opml"} | named
    elif body is not None:
        content, named = json.dumps(body).encode(), {"content-type": "application/json"} | named

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            return await client.request(method, path, content=content, headers=named)

    return asyncio.run(send())
