"""What the bells of `monitor run` start goes on beside what waits for a mail server."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import cast

import pytest

from monitor.service.aside import Aside
from monitor.service.refreshing import Refresher
from monitor.service.running import Rounds
from tests.deliver.smtp_server import HOLD, mail_server
from tests.service.mailroom import ANN, BEN, MINUTE, Mailroom, by_mail, mailroom, write_home

DAY = 24 * 60 * MINUTE


def rounds_of(room: Mailroom) -> Rounds:
    no_feeds = cast("Refresher", None)
    return Rounds(room.services, no_feeds, {}, room.clock, Aside())


def test_a_mail_server_that_hangs_holds_up_neither_editions_nor_alerts(tmp_path: Path) -> None:
    with (
        mail_server() as server,
        mailroom(write_home(tmp_path / "home", server.port, by_mail(ANN))) as room,
    ):
        server.faults[ANN] = HOLD

        async def live() -> None:
            rounds = rounds_of(room)
            room.clock.turn(DAY)
            await rounds.digests()
            waiting = asyncio.ensure_future(rounds.outbox())
            assert await asyncio.to_thread(server.holding.wait, 5)
            room.plan(BEN)
            await rounds.urgent()
            assert room.standing() == {ANN: "sending", BEN: "sent"}
            room.clock.turn(DAY)
            await rounds.digests()
            assert len(room.services.store.editions.editions()) == 2
            assert not waiting.done()
            server.go_on.set()
            await waiting

        asyncio.run(live())


def test_where_something_was_sent_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The address of a webhook may be all that keeps others from writing there."""
    secret = "https://127.0.0.1:1/hooks/Xk29fPq7"
    with mailroom(write_home(tmp_path / "home", 1, [f'{{webhook = "{secret}"}}'])) as room:
        room.clock.turn(DAY)

        async def live() -> None:
            rounds = rounds_of(room)
            await rounds.digests()
            await rounds.outbox()

        with caplog.at_level(logging.INFO, "monitor"):
            asyncio.run(live())
    assert "channel=webhook state=failed" in caplog.text
    assert "Xk29fPq7" not in caplog.text
