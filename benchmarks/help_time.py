"""How long `monitor --help` takes beside an empty Python: `python -m benchmarks.help_time`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

RUNS = 15
TARGET_MS = 300


def main() -> int:
    """Print the medians of both, their ratio and the target; the first run of each is left out."""
    empty = median_ms([sys.executable, "-c", "pass"])
    answer = median_ms([sys.executable, "-m", "monitor", "--help"])
    print(f"python -c pass   {empty:6.0f} ms   (median of {RUNS})")
    print(f"monitor --help   {answer:6.0f} ms   {answer / empty:.1f} times as long")
    verdict = "kept" if answer < TARGET_MS else "MISSED"
    print(f"target           {TARGET_MS:6d} ms   {verdict}")
    return 0


def median_ms(command: Sequence[str]) -> float:
    """Return the median wall time of a command in milliseconds; raises when it fails."""
    taken: list[float] = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[1:])


if __name__ == "__main__":
    sys.exit(main())
