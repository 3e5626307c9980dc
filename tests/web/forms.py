"""Sends forms as a browser sends those of our own page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from tests.web.conftest import Browser


def post(
    browser: Browser,
    path: str,
    fields: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
    *,
    follow: bool = False,
) -> httpx.Response:
    """Return the answer to a form; with `follow` the page it leads to."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=browser.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=browser.base, follow_redirects=follow
        ) as client:
            headers = {"sec-fetch-site": "same-origin"}
            return await client.post(path, data=fields, files=files, headers=headers)

    return asyncio.run(ask())


def of_first(browser: Browser, fields: Mapping[str, Any]) -> httpx.Response:
    """Return the answer to the form about the first feed, opened and filled in like this."""
    form = browser.get("/feeds/1").text.split('action="/feeds/1/edit"')[1]
    seen = form.split('name="seen" value="')[1].split('"')[0]
    return post(browser, "/feeds/1/edit", {"seen": seen, **fields})
