"""The outbox: each message once to each recipient, whatever the mail server, the clock and others do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.errors import NotFoundError, OvertakenError, StoreError, UsageError
from monitor.model.delivery import Step
from monitor.service import outbox
from monitor.settings.home import Home
from tests.deliver.smtp_server import DROP, HOLD, SmtpServer, mail_server
from tests.service.mailroom import ANN, BEN, CAT, MINUTE, Mailroom, by_mail, mailroom, write_home
from tests.store.test_faults import full_disk

HOUR = 60 * MINUTE
DAY = 24 * HOUR


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: SmtpServer) -> Home:
    return write_home(tmp_path / "home", server.port, by_mail(ANN))


@pytest.fixture
def room(home: Home) -> Iterator[Mailroom]:
    with mailroom(home) as opened:
        yield opened


def test_each_recipient_gets_a_message_of_their_own_once(
    room: Mailroom, server: SmtpServer
) -> None:
    room.plan(ANN, BEN, CAT)
    assert [each.state for each in room.deliver()] == ["sent"] * 3
    assert room.deliver() == []
    assert [each.to for each in server.taken] == [(ANN,), (BEN,), (CAT,)]
    assert len({each.id for each in server.taken}) == 3
    for each in server.taken:
        others = {ANN, BEN, CAT} - set(each.to)
        assert not any(other.encode() in each.data for other in others)
    assert [(each.attempts, each.repeats) for each in room.all()] == [(1, 0)] * 3


def test_one_refused_recipient_keeps_nobody_from_theirs(room: Mailroom, server: SmtpServer) -> None:
    server.faults |= {BEN: "550 no such user", CAT: "451 greylisted"}
    room.plan(BEN, CAT, ANN)
    room.deliver()
    ben, cat, ann = room.all()
    assert (ben.state, ben.next_at) == ("failed", None)
    assert "550 no such user" in ben.error
    assert (cat.state, cat.next_at) == ("failed", room.clock() + MINUTE)
    assert ann.state == "sent"
    server.faults.clear()
    assert room.deliver() == []  # not yet
    room.clock.turn(MINUTE)
    assert [(each.to, each.state) for each in room.deliver()] == [(CAT, "sent")]
    assert {to: len(ids) for to, ids in server.ids.items()} == {ANN: 1, CAT: 1}


def test_the_pauses_grow_and_after_three_days_it_stops(room: Mailroom, server: SmtpServer) -> None:
    server.faults["rcpt"] = "451 later"
    room.plan(ANN)
    began, tried = room.clock(), [room.clock()]
    room.deliver()
    while (next_at := room.all()[0].next_at) is not None:
        room.clock.now = next_at - timedelta(seconds=1)
        assert room.deliver() == []
        room.clock.now = next_at
        tried.append(next_at)
        room.deliver()
    pauses = [(b - a) // MINUTE for a, b in pairwise(tried)]
    assert pauses[:6] == [1, 5, 15, 60, 240, 240]
    assert DAY * 3 <= tried[-1] - began <= DAY * 3 + 4 * HOUR
    assert room.all()[0].state == "failed"
    room.clock.turn(30 * DAY)
    assert room.deliver() == []


def test_what_may_have_arrived_is_repeated_once_and_says_so(
    room: Mailroom, server: SmtpServer
) -> None:
    server.faults["reply"] = DROP
    room.plan(ANN)
    (delivery,) = room.deliver()
    assert (delivery.state, delivery.next_at) == ("unknown", room.clock() + 10 * MINUTE)
    assert "may have arrived" in delivery.error
    assert room.deliver() == []
    room.clock.turn(10 * MINUTE)
    (delivery,) = room.deliver()
    assert (delivery.state, delivery.next_at, delivery.repeats) == ("unknown", None, 1)
    room.clock.turn(30 * DAY)
    assert room.deliver() == []
    first, second = server.taken
    assert first.id == second.id
    assert b"may be a repeat" not in first.data
    assert b"may be a repeat" in second.data


def test_a_repeat_that_is_refused_for_now_comes_again(room: Mailroom, server: SmtpServer) -> None:
    server.faults["reply"] = DROP
    room.plan(ANN)
    room.deliver()
    server.faults = {"rcpt": "451 later"}
    room.clock.turn(10 * MINUTE)
    assert [each.state for each in room.deliver()] == ["failed"]
    server.faults = {}
    room.clock.turn(HOUR)
    assert [each.state for each in room.deliver()] == ["sent"]
    assert b"may be a repeat" in server.taken[-1].data
    assert len(set(server.ids[ANN])) == 1
    assert len(server.taken) == 2


@pytest.mark.parametrize(
    "fault", [("greeting", "421 busy"), ("greeting", DROP), ("mail", "451 no")]
)
def test_a_dead_server_is_asked_once_a_round_not_once_a_recipient(
    room: Mailroom, server: SmtpServer, fault: tuple[str, str]
) -> None:
    server.faults = dict([fault])
    room.plan(*(f"r{number}@reader.example" for number in range(50)))
    room.plan(str(room.services.home.root / "out"), channel="folder")
    room.deliver()
    *mails, folder = room.all()
    assert server.connections == 1
    assert folder.state == "sent"
    assert {(each.state, each.next_at) for each in mails} == {("failed", room.clock() + MINUTE)}
    assert len({each.error for each in mails}) == 1
    assert [each.attempts for each in mails] == [1] + [0] * 49
    server.faults = {}
    room.clock.turn(MINUTE)
    assert {each.state for each in room.deliver()} == {"sent"}
    assert len(server.taken) == 50


def test_a_wrong_password_is_tried_once_and_waits_for_a_person(
    tmp_path: Path, server: SmtpServer
) -> None:
    server.users = {"me": "right"}
    home = write_home(tmp_path / "locked", server.port, by_mail(ANN))
    settings = home.monitor_file.read_text()
    home.monitor_file.write_text(settings.replace("[mail]\n", '[mail]\nusername = "me"\n'))
    with mailroom(home) as room:
        password = "MONITOR_MAIL_PASSWORD"
        room.ways = replace(room.ways, environ={password: "wrong"})
        room.plan(ANN, BEN)
        room.deliver()
        assert [(each.state, each.next_at) for each in room.all()] == [("failed", None)] * 2
        assert server.connections == 1
        room.ways = replace(room.ways, environ={password: "right"})
        assert room.deliver() == []
        outbox.retry(room.services, room.ways, None, room.clock)
        assert room.standing() == {ANN: "sent", BEN: "sent"}


# --- two senders -------------------------------------------------------------------------------


def test_two_senders_never_send_one_message_twice(
    home: Home, room: Mailroom, server: SmtpServer
) -> None:
    addresses = [f"r{number}@reader.example" for number in range(20)]
    room.plan(*addresses)
    with mailroom(home, room.clock) as other:
        threads = [threading.Thread(target=each.deliver) for each in (room, other, room, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {to: len(ids) for to, ids in server.ids.items()} == dict.fromkeys(addresses, 1)
    assert set(room.standing().values()) == {"sent"}


def test_who_is_overtaken_before_the_body_sends_nothing(
    home: Home, room: Mailroom, server: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The first one hangs before the message is handed over, its lease runs out, another sends it."""
    room.plan(ANN)

    def take_over(step: Step) -> None:
        if step == "handing-over":
            room.clock.turn(4 * MINUTE)
            with mailroom(home, room.clock) as other:
                assert [each.state for each in other.deliver()] == ["sent"]

    room.ways = replace(room.ways, step=take_over)
    room.deliver()
    assert len(server.taken) == 1
    assert room.standing() == {ANN: "sent"}
    assert "nothing was handed over" in caplog.text


