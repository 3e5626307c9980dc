"""`monitor run` as a process of its own: it fetches what is due, sends, and stops cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.conftest import Command
from tests.service.fulltext_world import BLURB, TITLE, article, needs_the_extra
from tests.site import Page, Site, rss


@contextmanager
def running(home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Start `monitor run` on a home; it is killed at the end if it has not stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--home", str(home), "run", *(options or ("--no-web",))],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def wait_for(process: subprocess.Popen[str], words: str) -> str:
    """Read standard error until a line holds the words; fails when the process ends first."""
    return everything_until(process, words).splitlines()[-1]


def everything_until(process: subprocess.Popen[str], words: str) -> str:
    """Read standard error up to a line that holds the words; fails when the process ends first."""
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if words in line:
            return "".join(seen)
    raise AssertionError(f"{words!r} never came; standard error was: {''.join(seen)}")


def test_it_fetches_due_feeds_and_stops_on_sigterm(
    in_home: Command, home: Path, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    with running(home) as process:
        line = wait_for(process, "refresh ")
        assert "new=1" in line
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert in_home("search", "entity", "--json").json["total"] == 1
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert feed["state"] == "ok"


def test_28_stopped_in_the_middle_of_a_fetch_it_gives_the_feed_back(
    in_home: Command, home: Path, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")), wait=True)
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    with running(home) as process:
        wait_for(process, "monitor runs")
        assert site.waiting.acquire(timeout=30)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) in {0, 130}
    site.pages["/feed.xml"].wait = False
    # Its server has been asked: by itself the monitor comes again after an interval only.
    assert in_home("fetch", "--json").json["feeds"] == 0
    assert in_home("fetch", "--all", "--json").json["entries_new"] == 1


def test_a_restart_fetches_nothing_again(in_home: Command, home: Path, site: Site) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    for words in ("refresh ", "upkeep ", "upkeep "):
        with running(home) as process:
            wait_for(process, words)
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
    assert site.statuses("/feed.xml") == [200]


def test_edits_to_the_configuration_are_noticed(in_home: Command, home: Path, site: Site) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")))
    with running(home) as process:
        wait_for(process, "monitor runs: 0 feeds")
        (home / "config" / "feeds.toml").write_text("[[feed]]\n")
        assert "url" in wait_for(process, "config/feeds.toml:1")
        in_home_add = f'[[feed]]\nurl = "{site.url("/feed.xml")}"\n'
        (home / "config" / "feeds.toml").write_text(in_home_add)
        wait_for(process, "monitor runs: 1 feed")
        assert "new=1" in wait_for(process, "refresh ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_the_page_answers_while_the_monitor_runs(home: Path) -> None:
    with running(home, "--port", "0") as process:
        address = wait_for(process, "The page is at").split()[-1]
        with urllib.request.urlopen(address + "healthz", timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_port_in_use_is_said_in_one_sentence(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running(home, "--port", str(taken.getsockname()[1])) as process:
            assert "--port" in wait_for(process, "in use")
            assert process.wait(20) == 1


def test_a_changed_topic_is_applied_to_stored_entries_in_the_background(
    in_home: Command, home: Path, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", "Harbour reopens", "ships")))
    in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch")
    with running(home) as process:
        wait_for(process, "new=1")
        topics = home / "config" / "topics.toml"
        topics.write_text(
            topics.read_text() + "\n[topics.ships]\ntitle = 'Ships'\nquery = 'harbour'\n"
        )
        assert "gained=1 lost=0" in wait_for(process, "rematch topic=ships")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    (hit,) = in_home("search", "topic:ships", "--json").json["results"]
    assert hit["title"] == "Harbour reopens"
    (match,) = in_home("show", hit["id"], "--json").json["matches"]
    assert match["backfilled"] is True


def test_an_edit_is_told_without_a_traceback(home: Path) -> None:
    with running(home) as process:
        wait_for(process, "upkeep ")
        (home / "config" / "lists" / "chips.txt").write_text("chip\nwafer\n")
        said = everything_until(process, "monitor runs")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert "Traceback" not in said
    assert "ERROR" not in said


def test_hubs_are_asked_and_answered_while_the_page_is_served(
    in_home: Command, home: Path, site: Site
) -> None:
    links = {"Link": '<https://127.0.0.1:1/>; rel="hub"'}  # where nobody listens
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")), headers=links)
    in_home("feeds", "add", site.url("/feed.xml"))
    assert in_home("fetch").status == 0
    settings = home / "config" / "monitor.toml"
    settings.write_text(f'{settings.read_text()}\n[web]\npublic_url = "https://m.example"\n')
    with running(home, "--port", "0") as process:
        said = everything_until(process, "push hub=")
        address = next(line for line in said.splitlines() if "page is at" in line).split()[-1]
        public = {"Host": "m.example"}
        with httpx.Client(base_url=address, headers=public, trust_env=False) as client:
            assert client.get("/websub/" + "t" * 43).status_code == 404
            assert client.post("/websub/" + "t" * 43, content=b"x").status_code == 410
            assert client.get("/").status_code == 421
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert feed["push"] == "asked"
    assert "127.0.0.1" in feed["push_note"]


def test_without_the_page_no_hub_is_asked(in_home: Command, home: Path, site: Site) -> None:
    links = {"Link": '<https://127.0.0.1:1/>; rel="hub"'}
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")), headers=links)
    in_home("feeds", "add", site.url("/feed.xml"))
    assert in_home("fetch").status == 0
    settings = home / "config" / "monitor.toml"
    settings.write_text(f'{settings.read_text()}\n[web]\npublic_url = "https://m.example"\n')
    with running(home, "--no-web") as process:
        said = everything_until(process, "upkeep ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert "push" not in said
    (feed,) = in_home("feeds", "list", "--json").json["feeds"]
    assert (feed["push"], feed["push_note"]) == ("", "")


@needs_the_extra
def test_pages_whose_full_text_is_wanted_are_fetched_in_the_background(
    in_home: Command, home: Path, site: Site
) -> None:
    site.pages["/feed.xml"] = Page(rss(("1", TITLE, BLURB), base=site.base))
    site.pages["/1"] = article()
    feeds = home / "config" / "feeds.toml"
    feeds.write_text(f'[[feed]]\nurl = "{site.url("/feed.xml")}"\nfull_text = true\n')
    with running(home) as process:
        assert "state=taken" in wait_for(process, "page e1 ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert in_home("show", "e1", "--json").json["text_from"] == "page"
