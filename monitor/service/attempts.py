"""How often somebody may try to log in: each failure makes the next wait longer, never for long.

Kept in memory: it begins anew with the page. Guessing is slow from one address and, over all of
them, slow from many; who has logged in from an address before, and this machine itself, does not wait
for what others do elsewhere.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from threading import Lock

FREE = 5
LONGEST = timedelta(seconds=60)
FREE_IN_ALL = 30
LONGEST_IN_ALL = timedelta(seconds=30)
FORGOTTEN = timedelta(hours=1)
_MOST = 10_000


@dataclass(slots=True)
class _Tries:
    count: int = 0
    last_at: datetime | None = None

    def wait(self, now: datetime, free: int, longest: timedelta) -> timedelta:
        """Return how long to wait still; a clock that was set back makes nobody wait longer."""
        if self.last_at is None or self.count < free:
            return timedelta()
        pause = min(timedelta(seconds=2 ** min(self.count - free, 20)), longest)
        return min(max(self.last_at + pause - now, timedelta()), pause)

    def add(self, now: datetime) -> None:
        if self.last_at is None or abs(now - self.last_at) > FORGOTTEN:
            self.count = 0
        self.count += 1
        self.last_at = now


class Attempts:
    """Counts attempts to log in. Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_place: OrderedDict[str, _Tries] = OrderedDict()
        self._in_all = _Tries()
        self._known: OrderedDict[str, None] = OrderedDict()

    def begin(self, address: str, now: datetime, *, apart: bool = False) -> timedelta:
        """Count an attempt before it is looked at and return zero, or return how long to wait first.

        `apart` is said of one from this machine itself.
        """
        place = _place(address)
        with self._lock:
            tries = self._by_place.get(place) or _Tries()
            alone = apart or place in self._known
            wait = tries.wait(now, FREE, LONGEST)
            if not alone:
                wait = max(wait, self._in_all.wait(now, FREE_IN_ALL, LONGEST_IN_ALL))
            if wait:
                return wait
            tries.add(now)
            if not alone:
                self._in_all.add(now)
            self._by_place[place] = tries
            self._by_place.move_to_end(place)
            while len(self._by_place) > _MOST:
                self._by_place.popitem(last=False)
        return timedelta()

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address, and remember that somebody logged in from it."""
        place = _place(address)
        with self._lock:
            self._by_place.pop(place, None)
            self._known[place] = None
            while len(self._known) > _MOST:
                self._known.popitem(last=False)


def _place(address: str) -> str:
    """Return what counts as one place: an IPv4 address, the /64 network of an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 6:
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False))
    return str(found)
