"""WebSub as a subscriber speaks it: what is sent to a hub, and what its requests mean.

W3C Recommendation WebSub, 23 January 2018; sections are named where they matter. Pure: requests and
answers are values, randomness and time are arguments.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlsplit

LEASE_ASKED = timedelta(days=10)
"""What is asked for, and taken for granted where a hub names no lease (older ones do not)."""
LONGEST_LEASE = timedelta(days=15)
"""A longer one is renewed as if it ended here: hubs forget without saying so."""
SHORTEST_RENEWAL = timedelta(minutes=5)
PATH = "/websub/"
"""Where callbacks live under the public address."""

_ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # section 7.1.1
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,100}")
_MOST_FIELDS = 20
_LONGEST_REASON = 300


def hub_address(hub: str) -> str:
    """Return where to send requests for a hub, "" when there is no safe way to.

    https is used even where http is named (section 8.2). The secret must not be sent over plain
    http (section 5.1), and without one nobody could tell who pushed, so a hub that is only there,
    on a port of its own, is not used.
    """
    parts = _split(hub)
    if parts is None or parts.scheme not in ("http", "https"):
        return ""
    if parts.scheme == "http":
        if parts.port not in (None, 80):
            return ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        parts = parts._replace(scheme="https", netloc=host)
    return parts._replace(fragment="").geturl()


def callback_of(public_url: str, token: str) -> str:
    """Return the address a hub is to send to."""
    return f"{public_url.rstrip('/')}{PATH}{token}"


def is_token(text: str) -> bool:
    """Tell whether a text could be one of our tokens."""
    return _TOKEN.fullmatch(text) is not None


def request_fields(
    mode: Literal["subscribe", "unsubscribe"], *, topic: str, callback: str, secret: str
) -> list[tuple[str, str]]:
    """Return the form a hub is sent (section 5.1). An unsubscription needs no secret and no lease."""
    fields = [("hub.mode", mode), ("hub.topic", topic), ("hub.callback", callback)]
    if mode == "subscribe":
        fields += [
            ("hub.secret", secret),
            ("hub.lease_seconds", str(int(LEASE_ASKED.total_seconds()))),
        ]
    return fields


@dataclass(frozen=True, slots=True)
class Intent:
    """What a hub asks or tells at a callback (sections 5.2 and 5.3).

    `lease` is None unless it names one that makes sense. `reason` is why it denied, in one line.
    """

    mode: Literal["subscribe", "unsubscribe", "denied"]
    topic: str
    challenge: str = ""
    lease: timedelta | None = None
    reason: str = ""


def read_intent(query: str) -> Intent | None:
    """Read the query of a request to a callback; None when it is not one a hub sends."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return None
    given = dict(pairs)
    if len(given) < len(pairs):
        return None  # a field that is there twice would be read in two ways
    mode, topic, challenge = (
        given.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge")
    )
    if mode == "denied" and topic:
        reason = " ".join(
            "".join(c if c.isprintable() else " " for c in given.get("hub.reason", "")).split()
        )
        return Intent("denied", topic, reason=reason[:_LONGEST_REASON])
    if not (topic and challenge):
        return None
    if mode == "subscribe":
        return Intent("subscribe", topic, challenge, _lease(given.get("hub.lease_seconds", "")))
    return Intent("unsubscribe", topic, challenge) if mode == "unsubscribe" else None


def _lease(text: str) -> timedelta | None:
    if not (text.isascii() and text.isdigit()) or len(text) > 100:
        return None
    seconds = min(int(text), int(LONGEST_LEASE.total_seconds()))
    return timedelta(seconds=seconds) or None


def renewal_after(lease: timedelta) -> timedelta:
    """Say how long after its verification a lease is renewed: two thirds of it."""
    return max(lease * 2 / 3, SHORTEST_RENEWAL)


def same_topic(one: str, other: str) -> bool:
    """Tell whether two addresses are one topic: hubs may decode what needs no encoding (5.1)."""
    return one == other or _normal(one) == _normal(other)


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Tell whether `signature` (the field X-Hub-Signature) is that of `body` (section 7.1).

    Without one, with an unknown method or a wrong digest it is not. The comparison takes as long
    whatever the digest.
    """
    method, equals, digest = signature.strip().partition("=")
    method = method.strip().lower()
    if not equals or method not in _ALGORITHMS or not secret:
        return False
    wanted = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(wanted.encode(), digest.strip().lower().encode())


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and "@" not in parts.netloc else None


def _normal(url: str) -> str:
    parts = _split(url)
    if parts is None:
        return url

    def decoded(match: re.Match[str]) -> str:
        character = unquote_to_bytes(match[0]).decode("latin-1")
        kept = re.fullmatch(r"[A-Za-z0-9._~-]", character)
        return character if kept else match[0].upper()

    path = _UNRESERVED.sub(decoded, quote(parts.path, safe="/%:@!$&'()*+,;=~"))
    query = _UNRESERVED.sub(decoded, quote(parts.query, safe="/?%:@!$&'()*+,;=~"))
    return parts._replace(netloc=parts.netloc.lower(), path=path or "/", query=query).geturl()
