"""Mutated documents through the worker pool with the product's limits: what came of them, at what cost.

    python -m benchmarks.mutants [--count 20000] [--first 0] [--corpus FOLDER] [--workers 2]

Ends with status 1 when the parser raised, when an outcome held text nobody may store, or when a sound
document was not read after a worker had been killed. The memory figures are of the whole process tree
(PSS): first with sound documents only, then with the mutants.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import TreeMemory
from benchmarks.mutations import Mutant, mutant, seeds
from monitor.model.entry import ParsedFeed, ParseOutcome
from monitor.service.refreshing import parser_pool
from monitor.service.workers import ParserPool
from monitor.settings.values import FetchSettings
from tests.parse.feeds import rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SLOWEST = 10
KILLS = 5
USUAL = 500_000
"""Bytes of a usual document, at most: 98 of 100 feeds are smaller."""
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_RAISED = "The document cannot be read ("
_FOREIGN = "The feed cannot be read ("


@dataclass
class Report:
    """What came of the documents. `seconds` are wall time from handing over to having it back."""

    outcomes: Counter[str] = field(default_factory=Counter)
    partial: int = 0
    raised: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unclean: list[str] = field(default_factory=list)
    kills: list[str] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)

    def add(self, how: str, outcome: ParseOutcome, seconds: float) -> None:
        """Count one outcome."""
        self.slow = sorted([*self.slow, (seconds, how)], reverse=True)[:SLOWEST]
        if isinstance(outcome, ParsedFeed):
            self.outcomes["feed"] += 1
            self.partial += outcome.partial
            if _unclean(outcome):
                self.unclean.append(how)
            return
        self.outcomes[outcome.kind] += 1
        if outcome.message.startswith(_RAISED):
            self.raised.append(f"{how}: {outcome.message}")
        if outcome.message.startswith(_FOREIGN):
            self.refused.append(f"{how}: {outcome.message}")
        if "too complex to be parsed safely" in outcome.message:
            self.kills.append(f"{how}: {outcome.message}")


def _unclean(feed: ParsedFeed) -> bool:
    texts = [
        feed.title,
        *(each for e in feed.entries for each in (e.guid, e.title, e.text, e.html)),
    ]
    return any(_UNWANTED.search(text) for text in texts)


async def parse_all(parsers: ParserPool, documents: Iterable[Mutant], at_once: int) -> Report:
    """Parse documents, so many at once; each by itself in a worker."""
    report = Report()
    waiting: Iterator[Mutant] = iter(documents)

    async def work() -> None:
        for each in waiting:
            began = time.perf_counter()
            outcome = await parsers.parse(
                each.body, url="https://a.example/feed", content_type=each.content_type, now=NOW
            )
            report.add(each.how, outcome, time.perf_counter() - began)

    await asyncio.gather(*(work() for _ in range(at_once)))
    return report


async def replacements(settings: FetchSettings) -> list[float]:
    """Return the seconds from a document being given up to the next one read, worker by worker."""
    flood = b" ".join(b'a%d="x"' % number for number in range(200_000))
    hostile = rss("<item ATTRIBUTES/>").replace(b"ATTRIBUTES", flood)
    seconds = []
    with ParserPool(1, 1, settings.parse_memory) as parsers:
        for _ in range(KILLS):
            await parsers.parse(hostile, url="", content_type="", now=NOW)
            began = time.perf_counter()
            outcome = await parsers.parse(rss(), url="", content_type="", now=NOW)
            if not isinstance(outcome, ParsedFeed):
                raise SystemExit("a sound document was not read after a worker had been killed")
            seconds.append(time.perf_counter() - began)
    return seconds


def documents_of(folder: Path | None) -> list[bytes]:
    """Return the seeds, and the documents of a folder where one is given."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
    return [*seeds(), *(path.read_bytes() for path in found)]


async def _measure(count: int, first: int, documents: Sequence[bytes], workers: int) -> int:
    settings = FetchSettings(workers=workers)
    with parser_pool(settings) as parsers, TreeMemory(os.getpid()) as memory:
        sound = [Mutant(body, "", f"sound {number}") for number, body in enumerate(documents)]
        await parse_all(parsers, [Mutant(rss(), "", "first")] * 20, workers)
        quiet = memory.settled()
        usual = [each for each in sound if len(each.body) <= USUAL]
        await parse_all(parsers, usual, workers)
        usual_peak = memory.peak_since()
        every = await parse_all(parsers, sound, workers)
        largest_peak = memory.peak_since()
        began = time.perf_counter()
        report = await parse_all(
            parsers, (mutant(documents, number) for number in range(first, first + count)), workers
        )
        wall = time.perf_counter() - began
        peak = memory.peak_since()
    _print(report, count, wall)
    largest = max(map(len, documents)) / 1_000_000
    print(
        f"memory of the whole tree, quiet: {quiet:.0f} MB; {len(usual)} sound documents up to "
        f"{USUAL // 1000} KB: +{usual_peak - quiet:.0f} MB; all {len(sound)}, the largest of {largest:.1f} "
        f"MB: +{largest_peak - quiet:.0f} MB; mutants: +{peak - quiet:.0f} MB"
    )
    replaced = await replacements(settings)
    print(f"a killed worker replaced and the next document read in {max(replaced):.2f} s at most "
          f"({KILLS} times)")  # fmt: skip
    wrong = report.raised + report.unclean + every.raised + every.unclean + every.kills
    return 1 if wrong else 0


def _print(report: Report, count: int, wall: float) -> None:
    kinds = ", ".join(f"{kind} {number}" for kind, number in report.outcomes.most_common())
    print(f"{count} mutants in {wall:.0f} s: {kinds}; {report.partial} of the feeds partial")
    for what, lines in (
        ("parser raised", report.raised),
        ("unclean text", report.unclean),
        ("feedparser raised", report.refused),
        ("workers stopped", report.kills),
    ):
        print(f"{what}: {len(lines)}")
        for line in lines[:20]:
            print(f"  {line}")
    print("slowest:")
    for seconds, how in report.slow:
        print(f"  {seconds:6.2f} s  {how}")


def main() -> int:
    """Run it."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--first", type=int, default=0, help="number of the first mutant")
    arguments.add_argument("--corpus", type=Path, help="a folder of documents to mutate as well")
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    return asyncio.run(
        _measure(given.count, given.first, documents_of(given.corpus), given.workers)
    )


if __name__ == "__main__":
    raise SystemExit(main())
