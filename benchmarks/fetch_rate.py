"""Fetch 2,000 feeds on loopback, cold and all unchanged, beside the `reader` library in one run.

`python -m benchmarks.fetch_rate [--feeds 2000] [--entries 25] [--reader PYTHON]` makes invented feeds,
serves them over HTTP with validators from 200 addresses of loopback, and lets each program fetch
them all: first when it knows nothing, then when nothing has changed. PYTHON is an interpreter of
an environment with `reader` in it (`pip install reader`); without it, the monitor is measured alone.

For both: wall time, CPU seconds and peak memory of the whole process tree, and what the server
answered. The monitor parses, cleans, matches four topics with their lists and indexes for search;
`reader` parses and stores, and indexes for search in a step of its own, which is measured apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from benchmarks.corpus import MONITOR, Server, make_home, serving
from benchmarks.measuring import Measured, measure

HOSTS = 200
SEED = 20261126

READER = """
import sys
from reader import make_reader
what, database, listed = sys.argv[1:]
reader = make_reader(database)
if what == "add":
    for url in open(listed):
        reader.add_feed(url.strip(), exist_ok=True)
elif what == "update":
    failed = sum(isinstance(each.value, Exception) for each in reader.update_feeds_iter(workers=32, scheduled=False))
    print(reader.get_entry_counts().total, failed)
else:
    reader.enable_search()
    reader.update_search()
"""


def make_feeds(folder: Path, feeds: int, entries: int) -> None:
    """Write invented RSS documents: `entries` each, with a headline and some sixty words."""
    chance = random.Random(SEED)
    words = [
        "".join(chance.choices("abcdeghiklmnoprstuw", k=chance.randint(2, 11))) for _ in range(8000)
    ]
    words += ["chips", "export", "control", "licence", "model", "policy", "AI", "regulator"] * 20
    for number in range(feeds):
        items = "".join(
            f"<item><guid isPermaLink='false'>{number}-{each}</guid>"
            f"<title>{' '.join(chance.choices(words, k=9))}</title>"
            f"<link>https://feed{number}.example/{each}</link>"
            f"<description>&lt;p&gt;{' '.join(chance.choices(words, k=60))}&lt;/p&gt;</description>"
            f"<pubDate>Mon, 16 Nov 2026 {each % 24:02}:00:00 GMT</pubDate></item>"
            for each in range(entries)
        )
        (folder / f"{number:05}.rss").write_text(
            "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
            f"<title>Feed {number}</title><link>https://feed{number}.example/</link>"
            f"<description>d</description>{items}</channel></rss>",
            encoding="utf-8",
        )


def show(name: str, measured: Measured, server: Server, feeds: int) -> None:
    """Print one line of figures; ends the program when something was not fetched."""
    if measured.status:
        sys.exit(f"{name} ended with {measured.status}:\n{measured.err}")
    answered = Counter(status for each in server.take().values() for status in each)
    print(
        f"{name:<28} {measured.wall_seconds:7.1f} s  {feeds / measured.wall_seconds:6.0f} feeds/s  "
        f"CPU {measured.cpu_seconds:6.1f} s  peak {measured.peak_mb:5.0f} MB  answers {dict(answered)}"
    )


def run_monitor(work: Path, server: Server, addresses: Mapping[str, str]) -> None:
    """Fetch all with `monitor fetch --all`, twice, and import before it."""
    home = work / "home"
    make_home(home, addresses)
    server.take()
    for name in ("monitor, cold", "monitor, unchanged"):
        command = [*MONITOR, "--home", str(home), "fetch", "--all", "--json"]
        measured = measure(command, dict(os.environ))
        show(name, measured, server, len(addresses))
        found = json.loads(measured.out)
        print(f"{'':<28} {found['entries_new']} new entries, {found['failed']} feeds failed")


def run_reader(work: Path, server: Server, addresses: Mapping[str, str], python: str) -> None:
    """Do the same with `reader`, its search index in a step of its own."""
    listed = work / "urls.txt"
    listed.write_text("\n".join(addresses.values()), encoding="utf-8")

    def step(what: str) -> Measured:
        command = [python, "-c", READER, what, str(work / "reader.db"), str(listed)]
        return measure(command, dict(os.environ))

    added = step("add")
    if added.status:
        sys.exit(f"reader cannot be used:\n{added.err}")
    server.take()
    for name in ("reader, cold", "reader, unchanged"):
        measured = step("update")
        show(name, measured, server, len(addresses))
        print(f"{'':<28} {' entries stored, feeds failed: '.join(measured.out.split())}")
        if name == "reader, cold":
            show("reader, index for search", step("index"), server, len(addresses))


def main() -> int:
    """Read the arguments, make the feeds, measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--entries", type=int, default=25)
    parser.add_argument("--reader", metavar="PYTHON", help="interpreter that has `reader`")
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="fetch-rate-"))
    try:
        (work / "feeds").mkdir()
        make_feeds(work / "feeds", arguments.feeds, arguments.entries)
        with serving(work / "feeds", HOSTS) as server:
            run_monitor(work, server, server.addresses)
            if arguments.reader:
                run_reader(work, server, server.addresses, arguments.reader)
    finally:
        shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
