"""What long lists of feeds cost, as typed: `python -m benchmarks.opml_import [FEEDS]`.

Imports a generated OPML file into a new home on one core, then runs the commands that read the whole
list. No feed is fetched: none is due when `monitor fetch` is asked. On a machine with other work to do
the wall time says little; with a core of its own it is the CPU time and the disk's.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import measure
from monitor.settings.home import Home
from monitor.store import open_store

FEEDS = 20_000
TARGET_SECONDS = 10.0
FOLDER = 50


def main() -> int:
    """Print the wall time, CPU time and peak memory of each command, and whether the target is kept."""
    feeds = int(sys.argv[1]) if len(sys.argv) > 1 else FEEDS
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        root, listed = Path(folder, "home"), Path(folder, "list.opml")
        listed.write_text(opml(feeds), encoding="utf-8")
        (root / "config").mkdir(parents=True)
        (root / "config" / "monitor.toml").touch()
        print(f"{feeds:,} feeds, {listed.stat().st_size / 1e6:.1f} MB of OPML, one core")
        taken = timed(root, "feeds", "import", str(listed), "--json")
        timed(root, "feeds", "import", str(listed), "--json", label="the same list again")
        timed(root, "feeds", "list", "--json", label="feeds list, the first time")
        wait_long(root)
        timed(root, "feeds", "list", "--json")
        timed(root, "fetch", "--json", label="fetch, nothing due")
        timed(root, "feeds", "export")
        timed(
            root,
            "feeds",
            "edit",
            "https://site7.example.org/news/feed.xml?format=rss",
            "--tier",
            "1",
        )
    verdict = "kept" if taken < TARGET_SECONDS else "MISSED"
    print(f"target {TARGET_SECONDS:.0f} s for the import, in CPU seconds: {verdict}")
    return 0 if taken < TARGET_SECONDS else 1


def opml(feeds: int) -> str:
    """Return a list in folders of fifty, as readers export them."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0"><body>']
    for first in range(0, feeds, FOLDER):
        lines.append(f'<outline text="Folder {first // FOLDER}" title="Folder {first // FOLDER}">')
        lines += [
            f'<outline type="rss" text="Feed number {n}" title="Feed number {n}" '
            f'xmlUrl="https://site{n}.example.org/news/feed.xml?format=rss" '
            f'htmlUrl="https://site{n}.example.org/"/>'
            for n in range(first, min(first + FOLDER, feeds))
        ]
        lines.append("</outline>")
    return "\n".join([*lines, "</body></opml>"])


def timed(root: Path, *command: str, label: str = "") -> float:
    """Run a command of the monitor, print what it took, return its CPU seconds; raises if it fails."""
    ran = measure(
        [sys.executable, "-m", "monitor", "--home", str(root), *command], dict(os.environ)
    )
    if ran.status:
        raise RuntimeError(ran.err)
    name = label or " ".join(command[:2])
    print(
        f"  {name:<28} {ran.wall_seconds:5.1f} s wall, {ran.cpu_seconds:5.1f} s CPU, "
        f"{ran.peak_mb:4.0f} MB"
    )
    return ran.cpu_seconds


def wait_long(root: Path) -> None:
    """Let every feed be due in a day, as after a visit, by giving each a lease until then."""
    store = open_store(Home(root).database)
    try:
        now = datetime.now(UTC)
        while store.feeds.claim(now, lease=timedelta(days=1), limit=5_000):
            pass
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
