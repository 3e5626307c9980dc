"""Changing config from the page: previews, stamps, what is kept, taking it back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ChangedMeanwhileError, NotFoundError, SettingsError, StoreError
from monitor.model.config_edit import FileChange
from monitor.model.feed import Feed
from monitor.service import editing
from monitor.service.editing import diffs_of, edit, preview, stamp, undo
from monitor.service.opened import fingerprint
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.edit import add_feed
from monitor.settings.home import Home
from monitor.settings.texts import texts
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


def test_changes_at_the_same_time_are_each_told_and_taken_back_by_themselves(
    services: Services,
) -> None:
    urls = [f"https://n{number}.example/feed.xml" for number in range(6)]

    def one(url: str) -> int:
        done = edit(services, url, lambda home: add_feed(home, Feed(url=url)), utc_now())
        told = [line.text for diff in done.diffs for line in diff.lines if line.kind == "added"]
        assert [each for each in urls if any(each in text for text in told)] == [url]
        return done.id or 0

    with ThreadPoolExecutor(len(urls)) as threads:
        numbers = list(threads.map(one, urls))
    last = max(numbers)
    undo(services, last, utc_now())
    assert sorted(url for url in urls if url not in feeds(services)) == [urls[numbers.index(last)]]


def test_of_two_forms_made_from_one_text_one_is_told(services: Services) -> None:
    seen = stamp(services.home, "config/lists/words.txt")

    def one(word: str) -> str:
        def write(home: Home) -> None:
            home.lists.mkdir(exist_ok=True)
            (home.lists / "words.txt").write_text(f"{word}\n", "utf-8")

        try:
            edit(services, word, write, utc_now(), seen=seen)
        except ChangedMeanwhileError:
            return ""
        return word

    words = ["chip", "fab", "wafer", "mask"]
    with ThreadPoolExecutor(len(words)) as threads:
        written = [each for each in threads.map(one, words) if each]
    assert len(written) == 1
    assert (services.home.lists / "words.txt").read_text("utf-8") == f"{written[0]}\n"


def test_what_cannot_be_kept_is_not_changed(services: Services) -> None:
    before = feeds(services)
    with closing(sqlite3.connect(services.home.database)) as connection, connection:
        connection.execute("DROP TABLE config_edits")
    with pytest.raises(StoreError):
        edit(services, "Added a feed", add, utc_now())
    assert feeds(services) == before


def test_a_change_that_fails_at_the_database_leaves_the_files_as_they_were(
    services: Services,
) -> None:
    before = feeds(services)

    def change(home: Home) -> None:
        add(home)
        if home.root == services.home.root:
            raise StoreError("the disk is full")

    with pytest.raises(StoreError):
        edit(services, "Added a feed", change, utc_now())
    assert feeds(services) == before


def test_what_lies_in_hidden_folders_is_no_config(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = services.home.config / ".old"
    (hidden / "lists").mkdir(parents=True)
    (hidden / "feeds.toml").write_text("no = toml =", "utf-8")
    (hidden / "lists" / "a.txt").write_bytes(b"\xff")
    tried, copied = editing._tried, []

    def counted(*args: Any) -> Any:
        copied.append(args)
        return tried(*args)

    monkeypatch.setattr(editing, "_tried", counted)
    assert edit(services, "Added a feed", add, utc_now()).id
    assert len(copied) == 1
    assert not [name for name in texts(services.home) if ".old" in name]
    before = fingerprint(services.home)
    (hidden / "feeds.toml").write_text("other", "utf-8")
    assert fingerprint(services.home) == before


@pytest.mark.parametrize(
    "seen", ["config/\0=1", "config/../../etc/passwd=00", "/dev/zero=00", "junk", ";", "=" * 9]
)
def test_a_stamp_names_files_of_config_and_nothing_else(services: Services, seen: str) -> None:
    with pytest.raises(ChangedMeanwhileError):
        edit(services, "Added a feed", add, utc_now(), seen=seen)


def test_what_nobody_reads_in_config_hinders_no_change(services: Services) -> None:
    config = services.home.config
    (config / "nowhere.toml").symlink_to(config / "gone.toml")
    (config / "lists").mkdir(exist_ok=True)
    (config / "lists" / "nowhere").symlink_to(config / "gone")
    os.mkfifo(config / "pipe")
    assert edit(services, "Added a feed", add, utc_now()).id


def test_large_files_are_kept_for_fewer_changes(services: Services) -> None:
    large = "x" * 11_000_000
    store = services.store.config_edits
    for number in range(4):
        change = FileChange("config/feeds.toml", large, f"{large}{number}")
        store.add(f"{number}", [change], utc_now())
    assert [each.what for each in store.edits()] == ["3", "2"]
