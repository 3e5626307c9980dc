"""Taking a move back is a change of config/ like any other: tried, listed, taken back, in nobody's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import SettingsError
from monitor.service import adopting
from monitor.service.editing import edit, undo
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.edit import edit_feed, move_feed
from monitor.settings.home import Home
from tests.conftest import Command

NEW, FORMER, OTHER = (f"https://{name}.example/feed" for name in ("new", "former", "other"))


@pytest.fixture
def services(in_home: Command, home: Path) -> Iterator[Services]:
    (home / "config" / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{NEW}"\nmoved_from = "{FORMER}"\n\n[[feed]]\nurl = "{OTHER}"\n'
    )
    with open_services(Home(home), utc_now()) as opened:
        yield opened


def rows(services: Services) -> dict[int, str]:
    """Return the watched feeds' addresses by id, as config/ is by now."""
    opened = OpenHome(services, utc_now)
    opened._seen = ()
    return {each.id: each.url for each in opened.services().store.feeds.feeds()}


def test_a_move_that_is_taken_back_is_listed_and_can_be_taken_back_in_turn(
    services: Services,
) -> None:
    before = services.home.feeds_file.read_text()
    assert adopting.undo(services, NEW, utc_now()) == FORMER
    after = services.home.feeds_file.read_text()
    assert f'url = "{FORMER}"' in after
    assert "moved_from" not in after
    assert rows(services) == {1: FORMER, 2: OTHER}
    (kept,) = services.store.config_edits.edits()
    assert FORMER in kept.what
    undo(services, kept.id, utc_now())
    assert services.home.feeds_file.read_text() == before
    assert rows(services) == {1: NEW, 2: OTHER}
    assert adopting.undo(services, FORMER, utc_now()) == FORMER
    assert rows(services) == {1: FORMER, 2: OTHER}


def test_a_merge_that_is_taken_back_is_listed(services: Services) -> None:
    move_feed(services.home, OTHER, NEW)
    services.store.feeds.adopt(OTHER, NEW, utc_now(), merged=True)
    assert rows(services) == {1: NEW}
    assert adopting.undo(services, OTHER, utc_now()) == OTHER
    assert rows(services) == {1: NEW, 2: OTHER}
    (kept,) = services.store.config_edits.edits()
    assert OTHER in kept.what
    assert services.store.feeds.merged() == {}


def test_a_move_is_not_taken_back_where_config_could_not_be_read_then(services: Services) -> None:
    before = services.home.feeds_file.read_text()
    services.home.topics_file.write_text("[topics.x")
    with pytest.raises(SettingsError):
        adopting.undo(services, NEW, utc_now())
    assert services.home.feeds_file.read_text() == before


def beside_an_edit(
    services: Services, monkeypatch: pytest.MonkeyPatch, move: Callable[[], object]
) -> int | None:
    """Do something while an edit holds config/ and is to be noted in the database; return the edit's id.

    The edit goes on once the other waits for config/: were the database locked by it then, neither could.
    """
    under_way, waiting = threading.Event(), threading.Event()
    pause = time.sleep

    def paused(seconds: float) -> None:
        waiting.set()
        pause(seconds)

    def change(home: Home) -> object:
        feed = edit_feed(home, OTHER, {"title": "Mine"})
        if home.root == services.home.root:
            monkeypatch.setattr("monitor.settings.writing.time.sleep", paused)
            under_way.set()
            assert waiting.wait(20)
        return feed

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(edit, services, "Edited the other", change, utc_now())
        assert under_way.wait(20)
        second = threads.submit(move)
        second.result(40)
        return first.result(40).id


def test_a_move_is_taken_back_beside_any_other_change(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert beside_an_edit(services, monkeypatch, lambda: adopting.undo(services, NEW, utc_now()))
    text = services.home.feeds_file.read_text()
    assert f'url = "{FORMER}"' in text
    assert 'title = "Mine"' in text
    assert rows(services) == {1: FORMER, 2: OTHER}
    assert len(services.store.config_edits.edits()) == 2


def test_the_command_gives_a_feed_another_address_beside_any_other_change(
    services: Services, in_home: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def command() -> None:
        done = in_home("feeds", "edit", NEW, "--url", "https://else.example/feed")
        assert done.status == 0, done.err

    assert beside_an_edit(services, monkeypatch, command)
    assert rows(services) == {1: "https://else.example/feed", 2: OTHER}


def test_a_row_that_followed_the_file_already_is_left_as_it_is(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may look at config/ between the two."""

    def edited_and_seen(*args: Any) -> object:
        done: object = edit(*args)
        assert rows(services) == {1: FORMER, 2: OTHER}
        return done

    monkeypatch.setattr(adopting, "edit", edited_and_seen)
    assert adopting.undo(services, NEW, utc_now()) == FORMER
    assert rows(services) == {1: FORMER, 2: OTHER}
