"""How long `monitor topics test` takes on a store of 100,000 entries: the command, as it is typed.

`python -m benchmarks.trial HOME` runs it for each topic of a home made by `benchmarks.big_store`, three
times, and prints the best and the worst wall time; `--all` lets it look at every candidate.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TIMES = 3


def run(home: Path, *arguments: str) -> tuple[float, Any]:
    """Run the command with --json; return seconds and what it printed."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--home", str(home), *arguments, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"monitor {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return seconds, json.loads(done.stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    _, listed = run(arguments.home, "topics", "list")
    for topic in listed["topics"]:
        wanted = ["topics", "test", topic["name"], *(["--all"] if arguments.all else [])]
        runs = [run(arguments.home, *wanted) for _ in range(TIMES)]
        shown = runs[0][1]
        print(
            f"{topic['name']:20} {min(s for s, _ in runs):5.2f} to {max(s for s, _ in runs):5.2f} s  "
            f"{shown['entries']:,} entries, {shown['matches']:,} matches, share {shown['share']}"
        )


if __name__ == "__main__":
    main()
