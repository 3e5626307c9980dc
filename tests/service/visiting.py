"""Refreshing a home's feeds at chosen moments: the product's own path with another clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model.feed import FeedRecord
from monitor.service.refreshing import Refresher, Summary, claim_due, claim_these
from monitor.service.wiring import open_services
from monitor.settings.home import Home

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def watch(home: Path, *tables: str) -> None:
    """Write config/feeds.toml: a table for each feed, or only its address."""
    rows = [table if "=" in table.split("\n")[0] else f'url = "{table}"' for table in tables]
    text = "\n".join(f"[[feed]]\n{row}\n" for row in rows)
    (home / "config" / "feeds.toml").write_text(text)


def visit(home: Path, at: datetime, *, due_only: bool = False) -> Summary:
    """Refresh all feeds that are not off, or only those that are due, at a moment."""

    async def work() -> Summary:
        with open_services(Home(home), at) as services:
            ids = [each.id for each in services.store.feeds.feeds() if each.state != "off"]
            take = (
                claim_due(services, lambda: at)
                if due_only
                else claim_these(services, ids, lambda: at)
            )
            async with Refresher(services, {}, lambda: at) as refresher:
                return await refresher.refresh(take)

    return asyncio.run(work())


def feeds(home: Path, at: datetime = NOW) -> list[FeedRecord]:
    """Return what the database knows of the feeds."""
    with open_services(Home(home), at) as services:
        return services.store.feeds.feeds()


def titles(home: Path) -> list[str]:
    """Return the titles of all stored entries, in the order they were stored."""
    with open_services(Home(home), NOW) as services:
        newest = services.store.entries.newest_id()
        return [each.title for each in services.store.entries.entries(range(1, newest + 1))]
