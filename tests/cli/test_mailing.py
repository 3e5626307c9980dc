"""`monitor digest send, list, retry, test` and `doctor` over a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from tests.conftest import Command
from tests.deliver.smtp_server import DROP, SmtpServer, mail_server
from tests.service.mailroom import ANN, BEN, by_mail, write_home


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: SmtpServer) -> Path:
    return write_home(tmp_path / "home", server.port, by_mail(ANN, BEN)).root


@pytest.fixture
def made(in_home: Command, home: Path) -> Command:
    """A home whose digest began two days ago, so that an edition is due."""
    with open_services(Home(home), utc_now() - timedelta(days=2)):
        return in_home


def test_sending_tells_what_became_of_each_recipient(made: Command, server: SmtpServer) -> None:
    server.faults[BEN] = "451 come back later"
    sent = made("digest", "send")
    assert sent.status == 1
    assert f"mail {ANN}: sent\n" in sent.out
    assert f"mail {BEN}: failed after 1 attempt, next " in sent.out
    assert "451 come back later" in sent.out
    assert "monitor digest retry" in sent.err
    (edition,) = made("digest", "list", "--json").json["editions"]
    ann, ben = edition["deliveries"]
    assert (ann["state"], ann["attempts"], ann["repeats"], ann["next_at"]) == ("sent", 1, 0, None)
    assert ben["next_at"] > ben["updated_at"]
    assert "failed after 1 attempt" in made("digest", "list").out
    server.faults.clear()
    retried = made("digest", "retry")
    assert retried.status == 0
    assert f"mail {BEN}: sent after 2 attempts" in retried.out
    assert made("digest", "retry").err.strip() == "No delivery is open."
    assert {to: len(ids) for to, ids in server.ids.items()} == {ANN: 1, BEN: 1}


def test_what_may_have_arrived_is_sent_again_only_by_its_number(
    made: Command, server: SmtpServer
) -> None:
    server.faults["reply"] = DROP
    assert made("digest", "send").status == 1
    server.faults.clear()
    assert "No delivery is open" in made("digest", "retry").err
    again = made("digest", "retry", "1")
    assert (again.status, again.out.count("sent")) == (0, 1)
    assert made("digest", "retry", "1").status == 2
    assert len(server.ids[ANN]) == 2
    assert len(set(server.ids[ANN])) == 1


def test_a_trial_goes_to_the_one_address_and_is_recorded_nowhere(
    made: Command, server: SmtpServer
) -> None:
    tried = made("digest", "test", "daily", "--to", "desk@reader.example")
    assert (tried.status, tried.out) == (0, "")
    assert tried.err.startswith("Sent to desk@reader.example: ")
    (taken,) = server.taken
    assert taken.to == ("desk@reader.example",)
    assert str(taken.message["Subject"]).startswith("[Trial] ")
    assert taken.message["List-Unsubscribe"] is None
    assert made("digest", "list", "--json").json == {"editions": []}
    assert made("digest", "retry").err.strip() == "No delivery is open."


@pytest.mark.parametrize("address", ["nobody", "a@b@c d", "", "x@y\nBcc: z@y"])
def test_a_trial_to_no_address_is_refused(made: Command, server: SmtpServer, address: str) -> None:
    assert made("digest", "test", "--to", address).status == 2
    assert server.connections == 0


def test_a_trial_that_does_not_go_out_says_why(made: Command, server: SmtpServer) -> None:
    server.faults["rcpt"] = "550 no such user"
    tried = made("digest", "test", "--to", ANN)
    assert tried.status == 1
    assert "550 no such user" in tried.err


def test_a_trial_without_a_mail_server(made: Command, home: Path) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text('[digests.daily]\nto = [{folder = "digests"}]\n')
    tried = made("digest", "test", "--to", ANN)
    assert tried.status == 2
    assert "[mail] host" in tried.err


def test_doctor_asks_the_mail_server(made: Command, server: SmtpServer) -> None:
    checks = {each["check"]: each for each in made("doctor", "--json").json["checks"]}
    assert checks["mail"]["ok"]
    server.faults["greeting"] = "554 not you"
    checks = {each["check"]: each for each in made("doctor", "--json").json["checks"]}
    assert not checks["mail"]["ok"]
    assert "554 not you" in checks["mail"]["message"]
    assert server.taken == []


def test_the_password_is_shown_nowhere(
    made: Command, home: Path, server: SmtpServer, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace("[mail]\n", '[mail]\nusername = "me"\n'))
    monkeypatch.setenv("MONITOR_MAIL_PASSWORD", "Rhabarber-19")
    server.users = {"me": "another"}
    shown = [made("digest", "send"), made("digest", "list", "--json"), made("doctor")]
    told = "".join(each.out + each.err for each in shown) + caplog.text
    assert "535" in told
    assert "Rhabarber-19" not in told
    kept = b"".join(path.read_bytes() for path in (home / "db").iterdir())
    assert b"Rhabarber-19" not in kept
