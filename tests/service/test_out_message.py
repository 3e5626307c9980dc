"""What a channel is given besides the frozen forms."""

from __future__ import annotations

from pathlib import Path

from monitor.service.digesting import freeze_due
from monitor.service.outbox import out_message
from tests.service.mailroom import ANN, MINUTE, by_mail, mailroom, write_home

DAY = 24 * 60 * MINUTE


def permalinks(root: Path, more: str) -> tuple[str, str]:
    """Return what is called the page of an edition, and of an alert's message."""
    with mailroom(write_home(root, 1, by_mail(ANN), more)) as room:
        room.clock.turn(DAY)
        freeze_due(room.services, room.ways, room.clock)
        room.plan(ANN)
        store = room.services.store.deliveries
        edition, alert = (store.claim(number, room.clock()) for number in (1, 2))
        of_edition, of_alert = (out_message(room.services, each) for each in (edition, alert))
    return of_edition.permalink, of_alert.permalink


def test_an_edition_names_its_own_page_where_readers_have_one(tmp_path: Path) -> None:
    web = '\n[web]\npage_url = "https://monitor.internal/m/"\n'
    own = "https://monitor.internal/m/digests/daily-2026-11-24-0700"
    assert permalinks(tmp_path / "open", web) == (own, "")
    assert permalinks(tmp_path / "closed", "") == ("", "")
