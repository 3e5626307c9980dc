"""When two addresses mean the same feed."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

FeedKey = tuple[str, int | None, str, str]
"""What all addresses of one feed share: host, port unless it is the usual one, path, query."""

_DEFAULT_PORT = {"http": 80, "https": 443}
_UNESCAPED = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def same_feed(url: str) -> FeedKey:
    """Return a key that two addresses of one feed share; the address has to be http or https.

    These differences do not count: http or https, `www.`, the spelling of the host (case, Unicode or
    ASCII, a dot at its end), the usual port, slashes at the end of the path, an empty query, a
    fragment, which is never sent, and how characters are escaped (RFC 3986 section 6.2.2). Case
    of the path, the query's parts and their order do.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = _ascii(host)
    shorter = host.removeprefix("www.")
    if "." in shorter:
        host = shorter
    port = None if parts.port == _DEFAULT_PORT[parts.scheme] else parts.port
    path, query = parts.path, parts.query
    if not _UNESCAPED.fullmatch(url):
        path, query = _one_spelling(path), _one_spelling(query)
    return host, port, path.rstrip("/"), query


def _ascii(host: str) -> str:
    """Return an international name as it is asked for; one that cannot be is left as it is."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def _one_spelling(text: str) -> str:
    """Escape in one way: what needs none is not, hexadecimal digits are capitals."""

    def spelled(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    return _ESCAPE.sub(spelled, quote(text, safe="%/:?#[]@!$&'()*+,;="))
