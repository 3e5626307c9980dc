"""Changing config from the page: previews, stamps, what is kept, taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import ChangedMeanwhileError, NotFoundError, SettingsError
from monitor.model.feed import Feed
from monitor.service.editing import diffs_of, edit, preview, stamp, undo
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.edit import add_feed
from monitor.settings.home import Home
from tests.conftest import Command

FEED = "https://gazette.example/feed.xml"


@pytest.fixture
def services(in_home: Command, home: Path) -> Iterator[Services]:
    with open_services(Home(home), utc_now()) as opened:
        yield opened


def add(home: Home) -> None:
    add_feed(home, Feed(url=FEED))


def feeds(services: Services) -> str:
    path = services.home.feeds_file
    return path.read_text("utf-8") if path.exists() else ""


def test_a_preview_shows_what_would_change_and_changes_nothing(services: Services) -> None:
    before = feeds(services)
    shown = preview(services, add)
    (diff,) = shown.diffs
    assert diff.file == "config/feeds.toml"
    assert any(line.kind == "added" and FEED in line.text for line in diff.lines)
    assert shown.id is None
    assert feeds(services) == before
    assert services.store.config_edits.edits() == []


def test_a_change_is_kept_and_can_be_taken_back_and_that_again(services: Services) -> None:
    before, now = feeds(services), utc_now()
    done = edit(services, "Added a feed", add, now)
    assert done.id is not None
    after = feeds(services)
    assert FEED in after
    (kept,) = services.store.config_edits.edits()
    assert (kept.id, kept.what, kept.at) == (done.id, "Added a feed", now)
    assert diffs_of(kept) == done.diffs
    undo(services, done.id, now)
    assert feeds(services) == before
    with pytest.raises(ChangedMeanwhileError, match="taken back already"):
        undo(services, done.id, now)
    newest = services.store.config_edits.edits()[0]
    assert newest.what == "Took back: Added a feed"
    undo(services, newest.id, now)
    assert feeds(services) == after


def test_a_file_edited_since_is_not_taken_back(services: Services) -> None:
    done = edit(services, "Added a feed", add, utc_now())
    services.home.feeds_file.write_text(feeds(services) + "# by hand\n", "utf-8")
    by_hand = feeds(services)
    with pytest.raises(ChangedMeanwhileError, match=r"config/feeds\.toml was edited again"):
        undo(services, done.id or 0, utc_now())
    assert feeds(services) == by_hand


def test_who_looked_at_an_older_text_is_told(services: Services) -> None:
    seen = stamp(services.home, "config/feeds.toml")
    services.home.feeds_file.write_text(feeds(services) + "\n# by hand\n", "utf-8")
    by_hand = feeds(services)
    with pytest.raises(ChangedMeanwhileError, match="edited meanwhile"):
        edit(services, "Added a feed", add, utc_now(), seen=seen)
    assert feeds(services) == by_hand
    edit(services, "…", add, utc_now(), seen=stamp(services.home, "config/feeds.toml"))
    assert FEED in feeds(services)


def test_what_could_not_be_read_afterwards_is_never_written(services: Services) -> None:
    def broken(home: Home) -> None:
        home.topics_file.write_text("[topics.x]\nquery = 'NEAR('\n", "utf-8")

    before = services.home.topics_file.read_bytes()
    with pytest.raises(SettingsError):
        edit(services, "Broke it", broken, utc_now())
    assert services.home.topics_file.read_bytes() == before


def test_a_new_file_is_taken_away_again(services: Services) -> None:
    def new_list(home: Home) -> None:
        home.lists.mkdir(exist_ok=True)
        (home.lists / "fresh.txt").write_text("one\n", "utf-8")

    done = edit(services, "New list", new_list, utc_now())
    assert (services.home.lists / "fresh.txt").exists()
    undo(services, done.id or 0, utc_now())
    assert not (services.home.lists / "fresh.txt").exists()


def test_only_so_many_changes_are_kept(services: Services) -> None:
    store = services.store.config_edits
    numbers = [store.add(f"{n}", (), utc_now()) for n in range(205)]
    assert [each.id for each in store.edits()] == numbers[:4:-1]
    with pytest.raises(NotFoundError):
        undo(services, numbers[0], utc_now())
