"""A web server before the page: what it says is believed from where it is configured, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx import Response

from monitor.settings.values import WebSettings
from monitor.web.peers import peer_of
from tests.web.visiting import PASSWORD, Clock, Visitor, configure, protect, token, visited

NAMED = 'page_url = "https://news.example"\nproxy_header = "Remote-User"\nproxy_from = ["127.0.0.1/32", "10.1.0.0/16"]'
BASE = "https://news.example"


def proxied(app: object, address: str = "127.0.0.1") -> Visitor:
    return Visitor(app, base=BASE, address=address)  # type: ignore[arg-type]


def test_who_the_server_names_may_do_everything(home: Path) -> None:
    configure(home, NAMED)
    with visited(home, Clock(), host="127.0.0.1") as app:
        ann = {"remote-user": "ann"}
        for address in ("127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"):
            assert proxied(app, address).ask("/feeds", headers=ann).status_code == 200
        settings = proxied(app).ask("/settings", headers=ann).text
        assert "Another web server lets you in as <bdi>ann</bdi>" in settings
        posted = proxied(app).post("/logout/everywhere", {}, **ann)
        assert posted.status_code == 303
        cross = {**ann, "origin": "https://evil.example"}
        assert proxied(app).ask("/logout/everywhere", "POST", headers=cross).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_from_elsewhere_the_header_is_worth_nothing(home: Path, host: str) -> None:
    configure(home, NAMED)
    with visited(home, Clock(), host=host) as app:
        for address in ("10.2.0.1", "198.51.100.9", "::1"):
            visitor = proxied(app, address)
            assert visitor.ask("/feeds", headers={"remote-user": "ann"}).status_code == 403


def test_without_the_header_or_with_two_nobody_is_let_in(home: Path) -> None:
    configure(home, NAMED)
    with visited(home, Clock(), host="127.0.0.1") as app:
        for base in (BASE, "http://127.0.0.1:8710"):
            visitor = Visitor(app, base=base, address="127.0.0.1")
            answer = visitor.ask("/feeds")
            assert answer.status_code == 403
            assert "does not say who you are" in answer.text
            assert visitor.ask("/feeds", headers={"remote-user": " "}).status_code == 403
            twice = [("remote-user", "ann"), ("remote-user", "ben")]
            assert visitor.ask("/feeds", headers=twice).status_code == 403  # type: ignore[arg-type]


def test_only_some_users_may_be_let_in(home: Path) -> None:
    configure(home, NAMED + '\nproxy_users = ["ann"]')
    with visited(home, Clock(), host="127.0.0.1") as app:
        assert proxied(app).ask("/feeds", headers={"remote-user": "ann"}).status_code == 200
        assert proxied(app).ask("/feeds", headers={"remote-user": "ben"}).status_code == 403


def test_a_token_passes_by_the_server_and_its_own_passwords_are_not_ours(home: Path) -> None:
    configure(home, NAMED)
    secret = token(home, "script", "read")
    with visited(home, Clock(), host="127.0.0.1") as app:
        bearer = {"authorization": f"Bearer {secret}"}
        assert proxied(app).ask("/api/feeds", headers=bearer).status_code == 200
        assert proxied(app).ask("/logout", "POST", headers=bearer).status_code == 403
        for theirs in ("Bearer eyJh.bGci.OiJI", "Basic YW5uOnNlY3JldA=="):
            headers = {"authorization": theirs, "remote-user": "ann"}
            assert proxied(app).ask("/api/feeds", headers=headers).status_code == 200


def test_readers_by_way_of_a_server_that_names_nobody_only_read(home: Path) -> None:
    configure(home, 'page_url = "https://news.example"')
    with visited(home, Clock(), host="127.0.0.1") as app:
        visitor = proxied(app)
        assert visitor.ask("/feeds").status_code == 200
        answer = visitor.post("/logout/everywhere")
        assert answer.status_code == 403
        assert "can only be read" in answer.text
        # So also where the server writes the page's own name into the Host field.
        rewritten = Visitor(app, base="http://127.0.0.1:8710", address="127.0.0.1")
        for header in ("x-forwarded-for", "forwarded", "via", "x-real-ip"):
            headers = {header: "192.0.2.1", "origin": rewritten.base}
            assert rewritten.ask("/logout/everywhere", "POST", headers=headers).status_code == 403
        assert rewritten.post("/logout/everywhere").status_code == 303
        protect(home)
        assert visitor.ask("/feeds").status_code == 303
        visitor.log_in()
        assert visitor.post("/logout/everywhere").status_code == 303


def test_the_address_a_believed_server_tells_is_the_one_that_waits(home: Path) -> None:
    configure(home, 'page_url = "https://news.example"\nproxy_from = ["127.0.0.1/32"]')
    protect(home)
    with visited(home, Clock(), host="127.0.0.1") as app:
        visitor = proxied(app)
        for _ in range(5):
            visitor.log_in("wrong", **{"x-forwarded-for": "203.0.113.1, 203.0.113.9"})
        last = visitor.log_in(PASSWORD, **{"x-forwarded-for": "203.0.113.9"})
        assert last.status_code == 429
        other = visitor.log_in(PASSWORD, **{"x-forwarded-for": "203.0.113.9, 203.0.113.1"})
        assert other.status_code == 303


def test_of_several_lines_the_believed_servers_own_is_the_last(home: Path) -> None:
    """HAProxy appends a line of its own and leaves the one that the client sent."""
    configure(home, 'page_url = "https://news.example"\nproxy_from = ["127.0.0.1/32"]')
    protect(home)
    with visited(home, Clock(), host="127.0.0.1") as app:

        def log_in(password: str, *forwarded: str, proto: tuple[str, ...] = ("https",)) -> Response:
            lines = [("origin", BASE)]
            lines += [("x-forwarded-for", each) for each in forwarded]
            lines += [("x-forwarded-proto", each) for each in proto]
            return proxied(app).ask("/login", "POST", headers=lines, data={"password": password})  # type: ignore[arg-type]

        for number in range(5):
            log_in("wrong", f"203.0.113.{number}", "203.0.113.9")
        assert log_in(PASSWORD, "203.0.113.7", "203.0.113.9").status_code == 429
        assert log_in(PASSWORD, "203.0.113.9", "203.0.113.7").status_code == 303

    scope = {"type": "http", "scheme": "http", "client": ("10.1.0.5", 1), "method": "GET"}
    web = WebSettings(proxy_from=("10.1.0.0/16",))
    for lines, secure in (
        (("https", "http"), False),
        (("http", "https"), True),
        (("https",), True),
    ):
        headers = [(b"x-forwarded-proto", each.encode()) for each in lines]
        assert peer_of({**scope, "headers": headers}, web).secure is secure


def test_https_is_believed_of_a_believed_server_alone(home: Path) -> None:
    configure(home, 'proxy_from = ["10.1.0.0/16"]')
    protect(home)
    with visited(home, Clock(), host="0.0.0.0") as app:
        https = {"x-forwarded-proto": "https"}
        base = "http://192.0.2.7:8710"
        believed = Visitor(app, base=base, address="10.1.0.5").log_in(**https)
        assert "__Host-monitor=" in believed.headers["set-cookie"]
        other = Visitor(app, base=base, address="10.2.0.5").log_in(**https)
        assert "__Host-" not in other.headers["set-cookie"]
        assert "strict-transport-security" not in other.headers
