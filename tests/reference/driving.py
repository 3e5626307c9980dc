"""Drives the monitor through simulated time: a real home, and the rounds of `monitor run`.

The clock jumps to the next instant at which something is due, so that a month takes a minute.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.service.aside import Aside
from monitor.service.opened import fingerprint
from monitor.service.refreshing import Refresher
from monitor.service.running import TICK, Rounds
from monitor.service.searching import search
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.reference.clock import Clock
from tests.reference.server import resolve

SETTINGS = """\
[fetch]
allow_private = ["127.0.0.0/8"]
contact = "https://monitor.example/about"
timeout = "{timeout}"
workers = 1
"""


def make_home(root: Path, urls: Sequence[str], timeout: str = "30s") -> Home:
    """Make a home that watches these feeds; `timeout` is real time, for servers that drip."""
    config = root / "config"
    config.mkdir(parents=True)
    (config / "monitor.toml").write_text(SETTINGS.format(timeout=timeout))
    write_feeds(root, urls)
    return Home(root)


def write_feeds(root: Path, urls: Sequence[str]) -> None:
    """Subscribe to exactly these feeds."""
    (root / "config" / "feeds.toml").write_text(
        "".join(f'[[feed]]\nurl = "{url}"\n' for url in urls)
    )


@asynccontextmanager
async def living(home: Home, clock: Clock) -> AsyncIterator[tuple[Services, Rounds]]:
    """Run the monitor from start to stop; between the two its rounds can be rung for."""
    with open_services(home, clock()) as services:
        async with Refresher(services, {}, clock, resolve=resolve) as refresher:
            rounds = Rounds(services, refresher, {}, clock, Aside())
            try:
                yield services, rounds
            finally:
                await rounds.stop()


async def live_until(home: Home, clock: Clock, until: datetime) -> None:
    """Run the monitor up to an instant, opening the home anew whenever its config was edited."""
    while clock.now < until:
        seen = fingerprint(home)
        async with living(home, clock) as (_, rounds):
            while clock.now < until and fingerprint(home) == seen:
                await rounds.refresh()
                clock.now = next_bell(clock.now, due_at(home), until)


def next_bell(now: datetime, due: datetime | None, until: datetime) -> datetime:
    """Return the bell at which `due` is first seen, `until` at most."""
    if due is None or due >= until:
        return until
    bells = max(-((now - due) // TICK), 1)
    return min(now + bells * TICK, until)


def due_at(home: Home) -> datetime | None:
    """Return when the next feed is due, held or not."""
    rows = rows_of(
        home,
        "SELECT max(next_fetch_at, coalesce(leased_until_at, '')) FROM feeds "
        "WHERE in_config AND state NOT IN ('off', 'gone')",
    )
    instants = [datetime.fromisoformat(row[0]) for row in rows if row[0]]
    return min(instants, default=None)


def rows_of(home: Home, query: str) -> list[Any]:
    """Look into the database from outside."""
    with closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def found(services: Services, marker: str, now: datetime) -> Counter[str]:
    """Search a publisher's entries as a person would; count each by its word."""
    hits = search(services, marker, now=now, limit=1_000_000).hits
    return Counter(word for hit in hits for word in hit.entry.text.split() if word.endswith("zz"))


@contextmanager
def visits_logged(on: Callable[[str, str], object]) -> Iterator[None]:
    """Hear of every refresh once the monitor's own log says that it is stored: address, result."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.msg.startswith("refresh %s result=%s") and isinstance(record.args, tuple):
                on(str(record.args[0]), str(record.args[1]))

    logger = logging.getLogger("monitor")
    listener, level, propagate = Listener(), logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = propagate


def after(clock: Clock, **parts: float) -> datetime:
    """Return an instant so long after the clock's."""
    return clock.now + timedelta(**parts)
