"""Every address of the page, walked by those who may not: refused, and nothing changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from monitor.service.wiring import open_services
from monitor.settings.home import Home
from monitor.web.app import create_app
from monitor.web.policy import needed
from tests.conftest import Command
from tests.web.routes import flat
from tests.web.visiting import HOST, NOW, OPEN_ADDRESS, Clock, Visitor, open_doors, token

OPEN = {("GET", "/login"), ("POST", "/login"), ("GET", "/healthz")}
DOORS = {"/websub/{token}", "/unsubscribe/{delivery}/{token}"}
"""What strangers may ask for. Whoever adds an address here lets them."""

REFUSED = (401, 403, 404, 405)
FILLED = {"name": "chips", "entry_id": "e1", "story_id": "s1", "form": "html"}


@pytest.fixture
def guarded(seen: Command, home: Path) -> Iterator[FastAPI]:
    """A home that has seen something, served to others, with doors and a password."""
    open_doors(home)
    with open_services(Home(home), NOW) as services:
        yield create_app(services, Clock(), host=HOST)


def addresses(app: FastAPI) -> list[tuple[str, str, str]]:
    """Return method, path as declared, and an address of each route; fails for one of another kind."""
    found = []
    for prefix, route in flat("", app.routes):
        if isinstance(route, Mount):
            assert route.path == "/static", f"{route.path} is mounted: say here who may see it"
            continue
        assert isinstance(route, Route | APIRoute), f"{route} is no route this test can walk"
        address = path = prefix + route.path
        for name in route.param_convertors:
            address = address.replace(f"{{{name}}}", FILLED.get(name, "1"))
            address = address.replace(f"{{{name}:path}}", "config/topics.toml")
        found += [(method, path, address) for method in sorted(route.methods or ())]
    return found


def state(home: Path) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, bytes]]:
    """Return all rows of the database and all bytes of config/."""
    with closing(sqlite3.connect(home / "db" / "monitor.db")) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not row[0].startswith("entries_fts")  # an index of the rest
        ]
        rows = {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
        }
    files = {
        str(path): path.read_bytes() for path in (home / "config").rglob("*") if path.is_file()
    }
    return rows, files


def test_nobody_gets_in_who_may_not_and_nothing_changes(guarded: FastAPI, home: Path) -> None:
    tokens = {
        "read": token(home, "reader", "read"),
        "feeds": token(home, "feeds", "feeds"),
        "metrics": token(home, "figures", "metrics"),
        "expired": token(home, "old", "write", expires_on=date(2026, 11, 25)),
    }
    visitor = Visitor(guarded)
    assert visitor.log_in().status_code == 303
    session = {"cookie": f"monitor={visitor.cookies['monitor']}"}
    walked = addresses(guarded)
    assert len(walked) > 30
    before = state(home)
    ours = {"origin": OPEN_ADDRESS}

    async def walk() -> None:
        transport = httpx.ASGITransport(app=guarded, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=OPEN_ADDRESS) as client:

            async def ask(
                what: str, method: str, address: str, headers: dict[str, str], body: bytes = b""
            ) -> int:
                answer = await client.request(method, address, headers=headers, content=body)
                to_login = (
                    answer.status_code == 303
                    and method in ("GET", "HEAD")
                    and answer.headers["location"].startswith("/login")
                )
                assert to_login or answer.status_code in REFUSED, (
                    what, method, address, answer.status_code,
                )  # fmt: skip
                assert "Gazette" not in answer.text
                return answer.status_code

            for method, path, address in walked:
                if (method, path) in OPEN or path in DOORS:
                    continue
                need = needed(method, address)
                assert need != "open", f"{method} {path} lets everybody in"
                for what, headers in {
                    "nobody": {},
                    "wrong cookie": {"cookie": "monitor=" + "a" * 43},
                    "cookie of https": {"cookie": session["cookie"].replace("=", "=x", 1)},
                    "cookie twice": {"cookie": f"{session['cookie']}; {session['cookie']}"},
                    "wrong token": {"authorization": "Bearer monitor_" + "a" * 43},
                    "no token": {"authorization": "Bearer x"},
                    "wrong token beside a session": {
                        **session, "authorization": "Bearer monitor_x",
                    },
                    "expired token": {"authorization": f"Bearer {tokens['expired']}"},
                    "a proxy's header": {"remote-user": "ann", "x-forwarded-for": "127.0.0.1"},
                }.items():  # fmt: skip
                    await ask(what, method, address, {**ours, **headers})
                small = {"read": ("feeds", "metrics"), "write": ("feeds", "metrics", "read"),
                         "feeds": ("metrics",), "metrics": ("feeds",)}[need]  # fmt: skip
                for name in small:
                    said = {"authorization": f"Bearer {tokens[name]}", **ours}
                    assert await ask(f"token for {name}", method, address, said) == 403
                await ask("key", method, f"{address}?key={tokens['metrics']}", dict(ours))
                if method in ("GET", "HEAD"):
                    continue
                for what, headers in {
                    "no origin": {},
                    "foreign origin": {"origin": "https://evil.example"},
                    "same host, another port": {"origin": f"http://{HOST}:8711"},
                    "null origin": {"origin": "null"},
                    "cross-site": {**ours, "sec-fetch-site": "cross-site"},
                    "same-site": {**ours, "sec-fetch-site": "same-site"},
                    "text/plain": {"origin": "null", "content-type": "text/plain"},
                    "JSON as form": {"content-type": "application/x-www-form-urlencoded"},
                    "form as JSON": {"content-type": "application/json"},
                }.items():
                    status = await ask(what, method, address, {**session, **headers}, b'{"a":"=1"}')
                    assert status == 403, (what, method, address)
                if ("GET", path) in [each[:2] for each in walked]:
                    continue
                for name in ("x-http-method-override", "x-method-override", "x-http-method"):
                    status = await ask(
                        name,
                        "GET",
                        f"{address}?_method={method}",
                        {**session, **ours, name: method},
                    )
                    assert status in (404, 405)
                assert await ask("head", "HEAD", address, {**session, **ours}) in (404, 405)

    asyncio.run(walk())
    assert state(home) == before


def test_a_session_a_token_and_the_machine_itself_get_everywhere(
    guarded: FastAPI, home: Path
) -> None:
    visitor = Visitor(guarded)
    visitor.log_in()
    reader = {"authorization": f"Bearer {token(home, 'all', 'read')}"}
    for method, path, address in addresses(guarded):
        if method == "GET" and path not in DOORS:
            answers = [visitor.ask(address)]
            if needed(method, address) != "write":
                answers.append(Visitor(guarded).ask(address, headers=reader))
            for answer in answers:
                assert answer.status_code not in (401, 403), address
                there = answer.headers.get("location", "")
                assert not there.startswith("/login"), address


SECRETS = ("hunter2", "k3y-in-path", "h34der")
FEEDS = """
[[feed]]
url = "https://keyed.example/feed.xml?token=hunter2"
headers = {X-Api-Key = "h34der"}
"""
HOOKED = """
[alerts.hooked]
query = "chip"
timezone = "UTC"
to = [{webhook = "https://hooks.example/k3y-in-path"}]
"""


def test_who_may_only_read_learns_no_secret_of_config(guarded: FastAPI, home: Path) -> None:
    config = home / "config"
    feeds = config / "feeds.toml"
    feeds.write_text(feeds.read_text() + FEEDS)
    settings = config / "monitor.toml"
    settings.write_text(settings.read_text() + HOOKED)
    owner = Visitor(guarded)
    owner.log_in()
    for file, name in ((feeds, "feeds.toml"), (settings, "monitor.toml")):
        text = f"{file.read_text()}# edited\n"
        # Whoever may change it sees it.
        shown = owner.post(f"/settings/files/config/{name}", {"text": text, "step": "preview"})
        assert any(each in shown.text for each in SECRETS)
        edited = {"text": f"{text}# again\n", "step": "save"}
        assert owner.post(f"/settings/files/config/{name}", edited).status_code == 303
    look = {"url": "https://keyed.example/other?token=hunter2"}
    assert owner.post("/feeds/add/look", look).status_code == 303
    guarded.state.worker.work_off()
    reader = {"authorization": f"Bearer {token(home, 'all', 'read')}"}
    told, leaks = 0, []
    for method, _path, address in addresses(guarded):
        if method != "GET" or "unsubscribe" in address or "websub" in address:
            continue
        answer = Visitor(guarded).ask(address, headers=reader)
        leaks += [(address, each) for each in SECRETS if each in answer.text]
        told += "hooks.example" in answer.text or "keyed.example" in answer.text
    assert leaks == []
    assert told > 3
    assert Visitor(guarded).ask("/settings/alerts/hooked", headers=reader).status_code == 403


def test_strangers_learn_nothing_from_what_is_open(guarded: FastAPI) -> None:
    visitor = Visitor(guarded)
    for path in ("/login", "/healthz", "/nowhere", "/", "/static/page.css", "/openapi.json", "/static/none",
                 "/static/../app.py", "/robots.txt"):  # fmt: skip
        answer = visitor.ask(path)
        assert "UTC" not in answer.text
        assert "Gazette" not in answer.text
        assert "Export controls" not in answer.text
        assert "0." not in answer.text or path.startswith("/static"), path
