"""Search a large store with a written-down mix of queries, beside the `reader` library.

`python -m benchmarks.search HOME [--reader PYTHON] [--reader-entries 50000] [--rounds 3]` asks each query
of `QUERIES` for its first and second page of 20 hits, by relevance and newest first, with counts and
snippets, as the page does; HOME is one made by `benchmarks.big_store`. PYTHON is an interpreter of
an environment with `reader` in it (`pip install reader`); it gets the newest entries of the same store
and the queries that its language (that of SQLite's FTS5) has too. Without it the monitor is measured alone.

Where nothing in the store matches a topic, `--match` first gives matches and stars to some of its
entries, so that `topic:` and `is:starred` have something to find: use a copy of a home then.
Queries are asked once before they are measured. Times are CPU times (see `CLOCK`).
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from monitor.query import candidates, parse
from monitor.service.searching import Found, Sort, search
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from monitor.store.rows import instant

_WORDS = [
    "china",
    "trump",
    "ai",
    "chip",
    "export",
    "law",
    "court",
    "power",
    "data",
    "model",
    "nvidia",
    "apple",
    "google",
    "microsoft",
    "amazon",
    "tesla",
    "war",
    "peace",
    "energy",
    "climate",
    "bank",
    "money",
    "health",
    "school",
    "police",
    "city",
    "water",
    "food",
    "trade",
    "tax",
]

QUERIES: dict[str, tuple[str, ...]] = {
    "word": ("china", "ai", "chips", "deepseek", "regulation", "the", "nvidia", "semiconductor"),
    "words": (
        "china trump",
        "ai regulation",
        "new york court",
        "chips export",
        "google antitrust fine",
    ),
    "phrase": (
        '"artificial intelligence"',
        '"supreme court"',
        '"export controls"',
        '"united states" china',
        '"the president of the united states"',
    ),
    "prefix": ("regulat*", "semicond*", "govern* AND polic*", "intell* OR machine"),
    "boolean": (
        "china OR taiwan",
        "ai AND (law OR rule OR bill)",
        "chips -potato",
        "title:china",
        "title:(ai OR chips) -trump",
        "lead:openai",
        "=AI",
        "=US china",
    ),
    "near": ('"ai chips"~10', "china NEAR/5 trade", "trump ONEAR/8 tariff", "ai NEAR/3 law"),
    "cjk": ("人工智能", "出口管制", "中国", "半導体", "東京 AI"),
    "facts": (
        "lang:de",
        "lang:ko",
        "lang:zh 人工智能",
        "outlet:theguardian.com",
        "domain:gov",
        "outlet:bbc china",
        "feed:guardian",
        "-lang:en ai",
        "tag:technology",
        "author:smith",
        "has:enclosure",
        "is:starred",
        "is:starred the",
        "is:revised",
        "is:sent",
    ),
    "dates": (
        "since:7d",
        "since:7d china",
        "since:30d -lang:en",
        "on:{month} ai",
        "after:{month} trump",
        "before:{month} chips",
        "published:2024",
    ),
    "topics": (
        "topic:ai-policy",
        "topic:chips china",
        "topic:chips since:30d",
        "topic:* -topic:chips",
        '(ai OR "artificial intelligence" OR "machine learning") AND (law OR regulation OR act OR bill)',
        "(nvidia OR amd OR intel OR tsmc OR huawei) AND (export OR ban OR licence OR license OR curb*)",
    ),
    "nothing": ("nvdia", "artifical inteligence", "xqzzy", "export NEAR/1 zebra", "lang:xx"),
    "worst": (
        " OR ".join(_WORDS),
        "the AND of AND a AND in AND to",
        "the OR of OR a OR in OR to",
        '"of the"',
        "the NEAR/2 and",
        "=BIS",
        "url:zzz",
        "tag:zzzz",
        "-the lang:en",
        "topic:chips the",
        "(" + " OR ".join(_WORDS) + ") NEAR/3 (" + " OR ".join(_WORDS) + ")",
    ),
}

CLOCK = time.thread_time
"""CPU time of what asks: with the database in memory nothing else is waited for, and other work on the
machine does not count."""

_ASKED: tuple[tuple[Sort, int], ...] = (
    ("relevance", 0),
    ("relevance", 20),
    ("newest", 0),
    ("newest", 20),
)

_READER = """
import json, sys, time
from datetime import datetime
try:
    from reader import make_reader
except ImportError as error:
    sys.exit(f"no reader here: {error}")
what, database, given = sys.argv[1:4]
reader = make_reader(database)
if what == "load":
    reader.add_feed("https://example.com/feed", allow_invalid_url=True)
    for line in open(given, encoding="utf-8"):
        number, title, text, at = json.loads(line)
        reader.add_entry({"feed_url": "https://example.com/feed", "id": str(number), "title": title,
                          "summary": text, "updated": datetime.fromisoformat(at)})
    reader.enable_search()
    reader.update_search()
else:
    for query in json.loads(open(given, encoding="utf-8").read()):
        for sort in ("relevant", "recent"):
            times = []
            for _ in range(4):
                begun = time.thread_time()
                hits = list(reader.search_entries(query, sort=sort, limit=20))
                total = reader.search_entry_counts(query).total
                times.append(time.thread_time() - begun)
            print(json.dumps([query, sort, min(times[1:]), len(hits), total]), flush=True)
