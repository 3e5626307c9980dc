"""Feed addresses: which ones are taken, and when two mean the same feed."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from monitor.parse.feed_addresses import FeedKey, same_feed

__all__ = ["MAX_LENGTH", "FeedKey", "addresses_one_feed", "check_url", "feed_key", "same_feed"]

MAX_LENGTH = 8000
"""Characters of an address at most; the fetch room refuses longer ones as well."""

_PLAIN = re.compile(r"[!-~]+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*:/*([^/]*)", re.IGNORECASE)
_HOST = re.compile(r"[^\s\"<>`{}|^\\/?#%@\[\]]{1,253}")
_DEFAULT_PORT = {"http": 80, "https": 443}


def check_url(url: str) -> str:
    """Return the address if a feed may have it; raises `ValueError` saying why not.

    It is http or https, names a host, holds no user info (which would stand in plain text), and
    nothing that two readers could understand differently: spaces, control characters, backslashes.
    """
    if not url:
        raise ValueError('must be an address like "https://example.org/feed.xml"')
    if len(url) > MAX_LENGTH:
        raise ValueError(f"must be an address of {MAX_LENGTH} characters at most")
    if not _PLAIN.fullmatch(url) and any(unicodedata.category(c) in _UNSEEN for c in url):
        raise ValueError("must hold no spaces or invisible characters; write a space as %20")
    if "\\" in url:
        raise ValueError("must hold no backslash; write it with forward slashes")
    authority = _AUTHORITY.match(url)
    if authority and "@" in authority[1]:
        raise ValueError(
            "must hold no user name, password or @ before its path; put the Authorization value "
            'into an environment variable and name that: auth_env = "NAME"'
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(
            f"must be a web address; its host or port cannot be read ({error})"
        ) from None
    if parts.scheme not in _DEFAULT_PORT:
        raise ValueError('must begin with "https://" or "http://"')
    if port == 0 or not host.strip(".") or not (_HOST.fullmatch(host) or ":" in host):
        raise ValueError('must name a host, as in "https://example.org/feed.xml"')
    return url


def feed_key(url: str) -> FeedKey | None:
    """Return what two addresses of one feed share; None for what is no address."""
    try:
        return same_feed(check_url(url))
    except ValueError:
        return None


def addresses_one_feed(one: str, other: str) -> bool:
    """Tell whether two addresses mean one feed; an address that is none means nothing."""
    key = feed_key(one)
    return key is not None and key == feed_key(other)