def test_a_lease_that_runs_on_is_left_alone(home: Home, room: Mailroom, server: SmtpServer) -> None:
    """While the server takes its ten minutes, nobody else sends."""
    room.plan(ANN)
    server.faults["reply"] = HOLD
    sending = threading.Thread(target=room.deliver)
    sending.start()
    assert server.holding.wait(30)
    with mailroom(home, room.clock) as other:
        for _ in range(11):
            assert other.deliver() == []
            room.clock.turn(MINUTE)
        with pytest.raises(OvertakenError, match="being sent this moment"):
            outbox.retry(other.services, other.ways, 1, other.clock)
    server.go_on.set()
    sending.join()
    assert (room.standing(), len(server.taken)) == ({ANN: "sent"}, 1)


def test_who_was_believed_dead_may_still_say_that_it_arrived(
    home: Home, room: Mailroom, server: SmtpServer
) -> None:
    room.plan(ANN)
    server.faults["reply"] = HOLD
    sending = threading.Thread(target=room.deliver)
    sending.start()
    assert server.holding.wait(30)
    room.clock.turn(12 * MINUTE)
    with mailroom(home, room.clock) as other:
        deliveries = other.services.store.deliveries
        claimed = deliveries.claim_next(other.clock())
        assert claimed is not None
        assert claimed.doubtful
        server.go_on.set()
        sending.join()
        assert other.standing() == {ANN: "sent"}
        with pytest.raises(OvertakenError):
            deliveries.hand_over(claimed, other.clock())
        assert deliveries.finish(claimed, "temporary", other.clock(), "no") is None
        assert other.deliver() == []


# --- clocks ------------------------------------------------------------------------------------


def test_a_clock_set_back_delays_nothing(room: Mailroom, server: SmtpServer) -> None:
    server.faults["rcpt"] = "451 later"
    room.plan(ANN)
    room.deliver()
    server.faults.clear()
    room.clock.turn(-DAY)
    assert [each.state for each in room.deliver()] == ["sent"]


def test_a_lease_from_before_the_clock_was_set_back_holds_nothing_up(
    room: Mailroom, server: SmtpServer
) -> None:
    room.plan(ANN)
    assert room.services.store.deliveries.claim_next(room.clock()) is not None
    room.clock.turn(-DAY)
    assert [each.state for each in room.deliver()] == ["sent"]
    assert server.taken[0].data.count(b"may be a repeat") == 0


