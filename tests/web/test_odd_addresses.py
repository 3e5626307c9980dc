"""Whatever stands in an address of a page, the answer is a page: never a mistake of the monitor's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.conftest import Command
from tests.web.conftest import Browser
from tests.web.routes import flat

ODD = (
    "0", "-1", "9223372036854775808", "1" * 5000, "1.5", "٣", "e99999999999999999999", "0001-01-01",
    "9999-12-31", "2026-02-30", "", "%", "a/b", "\0", "\ud7ff\uffff", "(", "x" * 3000, "month",
)  # fmt: skip
USUAL = {
    "name": "chips",
    "entry_id": "e1",
    "story_id": "s1",
    "form": "html",
    "table": "fetch",
    "group": "digests",
}


@pytest.fixture
def browser(seen: Command, home: Path) -> Iterator[Browser]:
    """In front of a home that has seen something, is known by a name, and has all pages."""
    file = home / "config" / "monitor.toml"
    file.write_text(
        file.read_text("utf-8") + '\n[web]\npublic_url = "https://monitor.example.org"\n', "utf-8"
    )
    with open_services(Home(home), utc_now()) as services:
        yield Browser(create_app(services, utc_now))


def asked(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Yield methods and addresses: each parameter of a path with each odd value, and all of a query."""
    for prefix, route in flat("", app.routes):
        path = prefix + getattr(route, "path", "")
        if not isinstance(route, APIRoute) or path.startswith("/api/"):
            continue
        for method in sorted((route.methods or set()) & {"GET", "POST"}):
            for odd in ODD:
                for name in route.param_convertors:
                    yield method, filled(path, name, odd)
                names = [each.alias for each in route.dependant.query_params]
                if names:
                    values = urlencode(dict.fromkeys(names, odd))
                    yield method, f"{filled(path)}?{values}"


def filled(path: str, odd_one: str = "", odd: str = "") -> str:
    """Return an address: one parameter odd, the others as usual."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return quote(odd, safe="") if name == odd_one else USUAL.get(name, "1")

    return re.sub(r"{(\w+)(?::path)?}", value, path)


def test_no_odd_value_in_an_address_breaks_a_page(browser: Browser) -> None:
    async def walk() -> list[str]:
        transport = httpx.ASGITransport(app=browser.app, raise_app_exceptions=False)
        headers = {"origin": browser.base}
        wrong = []
        async with httpx.AsyncClient(
            transport=transport, base_url=browser.base, headers=headers
        ) as client:
            for method, address in asked(browser.app):
                answer = await client.request(method, address)
                if answer.status_code >= 500 and not address.startswith("/websub/"):  # "come again"
                    wrong.append(f"{method} {address[:200]}: {answer.status_code}")
        return wrong

    wrong = asyncio.run(walk())
    assert not wrong, "\n".join(wrong)
