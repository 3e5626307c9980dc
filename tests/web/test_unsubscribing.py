"""The link in a mail: it takes its recipient out and nobody else, and tells strangers nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.model.delivery import Step
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.deliver.smtp_server import SmtpServer, mail_server
from tests.service.mailroom import ANN, BEN, MINUTE, Mailroom, by_mail, mailroom, write_home
from tests.web.conftest import Browser

PUBLIC = "monitor.example"
WEB = f'\n[web]\npublic_url = "https://{PUBLIC}/m"\n[alerts.chips]\nquery = "chip*"\nto = [{{mail = "{ANN}"}}]\n'


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: SmtpServer) -> Home:
    return write_home(tmp_path / "home", server.port, by_mail(ANN, BEN), WEB)


@pytest.fixture
def room(home: Home) -> Iterator[Mailroom]:
    with mailroom(home) as opened:
        yield opened


@pytest.fixture
def door(room: Mailroom) -> Browser:
    return Browser(create_app(room.services, room.clock))


def link_to(room: Mailroom, server: SmtpServer) -> str:
    """Send Ann and Ben a message of the alert; return the path of Ann's link, the proxy's part gone."""
    room.plan(ANN, BEN)
    room.deliver()
    to_ann = next(each for each in server.taken if each.to == (ANN,))
    header = str(to_ann.message["List-Unsubscribe"])
    url = header.partition("<")[2].partition(">")[0]
    assert url.startswith(f"https://{PUBLIC}/m/unsubscribe/")
    assert to_ann.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return urlsplit(url).path.removeprefix("/m")


def recipients(home: Home, kind: str, name: str) -> list[str]:
    data = tomllib.loads(home.monitor_file.read_text())
    return [each["mail"] for each in data[kind][name]["to"]]


def test_looking_asks_and_changes_nothing(
    home: Home, room: Mailroom, server: SmtpServer, door: Browser
) -> None:
    path = link_to(room, server)
    answer = door.get(path, host=PUBLIC)
    assert answer.status_code == 200
    assert '<form method="post"><button>Unsubscribe</button></form>' in answer.text
    assert ANN in answer.text
    assert BEN not in answer.text
    assert recipients(home, "alerts", "chips") == [ANN]


def test_one_click_takes_the_recipient_out_and_nothing_more_goes_to_them(
    home: Home, room: Mailroom, server: SmtpServer, door: Browser
) -> None:
    path = link_to(room, server)
    server.faults["rcpt"] = "451 later"
    room.plan(ANN.upper(), BEN)
    room.plan(ANN, alert="others")
    room.deliver()
    server.faults.clear()
    assert door.get(path, "POST", host=PUBLIC).status_code == 200
    assert recipients(home, "alerts", "chips") == []
    assert recipients(home, "digests", "daily") == [ANN, BEN]
    assert door.get(path, "POST", host=PUBLIC).status_code == 200  # once more does no harm
    server.taken.clear()
    room.clock.turn(60 * MINUTE)
    room.deliver()
    assert sorted(each.to[0] for each in server.taken) == [ANN, BEN]  # Ann's of the other alert
    unwanted = room.all()[2]
    assert (unwanted.to, unwanted.state, unwanted.error) == (ANN.upper(), "failed", "unsubscribed")
    room.services.store.deliveries.wake(room.clock())
    assert room.deliver() == []


def test_who_unsubscribes_while_a_message_is_sent_gets_it_or_none_but_no_other_try(
    room: Mailroom, server: SmtpServer, door: Browser
) -> None:
    path = link_to(room, server)
    server.faults["data"] = "451 later"
    server.taken.clear()

    def click(step: Step) -> None:
        if step == "recipient-accepted":
            assert door.get(path, "POST", host=PUBLIC).status_code == 200

    room.ways = replace(room.ways, step=click)
    room.plan(ANN)
    (tried,) = room.deliver()
    assert (tried.state, tried.error, tried.next_at) == ("failed", "unsubscribed", None)
    server.faults.clear()
    room.clock.turn(60 * MINUTE)
    assert room.deliver() == []
    assert server.taken == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_link_of_ours_learns_nothing(
    home: Home, room: Mailroom, server: SmtpServer, door: Browser, method: str
) -> None:
    path = link_to(room, server)
    _, _, number, token = path.split("/")
    wrong = [
        f"/unsubscribe/{number}/{'0' * 32}", f"/unsubscribe/2/{token}", f"/unsubscribe/99/{token}",
        f"/unsubscribe/{'9' * 18}/{token}", f"/unsubscribe/0/{token}",
    ]  # fmt: skip
    for each in wrong:
        answer = door.get(each, method, host=PUBLIC)
        assert (answer.status_code, answer.text) == (404, "")
    assert recipients(home, "alerts", "chips") == [ANN]


@pytest.mark.parametrize("more", ["/", "?a=b", "/../../feeds", "%0a"])
def test_only_the_link_itself_is_a_door(
    room: Mailroom, server: SmtpServer, door: Browser, more: str
) -> None:
    path = link_to(room, server)
    answer = door.get(f"{path}{more}", host=PUBLIC)
    assert answer.status_code == (200 if more == "?a=b" else 421)
    for method in ("PUT", "DELETE", "HEAD"):
        assert door.get(path, method, host=PUBLIC).status_code == 405
    assert door.get(path, host="evil.example").status_code == 421


def test_config_that_cannot_be_written_says_later_and_sends_nothing_all_the_same(
    home: Home, room: Mailroom, server: SmtpServer, door: Browser
) -> None:
    path = link_to(room, server)
    server.faults["rcpt"] = "451 later"
    room.plan(ANN)
    room.deliver()
    home.monitor_file.write_text("[broken")
    answer = door.get(path, "POST", host=PUBLIC)
    assert answer.status_code == 503
    assert "broken" not in answer.text
    assert str(home.root) not in answer.text
    assert room.all()[2].error == "unsubscribed"


def test_without_a_public_address_there_is_no_link(tmp_path: Path, server: SmtpServer) -> None:
    with mailroom(write_home(tmp_path / "private", server.port, by_mail(ANN))) as room:
        room.plan(ANN)
        room.deliver()
        door = Browser(create_app(room.services, room.clock))
        assert door.get(f"/unsubscribe/1/{'0' * 32}").status_code == 404
    (taken,) = server.taken
    assert taken.message["List-Unsubscribe"] is None
    assert b"nsubscribe" not in taken.data


def test_a_folder_or_webhook_has_no_link(room: Mailroom, server: SmtpServer, door: Browser) -> None:
    path = link_to(room, server)
    room.plan("out", channel="folder")
    _, secret = room.services.store.deliveries.identity()
    from monitor.service.unsubscribing import unsubscribe_url

    assert door.get(unsubscribe_url("", secret, 3)).status_code == 404
    assert door.get(path).status_code == 200
