"""A home that mails, messages for its outbox, and a clock to turn: for tests of the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.deliver.ways import Ways
from monitor.model.delivery import Delivery
from monitor.model.digest import ChannelName, Recipient
from monitor.service.outbox import deliver_open
from monitor.service.ways import ways_of
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from monitor.store.deliveries import plan
from monitor.store.rows import instant

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANN, BEN, CAT = (f"{name}@reader.example" for name in ("ann", "ben", "cat"))

MONITOR_TOML = """\
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "monitor@monitor.example"
timeout = "5s"

[digests.daily]
title = "AI policy"
at = "07:00"
topics = ["*"]
to = [{to}]
"""


def write_home(root: Path, port: int, to: Sequence[str], more: str = "") -> Home:
    """Write a home whose daily digest goes to these tables, such as `{{mail = "a@b.example"}}`."""
    (root / "config" / "lists").mkdir(parents=True, exist_ok=True)
    settings = MONITOR_TOML.format(port=port, to=", ".join(to)) + more
    (root / "config" / "monitor.toml").write_text(settings)
    (root / "config" / "topics.toml").write_text("[topics.chips]\nquery = 'chip*'\n")
    return Home(root)


def by_mail(*addresses: str) -> list[str]:
    """Return the tables of recipients of mail."""
    return [f'{{mail = "{each}"}}' for each in addresses]


@dataclass
class Clock:
    """Tells the time it was set to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Mailroom:
    """An opened home with a clock, and what one does with its outbox."""

    services: Services
    ways: Ways
    clock: Clock

    def plan(self, *to: str, channel: ChannelName = "mail", alert: str = "chips") -> int:
        """Put a message of an alert into the outbox; return the message's number."""
        with self.services.store.database.write() as connection:
            message = connection.execute(
                "INSERT INTO alert_messages (alert, created_at, subject, text, markdown, html, json) "
                "VALUES (?, ?, 'Chips', 'text', 'md', '<p>html</p>', '{}')",
                (alert, instant(self.clock())),
            ).lastrowid
            assert message is not None
            recipients = [Recipient(channel, each) for each in to]
            plan(connection, recipients, self.clock(), alert_message=message)
        return message

    def deliver(self) -> list[Delivery]:
        """Work through what is due now."""
        return deliver_open(self.services, self.ways, self.clock)

    def standing(self) -> dict[str, str]:
        """Return each recipient's state."""
        return {each.to: each.state for each in self.all()}

    def all(self) -> list[Delivery]:
        """Return all deliveries."""
        found = (self.services.store.deliveries.delivery(number) for number in range(1, 200))
        return [each for each in found if each is not None]


@contextmanager
def mailroom(home: Home, clock: Clock | None = None) -> Iterator[Mailroom]:
    """Open a home; several may be open on the same one."""
    clock = clock or Clock()
    with open_services(home, clock()) as services:
        yield Mailroom(services, ways_of(services, {}), clock)
