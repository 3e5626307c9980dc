"""Fetch a folder of real feed documents with the real command, twice, and check what it stored.

`python -m benchmarks.corpus FOLDER [--keep] [--sample 60 --seed 1]` serves the files over loopback,
imports their addresses as OPML into a fresh home and runs `monitor fetch --all --json` two times.
It prints time, CPU and peak memory, and ends with status 1 unless

a) every document a plain parser can read has as many stored entries as that parser finds (repeats
   within a document aside, which are counted),
b) what is no feed was reported as such, and
c) the second run was answered 304 for every document that could be read to its end, and stored
   nothing new.

`--sample` prints stored entries beside what the file says, for reading by eye.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import tomlkit

from benchmarks.expected import Expected, expected, no_feeds
from benchmarks.measuring import Measured, measure
from benchmarks.reading import print_sample

MONITOR = (sys.executable, "-m", "monitor")


@dataclass(frozen=True, slots=True)
class Server:
    """The running server: the address of each file, by name."""

    process: subprocess.Popen[str]
    addresses: Mapping[str, str]

    def take(self) -> dict[str, list[int]]:
        """Return what was answered for each file since the last time."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the server has no pipes")
        self.process.stdin.write("take\n")
        self.process.stdin.flush()
        answered: dict[str, list[int]] = json.loads(self.process.stdout.readline())
        return {path.lstrip("/"): statuses for path, statuses in answered.items()}


@dataclass(frozen=True, slots=True)
class Run:
    """One `monitor fetch`: what it printed, what it took, what the server answered."""

    printed: dict[str, Any]
    measured: Measured
    answered: dict[str, list[int]]


