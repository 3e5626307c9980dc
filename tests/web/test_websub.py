"""The one door strangers may knock at: exactly it, and nothing of the page beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service.pushing import Pushes
from monitor.service.refreshing import Refresher
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.conftest import Command, write_home
from tests.web.conftest import Browser

PUBLIC = "monitor.example"
TOKEN = "t" * 43


def reached(home: Path) -> Path:
    """Let hubs reach a home at monitor.example."""
    settings = home / "config" / "monitor.toml"
    settings.write_text(f'{settings.read_text()}\n[web]\npublic_url = "https://{PUBLIC}/"\n')
    return home


@pytest.fixture
def public(home: Path) -> Path:
    """A home that hubs reach."""
    return reached(home)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser in front of `monitor serve` of an empty home that hubs reach."""
    home = reached(write_home(tmp_path_factory.mktemp("door") / "home"))
    with open_services(Home(home), utc_now()) as opened:
        yield Browser(create_app(opened, utc_now))


PATHS = (
    "/", "/search?q=a", "/feeds", "/status", "/api/feeds", "/healthz", "/openapi.json", "/static/page.css",
    "/nowhere", "/websub", "/websub/", "/websub/a/b", "/websub/../feeds", "/websub/%2e%2e/feeds",
    "/websub/..%2ffeeds", f"/websub/{TOKEN}/", f"/websub/{TOKEN}%0a", f"//websub/{TOKEN}", "/websub/%C3%A4",
    f"/WEBSUB/{TOKEN}",
)  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_under_the_public_name_nothing_but_callbacks_answers(
    seen: Command, public: Path, services: Services, method: str
) -> None:
    app = Browser(create_app(services, utc_now))
    for path in PATHS:
        answer = app.get(path, method, host=PUBLIC)
        assert answer.status_code == 421, path
        assert "Gazette" not in answer.text


@pytest.mark.parametrize(
    "host", [PUBLIC, f"{PUBLIC}:443", PUBLIC.upper(), f"{PUBLIC}.", "127.0.0.1:8710"]
)
def test_callbacks_answer_under_the_public_name_and_the_pages_own(door: Browser, host: str) -> None:
    assert door.get(f"/websub/{TOKEN}", host=host).status_code == 503


@pytest.mark.parametrize("host", ["evil.example", f"{PUBLIC}.evil.example", f"evil.{PUBLIC}", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_under_any_other_name_they_do_not(door: Browser, host: str, method: str) -> None:
    answer = door.get(f"/websub/{TOKEN}", method, host=host)
    assert answer.status_code in (405, 421)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_callbacks_answer_get_and_post_alone(door: Browser, method: str) -> None:
    answer = door.get(f"/websub/{TOKEN}", method, host=PUBLIC)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_public_address_there_are_no_callbacks(browser: Browser, method: str) -> None:
    assert browser.get(f"/websub/{TOKEN}", method, host=PUBLIC).status_code == 421
    assert browser.get(f"/websub/{TOKEN}", method).status_code in (403, 404)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_that_only_reads_asks_hubs_to_come_again(door: Browser, method: str) -> None:
    answer = door.get(f"/websub/{TOKEN}", method, host=PUBLIC)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.text == ""
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_beside_it_takes_no_more_changes_than_before(door: Browser) -> None:
    assert door.get("/feeds").status_code == 200
    assert door.get("/feeds", "POST").status_code == 403
    assert "/websub" not in door.get("/openapi.json").text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_an_address_as_public_name_is_known_by_it(public: Path, host: str) -> None:
    settings = public / "config" / "monitor.toml"
    settings.write_text(
        settings.read_text().replace(f"https://{PUBLIC}/", "http://[2001:db8::5]:8710")
    )
    with open_services(Home(public), utc_now()) as opened:
        door = Browser(create_app(opened, utc_now, host=host))
        assert door.get(f"/websub/{TOKEN}", host="[2001:db8::5]:8710").status_code == 503


@pytest.mark.parametrize(
    ("served", "public_host"),
    [("monitor.example", "monitor.example"), ("0.0.0.0", "192.0.2.7:8710"), ("::", "[2001:db8::5]"),
     ("192.0.2.7", "192.0.2.7")],
)  # fmt: skip
def test_the_page_is_hidden_under_the_public_name_even_where_it_is_served_by_it(
    public: Path, served: str, public_host: str
) -> None:
    settings = public / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace(f"https://{PUBLIC}/", f"http://{public_host}"))
    with open_services(Home(public), utc_now()) as opened:
        door = Browser(create_app(opened, utc_now, host=served))
        answer = door.get("/feeds", host=public_host)
        assert answer.status_code == 421
        assert "localhost" in answer.text
        assert door.get(f"/websub/{TOKEN}", host=public_host).status_code == 503
        assert door.get("/feeds", host="localhost").status_code == 403  # before a password is set


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("monitor.example", "must begin with"),
        ("ftp://monitor.example", "must begin with"),
        ("https://user:pass@monitor.example", "user name"),
        ("https://monitor.example/?a=1", "no ?"),
        ("https://monitor.example/#a", "no #"),
        ("https:///x", "host"),
        ("https://bücher.example", "xn--"),
    ],
)
def test_a_public_address_that_is_none_is_told(
    home: Path, in_home: Command, url: str, said: str
) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text(f'{settings.read_text()}\n[web]\npublic_url = "{url}"\n')
    ran = in_home("feeds", "list")
    assert ran.status == 2
    assert said in ran.err
    assert "public_url" in ran.err


def test_a_body_for_nobody_is_not_read(public: Path, services: Services) -> None:
    """Who does not know a token costs nothing: the answer comes before the body."""

    async def ask() -> int:
        async with Refresher(services, {}, utc_now) as refresher:
            app = create_app(services, utc_now, pushes=Pushes(services, refresher, utc_now))
            sent: list[dict[str, object]] = []

            async def receive() -> dict[str, object]:
                raise AssertionError("the body was read")

            async def send(message: dict[str, object]) -> None:
                sent.append(message)

            scope = {
                "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
                "scheme": "http", "path": f"/websub/{TOKEN}", "raw_path": b"", "query_string": b"",
                "root_path": "", "headers": [(b"host", PUBLIC.encode())], "client": None, "server": None,
            }  # fmt: skip
            await app(scope, receive, send)  # type: ignore[arg-type]
            status = sent[0]["status"]
            assert isinstance(status, int)
            return status

    assert asyncio.run(ask()) == 410
