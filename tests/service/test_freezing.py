"""What is due is frozen, whatever becomes of another digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.digests.composing import compose
from monitor.errors import StoreError
from monitor.model.digest import Digest
from monitor.model.edition import Edition
from monitor.service.digesting import freeze_due
from tests.service.mailroom import MINUTE, mailroom, write_home

DAY = 24 * 60 * MINUTE


@pytest.mark.parametrize("fault", [ValueError("hostile"), StoreError("entries kept coming")])
def test_a_digest_that_cannot_be_made_keeps_no_other_from_being_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    def failing(digest: Digest, *others: object) -> Edition:
        if digest.name == "daily":
            raise fault
        return compose(digest, *others)  # type: ignore[arg-type]

    home = write_home(tmp_path / "home", 1, [], "\n[digests.second]\n")
    with mailroom(home) as room:
        room.clock.turn(DAY)
        monkeypatch.setattr("monitor.service.digesting.compose", failing)
        assert [each.digest for each in freeze_due(room.services, room.ways, room.clock)] == [
            "second"
        ]
        assert "digest daily could not be made" in caplog.text
        monkeypatch.undo()
        assert [each.digest for each in freeze_due(room.services, room.ways, room.clock)] == [
            "daily"
        ]
