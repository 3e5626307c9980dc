"""Addresses: made absolute, made canonical, and the domain that stands for the outlet.

The link an entry gives is kept as it is (made absolute); beside it stands its canonical form, which
is what identity and copies compare: host in lower case and in ASCII, no default port, no user
info, path escaped in one way, query sorted and without tracking parameters, no fragment. None of
these functions raises: what is no http(s) address becomes "".
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import quote, unquote_plus, urljoin, urlsplit

from publicsuffixlist import PublicSuffixList
from w3lib.url import canonicalize_url

MAX_LENGTH = 8192
"""An address longer than this many characters is taken for none."""

_TRACKING = re.compile(
    r"(?:utm|mtm|matomo|piwik|pk|hsa|vero|oly|ns|at)_\w+"
    r"|fbclid|gclid|gclsrc|dclid|wbraid|gbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh"
    r"|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|__hstc|__hssc|__hsfp|hsctatracking|_openstat|wt_mc"
    r"|wt\.mc_id|s_cid|cmpid|ncid|xtor|smid|ref_src|ref_url|feedname|feedtype|spm|trk_\w+|_ga|_gl"
    r"|wickedid|rb_clickid|ml_subscriber\w*|sref|guccounter|guce_referrer\w*"
)
_DEFAULT_PORT = {"http": 80, "https": 443}
_ORDINARY = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:/[!$-;=?-Z\[\]_a-z~#&]*)?", re.ASCII
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_REMOVED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]+")
_UNSAFE = re.compile(r"[ \"<>`{}|^\\]")
_BAD_HOST = re.compile(r"[\s\x00-\x20\"<>`{}|^\\/?#%@\[\]]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)


def absolute_http(link: str, base: str) -> str:
    """Return the link as an absolute http(s) address, resolved against `base` (RFC 3986 5.2).

    "" when it is none: another scheme (`javascript:`, `data:`, `file:`), no host, a host no
    address can have, or a text that cannot be read. Spaces and quotes are escaped, backslashes
    become slashes as in a browser, line breaks are dropped.
    """
    if len(link) <= MAX_LENGTH and _ORDINARY.fullmatch(link):
        return link
    text = _REMOVED.sub("", link).strip()
    if not text or len(text) > MAX_LENGTH:
        return ""
    head = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=len(text))
    text = text[:head].replace("\\", "/") + text[head:]
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in _DEFAULT_PORT:
        return ""
    if text[:4].lower() == "www.":
        text, base = f"http://{text}", ""
    try:
        # An address with a scheme but no host is no relative one, whatever RFC 3986 5.2.2 allows.
        parts = urlsplit(text if scheme else urljoin(base, text))
        host, _port = parts.hostname, parts.port
        address = parts.geturl()
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORT or not host or not host.strip("."):
        return ""
    if ":" not in host and _BAD_HOST.search(host):
        return ""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", address)


def canonical_url(url: str) -> str:
    """Return the form of an address that is compared, or "" when it is no http(s) address.

    Idempotent. Parameters without a value stay without one (`?b` is not `?b=`). A fragment is
    dropped unless it starts with "!", where it names a page.
    """
    address = absolute_http(url, "")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host = _ascii_host(parts.hostname or "")
        port = parts.port
        netloc = host if port in (None, _DEFAULT_PORT[parts.scheme]) else f"{host}:{port}"
        canonical = str(canonicalize_url(f"{parts.scheme}://{netloc}{parts.path}"))
    except ValueError:
        return ""
    if parts.query:
        # Sorted as they are written in the end: a letter that gets escaped would sort elsewhere.
        kept = sorted(map(_escaped, filter(_wanted, parts.query.split("&"))))
        canonical += "?" + "&".join(kept) if kept else ""
    if parts.fragment.startswith("!"):
        canonical += "#" + _escaped(parts.fragment)
    return canonical


def registrable_domain(url: str) -> str:
    """Return the domain a person could register that the address lies under, or "".

    `news.example.co.uk` gives `example.co.uk`; hosts that rent out names (`x.github.io`) count
    as suffixes; international names come in ASCII form; an IP address or a single name as it is.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _domain_of(host)


@lru_cache(maxsize=4096)
def _domain_of(host: str) -> str:
    try:
        host = _ascii_host(host)
    except ValueError:
        return host
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        return _suffixes().privatesuffix(host) or host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _ascii_host(host: str) -> str:
    """Lower-case, without the root's dot, in ASCII (RFC 5891); an IPv6 address in brackets."""
    if ":" in host:
        return f"[{host}]"
    host = host.lower().rstrip(".")
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _wanted(parameter: str) -> bool:
    name = unquote_plus(parameter.partition("=")[0]).lower()
    return bool(parameter) and not _TRACKING.fullmatch(name)


def _escaped(text: str) -> str:
    safe = quote(_STRAY_PERCENT.sub("%25", text), safe="%/:?@!$&'()*+,;=~[]")
    return _ESCAPE.sub(lambda found: found[0].upper(), safe)
