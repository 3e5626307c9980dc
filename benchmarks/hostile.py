"""What 24 hostile servers cost: `python -m benchmarks.hostile [--times 5] [--good 200]`.

On a home of its own with the settings every home begins with, `monitor fetch --all` is run on good
feeds alone, which gives the quiet level of memory, and then on them and all hostile servers
together. Promised (PROMISES 5): no fetch takes longer than its deadline and a second, the memory of
the whole process tree stays within 50 MB of the quiet level, good feeds are asked for on time.
Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from statistics import quantiles

from benchmarks.measuring import Measured, measure

DEADLINE = 31.0
MEGABYTES = 50.0
LATE = 60.0


def main() -> int:
    """Measure, print, and return 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--times", type=int, default=5, help="how often each hostile server is there"
    )
    parser.add_argument("--good", type=int, default=200, help="good feeds among them")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return compare(Path(folder), given.times, given.good)


def compare(folder: Path, times: int, good: int) -> int:
    """Run both rounds in `folder`; return the exit status."""
    command = [sys.executable, "-m", "benchmarks.hostile_site", str(folder / "tls")]
    command += ["--times", str(times), "--good", str(good)]
    site = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert site.stdin is not None
    assert site.stdout is not None
    try:
        served = json.loads(site.stdout.readline())
        feeds, hostile = served["good"], served["hostile"]
        quiet_home, home = folder / "quiet", folder / "home"
        quiet = fetch(quiet_home, feeds)
        _take(site)
        mixed = [*feeds, *hostile]
        random.Random(24).shuffle(mixed)
        began = time.time()
        loud = fetch(home, mixed)
        asked = _take(site)
    finally:
        site.stdin.close()
        site.wait(30)
    lateness = sorted(at - began for at in asked.values())
    return report(quiet, loud, lateness, visits(home), hostile, good)


def fetch(home: Path, feeds: list[str]) -> Measured:
    """Make a home that watches these and fetch them all once."""
    (home / "config").mkdir(parents=True)
    (home / "config" / "monitor.toml").write_text('[fetch]\nallow_private = ["127.0.0.0/8"]\n')
    (home / "config" / "feeds.toml").write_text(
        "".join(f'[[feed]]\nurl = "{url}"\n' for url in feeds)
    )
    command = [sys.executable, "-m", "monitor", "--home", str(home), "fetch", "--all", "--json"]
    return measure(command, dict(os.environ))


def visits(home: Path) -> list[tuple[str, str, float]]:
    """Return address, result and seconds of each visit."""
    with closing(sqlite3.connect(home / "db" / "monitor.db")) as connection:
        return connection.execute(
            "SELECT feeds.url, fetch_log.result, fetch_log.seconds FROM fetch_log "
            "JOIN feeds ON feeds.id = fetch_log.feed_id"
        ).fetchall()


def report(
    quiet: Measured,
    loud: Measured,
    lateness: list[float],
    seen: list[tuple[str, str, float]],
    hostile: dict[str, str],
    good: int,
) -> int:
    """Print the figures; return 1 where a promise is not kept."""
    by_name: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for url, result, seconds in seen:
        by_name[hostile.get(url, "good feeds")].append((result, seconds))
    for name, results in sorted(by_name.items()):
        kinds = ", ".join(sorted({result for result, _ in results}))
        longest = max(seconds for _, seconds in results)
        print(f"{name:28} {len(results):4} visits  longest {longest:5.1f} s  {kinds}")
    longest = max(seconds for _, _, seconds in seen)
    growth = loud.peak_mb - quiet.peak_mb
    late = quantiles(lateness, n=20)[-1]
    fetched = sum(result in {"ok", "same"} for result, _ in by_name["good feeds"])
    print(
        f"quiet round   {quiet.wall_seconds:.1f} s, {quiet.cpu_seconds:.1f} s CPU, peak {quiet.peak_mb:.0f} MB ({quiet.method})"
    )
    print(
        f"hostile round {loud.wall_seconds:.1f} s, {loud.cpu_seconds:.1f} s CPU, peak {loud.peak_mb:.0f} MB"
    )
    kept = {
        f"longest fetch {longest:.1f} s (promised {DEADLINE:.0f})": longest <= DEADLINE,
        f"memory grew by {growth:.0f} MB (promised {MEGABYTES:.0f})": growth <= MEGABYTES,
        f"good feeds asked for: 95 % within {late:.1f} s (promised {LATE:.0f})": late <= LATE,
        f"good feeds fetched: {fetched} of {good}": fetched == good,
    }
    for words, is_kept in kept.items():
        print("ok  " if is_kept else "BAD ", words)
    return 0 if all(kept.values()) else 1


def _take(site: subprocess.Popen[str]) -> dict[str, float]:
    assert site.stdin is not None
    assert site.stdout is not None
    site.stdin.write("take\n")
    site.stdin.flush()
    found: dict[str, float] = json.loads(site.stdout.readline())
    return found


if __name__ == "__main__":
    sys.exit(main())
