"""Edits to config/ while the monitor runs: they wait for what is being sent, and for words that can be read."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

from monitor.service.aside import Aside
from monitor.service.running import ConfigWatch
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from monitor.web.handing import hand_over, is_busy, wait_until_done
from tests.service.test_zones import configure

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_an_edit_waits_until_what_is_being_sent_has_been(home: Path) -> None:
    """Else the database would be closed before it is noted, and the message sent once more."""

    async def edited_while_sending() -> None:
        aside, stop, answered = Aside(), asyncio.Event(), threading.Event()
        watch = ConfigWatch(Home(home), aside, stop)
        sending = asyncio.ensure_future(aside.run(answered.wait))
        await asyncio.sleep(0)
        (home / "config" / "lists" / "chips.txt").write_text("chip\nwafer\n")
        await watch.look()
        assert not stop.is_set()
        assert not aside.going()  # nothing else is begun meanwhile
        (home / "config" / "feeds.toml").write_text("[[feed]]\n")
        await watch.look()
        assert aside.going()  # what cannot be read changes nothing
        (home / "config" / "feeds.toml").write_text("")
        await watch.look()
        await watch.look()
        assert not stop.is_set()
        answered.set()
        await sending
        await aside.stop()
        await watch.look()
        assert stop.is_set()
        assert watch.changed

    asyncio.run(edited_while_sending())


def test_an_edit_waits_for_what_the_page_is_sending_as_well(home: Path) -> None:
    async def edited_while_sending() -> None:
        stop, answered = asyncio.Event(), threading.Event()
        watch = ConfigWatch(Home(home), Aside(), stop, is_busy)
        assert hand_over(lambda: answered.wait(20), patience=0.01) is None
        (home / "config" / "lists" / "chips.txt").write_text("chip\nwafer\n")
        await watch.look()
        assert not stop.is_set()
        answered.set()
        wait_until_done(20)
        await watch.look()
        assert watch.changed

    asyncio.run(edited_while_sending())


def test_an_edit_is_noticed_where_a_zone_has_vanished(home: Path) -> None:
    """A digest goes by its last zone at the start, so it has to when config/ is read again."""
    with open_services(configure(home, "Europe/Berlin"), NOW):
        pass
    with open_services(configure(home, "Europe/Atlantis"), NOW):
        stop = asyncio.Event()
        watch = ConfigWatch(Home(home), Aside(), stop)
        (home / "config" / "lists" / "chips.txt").write_text("chip\nwafer\n")
        asyncio.run(watch.look())
    assert watch.changed
    assert stop.is_set()
