"""Reading and showing URLs: one parser (httpx.URL) for the check, the connection and messages.

Two parsers that understand one text differently are how guards are walked around, so text that
could be read in two ways is refused rather than interpreted.
"""

from __future__ import annotations

import re

import httpx

from monitor.fetch.failures import Stop

SCHEMES = ("http", "https")
_MAX_LENGTH = 8000
_NAME = re.compile(
    rb"(?=.{1,254}\Z)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63})*\.?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]{1,45}"
)
# The host ends at "/", "?" or "#". A "@" right behind the "?", or in a fragment before the first
# slash, is kept with it: other parsers take what follows for the host.
_HOST_PORT = re.compile(r"(?:\[[^\[\]]*\]|[^:\[\]]*)(?::[0-9]{0,5})?", re.ASCII)
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*(?:\?@|[^/]*#[^/]*)?)")


def read_url(text: str) -> httpx.URL:
    """Read an address a fetch may be sent to.

    Raises `Stop`: "bad-url" for what is no web address or holds user info, "refused" for any
    scheme but http and https.
    """
    text = text.strip(" ")
    if len(text) > _MAX_LENGTH:
        raise Stop("bad-url", f"The address is longer than {_MAX_LENGTH} characters.")
    if "\\" in text:
        raise Stop("bad-url", "The address holds a backslash; write it with forward slashes.")
    authority = _AUTHORITY.match(text)
    if authority and "@" in authority.group(1):
        # A "@" here is user info, or something that looks like it to others.
        raise Stop(
            "bad-url",
            "The address holds a user name or an @ before its path; take it out, and name the "
            "environment variable with the secret in auth_env.",
        )
    if authority and not _HOST_PORT.fullmatch(re.split("[?#]", authority.group(1))[0]):
        # What int() takes for a number ("+80", "８０") is none to others.
        raise Stop("bad-url", "The address names no host and port a request could be sent to.")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise Stop("bad-url", f"This is no web address: {error}") from error
    if url.scheme not in SCHEMES:
        kind = url.scheme or "no scheme"
        raise Stop("refused", f"Only http and https addresses are fetched; this one has {kind}.")
    if url.userinfo or not _NAME.fullmatch(url.raw_host) or not 0 <= (url.port or 0) < 65536:
        raise Stop("bad-url", "The address names no host and port a request could be sent to.")
    return url


def redirect_target(base: httpx.URL, location: bytes, status: int) -> httpx.URL:
    """Resolve a Location field against the address that sent it with `status`.

    Raises `Stop` ("bad-redirect") when it is missing or leads to no web address.
    """
    if not location.strip():
        raise Stop("bad-redirect", f"{shown(base)} redirects without saying where to.", status)
    try:
        text = location.decode()
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    try:
        if "\\" in text or _AUTHORITY.match(text):
            return read_url(text)  # read as it stands: joining would tidy what has to be refused
        return read_url(str(base.join(text)))
    except (httpx.InvalidURL, ValueError) as error:  # urljoin raises the plain one
        raise Stop(
            "bad-redirect", f"{shown(base)} redirects to no web address: {error}", status
        ) from error
    except Stop as stop:
        raise Stop(
            "bad-redirect", f"{shown(base)} redirects to where no feed is: {stop.message}", status
        ) from stop


def same_party(asked: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether secrets and validators meant for `asked` may be shown to `other`.

    They may at the same origin, and when only http became https on the usual ports.
    """
    if asked.raw_host != other.raw_host:
        return False
    if (asked.scheme, port_of(asked)) == (other.scheme, port_of(other)):
        return True
    return (port_of(asked), port_of(other)) == (80, 443) and other.scheme == "https"


def may_share_secrets(asked: str, other: str) -> bool:
    """Tell as `same_party` does, of addresses as text; no for what is no web address."""
    try:
        return same_party(read_url(asked), read_url(other))
    except Stop:
        return False


def port_of(url: httpx.URL) -> int:
    """Return the port a connection to `url` uses."""
    return url.port if url.port is not None else {"http": 80, "https": 443}[url.scheme]


def _spelled(url: httpx.URL) -> str:
    """Return the host's name as its owner writes it, "" where its encoded form cannot be read."""
    try:
        return url.host
    except UnicodeError:
        # Names the library's IDNA table does not know are registered all the same, 💩.la for one.
        return ""


def shown(url: httpx.URL) -> str:
    """Write a URL for a message: no user info, no query (it may be a secret), both forms of a name."""
    host = url.raw_host.decode("ascii")
    host = f"[{host}]" if ":" in host else host
    port = f":{url.port}" if url.port is not None else ""
    # Still percent-encoded: a decoded path could hold a line break.
    path = url.raw_path.partition(b"?")[0].decode("ascii")[:200]
    query = "?…" if url.query else ""
    name = _spelled(url)
    spelled = f" ({name})" if name.isprintable() and not name.isascii() else ""
    return f"{url.scheme}://{host}{port}{path}{query}{spelled}"
