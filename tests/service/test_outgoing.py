"""What doctor says about mail and deliveries: each finding with what to do, and nothing sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.service.finding import Finding
from monitor.service.outgoing import outgoing
from tests.deliver.smtp_server import SmtpServer, mail_server
from tests.service.mailroom import ANN, BEN, MINUTE, NOW, Clock, by_mail, mailroom, write_home
from tests.service.sending import send_due

DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with mail_server() as running:
        yield running


def found(
    root: Path, port: int, *to: str, environ: dict[str, str] | None = None, more: str = ""
) -> list[Finding]:
    with mailroom(write_home(root, port, to, more)) as room:
        return outgoing(room.services, environ or {}, room.clock())


def test_the_mail_server_is_asked_and_nothing_is_sent(tmp_path: Path) -> None:
    with mail_server() as server:
        (finding,) = found(tmp_path, server.port, *by_mail(ANN))
    assert (finding.check, finding.ok) == ("mail", True)
    assert "127.0.0.1" in finding.message
    assert [each.split()[0].upper() for each in server.said] == ["EHLO", "NOOP", "QUIT"]


def test_nobody_is_asked_where_nothing_is_mailed(tmp_path: Path, server: SmtpServer) -> None:
    assert found(tmp_path, server.port, '{folder = "out"}') == []
    assert server.connections == 0


def test_an_alert_that_mails_is_enough(tmp_path: Path, server: SmtpServer) -> None:
    alert = f'[alerts.chips]\nquery = "chip*"\nto = [{{mail = "{ANN}"}}]\n'
    (finding,) = found(tmp_path, server.port, more=alert)
    assert finding.check == "mail"


def test_a_server_that_does_not_answer_is_bad(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, 1, *by_mail(ANN))
    assert not finding.ok
    assert "[mail] host and port" in finding.message


def test_missing_variables_are_named_and_their_values_are_not(tmp_path: Path) -> None:
    recipients = (
        '{slack_env = "SLACK_ADDRESS"}', '{teams_env = "TEAMS_ADDRESS"}',
        '{webhook = "https://hook.example/", secret_env = "HOOK_KEY"}', *by_mail(ANN),
    )  # fmt: skip
    environ = {"SLACK_ADDRESS": "https://slack.example/very-secret"}
    root = tmp_path / "home"
    home = write_home(root, 25, recipients)
    text = home.monitor_file.read_text().replace("[mail]\n", '[mail]\nusername = "me"\n')
    home.monitor_file.write_text(text)
    with mailroom(home) as room:
        finding, untried = outgoing(room.services, environ, NOW)
    assert not finding.ok
    assert "not tried, as MONITOR_MAIL_PASSWORD is not set" in untried.message
    assert "HOOK_KEY, MONITOR_MAIL_PASSWORD, TEAMS_ADDRESS;" in finding.message
    assert "very-secret" not in finding.message


def test_what_waits_for_a_person_is_named(tmp_path: Path, server: SmtpServer) -> None:
    server.faults |= {ANN: "550 no such user", "cat@reader.example": "451 later"}
    with mailroom(write_home(tmp_path, server.port, by_mail(ANN))) as room:
        room.plan(ANN, "cat@reader.example")
        room.deliver()
        server.faults["reply"] = "drop"
        room.plan(BEN)
        room.deliver()
        room.clock.turn(10 * MINUTE)
        room.deliver()
        server.faults.clear()
        _, unsent, doubtful = outgoing(room.services, {}, room.clock())
    assert unsent.attention
    assert "550 no such user" in unsent.message
    assert unsent.message.endswith("monitor digest retry 1")
    assert "may not have arrived" in doubtful.message
    assert doubtful.message.endswith("monitor digest retry 3")


def test_of_many_that_wait_ten_are_named(tmp_path: Path, server: SmtpServer) -> None:
    with mailroom(write_home(tmp_path, server.port, ())) as room:
        server.faults["rcpt"] = "550 no"
        room.plan(*(f"r{n}@reader.example" for n in range(15)))
        room.deliver()
        *named, rest = outgoing(room.services, {}, room.clock())
    assert len(named) == 10
    assert rest.message == "5 older ones as well, see: monitor digest list"


def test_a_digest_that_was_not_made_is_no_quiet_day(tmp_path: Path) -> None:
    clock = Clock(NOW - DAY / 2)
    with mailroom(write_home(tmp_path, 25, ['{folder = "out"}']), clock) as room:
        assert outgoing(room.services, {}, NOW + DAY) == []
        (finding,) = outgoing(room.services, {}, NOW + DAY + timedelta(hours=2, seconds=1))
    assert not finding.ok
    assert "23 November 07:00 UTC" in finding.message
    assert "monitor digest send daily" in finding.message


def test_an_edition_that_ends_in_the_future_is_told(tmp_path: Path) -> None:
    """Made by a clock that was a year ahead, it keeps its digest silent for a year."""
    clock = Clock(NOW - DAY / 2)
    with mailroom(write_home(tmp_path, 25, []), clock) as room:
        clock.turn(365 * DAY)
        send_due(room.services, room.ways, clock)
        assert outgoing(room.services, {}, clock()) == []
        (finding,) = outgoing(room.services, {}, NOW)
    assert not finding.ok
    assert "22 November 2027 07:00 UTC" in finding.message
