"""Hosts that turn the monitor away, as far as this process has seen: for feeds that wait in line."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.parse.addresses import registrable_domain

HOST_WINDOW = timedelta(hours=1)
"""Within this time two feeds of one host that are turned away (429) pause all of the host's."""


class HostWaitsError(Exception):
    """It is a feed's turn, but its host has turned two others away meanwhile."""


class TurnedAway:
    """Remembers which feeds were answered 429.

    The pause itself stands in the database, where the second such answer puts it. Feeds that wait for
    their turn at the host were taken before that, and would be asked all the same.
    """

    def __init__(self) -> None:
        self._at: dict[str, dict[str, datetime]] = {}

    def note(self, url: str, now: datetime) -> None:
        """Note that the feed at `url` was answered 429."""
        host = named_host(url)
        if host:
            self._at.setdefault(host, {})[url] = now

    def check(self, url: str, now: datetime) -> None:
        """Raise `HostWaitsError` where two other feeds of the host were turned away in the last hour."""
        host = named_host(url)
        at = {
            feed: then
            for feed, then in self._at.get(host, {}).items()
            if abs(now - then) < HOST_WINDOW
        }
        if at:
            self._at[host] = at
        else:
            self._at.pop(host, None)
        if len(at.keys() - {url}) >= 2:
            raise HostWaitsError


def named_host(url: str) -> str:
    """Return the host of an address, "" where it has no public name and may be shared by strangers."""
    domain = registrable_domain(url)
    try:
        ip_address(domain)
    except ValueError:
        return (urlsplit(url).hostname or "").rstrip(".") if "." in domain else ""
    return ""
