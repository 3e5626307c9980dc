"""The zones digests and alerts went by, for when the one that config names is not known any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from monitor.digests.windows import zone
from monitor.errors import StoreError, UsageError
from monitor.model.digest import Alert, Digest
from monitor.settings.home import Home
from monitor.settings.read import LastZones
from monitor.store import Store, open_store

_HOUR = timedelta(hours=1)


def last_zones(home: Home) -> LastZones:
    """Return what reads, when it is asked, the zones of a home's digests from its database."""
    return partial(_read, home)


def keep_zones(
    store: Store, digests: Iterable[Digest], alerts: Iterable[Alert], now: datetime
) -> None:
    """Remember the zones that digests and alerts go by."""
    for digest in digests:
        store.editions.keep_zone(digest.name, digest.timezone, _offset(digest.timezone, now))
    for alert in alerts:
        store.alerts.keep_zone(alert.name, alert.timezone, _offset(alert.timezone, now))


def _offset(timezone: str, now: datetime) -> timedelta:
    return now.astimezone(zone(timezone)).utcoffset() or timedelta(0)


def _read(home: Home) -> dict[tuple[str, str], str]:
    if not home.database.exists():
        return {}
    try:
        store = open_store(home.database, read_only=True)
    except StoreError:
        # Whoever opens the home next is told what is the matter with it; a zone is not known here.
        return {}
    try:
        kept = {"digests": store.editions.zones(), "alerts": store.alerts.zones()}
        return {
            (kind, name): _known(timezone, offset)
            for kind, of_kind in kept.items()
            for name, (timezone, offset) in of_kind.items()
        }
    finally:
        store.close()


def _known(timezone: str, offset: timedelta) -> str:
    """Return the zone, or where it has vanished itself the one that has its last offset all year."""
    hours = round(offset / _HOUR)
    # In the names of these the sign is that of POSIX: Etc/GMT-2 is two hours ahead of UTC.
    for name in (timezone, f"Etc/GMT{-hours:+d}"):
        try:
            zone(name)
        except UsageError:
            continue
        return name
    return "UTC"