@contextlib.contextmanager
def serving(folder: Path, hosts: int) -> Iterator[Server]:
    """Serve a folder from a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.corpus_server", str(folder), "--hosts", str(hosts)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            sys.exit(f"the server could not serve {folder}; see above")
        yield Server(process, {path.lstrip("/"): url for path, url in json.loads(line).items()})
    finally:
        process.communicate()


def make_home(home: Path, addresses: Mapping[str, str]) -> None:
    """Write a home that watches the served addresses and nothing else."""
    monitor(home, "init")
    (home / "config" / "feeds.toml").write_text("", encoding="utf-8")
    opml = home / "corpus.opml"
    outlines = "".join(
        f"<outline type='rss' text={quoteattr(name)} xmlUrl={quoteattr(url)}/>\n"
        for name, url in addresses.items()
    )
    opml.write_text(
        f"<opml version='2.0'><head/><body>\n{outlines}</body></opml>\n", encoding="utf-8"
    )
    settings = home / "config" / "monitor.toml"
    document = tomlkit.parse(settings.read_text(encoding="utf-8"))
    document.setdefault("fetch", tomlkit.table())["allow_private"] = ["127.0.0.0/8"]
    settings.write_text(tomlkit.dumps(document), encoding="utf-8")
    monitor(home, "feeds", "import", str(opml))


def monitor(home: Path, *arguments: str) -> None:
    """Run the command; end with its message when it fails."""
    done = subprocess.run(
        [*MONITOR, "--home", str(home), *arguments], text=True, capture_output=True, check=False
    )
    if done.returncode:
        sys.exit(f"monitor {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")


def fetch(home: Path, server: Server) -> Run:
    """Run `monitor fetch --all --json` and measure it."""
    server.take()
    measured = measure(
        [*MONITOR, "--home", str(home), "fetch", "--all", "--json"], dict(os.environ)
    )
    if measured.status:
        sys.exit(f"monitor fetch ended with {measured.status}:\n{measured.err}")
    return Run(json.loads(measured.out), measured, server.take())


def stored_counts(home: Path) -> dict[str, int]:
    """Return the number of stored entries by the address of their feed."""
    database = sqlite3.connect(f"file:{home / 'db' / 'monitor.db'}?mode=ro", uri=True)
    with contextlib.closing(database):
        rows = database.execute(
            "SELECT feeds.url, count(entries.id) FROM feeds"
            " LEFT JOIN entries ON entries.feed_id = feeds.id GROUP BY feeds.id"
        ).fetchall()
    return {str(url): int(count) for url, count in rows}


def broken_off(home: Path) -> set[str]:
    """Return the addresses of feeds whose document ends in the middle of an entry.

    Their complete entries are kept, and they are asked for in full again (PROMISES 2.1, case 9).
    """
    database = sqlite3.connect(f"file:{home / 'db' / 'monitor.db'}?mode=ro", uri=True)
    with contextlib.closing(database):
        rows = database.execute("SELECT url FROM feeds WHERE error LIKE '%broke off%'").fetchall()
    return {str(url) for (url,) in rows}


def check(
    folder: Path,
    server: Server,
    stored: Mapping[str, int],
    cut: set[str],
    first: Run,
    second: Run,
) -> list[str]:
    """Return what is wrong, one line each; print what was counted."""
    wrong: list[str] = []
    labelled = no_feeds(folder)
    reported = {failure["url"]: failure for failure in first.printed["failures"]}
    readable: set[str] = set()
    totals: dict[str, int] = defaultdict(int)
    for name, url in server.addresses.items():
        found = expected((folder / name).read_bytes(), url)
        failure = reported.get(url)
        if name in labelled or not found.feed:
            totals["not a feed"] += 1
            if failure is None or not _says_no_feed(failure):
                said = failure["error"] if failure else "nothing"
                wrong.append(f"b) {name} is no feed; what was said: {said}")
            continue
        readable.add(name)
        totals["documents"] += 1
        totals["entries"] += found.entries
        totals["repeats"] += found.repeats
        totals["repeating documents"] += bool(found.repeats)
        wrong += _count_wrong(name, found, stored.get(url, 0), url in cut, failure)
    whole = {name for name in readable if server.addresses[name] not in cut}
    wrong += _second_wrong(whole, second)
    print(
        f"\n{totals['documents']} documents that can be read, {totals['entries']:,} entries, of "
        f"which {totals['repeats']} repeat another of the same document (in "
        f"{totals['repeating documents']} documents); {totals['not a feed']} are no feeds; "
        f"{sum(stored.values()):,} entries stored. {len(cut)} broke off inside an entry."
    )
    return wrong


def _says_no_feed(failure: Mapping[str, Any]) -> bool:
    return failure.get("result") == "not-a-feed" or "feed" in str(failure["error"]).lower()


def _count_wrong(
    name: str, found: Expected, count: int, cut: bool, failure: Mapping[str, Any] | None
) -> list[str]:
    if failure is not None:
        return [f"a) {name} has {found.entries} entries and failed: {failure['error']}"]
    # Entries that share id, link and title but not their text may both be kept.
    if not found.entries - found.repeats - cut <= count <= found.entries:
        repeats = f", {found.repeats} of them repeats" if found.repeats else ""
        return [f"a) {name} has {found.entries} entries{repeats}; {count} are stored"]
    return []


def _second_wrong(readable: set[str], second: Run) -> list[str]:
    wrong = [
        f"c) {name} was answered {second.answered.get(name, 'nothing')} in the second run"
        for name in sorted(readable)
        if second.answered.get(name) != [304]
    ]
    counts = {key: second.printed[key] for key in ("entries_new", "entries_revised")}
    return wrong + [f"c) the second run has {key} = {n}" for key, n in counts.items() if n]


def print_table(runs: list[Run], megabytes: float) -> None:
    """Print what the runs took."""
    print(f"{megabytes:.1f} MB of documents, {os.cpu_count()} cores, Python "
          f"{sys.version.split()[0]}; peak memory of the process tree by {runs[0].measured.method}\n")  # fmt: skip
    print(f"{'':20}" + "".join(f"{f'run {number}':>12}" for number in range(1, len(runs) + 1)))
    rows: dict[str, Callable[[Run], str]] = {
        "feeds tried": lambda run: f"{run.printed['feeds']:,}",
        "fetched": lambda run: f"{run.printed['fetched']:,}",
        "not modified": lambda run: f"{run.printed['not_modified']:,}",
        "failed": lambda run: f"{run.printed['failed']:,}",
        "entries new": lambda run: f"{run.printed['entries_new']:,}",
        "feeds/s": lambda run: f"{run.printed['feeds'] / run.measured.wall_seconds:.0f}",
        "entries/s": lambda run: f"{run.printed['entries_new'] / run.measured.wall_seconds:.0f}",
        "wall s": lambda run: f"{run.measured.wall_seconds:.2f}",
        "CPU s": lambda run: f"{run.measured.cpu_seconds:.2f}",
        "peak MB": lambda run: f"{run.measured.peak_mb:.0f}",
    }
    for label, figure in rows.items():
        print(f"{label:20}" + "".join(f"{figure(run):>12}" for run in runs))


def main() -> int:
    """Run the benchmark; return 1 when a check failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="documents; a manifest.csv may stand beside it")
    parser.add_argument("--keep", action="store_true", help="keep the home, and say where it is")
    parser.add_argument("--hosts", type=int, default=64, help="loopback hosts to spread over")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="show N stored entries")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    if not folder.is_dir():
        parser.error(f"{folder} is no folder; name one that holds feed documents")
    home = Path(tempfile.mkdtemp(prefix="monitor-corpus-"))
    try:
        with serving(folder, arguments.hosts) as server:
            make_home(home, server.addresses)
            runs = [fetch(home, server), fetch(home, server)]
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        print_table(runs, size)
        wrong = check(folder, server, stored_counts(home), broken_off(home), *runs)
        if arguments.sample:
            names = {url: name for name, url in server.addresses.items()}
            print_sample(home, folder, names, arguments.sample, random.Random(arguments.seed))
    finally:
        if arguments.keep:
            print(f"\nkept: {home}")
        else:
            shutil.rmtree(home)
    print("\n" + "\n".join(wrong) if wrong else "\nall checks passed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