def test_a_clock_set_forward_sends_nothing_twice(room: Mailroom, server: SmtpServer) -> None:
    room.plan(ANN)
    room.deliver()
    room.clock.turn(400 * DAY)
    assert room.deliver() == []
    assert len(server.taken) == 1


# --- crashes, faults of ours, full disks -------------------------------------------------------


def test_what_a_dead_process_had_not_handed_over_is_sent_as_if_nothing_had_been(
    room: Mailroom, server: SmtpServer
) -> None:
    room.plan(ANN)
    assert room.services.store.deliveries.claim_next(room.clock()) is not None
    assert room.deliver() == []
    room.clock.turn(3 * MINUTE)
    (delivery,) = room.deliver()
    assert (delivery.state, delivery.attempts, delivery.repeats) == ("sent", 2, 0)
    assert b"may be a repeat" not in server.taken[0].data


def test_what_a_dead_process_had_handed_over_is_repeated_once(
    room: Mailroom, server: SmtpServer
) -> None:
    deliveries = room.services.store.deliveries
    room.plan(ANN)
    for _ in range(2):
        claimed = deliveries.claim_next(room.clock())
        assert claimed is not None
        deliveries.hand_over(claimed, room.clock())
        room.clock.turn(12 * MINUTE)
    assert room.deliver() == []
    assert "digest retry 1" in room.all()[0].error
    assert room.standing() == {ANN: "unknown"}
    outbox.retry(room.services, room.ways, None, room.clock)
    assert server.taken == []  # only by name
    outbox.retry(room.services, room.ways, 1, room.clock)
    assert room.standing() == {ANN: "sent"}
    assert b"may be a repeat" in server.taken[0].data


def test_a_folder_is_written_again_and_never_unknown(room: Mailroom, tmp_path: Path) -> None:
    deliveries = room.services.store.deliveries
    room.plan(str(tmp_path / "out"), channel="folder")
    claimed = deliveries.claim_next(room.clock())
    assert claimed is not None
    deliveries.hand_over(claimed, room.clock())
    room.clock.turn(12 * MINUTE)
    assert [each.state for each in room.deliver()] == ["sent"]
    assert (tmp_path / "out" / "alert-chips-1.html").read_text() == "<p>html</p>"


def test_a_fault_of_ours_keeps_nobody_else_from_theirs(
    room: Mailroom, server: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    room.plan(ANN, BEN)
    failed: list[Step] = []

    def broken(step: Step) -> None:
        if step == "connected" and not failed:
            failed.append(step)
            raise KeyError(step)

    room.ways = replace(room.ways, step=broken)
    room.deliver()
    assert room.standing() == {ANN: "failed", BEN: "sent"}
    assert "KeyError" in room.all()[0].error
    assert "Traceback" in caplog.text


def fill_up(room: Mailroom, length: int, count: int) -> None:
    """Plan until the disk is full."""
    while True:
        room.plan(*(f"{'x' * length}{n}@reader.example" for n in range(count)))


def test_a_full_disk_loses_nothing_and_repeats_nothing_unsaid(
    room: Mailroom, server: SmtpServer
) -> None:
    room.plan(ANN, BEN)
    with full_disk(room.services.store):
        for length, count in ((50, 40), (1, 1)):  # at last not even a word more fits
            with pytest.raises(StoreError, match="no space left"):
                fill_up(room, length, count)
        with suppress(StoreError):
            room.deliver()
    room.clock.turn(HOUR)
    room.deliver()
    assert set(room.standing().values()) == {"sent"}
    ids = [each.id for each in server.taken]
    assert len(set(ids)) == len(room.all())
    again = [each for n, each in enumerate(server.taken) if each.id in ids[:n]]
    assert all(b"may be a repeat" in each.data for each in again)
    assert len(again) <= 1


# --- by hand -----------------------------------------------------------------------------------


def test_retry_by_hand(room: Mailroom, server: SmtpServer) -> None:
    server.faults |= {ANN: "550 gone", BEN: "451 later"}
    room.plan(ANN, BEN, CAT)
    room.deliver()
    assert room.standing() == {ANN: "failed", BEN: "failed", CAT: "sent"}
    server.faults.clear()
    (ann,) = outbox.retry(room.services, room.ways, 1, room.clock)
    assert (ann.to, ann.state, ann.attempts) == (ANN, "sent", 2)
    (ben,) = outbox.retry(room.services, room.ways, None, room.clock)
    assert (ben.to, ben.state) == (BEN, "sent")
    with pytest.raises(UsageError, match="not sent twice"):
        outbox.retry(room.services, room.ways, 3, room.clock)
    for unknown in (99, 10**30):
        with pytest.raises(NotFoundError):
            outbox.retry(room.services, room.ways, unknown, room.clock)
    assert all(len(ids) == 1 for ids in server.ids.values())
