"""A visitor who keeps cookies, at an address others can reach, and the password of the page there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from monitor.model.access import Scope
from monitor.service.access import add_token
from monitor.service.wiring import open_services
from monitor.settings.access import set_password
from monitor.settings.home import Home
from monitor.web.app import create_app

PASSWORD = "violet kettle banana fjord"
HASHED = (
    "$argon2id$v=19$m=64,t=1,p=1$bW9uaXRvci10ZXN0cy0wMA$xGlmcmMXfTnDBs/lXqbRpoSzX7UJEilmvLdS3AxpaXM"
)
"""Of `PASSWORD`, cheap to check."""

HOST = "192.0.2.7"
OPEN_ADDRESS = f"http://{HOST}:8710"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands until it is turned."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        """Let it be later."""
        self.now += by


@dataclass
class Visitor:
    """Asks an application as a browser or a program does, from one address; `cookies` stay."""

    app: FastAPI
    base: str = OPEN_ADDRESS
    address: str = "198.51.100.20"
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """Return the answer, redirects not followed."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(
                app=self.app, raise_app_exceptions=False, client=(self.address, 4321)
            )
            async with httpx.AsyncClient(
                transport=transport, base_url=self.base, cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, headers=headers, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def post(
        self, path: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form as a page of ours does."""
        return self.ask(path, "POST", headers={"origin": self.base, **headers}, data=form or {})

    def log_in(self, password: str = PASSWORD, there: str = "/", **headers: str) -> httpx.Response:
        """Send the form to log in."""
        return self.post("/login", {"password": password, "next": there}, **headers)


def protect(home: Path) -> None:
    """Set the password."""
    set_password(Home(home), HASHED)


def open_doors(home: Path) -> None:
    """Set the password, and let strangers knock where hubs and unsubscribing are answered."""
    settings = home / "config" / "monitor.toml"
    settings.write_text(f'{settings.read_text()}\n[web]\npublic_url = "https://monitor.example"\n')
    protect(home)


def token(home: Path, name: str, *scopes: Scope, expires_on: date | None = None) -> str:
    """Make a token, on the day before NOW."""
    secret, _ = add_token(Home(home), name, scopes, NOW - timedelta(days=1), expires_on)
    return secret


def configure(home: Path, web: str) -> None:
    """Add lines to [web] of monitor.toml."""
    settings = home / "config" / "monitor.toml"
    settings.write_text(f"{settings.read_text()}\n[web]\n{web}\n")


@contextmanager
def visited(home: Path, clock: Clock, *, host: str = HOST) -> Iterator[FastAPI]:
    """Open a home's page as it is served at a host."""
    with open_services(Home(home), NOW) as services:
        yield create_app(services, clock, host=host)
