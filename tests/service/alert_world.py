"""A home with alerts, entries brought by the store's own refresh path, at instants a test chooses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model.entry import ParsedEntry
from monitor.model.refresh import NewEntry
from monitor.query import Document
from monitor.service.alerting import Looked, look
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from monitor.topics.matching import match_all
from tests.store.builders import add, outcome, parsed, record, revised

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LISTED = "Commerce bureau adds eleven firms to the entity list over chip resales"


def write_alerts(home: Path, *tables: str) -> None:
    """Let config/monitor.toml have these tables of alerts."""
    file = home / "config" / "monitor.toml"
    begun = file.read_text().split("\n[alerts.")[0].rstrip("\n")
    file.write_text("\n".join([begun, *(f"\n[alerts.{table}" for table in tables)]) + "\n")


def an_alert(name: str = "list", query: str = '"entity list"', more: str = "") -> str:
    return f"{name}]\nquery = '{query}'\nto = [{{folder = \"alerts\"}}]\n{more}"


@dataclass
class World:
    """The opened home; `now` is what the monitor takes for the time."""

    services: Services
    now: datetime = NOW

    def bring(self, key: str, title: str, feed: str = "a", **fields: Any) -> int:
        """Store an entry of https://FEED.example as a refresh does: matched and grouped; return its id."""
        matched = self.new(key, title, feed, **fields)
        (entry_id,) = add(
            self.services.store, matched, at=self.now, feed=f"https://{feed}.example/feed"
        )
        return entry_id

    def new(self, key: str, title: str, feed: str = "a", **fields: Any) -> NewEntry:
        entry = parsed(title, **({"guid": key, "url": f"https://{feed}.example/{key}"} | fields))
        matches = match_all(
            self.services.index, self.document(entry), self.services.versions, self.now
        )
        return NewEntry(key=key, content_hash=f"hash of {title}", entry=entry, matches=matches)

    def edit(self, entry_id: int, key: str, title: str, feed: str = "a", **fields: Any) -> None:
        """Let a feed bring another text of an entry."""
        entry = parsed(title, **fields)
        matches = match_all(
            self.services.index, self.document(entry), self.services.versions, self.now
        )
        url = f"https://{feed}.example/feed"
        feed_id = next(each.id for each in self.services.store.feeds.feeds() if each.url == url)
        changed = revised(entry_id, key, title=title, matches=matches, **fields)
        record(self.services.store, outcome(feed_id, at=self.now, revised=(changed,)), self.now)

    def document(self, entry: ParsedEntry) -> Document:
        return Document(title=entry.title, text=entry.text, language=entry.language)

    def look(self, after: timedelta = MINUTE, **more: Any) -> list[Looked]:
        """Let time pass and every alert look."""
        self.now += after
        return look(self.services, self.now, **more)

    def sent(self, alert: str = "list") -> list[tuple[str, ...]]:
        """Return the stories of each message, the first message first."""
        messages = self.services.store.alerts.messages(alert)
        return [each.stories for each in reversed(messages)]

    def subjects(self, alert: str = "list") -> list[str]:
        messages = self.services.store.alerts.messages(alert)
        return [each.rendered.subject for each in reversed(messages)]


@contextmanager
def world(home: Path, *tables: str, at: datetime = NOW) -> Iterator[World]:
    """Open a home with these alerts (one for `entity list` without any)."""
    write_alerts(home, *(tables or (an_alert(),)))
    with open_services(Home(home), at) as services:
        yield World(services, at)
