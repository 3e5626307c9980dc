"""How fast a changed topic is applied to a large store, on one core.

`python -m benchmarks.rematch HOME` applies each topic of a home (made by `benchmarks.big_store`) to all
its entries, as `monitor topics rematch` does, and prints entries per second: all that are stored
divided by the time it took. Grouping into stories is not part of it.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from monitor.service.rematching import added, rematch_pieces
from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with open_services(Home(arguments.home), utc_now()) as services:
        entries = services.store.upkeep.stats()["entries"]
        print(f"{entries:,} entries")
        for compiled in services.topics:
            started = time.perf_counter()
            longest = 0.0
            so_far = None
            begun = started
            for piece in rematch_pieces(services, compiled, utc_now):
                longest = max(longest, time.perf_counter() - begun)
                so_far = piece if so_far is None else added(so_far, piece)
                begun = time.perf_counter()
            if so_far is None:
                continue
            seconds = time.perf_counter() - started
            print(
                f"{compiled.name:20} {entries / seconds:10,.0f} entries/s  {seconds:6.1f} s  "
                f"{so_far.entries:8,} proposed  {so_far.matches:8,} matched  "
                f"longest piece {longest:.2f} s"
            )


if __name__ == "__main__":
    main()
