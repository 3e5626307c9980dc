"""Kill -9 at each named step of a digest's way: the next process finishes it, and repeats only in the gap."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from monitor.model.delivery import Step
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.deliver.smtp_server import SmtpServer, mail_server
from tests.service.mailroom import ANN, BEN, MINUTE, NOW, Clock, by_mail, mailroom, write_home
from tests.service.senders import Sender, start
from tests.service.sending import send_due

DAY = timedelta(days=1)
STEPS = ("begun", *get_args(Step), "done")
GAP = ("handed-over", "replied")
"""At these the server may have taken what is not marked yet."""
ONCE = ("begun", "composed", "frozen", "done")
"""These come once an edition, the others once a recipient."""


def ended(sender: Sender) -> int:
    """Wait for a sender's end; return its status. It must not have complained."""
    _, errors = sender.communicate(timeout=60)
    assert errors == ""
    return sender.returncode


def finish(home: Home, clock: Clock) -> None:
    """Do what the next process does, until the leases of the killed one have run out."""
    with mailroom(home, clock) as room:
        for _ in range(4):
            send_due(room.services, room.ways, clock)
            clock.turn(4 * MINUTE)
        send_due(room.services, room.ways, clock)
        assert room.services.store.deliveries.open_deliveries() == []


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.long)])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.timeout(600)
def test_an_edition_arrives_once_wherever_its_sender_is_killed(
    tmp_path: Path, step: str, kills: int
) -> None:
    with mail_server() as server:
        home = write_home(tmp_path / "home", server.port, by_mail(ANN, BEN))
        with open_services(home, NOW - DAY):
            pass  # the digest begins
        clock = Clock(NOW)
        for kill in range(kills):
            at = clock.now.isoformat()
            times = 1 if step in ONCE else kill % 2 + 1
            sender = start(f"send_until({str(home.root)!r}, {at!r}, {step!r}, {times})")
            assert ended(sender) == -9
            finish(home, clock)
            check(server, home, editions=kill + 1, copies=1 if step in GAP else 0)
            clock.now = NOW + (kill + 1) * DAY
            server.taken.clear()


def check(server: SmtpServer, home: Home, *, editions: int, copies: int) -> None:
    with mailroom(home) as room:
        assert len(room.services.store.editions.editions("daily")) == editions
        assert {each.state for each in room.all()} == {"sent"}
        assert len(room.all()) == 2 * editions
    assert set(server.ids) == {ANN, BEN}
    for ids in server.ids.values():
        assert len(set(ids)) == 1
    extra = sum(len(ids) - 1 for ids in server.ids.values())
    assert extra <= copies
    noted = [each for each in server.taken if b"may be a repeat" in each.data]
    assert len(noted) == copies


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.long)])
@pytest.mark.timeout(600)
def test_two_processes_never_send_one_message_twice(tmp_path: Path, rounds: int) -> None:
    with mail_server() as server:
        home = write_home(tmp_path / "home", server.port, by_mail(ANN))
        numbers = count()
        for _ in range(rounds):
            addresses = [f"r{next(numbers)}@reader.example" for _ in range(15)]
            with mailroom(home) as room:
                room.plan(*addresses)
            senders = [
                start(f"deliver_all({str(home.root)!r}, {NOW.isoformat()!r})") for _ in range(2)
            ]
            for each in senders:
                assert each.stdout is not None
                assert each.stdout.readline() == "ready\n"
            for each in senders:
                assert each.stdin is not None
                each.stdin.write("go\n")
                each.stdin.flush()
            assert [ended(each) for each in senders] == [0, 0]
            assert {to: len(server.ids[to]) for to in addresses} == dict.fromkeys(addresses, 1)
