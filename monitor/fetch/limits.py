"""What one fetch may cost, and what the person who runs the monitor has allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """The bounds of every fetch; sizes are bytes.

    `timeout` is for the whole fetch: every connection, every redirect, the body; waiting for a
    turn does not count. `max_wire` bounds a body as sent, `max_decoded` as decoded (0: twice
    `max_wire`), `max_header_bytes` the header section of one answer, interim answers
    included. At most `per_host` requests to one host and `concurrency` in all are open at once.

    `allow_private` opens hosts, addresses, networks and ports that the guard refuses otherwise,
    see `monitor.fetch.guard.read_allowed`. `contact` (an address or a page) goes into the
    User-Agent, `user_agent` replaces it. `proxy` is the address of an HTTP proxy, "" for none;
    see `monitor.fetch.network` for what the guard can check then.
    """

    timeout: timedelta = timedelta(seconds=30)
    max_wire: int = 10_000_000
    max_decoded: int = 0
    max_hops: int = 5
    max_header_bytes: int = 50_000
    per_host: int = 1
    concurrency: int = 32
    allow_private: tuple[str, ...] = ()
    contact: str = ""
    user_agent: str = ""
    proxy: str = ""

    @property
    def decoded_cap(self) -> int:
        """The bound on a decoded body that holds: `max_decoded`, or twice `max_wire`."""
        return self.max_decoded or 2 * self.max_wire
