"""How long an edition of a day with very many matches takes, and how large it gets.

`python -m benchmarks.digest FOLDER` makes, once, a home of invented entries: a month of 60 matches a day,
then one day in which `--entries` (5,000) match, found by the product's own code. It prints what
gathering, composing and rendering that day's edition take on one core, and the bytes of each form.
`--profile` says where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.stories_made import Made, News
from monitor.digests.composing import compose
from monitor.digests.rendering import render
from monitor.digests.windows import preview_window
from monitor.model.digest import Digest
from monitor.model.entry import ParsedEntry
from monitor.model.feed import Feed, FeedRecord
from monitor.model.refresh import FeedOutcome, FetchLogLine, NewEntry
from monitor.query.document import Document
from monitor.service.gathering import gather
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from monitor.topics.matching import match_all

UNTIL = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DAYS = 28
A_DAY = 60
FEEDS = 40
SEED = 6
TOPICS = ("policy", "chips", "trade", "models")


def measure(folder: Path, entries: int, *, profile: bool) -> None:
    """Compose the edition of the full day and print what it took."""
    home = Home(folder / f"digest-{entries}")
    if not home.monitor_file.exists():
        build(home, entries)
    with open_services(home, UNTIL) as services:
        (digest,) = services.settings.digests
        if profile:
            with cProfile.Profile() as profiler:
                edition(services, digest)
            pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
            return
        for attempt in ("first", "second"):
            print(f"{attempt} time: {edition(services, digest)}")


def edition(services: Services, digest: Digest) -> str:
    """Gather, compose and render; return the figures."""
    due = preview_window(digest, None, UNTIL)
    marks = [time.perf_counter()]
    gathered = gather(services, digest, due.window, UNTIL)
    marks.append(time.perf_counter())
    made = compose(digest, due, services.settings.topics, gathered)
    marks.append(time.perf_counter())
    rendered = render(made)
    marks.append(time.perf_counter())
    steps = [b - a for a, b in pairwise(marks)]
    sizes = {
        form: len(getattr(rendered, form).encode()) for form in ("html", "text", "markdown", "json")
    }
    c = made.coverage
    return (
        f"{c.entries_matched:,} matched, {c.stories:,} stories: {sum(steps):.2f} s "
        f"(gather {steps[0]:.2f}, compose {steps[1]:.2f}, render {steps[2]:.2f}); bytes "
        + ", ".join(f"{form} {size:,}" for form, size in sizes.items())
    )


def build(home: Home, entries: int) -> None:
    """Make the home: topics each of which wants a quarter of the entries, a month, and the full day."""
    home.config.mkdir(parents=True)
    feeds = [Feed(url=f"https://feed-{n}.example/feed") for n in range(FEEDS)]
    home.feeds_file.write_text("".join(f'[[feed]]\nurl = "{feed.url}"\n' for feed in feeds))
    home.topics_file.write_text(
        "".join(f"[topics.{name}]\nquery = 'marker{name}'\n" for name in TOPICS)
    )
    home.monitor_file.write_text('[digests.daily]\nto = [{folder = "digests"}]\n')
    news = iter(News(SEED))
    with open_services(home, UNTIL - timedelta(days=DAYS + 2)) as services:
        known = {record.url: record.id for record in services.store.feeds.feeds()}
        for day in range(DAYS, 0, -1):
            wanted = entries if day == 1 else A_DAY
            for part, batch in enumerate(_batches(news, wanted)):
                at = UNTIL - timedelta(days=day) + timedelta(minutes=part + 1)
                feed_id = known[feeds[part % FEEDS].url]
                _store(services, feed_id, f"{day}-{part}", batch, at)
        for piece in _grouped(services):
            print(f"{piece} entries grouped", end="\r")


def _batches(news: Iterator[Made], count: int) -> Iterator[list[Made]]:
    while count > 0:
        batch = list(islice(news, min(count, 50)))
        count -= len(batch)
        yield batch


def _store(services: Services, feed_id: int, name: str, batch: list[Made], at: datetime) -> None:
    new = []
    for number, made in enumerate(batch):
        topic = TOPICS[number % len(TOPICS)]
        parsed = ParsedEntry(
            guid=f"{name}-{number}",
            url=f"https://outlet-{number % 97}.example/{name}/{number}",
            domain=f"outlet-{number % 97}.example",
            title=made.title,
            text=f"{made.excerpt} marker{topic}",
            excerpt=made.excerpt,
            language=made.language,
            published_at=at,
        )
        document = Document(title=parsed.title, text=parsed.text, language=parsed.language)
        matches = match_all(services.index, document, services.versions, at)
        key = f"{name}-{number}"
        new.append(NewEntry(key=key, content_hash=key, entry=parsed, matches=matches))
    log = FetchLogLine(
        at=at, result="ok", status=200, wire_bytes=1000, seconds=0.1, entries=len(new), message=""
    )
    record = FeedRecord(
        id=feed_id, url="", state="ok", last_fetched_at=at, last_ok_at=at, last_new_at=at,
        next_fetch_at=at + timedelta(hours=1),
    )  # fmt: skip
    services.store.refresh.record(FeedOutcome(feed=record, new=tuple(new), log=log), at)


def _grouped(services: Services) -> Iterator[int]:
    from monitor.service.grouping import attach_pieces

    yield from attach_pieces(services, UNTIL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entries", type=int, default=5_000)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    measure(given.folder, given.entries, profile=given.profile)
