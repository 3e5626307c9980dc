"""The zones digests went by, for when the one that config names is not known any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from monitor.digests.windows import zone
from monitor.errors import StoreError, UsageError
from monitor.model.digest import Digest
from monitor.settings.home import Home
from monitor.settings.read import LastZones
from monitor.store import Store, open_store

_HOUR = timedelta(hours=1)


def last_zones(home: Home) -> LastZones:
    """Return what reads, when it is asked, the zones of a home's digests from its database."""
    return partial(_read, home)


def keep_zone(store: Store, digest: Digest, now: datetime) -> None:
    """Remember the zone a digest goes by."""
    offset = now.astimezone(zone(digest.timezone)).utcoffset()
    store.editions.keep_zone(digest.name, digest.timezone, offset or timedelta(0))


def _read(home: Home) -> dict[str, str]:
    if not home.database.exists():
        return {}
    try:
        store = open_store(home.database, read_only=True)
    except StoreError:
        # Whoever opens the home next is told what is the matter with it; a zone is not known here.
        return {}
    try:
        return {
            name: _known(timezone, offset)
            for name, (timezone, offset) in store.editions.zones().items()
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