"""


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reader", metavar="PYTHON", help="interpreter that has `reader`")
    parser.add_argument("--reader-entries", type=int, default=50_000)
    parser.add_argument("--match", action="store_true", help="give some entries matches and stars")
    parser.add_argument("--each", action="store_true", help="also a line for each query")
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    with open_services(Home(arguments.home), now) as services:
        if arguments.match:
            mark(services)
        print(
            f"{services.store.entries.count():,} entries, {sum(map(len, QUERIES.values()))} queries"
        )
        ours = measured(services, now, arguments.rounds, each=arguments.each)
        if arguments.reader:
            with tempfile.TemporaryDirectory() as folder:
                beside(services, ours, arguments.reader, Path(folder), arguments.reader_entries)


def measured(
    services: Services, now: datetime, rounds: int, *, each: bool
) -> dict[tuple[str, Sort], float]:
    """Print a line for each class of queries; return the seconds of first pages by query and order."""
    gc.collect()
    gc.freeze()  # as the page does
    month = f"{now:%Y-%m}"
    seconds: dict[tuple[str, Sort], float] = {}
    everything: list[float] = []
    print(f"{'':10}{'first page (relevance, newest)':>34}{'second page':>24}   totals")
    for name, queries in QUERIES.items():
        first: list[float] = []
        second: list[float] = []
        totals: list[str] = []
        for query in (text.replace("{month}", month) for text in queries):
            counted = ""
            for sort, offset in _ASKED:
                found, times = _asked(services, query, now, sort, offset, rounds)
                (second if offset else first).extend(times)
                counted = found.total_is
                if not offset:
                    seconds[query, sort] = min(times)
                if each:
                    print(f"  {_ms(times)}  {sort:9} {offset:3} {found.total:>9,} {query[:80]}")
            totals.append(counted)
        if name != "worst":
            everything += first
        kinds = ", ".join(f"{totals.count(kind)} {kind}" for kind in sorted(set(totals)))
        print(f"{name:10}{_ms(first):>34}{_ms(second):>24}   {kinds}")
    print(f"{'all but worst':10}{_ms(everything):>31}   (p50 / p95 / max in ms of CPU)")
    return seconds


def _asked(
    services: Services, query: str, now: datetime, sort: Sort, offset: int, rounds: int
) -> tuple[Found, list[float]]:
    found = search(services, query, now=now, sort=sort, offset=offset)
    times = []
    for _ in range(rounds):
        begun = CLOCK()
        found = search(services, query, now=now, sort=sort, offset=offset)
        times.append(CLOCK() - begun)
    return found, times


def beside(
    services: Services,
    ours: dict[tuple[str, Sort], float],
    python: str,
    folder: Path,
    entries: int,
) -> None:
    """Ask `reader` those of the queries it understands; print how long both took."""
    given, asked = folder / "entries.jsonl", folder / "queries.json"
    with given.open("w", encoding="utf-8") as file:
        file.writelines(_lines(services, entries))
    plain = QUERIES["word"] + QUERIES["words"] + QUERIES["phrase"]
    asked.write_text(json.dumps(plain), encoding="utf-8")
    begun = time.perf_counter()
    if not _ran(python, "load", folder, given):
        return
    print(f"reader: {entries:,} entries loaded and indexed in {time.perf_counter() - begun:.0f} s")
    theirs: dict[tuple[str, Sort], float] = {}
    for line in _ran(python, "ask", folder, asked).splitlines():
        query, sort, seconds, *_ = json.loads(line)
        theirs[query, "relevance" if sort == "relevant" else "newest"] = seconds
    for order in ("relevance", "newest"):
        both = [(ours[key], took) for key, took in theirs.items() if key[1] == order]
        mine, others = [one for one, _ in both], [other for _, other in both]
        print(f"{len(both)} queries by {order}: monitor {_ms(mine)}, reader {_ms(others)}")


def _ran(python: str, what: str, folder: Path, given: Path) -> str:
    done = subprocess.run(
        [python, "-c", _READER, what, str(folder / "reader.db"), str(given)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"reader is left out: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return ""
    return done.stdout or "done"


def _lines(services: Services, most: int) -> Iterator[str]:
    newest = services.store.entries.newest_id()
    for entry in services.store.entries.entries(range(max(1, newest - most), newest)):
        yield (
            json.dumps([entry.id, entry.title, entry.text, entry.first_seen_at.isoformat()]) + "\n"
        )


def mark(services: Services) -> None:
    """Give matches to what the topics' queries propose, and a star to every 5,000th entry."""
    now = datetime.now(UTC)
    with services.store.database.write() as connection:
        if connection.execute("SELECT count(*) FROM matches").fetchone()[0]:
            return
        connection.execute(
            "INSERT INTO stars (entry_id, starred_at) SELECT id, ? FROM entries WHERE id % 5000 = 0 "
            "ON CONFLICT DO NOTHING",
            (instant(now),),
        )
    for topic, text in (("chips", "chips OR nvidia"), ("ai-policy", "ai AND (law OR policy)")):
        ids = services.store.entries.proposed(candidates(parse(text), now), None)
        with services.store.database.write() as connection:
            connection.executemany(
                "INSERT INTO matches (entry_id, topic, version, points, evidence) "
                "VALUES (?, ?, 1, 1, '[]')",
                [(entry_id, topic) for entry_id in ids],
            )


def _ms(seconds: Iterable[float]) -> str:
    ordered: Sequence[float] = sorted(seconds)
    if not ordered:
        return "-"
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    return f"{ordered[len(ordered) // 2] * 1000:.0f} / {p95 * 1000:.0f} / {ordered[-1] * 1000:.0f}"


if __name__ == "__main__":
    main()
