"""Who may ask, what a browser may do with the answer, and that no error shows its insides."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import monitor.web
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from monitor.web.safety import known_hosts
from tests.web.conftest import ADDRESS, Browser

PATHS = [
    "/",
    "/search?q=a",
    "/api/feeds",
    "/healthz",
    "/nowhere",
    "/static/page.css",
    "/openapi.json",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_safe_headers_and_no_cookie(still: Browser, path: str) -> None:
    headers = still.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:8710", "[::1]:8710", "localhost."]
)
def test_this_machine_is_known_under_its_names(still: Browser, host: str) -> None:
    assert still.get("/healthz", host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8710",
        "",
        "[::2]",
        "a b",
        "192.168.0.7",
    ],
)
def test_another_host_name_is_refused_with_a_plain_message(still: Browser, host: str) -> None:
    answer = still.get("/", host=host)
    assert answer.status_code == 421
    assert "host name" in answer.text
    assert "content-security-policy" in answer.headers


def test_the_configured_host_is_known(services: Services) -> None:
    browser = Browser(create_app(services, utc_now, host="Monitor.Example"))
    assert browser.get("/healthz", host="monitor.example:8710").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_name_under_which_readers_open_the_page_is_known(home: Path, host: str) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text(
        f'{settings.read_text()}\n[web]\npage_url = "https://News.Example/monitor"\n'
    )
    with open_services(Home(home), utc_now()) as services:
        browser = Browser(create_app(services, utc_now, host=host))
        assert browser.get("/healthz", host="news.example").status_code == 200
        assert browser.get("/healthz", host="other.example").status_code == 421


def test_served_on_all_addresses_any_address_is_known_but_no_other_name() -> None:
    assert known_hosts("0.0.0.0") is None
    assert known_hosts("::") is None
    assert "[::1]" in (known_hosts("::1") or ())


def test_served_on_all_addresses_a_foreign_name_is_refused(services: Services) -> None:
    browser = Browser(create_app(services, utc_now, host="0.0.0.0"))
    assert browser.get("/healthz", host="192.168.0.7:8710").status_code == 200
    assert browser.get("/healthz", host="evil.example").status_code == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/feeds", "/static/page.css", "/nowhere"])
def test_a_change_that_no_page_of_ours_asks_for_is_refused(
    still: Browser, method: str, path: str
) -> None:
    for headers in (
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site", "origin": ADDRESS},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
    ):
        assert still.get(path, method, **headers).status_code == 403, headers


@pytest.mark.parametrize("headers", [{"origin": ADDRESS}, {"sec_fetch_site": "same-origin"}])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_change_that_a_page_of_ours_asks_for_comes_to_the_routes(
    still: Browser, method: str, headers: dict[str, str]
) -> None:
    assert still.get("/static/page.css", method, **headers).status_code == 405
    assert still.get("/nowhere", method, **headers).status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/feeds", "/static/page.css", "/nowhere"])
def test_head_is_get_without_the_body(still: Browser, path: str) -> None:
    head, get = still.get(path, "HEAD"), still.get(path)
    assert head.content == b""
    assert (head.status_code, head.headers["content-length"]) == (
        get.status_code, get.headers["content-length"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/entries/e999", "/entries/s1", "/entries/12", "/entries/e99999999999999999999", "/stories/s9", "/stories/e1",
     "/topics/none", "/topics/none.atom", "/topics/none.json", "/feeds/99", "/digests/none", "/digests/none.html",
     "/?digest=none", "/static/none.css", "/static/../app.py", "/static/%2e%2e/app.py", "/docs", "/redoc"],
)  # fmt: skip
def test_what_is_not_there_gets_a_kind_404(still: Browser, path: str) -> None:
    answer = still.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize("path", ["/", "/api/feeds", "/healthz", "/search?q=a"])
def test_a_database_that_cannot_be_read_is_said_with_503(
    services: Services, browser: Browser, path: str
) -> None:
    services.home.database.write_bytes(b"no database at all" * 1000)
    services.store.close()
    answer = browser.get(path)
    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    if path in ("/api/feeds", "/healthz"):
        assert answer.json()["detail"]


def test_a_mistake_of_ours_shows_nothing_of_the_inside(services: Services) -> None:
    def broken_clock() -> None:
        raise RuntimeError("the secret inside")

    answer = Browser(create_app(services, broken_clock)).get("/api/search?q=a")  # type: ignore[arg-type]
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@given(path=st.text(max_size=40), text=st.text(max_size=40))
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_address_and_any_search_is_answered_without_a_5xx(
    browser: Browser, path: str, text: str
) -> None:
    address = quote(path, errors="replace")
    asked = quote(text, errors="replace")
    for each in (
        f"/x{address}",
        f"/entries/{address}",
        f"/search?q={asked}",
        f"/api/search?q={asked}",
    ):
        assert browser.get(each).status_code < 500


def sent(app: FastAPI, path: str, pieces: AsyncIterator[bytes]) -> httpx.Response:
    """Send a body whose length is not said before."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            headers = {"origin": ADDRESS, "content-type": "application/x-www-form-urlencoded"}
            return await client.post(path, headers=headers, content=pieces)

    return asyncio.run(ask())


def test_a_body_that_is_too_large_is_refused_before_it_is_read(browser: Browser) -> None:
    for path, length in (("/login", 20_001), ("/feeds", 30_000_001), ("/api/feeds", 10**30)):
        answer = browser.get(path, "POST", origin=ADDRESS, content_length=str(length))
        assert answer.status_code == 413


def test_a_body_that_grows_too_large_is_read_no_further(browser: Browser) -> None:
    taken = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 1000:
            taken += 1
            yield b"password=" + b"x" * 1000

    assert sent(browser.app, "/login", pieces()).status_code == 413
    assert taken < 30


def test_a_body_that_does_not_come_is_not_waited_for(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.web.safety.SLOWEST", 0.05)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"password="
        await asyncio.Event().wait()

    assert sent(browser.app, "/login", pieces()).status_code == 408


CSS = (Path(monitor.web.__file__).parent / "static" / "page.css").read_text()
TEXT_ON = [
    *((ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "sheet", "tint")),
    *((ink, ground) for ink in ("good", "warn", "bad") for ground in ("paper", "sheet")),
    ("mark-ink", "mark"), ("warn-ink", "warn-tint"), ("focus", "paper"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_colours_keep_the_contrast_of_wcag_aa(scheme: str, ink: str, ground: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[scheme == "dark"]))
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_style_sheet_loads_nothing() -> None:
    assert not re.search(r"url\(|@import|https?:", CSS)


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("junk", ["http://[", "http://[::1", "http://a]b", "://"])
def test_an_origin_that_is_no_address_is_a_foreign_one(still: Browser, junk: str) -> None:
    assert still.post("/settings/fetch", {"interval": "2h"}, origin=junk).status_code == 403


@pytest.mark.parametrize(
    "charset", ["undefined", "unicode_escape", '"utf-7"', "utf-8x", "*=u''undefined"]
)
def test_a_form_in_another_charset_is_refused(still: Browser, charset: str) -> None:
    form = {"content_type": f"multipart/form-data; boundary=x; charset={charset}"}
    assert still.post("/settings/fetch", None, **form).status_code == 415
    assert still.post("/login", None, **form).status_code == 415
    plain = {"content_type": "multipart/form-data; boundary=x; charset=UTF-8"}
    assert still.post("/settings/fetch", None, **plain).status_code != 415
