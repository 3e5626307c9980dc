"""Which addresses a connection may be made to: the decision falls on the address itself.

Public addresses on ports 80 and 443 are open, everything else is refused unless `[fetch]
allow_private` opens it. The table follows the registries of special-purpose addresses (RFC 6890,
IANA) and is stricter: also what is globally reachable there has no feeds. It is our own, as what the standard library calls global differs
between Python versions, and it takes several ways of writing 127.0.0.1 inside an IPv6 address for
global ones. A refusal depends on the address and port only, never on what is behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import httpx

from monitor.errors import UsageError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PUBLIC_PORTS = frozenset({80, 443})

_DENIED_4 = tuple(
    (IPv4Network(network), words)
    for network, words in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud metadata"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "protocol assignments"),
        ("192.52.193.0/24", "protocol assignments"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "protocol assignments"),
        ("198.18.0.0/15", "benchmark"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_DENIED_6 = tuple(
    (IPv6Network(network), words)
    for network, words in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "private"),
        ("2001:db8::/32", "documentation"),
        ("2001:2::/48", "benchmark"),
        ("2001::/23", "protocol assignments"),
        ("2620:4f:8000::/48", "protocol assignments"),
        ("3ffe::/16", "reserved"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The upper half of an interface identifier whose lower half is an IPv4 address (RFC 5214, 6.1)."""

_HOST_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]+)(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What `[fetch] allow_private` opens; a port of None stands for all ports."""

    networks: tuple[tuple[Network, int | None], ...] = ()
    names: frozenset[tuple[str, int | None]] = frozenset()

    def name(self, host: str, port: int) -> bool:
        """Tell whether the host was opened by its name."""
        key = _name_key(host)
        return (key, None) in self.names or (key, port) in self.names

    def address(self, address: Address, port: int) -> bool:
        """Tell whether the address was opened."""
        return any(
            address.version == network.version
            and address in network
            and (only is None or only == port)
            for network, only in self.networks
        )


def read_allowed(entries: Iterable[str]) -> Allowed:
    """Read `allow_private`: "127.0.0.0/8", "10.1.2.3", "feeds.internal", "feeds.example.org:8080".

    A network or an address opens every connection that ends there. A name opens whatever it
    resolves to. With a port, only that port is opened. Raises `UsageError` for anything else.
    """
    networks: list[tuple[Network, int | None]] = []
    names: set[tuple[str, int | None]] = set()
    for entry in entries:
        try:
            networks.append((ip_network(entry, strict=False), None))
            continue
        except ValueError:
            parts = _HOST_PORT.fullmatch(entry)
        if parts is None or (parts["port"] and not 0 < int(parts["port"]) < 65536):
            raise _bad_entry(entry)
        port = int(parts["port"]) if parts["port"] else None
        host = parts["host"].strip("[]")
        try:
            networks.append((ip_network(host), port))
        except ValueError:
            names.add((_ascii_name(host, entry), port))
    return Allowed(tuple(networks), frozenset(names))


def refusal(host: str, port: int, addresses: Sequence[str], allowed: Allowed) -> str:
    """Return why no connection may be made, "" when every one of the addresses may be used.

    `addresses` are those `host` resolved to; one bad address among them is enough, as a server
    that names a public and a private one has no good reason to.
    """
    if allowed.name(host, port):
        return ""
    open_port = port in PUBLIC_PORTS
    for text in addresses:
        for address in unwrapped(text):
            if allowed.address(address, port):
                continue
            words = denied(address)
            if words:
                return (
                    f"{host} leads to an address that is not public ({words}); if it is yours, "
                    "open it in [fetch] allow_private."
                )
            if not open_port:
                return (
                    f"Port {port} is not one of 80 and 443; if the feed of {host} is really "
                    f'there, add "{host}:{port}" to [fetch] allow_private.'
                )
    return ""


def denied(address: Address) -> str:
    """Return what kind of non-public address this is, "" when it is public."""
    if isinstance(address, IPv4Address):
        return next((words for network, words in _DENIED_4 if address in network), "")
    words = next((words for network, words in _DENIED_6 if address in network), "")
    return words or ("" if address in _GLOBAL_6 else "reserved")


def unwrapped(text: str) -> list[Address]:
    """Return the addresses a connection to `text` may really end at.

    That is the address itself, or the IPv4 addresses an IPv6 one carries: mapped and
    compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380: server and client),
    ISATAP (RFC 5214). What carries others without being public itself (IPv4-translated, RFC 2765;
    local-use NAT64, RFC 8215) is outside of what is open anyway.
    """
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return [address]
    number = int(address)
    last = IPv4Address(number & 0xFFFFFFFF)
    if address in _MAPPED or address in _NAT64:
        return [last]
    if address in _COMPATIBLE and number > 1:
        return [last, address]
    if address in _6TO4:
        inside = [last] if number >> 32 & 0xFFFFFFFF in _ISATAP else []
        return [IPv4Address(number >> 80 & 0xFFFFFFFF), *inside]
    if address in _TEREDO:
        return [
            IPv4Address(number >> 64 & 0xFFFFFFFF),
            IPv4Address(int(last) ^ 0xFFFFFFFF),
            address,
        ]
    if number >> 32 & 0xFFFFFFFF in _ISATAP:
        return [last, address]
    return [address]


def _name_key(host: str) -> str:
    return host.lower().rstrip(".")


def _ascii_name(host: str, entry: str) -> str:
    """Return a name as the URL parser would, so that both sides compare alike."""
    try:
        return _name_key(httpx.URL(f"http://{host}/").raw_host.decode("ascii"))
    except httpx.InvalidURL as error:
        raise _bad_entry(entry) from error


def _bad_entry(entry: str) -> UsageError:
    return UsageError(
        f"[fetch] allow_private: {entry!r} is no host, address or network; write for example "
        '"feeds.internal", "10.1.2.3", "127.0.0.0/8" or "feeds.example.org:8080".'
    )
