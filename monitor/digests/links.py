"""Which addresses an edition links to: http and https only, spelled so that no form can misread them."""

from __future__ import annotations

from unicodedata import category
from urllib.parse import quote, urlencode, urlsplit

# Allowed in no address (RFC 3986 section 2) though browsers take them; spelled out they are harmless.
_SPELLED_OUT = {ord(char): f"%{ord(char):02X}" for char in '"<>`^{|}'}

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of characters without a shape of their own."""


def http_url(url: str) -> str:
    """Return the address when it is safe to link to, else "".

    It has scheme http or https, a host, no user info, no blank, backslash or control character.
    Quotes, angle brackets and the like come back percent-encoded, and so does what nobody sees or what
    breaks a line or turns its direction; a host with any of that is none.
    """
    if any(ord(char) <= 0x20 or char in "\\\x7f" or 0xD800 <= ord(char) < 0xE000 for char in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    if not url.isascii():
        if any(category(char) in _UNSEEN for char in parts.netloc):
            return ""
        url = "".join(quote(char) if category(char) in _UNSEEN else char for char in url)
    return url.translate(_SPELLED_OUT)


def page_url(address: str, *path: str, **asked: str) -> str:
    """Return an address on the monitor's own page, "" where it has no public one.

    `path` are the parts of the path, `asked` the query.
    """
    base = http_url(address)
    if not base:
        return ""
    parts = "/".join(quote(part.encode("utf-8", "replace"), safe="") for part in path)
    spelled = {name: value.encode("utf-8", "replace") for name, value in asked.items()}
    return f"{base.rstrip('/')}/{parts}{f'?{urlencode(spelled)}' if asked else ''}"


def story_url(address: str, story: int) -> str:
    """Return the address of a story's page, "" for an entry without a story."""
    return page_url(address, "stories", f"s{story}") if story else ""
