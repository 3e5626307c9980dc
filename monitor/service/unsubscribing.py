"""Unsubscribing: the link in a mail takes its recipient out of config/, and nobody else.

Whoever has the link of a delivery may use it, and no other link can be guessed: its token is an HMAC of the
delivery under the home's secret. Old mails' links go on working.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.service.wiring import Services
from monitor.settings.unsubscribing import remove_recipient

log = logging.getLogger("monitor")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a link is about: an address that gets a digest or an alert. `title` is for people."""

    delivery: int
    kind: str
    name: str
    title: str
    address: str


def unsubscribe_url(public_url: str, secret: str, delivery_id: int) -> str:
    """Return the address that unsubscribes the recipient of a delivery."""
    return f"{public_url}/unsubscribe/{delivery_id}/{_token(secret, delivery_id)}"


def subscription(services: Services, delivery_id: int, token: str) -> Subscription:
    """Return what a link is about; raises `NotFoundError` for all that is no link of ours."""
    deliveries = services.store.deliveries
    _, secret = deliveries.identity()
    good = hmac.compare_digest(
        _token(secret, delivery_id).encode(), token.encode("utf-8", "replace")
    )
    delivery, of = deliveries.delivery(delivery_id), deliveries.list_of(delivery_id)
    if not good or delivery is None or of is None or delivery.channel != "mail":
        raise NotFoundError("There is nothing here.")
    kind, name = of
    lists = services.settings.digests if kind == "digests" else services.settings.alerts
    titles = {each.name: each.title for each in lists}
    return Subscription(delivery_id, kind, name, titles.get(name, name), delivery.to)


def unsubscribe(services: Services, delivery_id: int, token: str, now: datetime) -> Subscription:
    """Take the recipient out of config/monitor.toml, and send nothing more that is planned.

    May be repeated. Raises `NotFoundError` for no link of ours, `MonitorError` when config cannot be
    changed; then what is planned is not sent all the same.
    """
    found = subscription(services, delivery_id, token)
    try:
        if remove_recipient(services.home, found.kind, found.name, found.address):
            log.info("%s %s: a recipient of mail has unsubscribed", found.kind, found.name)
    finally:
        services.store.deliveries.unsubscribe(delivery_id, now)
    return found


def _token(secret: str, delivery_id: int) -> str:
    told = f"unsubscribe|{delivery_id}".encode()
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()[:32]
