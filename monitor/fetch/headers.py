"""What a request says, and how an answer's header fields are read: as bytes, untouched.

Servers compare an ETag byte for byte, so nothing here decodes, trims or tidies one. The
Latin-1 view used in `Validators` maps every byte to one character and back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.fetch.failures import Stop
from monitor.fetch.limits import FetchLimits
from monitor.model.feed import NO_VALIDATORS, Validators

RawHeaders = Sequence[tuple[bytes, bytes]]
"""Header fields in the order received, names in whatever case they came."""

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)
PRODUCT = "ai-policy-monitor"

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# RFC 9110 section 5.5: visible characters and obs-text, blanks only between them.
_FIELD_VALUE = re.compile(
    rb"[\x21-\x7e\x80-\xff](?:[\x20\x09\x21-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?"
)
_OURS = frozenset(
    b"a-im accept-encoding connection content-length cookie expect host if-match if-modified-since "
    b"if-none-match if-range if-unmodified-since keep-alive proxy-authorization range referer te "
    b"trailer transfer-encoding upgrade".split()
)
"""Fields no feed may set for itself: they would change what is asked for or how it is sent."""


def user_agent(limits: FetchLimits, version: str, override: str, suffix: str = "") -> str:
    """Say who asks: the feed's own words, else those of config, else name, version, contact.

    `suffix` is added behind whichever it is.
    """
    contact = f" (+{limits.contact})" if limits.contact else ""
    words = override or limits.user_agent or f"{PRODUCT}/{version}{contact}"
    return f"{words} {suffix}" if suffix else words


def request_headers(
    *,
    agent: str,
    validators: Validators,
    extra: Sequence[tuple[str, str]],
    identity: bool = False,
) -> list[tuple[bytes, bytes]]:
    """Write the header fields of one request, without Host.

    `extra` fields may replace Accept and User-Agent. Raises `Stop` ("protocol") for one that
    cannot be sent; the message names it and never shows its value, which may be a secret.
    """
    fields = {
        b"User-Agent": _encoded("User-Agent", agent),
        b"Accept": ACCEPT.encode(),
        b"Accept-Encoding": b"identity" if identity else b"gzip, deflate",
        # Feeds of one host are an hour apart: an open connection would only wait for nothing.
        b"Connection": b"close",
    }
    for name, value in extra:
        key = name.encode(errors="replace")
        if not _TOKEN.fullmatch(key) or key.lower() in _OURS:
            raise Stop("protocol", f"The header {name!r} cannot be set for a feed; remove it.")
        fields = {known: each for known, each in fields.items() if known.lower() != key.lower()}
        fields[key] = _encoded(name, value)
    validators = header_safe(validators)
    if validators.etag is not None:
        fields[b"If-None-Match"] = validators.etag.encode("latin-1")
        fields[b"A-IM"] = b"feed"  # what is new since then is enough (RFC 3229 section 10.5.3)
    if validators.last_modified is not None:
        fields[b"If-Modified-Since"] = validators.last_modified.encode("latin-1")
    return list(fields.items())


def read_validators(headers: RawHeaders) -> Validators:
    """Read ETag and Last-Modified as one set, exactly as received; an empty field is none."""
    etag = next(iter(values(headers, b"etag")), b"")
    modified = next(iter(values(headers, b"last-modified")), b"")
    return header_safe(
        Validators(
            etag.decode("latin-1") if etag else None,
            modified.decode("latin-1") if modified else None,
        )
    )


def header_safe(validators: Validators) -> Validators:
    """Return the set, or none at all where one of the two could not be sent as it is."""
    for text in (validators.etag, validators.last_modified):
        if text is not None and not _is_sendable(text):
            return NO_VALIDATORS
    return validators


def renewed(sent: Validators, answered: Validators) -> Validators:
    """Return the set to keep after a 304: what it names, and of the set sent what it leaves out."""
    if answered.etag not in {None, sent.etag}:
        return answered
    return Validators(answered.etag or sent.etag, answered.last_modified or sent.last_modified)


def values(headers: RawHeaders, name: bytes) -> list[bytes]:
    """Return the values of a header field; `name` in lower case."""
    return [value for key, value in headers if key.lower() == name]


def _is_sendable(text: str) -> bool:
    try:
        return _FIELD_VALUE.fullmatch(text.encode("latin-1")) is not None
    except UnicodeEncodeError:
        return False


def _encoded(name: str, value: str) -> bytes:
    encoded = value.encode(errors="replace")
    if not _FIELD_VALUE.fullmatch(encoded):
        raise Stop(
            "protocol",
            f"The header {name} set for this feed cannot be sent: it is empty or holds a line "
            "break, a control character or a blank at its end; correct it.",
        )
    return encoded
