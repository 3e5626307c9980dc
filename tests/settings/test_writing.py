"""config/feeds.toml is the old file or the new one, whatever happens while it is written."""

from __future__ import annotations

import multiprocessing
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import MonitorError
from monitor.model.feed import Feed
from monitor.settings.edit import add_feed
from monitor.settings.home import Home
from monitor.settings.read import load
from tests.settings.conftest import MakeHome, write_files

ONE = "https://one.example/feed"
FEEDS = f"""\
# My feeds. Ask Ann before you change them.

[[feed]]
url = "{ONE}"   # the main one

# two is slow
[[feed]]
url = "https://two.example/feed"
title = "Two, and a title that is long enough to be longer than the limit of the small disk below"
tags = ["official", "us", "export-controls", "chips", "think-tank", "press", "law", "laboratory"]
"""


def text_of(home: Home) -> str:
    return home.feeds_file.read_text()


def test_the_mode_stays_and_a_link_is_followed(make_home: MakeHome, tmp_path: Path) -> None:
    home = make_home(feeds="")
    target = tmp_path / "dotfiles" / "my-feeds.toml"
    target.parent.mkdir()
    target.write_text("# mine\n")
    target.chmod(0o640)
    home.feeds_file.unlink()
    home.feeds_file.symlink_to(target)
    add_feed(home, Feed(url=ONE))
    assert home.feeds_file.is_symlink()
    assert target.read_text() == f'# mine\n\n[[feed]]\nurl = "{ONE}"\n'
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [each.name for each in target.parent.iterdir()] == ["my-feeds.toml"]


@pytest.mark.usefixtures("rights_count")
@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_may_not_be_written_is_left_alone_and_says_so(make_home: MakeHome, what: str) -> None:
    home = make_home(feeds=FEEDS)
    (home.config / ".lock").touch()
    (home.config if what == "folder" else home.feeds_file).chmod(0o555)
    try:
        with pytest.raises(MonitorError, match="cannot be written"):
            add_feed(home, Feed(url="https://four.example/"))
    finally:
        home.config.chmod(0o755)
    assert text_of(home) == FEEDS


def test_a_lock_that_cannot_be_had_is_one_sentence(make_home: MakeHome) -> None:
    home = make_home(feeds=FEEDS)
    (home.config / ".lock").mkdir()
    with pytest.raises(MonitorError, match=r"\.lock cannot be written"):
        add_feed(home, Feed(url="https://four.example/"))
    assert text_of(home) == FEEDS


FULL = """
import resource, signal, sys
from pathlib import Path
from monitor.errors import MonitorError
from monitor.model.feed import Feed
from monitor.settings.edit import add_feed
from monitor.settings.home import Home
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
try:
    add_feed(Home(Path(sys.argv[1])), Feed(url="https://four.example/"))
except MonitorError as error:
    print(type(error).__name__, error)
"""


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(make_home: MakeHome) -> None:
    home = make_home(feeds=FEEDS)
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(home.root)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("MonitorError")
    assert "cannot be written" in ran.stdout
    assert ran.stdout.count("\n") == 1
    assert text_of(home) == FEEDS
    assert sorted(each.name for each in home.config.iterdir()) == [
        ".lock",
        "feeds.toml",
        "monitor.toml",
    ]


def _add_some(root: str, letter: str) -> None:
    for number in range(8):
        add_feed(Home(Path(root)), Feed(url=f"https://{letter}{number}.example/"))


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    home = write_files(tmp_path, {"feeds.toml": FEEDS})
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add_some, args=(str(home.root), name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert text_of(home).startswith(FEEDS)
    assert len(load(home).feeds) == 2 + 24
