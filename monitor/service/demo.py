"""`monitor demo`: the whole way on bundled feeds, with the code that `monitor run` uses.

The sample feeds of seeds/demo are served over HTTP on loopback; the home is a temporary folder
with the topics of the AI-policy starter pack.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from monitor.digests.wording import told
from monitor.model.delivery import StoredEdition
from monitor.service.demosite import DemoSite
from monitor.service.digesting import preview, send_now
from monitor.service.recording import FeedResult
from monitor.service.refreshing import Refresher, Summary, claim_these
from monitor.service.rematching import rematch
from monitor.service.running import Beside, run
from monitor.service.searching import search
from monitor.service.ways import ways_of
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from monitor.settings.init import init_home, seeds_folder

PACK = "ai-policy"
SETTINGS = """\
[fetch]
allow_private = ["127.0.0.1"]   # the sample feeds are served on this machine

[digests.daily]
title = "AI policy, a sample day"
at = "07:00"
timezone = "{timezone}"
topics = ["*"]
to = [{{folder = "digests"}}]
"""
EXAMPLE = '"entity list" OR DeepSeek'

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Steps:
    """Numbers the steps as they are said."""

    say: Say
    done: list[str]

    def step(self, text: str) -> None:
        self.done.append(text)
        self.say(f"{len(self.done)}. {text}")

    def detail(self, text: str) -> None:
        self.say(f"   {text}")


def run_demo(*, say: Say, once: bool, page: Callable[[Services], Beside]) -> None:
    """Go the whole way, saying each step in a line.

    With `once`, end after the digest and leave the folder with it behind. Otherwise let a few more
    reports come in, so that the page has a next edition to show, and keep the monitor, the sample feeds
    and the page (`page` makes it) running until stopped, then remove the folder.
    """
    root = Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    steps = _Steps(say, [])
    try:
        with DemoSite(seeds_folder() / "demo", utc_now()) as site:
            home = _make_home(root, site)
            feeds = site.feeds()
            steps.step(
                f"{len(feeds)} sample feeds of invented outlets are served at {site.base_url}"
            )
            steps.step(f"A home with the {PACK} starter pack's topics: {root}")
            with open_services(home, utc_now()) as services:
                edition = _show_the_way(services, steps)
                _tell_what_next(services, edition, steps)
                if once:
                    steps.detail(f"All of it is in {root}; remove it when you have seen it.")
                    return
                _let_more_come(services, site, steps)
                steps.step("The monitor keeps running on the sample feeds.")
                ended = asyncio.run(run(services, os.environ, utc_now, beside=page(services)))
            while ended == "changed":
                steps.detail("config/ was edited; going on with what it says now.")
                with open_services(home, utc_now()) as services:
                    ended = asyncio.run(run(services, os.environ, utc_now, beside=page(services)))
    except BaseException:
        once = False
        raise
    finally:
        if not once:
            shutil.rmtree(root, ignore_errors=True)


def _make_home(root: Path, site: DemoSite) -> Home:
    init_home(root, PACK, "UTC")
    home = Home(root)
    home.feeds_file.write_text(site.feeds_toml(), encoding="utf-8")
    home.monitor_file.write_text(SETTINGS.format(timezone="UTC"), encoding="utf-8")
    return home


def _show_the_way(services: Services, steps: _Steps) -> StoredEdition | None:
    first, second = asyncio.run(_fetch_twice(services))
    steps.step(
        f"First fetch: {_entries(first)} new entries from {first.count('ok')} feeds, "
        f"{sum(result.matches for result in first.results)} matches, {first.seconds:.1f} s"
    )
    for failure in first.failures:
        steps.detail(f"{_path(failure)}: {failure.error}")
    steps.step(
        f"Second fetch: {second.count('304')} of {len(second.results)} feeds answer "
        f"“304 Not Modified” without a body; {_entries(second)} new entries, "
        f"{sum(result.revised for result in second.results)} edited after publication"
    )
    stories = services.store.upkeep.stats()["stories"]
    steps.step(f"Stories: the matched entries make {stories}")
    rematched = rematch(services, services.topics, utc_now)
    found = ", ".join(f"{each.topic} {each.matches}" for each in rematched)
    steps.step(f"Topics applied anew to all {services.store.entries.newest_id()} entries: {found}")
    (sent,) = send_now(services, None, ways_of(services, os.environ), utc_now)
    if sent.edition is not None:
        steps.step(f"Digest {sent.edition.id}: {sent.edition.rendered.subject}")
        for line in sent.edition.rendered.text.splitlines()[2:18]:
            steps.detail(f"| {line}")
        steps.detail("| …")
    return sent.edition


async def _fetch_twice(services: Services) -> tuple[Summary, Summary]:
    ids = [record.id for record in services.store.feeds.feeds()]
    async with Refresher(services, os.environ, utc_now) as refresher:
        first = await refresher.refresh(claim_these(services, ids, utc_now))
        alive = [result.feed_id for result in first.results if not result.failed]
        second = await refresher.refresh(claim_these(services, alive, utc_now))
    return first, second


def _let_more_come(services: Services, site: DemoSite, steps: _Steps) -> None:
    site.publish_more(utc_now())
    came = asyncio.run(_fetch_the_living(services))
    edition, _ = preview(services, None, utc_now())
    steps.step(
        f"Something new comes in: {_entries(came)} new entries, {told(edition.coverage)} stories for the "
        "next digest; the page shows them under Today"
    )


async def _fetch_the_living(services: Services) -> Summary:
    living = [each.id for each in services.store.feeds.feeds() if each.last_ok_at]
    async with Refresher(services, os.environ, utc_now) as refresher:
        return await refresher.refresh(claim_these(services, living, utc_now))


def _tell_what_next(services: Services, edition: StoredEdition | None, steps: _Steps) -> None:
    found = search(services, EXAMPLE, now=utc_now(), limit=1)
    steps.step(f"Search: {found.total} entries for {found.understood}")
    root = services.home.root
    command = f"{_command()} --home {root}"
    steps.detail(f"try: {command} search '{EXAMPLE}'")
    if found.hits:
        steps.detail(f"why: {command} show e{found.hits[0].entry.id}")
    if edition is not None:
        steps.detail(f"open: {root / 'digests' / (edition.id + '.html')}")


def _command() -> str:
    """Return the command as it can be typed here: the demo often runs before it is on the PATH."""
    script = Path(sys.argv[0])
    if script.name != "monitor" or shutil.which("monitor"):
        return "monitor"
    return os.path.relpath(script) if script.is_relative_to(Path.cwd()) else str(script)


def _entries(summary: Summary) -> int:
    return sum(result.new for result in summary.results)


def _path(result: FeedResult) -> str:
    return "/" + result.url.split("/", 3)[-1]
