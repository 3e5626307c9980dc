"""What the bells of `monitor run` do about digests one after the other, at an instant a test chooses."""

from __future__ import annotations

from monitor.deliver.ways import Ways
from monitor.service.digesting import Sent, freeze_due
from monitor.service.outbox import Clock, deliver_open
from monitor.service.wiring import Services


def send_due(services: Services, ways: Ways, clock: Clock) -> list[Sent]:
    """Freeze the editions that are due, deliver what is open; return what was frozen as it stands then."""
    frozen = freeze_due(services, ways, clock)
    deliver_open(services, ways, clock)
    return [
        Sent(each.digest, services.store.editions.edition(each.edition.id), each.fresh)
        for each in frozen
        if each.edition is not None
    ]
