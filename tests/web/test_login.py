"""Logging in and out, sessions, tokens, and what comes of changes to config/access.toml meanwhile."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.service.wiring import open_services
from monitor.settings.access import remove_token, set_password
from monitor.settings.home import Home
from monitor.web.app import create_app
from monitor.web.next_page import next_page
from tests.web.reading import Read
from tests.web.visiting import (
    HOST,
    PASSWORD,
    Clock,
    Visitor,
    configure,
    protect,
    token,
    visited,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(home: Path, clock: Clock) -> Iterator[FastAPI]:
    """A home with a password, served to others."""
    protect(home)
    with visited(home, clock) as opened:
        yield opened


@pytest.fixture
def visitor(app: FastAPI) -> Visitor:
    return Visitor(app)


def test_who_logs_in_comes_to_the_page_they_wanted(visitor: Visitor) -> None:
    asked = visitor.ask("/search?q=chips&sort=newest")
    assert asked.status_code == 303
    there = asked.headers["location"]
    form = visitor.ask(there)
    assert form.status_code == 200
    assert form.headers["cache-control"] == "no-store"
    assert 'value="/search?q=chips&amp;sort=newest"' in form.text
    answer = visitor.log_in(there="/search?q=chips&sort=newest")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=chips&sort=newest")
    cookie = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=lax", "path=/", "max-age=2592000"):
        assert part in cookie
    assert visitor.ask("/search?q=chips").status_code == 200
    assert visitor.ask("/login?next=/feeds").headers["location"] == "/feeds"


def test_the_form_is_sound_and_says_what_was_wrong(visitor: Visitor) -> None:
    answer = visitor.log_in("wrong horse")
    assert answer.status_code == 401
    assert "That is not the password." in answer.text
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers
    page = Read(answer.text)
    assert [each for each in page.problems if "form" not in each] == []
    assert visitor.ask("/feeds").status_code == 303


def test_a_session_is_new_with_each_login_and_ends_with_logging_out(app: FastAPI) -> None:
    here, there = Visitor(app), Visitor(app)
    here.log_in()
    first = here.cookies["monitor"]
    here.log_in()
    second = here.cookies["monitor"]
    assert first != second
    old = {"cookie": f"monitor={first}"}
    assert Visitor(app).ask("/feeds", headers=old).status_code == 303
    there.log_in()
    assert here.post("/logout").headers["location"] == "/login"
    again = {"cookie": f"monitor={second}"}
    assert Visitor(app).ask("/feeds", headers=again).status_code == 303
    assert there.ask("/feeds").status_code == 200


def test_logging_out_everywhere_ends_all_sessions(app: FastAPI) -> None:
    here, there = Visitor(app), Visitor(app)
    here.log_in()
    there.log_in()
    settings = here.ask("/settings").text
    assert "2 browsers are logged in." in settings
    assert 'action="/logout/everywhere"' in settings
    assert here.post("/logout/everywhere").status_code == 303
    assert there.ask("/feeds").status_code == 303


def test_a_session_that_is_not_used_ends_after_a_week_and_any_after_a_month(
    visitor: Visitor, clock: Clock
) -> None:
    visitor.log_in()
    clock.turn(timedelta(days=6))
    assert visitor.ask("/feeds").status_code == 200
    clock.turn(timedelta(days=6))
    assert visitor.ask("/feeds").status_code == 200
    clock.turn(timedelta(days=7, minutes=1))
    assert visitor.ask("/feeds").status_code == 303
    visitor.log_in()
    for _ in range(5):
        clock.turn(timedelta(days=5))
        assert visitor.ask("/feeds").status_code == 200
    clock.turn(timedelta(days=5))
    assert visitor.ask("/feeds").status_code == 303


def test_another_password_ends_all_sessions_at_once_and_none_lets_nobody_in(
    home: Path, visitor: Visitor
) -> None:
    visitor.log_in()
    other = "$argon2id$v=19$m=64,t=1,p=1$bW9uaXRvci10ZXN0cy0wMQ$" + "A" * 43
    set_password(Home(home), other)
    assert visitor.ask("/feeds").status_code == 303
    assert visitor.log_in().status_code == 401
    set_password(Home(home), "")
    answer = visitor.ask("/feeds")
    assert answer.status_code == 403
    assert "monitor access password" in answer.text


def test_an_access_file_that_cannot_be_read_lets_nobody_in(
    home: Path, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.log_in()
    file = home / "config" / "access.toml"
    kept = file.read_text()
    file.write_text(kept + "\n[tokens.x]\nhash = 'nothing'\n")
    for path in ("/feeds", "/api/feeds"):
        answer = visitor.ask(path)
        assert answer.status_code == 503
        assert "tokens.x" not in answer.text
    assert "tokens.x.hash" in caplog.text
    file.write_text(kept)
    assert visitor.ask("/feeds").status_code == 200


def test_guessing_becomes_slow_and_locks_nobody_out_for_long(
    app: FastAPI, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    guesser = Visitor(app)
    statuses = [guesser.log_in(f"guess number {each}").status_code for each in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    answer = guesser.log_in()  # nor is the right one looked at
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "Try again in" in answer.text
    assert Visitor(app, address="203.0.113.5").log_in().status_code == 303
    clock.turn(timedelta(seconds=int(answer.headers["retry-after"])))
    assert guesser.log_in().status_code == 303
    lines = [each.getMessage() for each in caplog.records if "refused" in each.getMessage()]
    assert lines == ["log-in refused: wrong password from 198.51.100.20"] * 5
    assert "guess" not in caplog.text
    assert PASSWORD not in caplog.text


def test_what_is_sent_to_log_in_may_not_be_large_or_a_file(visitor: Visitor) -> None:
    assert visitor.log_in("x" * 30_000).status_code == 413
    ours = {"origin": visitor.base}
    answer = visitor.ask("/login", "POST", headers=ours, files={"password": ("a", b"b")})
    assert answer.status_code in (400, 401)
    for data in ({}, {"password": "\udcff".encode("utf-8", "surrogatepass").decode("latin-1")}):
        assert visitor.post("/login", data).status_code in (401, 429)


def test_a_stranger_is_not_told_where_the_database_lies(home: Path, clock: Clock) -> None:
    protect(home)
    with open_services(Home(home), clock()) as services:
        app = create_app(services, clock, host=HOST)
        services.home.database.write_bytes(b"no database at all" * 1000)
        services.store.close()
        answer = Visitor(app).ask("/healthz")
        assert answer.status_code == 503
        assert str(home) not in answer.text
        assert Visitor(app).ask("/feeds").status_code == 303


def test_another_site_can_log_nobody_in_or_out(visitor: Visitor) -> None:
    evil = {"origin": "https://evil.example"}
    form = {"password": PASSWORD}
    assert visitor.ask("/login", "POST", headers=evil, data=form).status_code == 403
    visitor.log_in()
    assert visitor.ask("/logout", "POST", headers=evil).status_code == 403
    assert visitor.ask("/feeds").status_code == 200


def test_a_part_of_a_page_sends_the_whole_page_to_log_in(visitor: Visitor) -> None:
    headers = {"hx-request": "true", "hx-current-url": f"{visitor.base}/topics/chips?a=1"}
    answer = visitor.ask("/feeds", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=/topics/chips%3Fa%3D1"


def test_on_this_machine_without_a_password_there_is_no_login(home: Path, clock: Clock) -> None:
    with visited(home, clock, host="127.0.0.1") as app:
        visitor = Visitor(app, base="http://127.0.0.1:8710", address="127.0.0.1")
        assert visitor.ask("/feeds").status_code == 200
        settings = visitor.ask("/settings").text
        assert "Nobody is asked to log in" in settings
        assert "/logout/everywhere" not in settings
        assert visitor.ask("/login").headers["location"] == "/"
        assert visitor.post("/login", {"next": "//evil.example"}).headers["location"] == "/"
        protect(home)
        assert visitor.ask("/feeds").status_code == 303
        visitor.log_in()
        assert visitor.ask("/feeds").status_code == 200


def test_a_token_is_good_for_what_it_was_made_for(home: Path, visitor: Visitor) -> None:
    read, write = token(home, "read", "read"), token(home, "write", "write")
    feeds, figures = token(home, "feeds", "feeds"), token(home, "figures", "metrics")

    def with_token(secret: str, path: str, method: str = "GET") -> int:
        headers = {"authorization": f"Bearer {secret}"}
        return visitor.ask(path, method, headers=headers).status_code

    assert with_token(read, "/api/feeds") == 200
    assert with_token(read, "/topics/chips.atom") == 200
    assert with_token(read, "/logout/everywhere", "POST") == 403
    assert with_token(write, "/logout/everywhere", "POST") == 303  # no page of ours need ask
    assert with_token(write, "/feeds") == 200
    assert with_token(feeds, "/topics/chips.json") == 200
    assert with_token(feeds, "/digests/daily.atom") == 200
    assert with_token(feeds, "/api/feeds") == 403
    assert with_token(feeds, "/openapi.json") == 403
    assert with_token(figures, "/topics/chips.atom") == 403
    remove_token(Home(home), "read")
    answer = visitor.ask("/api/feeds", headers={"authorization": f"Bearer {read}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="monitor"'
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_ends_with_its_last_day(home: Path, visitor: Visitor, clock: Clock) -> None:
    secret = token(home, "brief", "read", expires_on=clock().date())
    headers = {"authorization": f"Bearer {secret}"}
    assert visitor.ask("/api/feeds", headers=headers).status_code == 200
    clock.turn(timedelta(hours=12))
    assert visitor.ask("/api/feeds", headers=headers).status_code == 401


def test_feed_readers_send_a_token_as_password_or_in_the_address(
    home: Path, visitor: Visitor
) -> None:
    secret = token(home, "phone", "feeds", "write")
    basic = base64.b64encode(f"anybody:{secret}".encode()).decode()
    by_name = {"authorization": f"Basic {basic}"}
    asked = visitor.ask("/topics/chips.atom")
    assert (asked.status_code, asked.headers["www-authenticate"]) == (401, 'Basic realm="monitor"')
    assert visitor.ask("/topics/chips.atom", headers=by_name).status_code == 200
    answer = visitor.ask(f"/search.atom?q=chip&key={secret}")
    assert answer.status_code == 200
    assert secret not in answer.text
    # A browser sends these to the page unasked, so no change comes by them; nor is ?key= for more than feeds.
    assert visitor.ask("/logout/everywhere", "POST", headers=by_name).status_code == 403
    assert visitor.ask(f"/feeds?key={secret}").status_code == 303
    assert visitor.ask(f"/api/feeds?key={secret}").status_code == 401


def test_by_https_the_cookie_is_for_this_host_and_https_alone(home: Path, clock: Clock) -> None:
    configure(home, 'page_url = "https://news.example"')
    protect(home)
    with visited(home, clock, host="127.0.0.1") as app:
        visitor = Visitor(app, base="https://news.example", address="127.0.0.1")
        answer = visitor.log_in()
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-monitor=")
        assert "; Secure" in cookie
        assert "domain" not in cookie.lower()
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert visitor.ask("/feeds").status_code == 200
        plain = {"cookie": f"monitor={visitor.cookies['__Host-monitor']}"}
        stranger = Visitor(app, base="https://news.example", address="127.0.0.1")
        assert stranger.ask("/feeds", headers=plain).status_code == 303


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(alphabet="/\\.:@%2fF5cC09aeltx?#\t\n evil", max_size=20).map("/".__add__),
        st.sampled_from(
            ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example"]
        ),
    )
)
@example("//evil")
@example("/\\evil")
@example("%2f%2fevil")
@example("/%2f%2fevil")
@example("/%252f/evil")
@example("/%5cevil")
@example("/.//evil")
@example("/..//evil")
@example("/\r\nSet-Cookie: a=b")
@example("javascript:alert(1)")
@example("///evil")
def test_after_logging_in_nobody_is_led_elsewhere(wanted: str) -> None:
    there = next_page(wanted)
    assert there in (wanted, "/")
    # As browsers read it: no tabs and line ends, backslashes as slashes.
    read = there.translate({9: None, 10: None, 13: None, 92: "/"})
    assert urlsplit(urljoin("http://monitor.invalid/login", read)).netloc == "monitor.invalid"
    assert read.startswith("/")
    assert not read.startswith("//")
    assert there.isascii()
    assert there.isprintable()


@pytest.mark.parametrize(
    "wanted", ["/", "/feeds", "/search?q=a%20b&sort=newest", "/topics/chips#x", "/digests/daily-1.html",
               "/search?q=%2F%2Fa", "/search?next=//a"],
)  # fmt: skip
def test_pages_of_ours_are_gone_to(wanted: str) -> None:
    assert next_page(wanted) == wanted


@pytest.mark.parametrize(
    "wanted", ["", "//evil", "/\\evil", "%2f%2fevil", "/%2f%2fevil", "/%5cevil", "/%255cevil", "/a\\b", "/ä",
               "/../x", "/login", "/logout", "/logout/everywhere", "evil", "https://evil", "/" + "a" * 4000],
)  # fmt: skip
def test_everything_else_is_the_first_page(wanted: str) -> None:
    assert next_page(wanted) == "/"


@pytest.fixture(autouse=True)
def _logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "monitor")


def test_a_page_that_names_nowhere_as_its_address_is_sent_to_log_in(visitor: Visitor) -> None:
    odd = {"hx-request": "true", "hx-current-url": "http://["}
    answer = visitor.ask("/", headers=odd)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")
