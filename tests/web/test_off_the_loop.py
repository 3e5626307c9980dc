"""What may wait for the database, for config/ or for a lock is done in threads: others are answered meanwhile."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from monitor.service.access import Keys
from monitor.service.opened import OpenHome
from monitor.service.pushing import Pushes
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from monitor.store.connection import Database
from monitor.web.app import create_app
from tests.conftest import Command
from tests.web.routes import flat
from tests.web.visiting import HOST, NOW, OPEN_ADDRESS, PASSWORD, Clock, open_doors, token

TOKEN = "t" * 43
WATCHED = ((OpenHome, "services"), (Keys, "access"), (Database, "read"), (Database, "write"))


class KnownHub:
    """Takes in what the hub of one feed sends."""

    async def hub_asks(self, token: str, query: str) -> Any:
        """Answer a verification."""
        return SimpleNamespace(status=200, text=query)

    async def receiver(self, token: str) -> Any:
        """Tell for whom a push is."""
        return SimpleNamespace(feed=SimpleNamespace(url="https://a.example/feed")) if token == TOKEN else None  # fmt: skip

    async def take(self, receiver: Any, body: bytes, **_more: str) -> int:
        """Take a push."""
        return 202


@pytest.fixture
def app(seen: Command, home: Path) -> Iterator[FastAPI]:
    """A home that has seen something, with a password, and with doors for hubs."""
    open_doors(home)
    with open_services(Home(home), NOW) as services:
        yield create_app(services, Clock(), host=HOST, pushes=cast("Pushes", KnownHub()))


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where something was waited for in a thread that an event loop runs in."""
    found: list[str] = []

    def watch(of: type, name: str) -> None:
        original: Callable[..., Any] = getattr(of, name)

        def watched(self: Any, *arguments: Any, **named: Any) -> Any:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                pass
            else:
                found.append(f"{name}: {''.join(traceback.format_stack(limit=4)[:-1])}")
            return original(self, *arguments, **named)

        monkeypatch.setattr(of, name, watched)

    for of, name in WATCHED:
        watch(of, name)
    return found


def asked(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Yield method and address of each route."""
    for prefix, route in flat("", app.routes):
        if isinstance(route, APIRoute):
            address = prefix + route.path
            for name in route.param_convertors:
                address = address.replace(f"{{{name}}}", "chips" if name == "name" else "1")
                address = address.replace(f"{{{name}:path}}", "config/topics.toml")
            yield from ((method, address) for method in sorted(route.methods or ()))


def test_no_handler_waits_in_the_event_loop(app: FastAPI, home: Path, blocked: list[str]) -> None:
    writer = {"authorization": f"Bearer {token(home, 'writer', 'write')}"}

    async def walk() -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=OPEN_ADDRESS) as client:
            for method, address in asked(app):
                if "send" not in address and "retry" not in address:
                    json: dict[str, str] | None = (
                        {} if "/api/" in address and method != "GET" else None
                    )
                    data = {"a": "b"} if json is None and method == "POST" else None
                    await client.request(method, address, headers=writer, json=json, data=data)

    asyncio.run(walk())
    assert not blocked, "\n".join(blocked)


def test_neither_logging_in_nor_a_push_waits_in_the_event_loop(
    app: FastAPI, blocked: list[str]
) -> None:
    async def walk() -> list[int]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=OPEN_ADDRESS) as client:
            ours, public = {"origin": OPEN_ADDRESS}, {"host": "monitor.example"}
            form = {"password": PASSWORD}
            answers = [
                await client.post("/login", data=form, headers=ours),
                await client.post("/login", data=form, headers=ours),  # ends the former session
                await client.post("/login", data={"password": "wrong"}, headers=ours),
                await client.get(f"/websub/{TOKEN}?hub.mode=subscribe", headers=public),
                await client.post(f"/websub/{TOKEN}", content=b"<rss/>", headers=public),
                await client.post(f"/websub/{'x' * 43}", content=b"", headers=public),
            ]
            return [each.status_code for each in answers]

    assert asyncio.run(walk()) == [303, 303, 401, 200, 202, 410]
    assert not blocked, "\n".join(blocked)
