"""From where a request comes, and what of it is believed: the web server before the page, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from monitor.model.access import Proxy
from monitor.settings.values import WebSettings

_FORWARDED = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
    "x-forwarded-server", "x-real-ip",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Peer:
    """Who sends a request.

    `address` is the person's own where a believed server tells it, `user` whom that server names. `apart` is
    said of this machine itself, with no server between, `is_forwarded` of what came by way of a server, believed
    or not.
    """

    address: str = ""
    user: str = ""
    apart: bool = False
    is_forwarded: bool = False
    secure: bool = False


def peer_of(scope: Scope, web: WebSettings) -> Peer:
    """Return who sends a request."""
    headers, proxy = Headers(scope=scope), web.proxy()
    client = scope.get("client")
    address = client[0] if client else ""
    page = urlsplit(web.page_url)
    page_host = (page.hostname or "").rstrip(".")
    named = host_of(headers.get("host", "")).strip("[]")
    under_page_url = bool(page_host) and named == page_host
    is_forwarded = under_page_url or any(name in headers for name in _FORWARDED)
    secure = scope.get("scheme") == "https" or (under_page_url and page.scheme == "https")
    user = ""
    apart = _is_loopback(address) and not is_forwarded
    if is_trusted(address, proxy):
        users = headers.getlist(proxy.header) if proxy.header else []
        user = users[0].strip() if len(users) == 1 else ""  # twice: somebody added one
        forwarded = _last(headers, "x-forwarded-for")
        if _address(forwarded):
            address = forwarded
        secure = secure or _last(headers, "x-forwarded-proto").lower() == "https"
    return Peer(address, user, apart, is_forwarded, secure)


def _last(headers: Headers, name: str) -> str:
    """Return the last value of a list: the believed server's own, on the sender's line or one below it."""
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()


def is_trusted(address: str, proxy: Proxy) -> bool:
    """Tell whether a request comes from the web server that is believed."""
    found = _address(address)
    return found is not None and any(found in ip_network(each) for each in proxy.peers)


def host_of(header: str) -> str:
    """Return the host of a Host header (RFC 9110 section 7.2), lower-case and without its port."""
    host, colon, port = header.strip().lower().rpartition(":")
    if colon and (port == "" or (port.isascii() and port.isdigit())) and "]" not in port:
        return host.rstrip(".")
    return header.strip().lower().rstrip(".")


def is_same_origin(headers: Headers, page_url: str) -> bool:
    """Tell whether a browser says that a page of ours sends this (Fetch Metadata; RFC 6454 section 7)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = split_url(headers.get("origin", ""))
    if not origin.netloc:
        return False
    ours = urlsplit(page_url)
    if page_url and (origin.scheme, origin.netloc.lower()) == (ours.scheme, ours.netloc.lower()):
        return True
    return origin.netloc.lower() == headers.get("host", "").strip().lower()


def split_url(text: str) -> SplitResult:
    """Return the parts of an address that a request names, empty ones for what is no address."""
    try:
        return urlsplit(text)
    except ValueError:  # of brackets, of letters that stand for others
        return SplitResult("", "", "", "", "")


@lru_cache(maxsize=1000)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if found.version == 6 else None
    return mapped or found


def _is_loopback(text: str) -> bool:
    found = _address(text)
    return found is not None and found.is_loopback
