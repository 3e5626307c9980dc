"""What the text of a page costs in the worker: `python -m benchmarks.fulltext`.

Pages are made up: an article among navigation, related links, scripts and comments, in three sizes,
and three that are meant to hurt. Times are wall time in the worker as the caller waits for it;
memory is that of the worker process, by /proc (Linux).
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from monitor.model.page import PageText
from monitor.parse.fulltext import read_page
from monitor.service.workers import GivenUp, ParserPool

RUNS = 30
WORDS = ("export", "control", "chips", "bureau", "licence", "firm", "trade", "law", "rule", "said")


def page(kilobytes: int, seed: int) -> bytes:
    """Return a page of about so many kB, an eighth of it the article."""
    rng = random.Random(seed)

    def words(count: int) -> str:
        return " ".join(rng.choice(WORDS) + str(rng.randint(0, 99)) for _ in range(count))

    paragraphs = "".join(f"<p>{words(60)}.</p>" for _ in range(max(3, kilobytes * 128 // 480)))
    links = "".join(
        f"<li class='related'><a href='/n/{n}' onclick='go({n})'>{words(6)}</a></li>"
        for n in range(kilobytes * 4)
    )
    script = f"<script>var x = {list(range(kilobytes * 40))};</script>"
    return (
        f"<!doctype html><html lang=en><head><title>{words(8)}</title>{script}</head><body><nav><ul>"
        f"{links}</ul></nav><main><article><h1>{words(8)}</h1>{paragraphs}</article></main>"
        f"<aside><ul>{links}</ul></aside><footer>{words(20)}</footer></body></html>"
    ).encode()


HOSTILE = {
    "200,000 unclosed tags": b"<html><body>" + b"<b><i><p>x" * 66_000,
    "5 MB of nested div": b"<html><body>" + b"<div>" * 1_000_000 + b"text",
    "10,000 links": b"<html><body>" + b"<p><a href='/x'>entity list</a></p>" * 10_000,
}


async def main() -> int:
    """Print one line for each kind of page, and the worker's memory before and after."""
    with ParserPool(1, 10, 400_000_000, growth=100 << 20) as pool:
        await pool.parse(b"<rss/>", url="https://a.example/", content_type="", now=_never())
        print(f"worker before          {memory(pool)}")
        began = time.perf_counter()
        await pool.run(read_page, page(20, 0), "https://a.example/", "text/html")
        print(
            f"first page             {1000 * (time.perf_counter() - began):8.1f} ms, with the import"
        )
        print(f"worker after           {memory(pool)}")
        for size in (20, 200, 2000):
            taken = []
            bodies = [page(size, seed) for seed in range(RUNS if size < 2000 else 5)]
            for body in bodies:
                began = time.perf_counter()
                found = await pool.run(read_page, body, "https://a.example/", "text/html")
                taken.append(1000 * (time.perf_counter() - began))
                if isinstance(found, GivenUp) or not found.text:
                    raise RuntimeError(f"nothing was found: {found}")
            kilobytes = len(bodies[0]) // 1000
            print(
                f"page of {kilobytes:5d} kB       {statistics.median(taken):8.1f} ms median, "
                f"{max(taken):.1f} ms at most"
            )
        print(f"worker after {2 * RUNS + 5} pages {memory(pool)}")
        for name, body in HOSTILE.items():
            began = time.perf_counter()
            hurt = await pool.run(read_page, body, "https://a.example/", "text/html")
            seconds = time.perf_counter() - began
            print(f"{name:22} {1000 * seconds:8.1f} ms: {_came_of(hurt)}")
    return 0


def _came_of(found: PageText | GivenUp) -> str:
    if isinstance(found, GivenUp):
        return found.why
    return found.fault or f"{len(found.text)} characters"


def memory(pool: ParserPool) -> str:
    """Return resident and peak virtual memory of the worker, which is idle."""
    (child,) = pool._idle  # noqa: SLF001 - nobody else may know it
    (pid,) = child._pool_manager.worker_manager.workers  # noqa: SLF001
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    values = {line.split(":")[0]: int(line.split()[1]) // 1000 for line in lines if " kB" in line}
    return f"{values['VmRSS']:4d} MB resident, {values['VmPeak']} MB of address space at most"


def _never() -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
