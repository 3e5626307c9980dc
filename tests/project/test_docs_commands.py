"""Every `$ monitor …` line of the docs is run, page by page, in a home that has seen something.

In the docs, example.org stands for a site with a feed, e12 and s7 for an entry and a story there are,
daily-2026-11-23-0700 for an edition. Long-running commands have tests of their own.
"""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.project.test_docs import PAGES, ROOT
from tests.site import Page, Site, rss

LONG_RUNNING = {"run", "serve", "demo", "mcp"}
LINE = re.compile(r"^\$ monitor (.+?)(?:\s{2,}#.*)?$", re.MULTILINE)
WITH_COMMANDS = [page for page in PAGES if LINE.search(page.read_text())]


def write_what_the_tutorial_says(home: Path) -> None:
    """Give a home the list and the topic that docs/topics.md makes step by step."""
    page = (ROOT / "docs" / "topics.md").read_text()
    (spellings,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    (home / "config" / "lists" / "curbs.txt").write_text(spellings)
    (topic,) = re.findall(r"```toml\n(\[topics\.chip-controls\].*?)```", page, re.DOTALL)
    topics = home / "config" / "topics.toml"
    topics.write_text(f"{topics.read_text()}\n{topic}")


def write_the_alert_of_its_page(home: Path) -> None:
    """Give a home the first alert of docs/alerts.md, without the mail it is sent by."""
    page = (ROOT / "docs" / "alerts.md").read_text()
    (alert,) = re.findall(r"```toml\n(\[alerts\.entity-list\].*?)```", page, re.DOTALL)
    settings = home / "config" / "monitor.toml"
    alert = alert.replace('{mail = "me@example.org"}, ', "")
    settings.write_text(f"{settings.read_text()}\n{alert}")


@pytest.fixture
def seen(
    tmp_path: Path, monitor: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Make a starter home that has fetched a feed and sent an edition; say what stands for what."""
    home = tmp_path / "home"
    assert monitor("init", home).status == 0
    monkeypatch.chdir(home)
    settings = home / "config" / "monitor.toml"
    settings.write_text(
        re.sub(r"(?m)^\[fetch\]$", '[fetch]\nallow_private = ["127.0.0.1"]', settings.read_text())
    )
    (home / "config" / "feeds.toml").write_text("")
    write_what_the_tutorial_says(home)
    write_the_alert_of_its_page(home)
    site.pages["/feed.xml"] = Page(rss(("1", "Bureau widens the entity list for AI chips", "x")))
    site.pages["/new.xml"] = Page(rss(("1", "Bureau widens the entity list for AI chips", "x")))
    site.pages["/"] = Page(
        b"<link rel='alternate' type='application/rss+xml' href='/feed.xml'>",
        content_type="text/html",
    )
    assert monitor("feeds", "add", site.url("/feed.xml"), "--no-fetch").status == 0
    assert monitor("fetch").status == 0
    edition = monitor("digest", "send", "--json").json["edition"]
    assert edition
    labelled = {"title": "DeepSeek", "summary": "", "labels": ["deepseek"]}
    (home / "labelled.jsonl").write_text(json.dumps(labelled))
    (home / "subscriptions.opml").write_text(
        "<opml version='2.0'><head/><body><outline type='rss' text='A' "
        "xmlUrl='https://a.example/feed'/></body></opml>"
    )
    return {
        "https://example.org": site.base,
        "daily-2026-11-23-0700": edition,
        "e12": "e1",
        "s7": "s1",
        "~/ai-policy": str(tmp_path / "another"),
        "monitor-20261123-070000.db": "backup.db",
    }


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_work(
    page: Path, seen: dict[str, str], monitor: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert monitor("db", "backup", "db/backup.db").status == 0
    for command in LINE.findall(page.read_text()):
        for words, meant in seen.items():
            command = command.replace(words, meant)
        command, _, _ = command.partition(" > ")
        command, _, _ = command.partition(" < ")
        # What `monitor access password` reads.
        monkeypatch.setattr("sys.stdin", io.StringIO("violet kettle banana fjord\n"))
        arguments = shlex.split(command)
        if LONG_RUNNING & set(arguments[:1]):
            continue
        if arguments[:2] == ["feeds", "add"]:
            monitor("feeds", "remove", arguments[2])
        result = monitor(*arguments)
        assert result.status == 0, f"$ monitor {command}\n{result.err}"
