"""Delivery to a webhook: the frozen JSON in an envelope, by POST, signed as Standard Webhooks has it.

`webhook-id` is the same at every attempt, so that the receiver can drop what it has; `webhook-timestamp`
is that of the attempt, and both are signed with the body (docs/webhooks.md, standardwebhooks.com).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from monitor.deliver.answers import error_of
from monitor.deliver.secrets import secret
from monitor.deliver.ways import Ways
from monitor.errors import DeliveryError
from monitor.model.delivery import OutMessage
from monitor.model.digest import Recipient
from monitor.model.fetch import FetchFailure

_KEY_PREFIX = "whsec_"
_LEAST_KEY = 16
"""Bytes; a shorter key can be guessed from one message."""

_ADDRESS = "`webhook` in config/monitor.toml"


def deliver(
    to: Recipient, message: OutMessage, ways: Ways, handing_over: Callable[[], None]
) -> None:
    """Post the message; return once the receiver has said that it has it.

    Calls `handing_over` right before. Raises `DeliveryError`: as repeats can be told by their id, one that
    may have arrived is "temporary".
    """
    key = b""
    if to.secret_env:
        key = _key(secret(ways, to.secret_env, "the key that webhooks are signed with"), to)
    body = envelope(message)
    stamp = str(int(ways.clock().timestamp()))
    headers = [
        ("Content-Type", "application/json"),
        ("webhook-id", id_of(message)),
        ("webhook-timestamp", stamp),
    ]
    if key:
        headers.append(("webhook-signature", signature(key, id_of(message), stamp, body)))
    handing_over()
    outcome = ways.post(to.to, body, headers)
    ways.step("replied")
    if isinstance(outcome, FetchFailure):
        raise error_of(outcome, _ADDRESS, drops_repeats=True)


def envelope(message: OutMessage) -> bytes:
    """Return the body: what the message is, and as `data` the JSON of the edition or alert."""
    data: dict[str, Any] = json.loads(message.rendered.json)
    kind = "alert" if "alert" in data else "edition"
    document = {
        "type": f"{kind}.trial" if message.trial else kind,
        "timestamp": message.created_at.isoformat().replace("+00:00", "Z"),
        "id": message.id,
        "name": message.list_name,
        "title": message.title,
        "subject": message.rendered.subject,
        "permalink": message.permalink or data.get("page_url"),
        "data": data,
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def id_of(message: OutMessage) -> str:
    """Return the webhook-id: that of the message, without the full stops the standard forbids."""
    return f"msg_{hashlib.sha256(message.message_id.encode()).hexdigest()[:32]}"


def signature(key: bytes, webhook_id: str, stamp: str, body: bytes) -> str:
    """Return the webhook-signature: HMAC with SHA-256 over id, time and body."""
    signed = f"{webhook_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _key(text: str, to: Recipient) -> bytes:
    """Read a key: base64 behind "whsec_", as the standard writes it, else the text itself."""
    key = text.encode()
    if text.startswith(_KEY_PREFIX):
        try:
            key = base64.b64decode(text.removeprefix(_KEY_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
    if len(key) < _LEAST_KEY:
        raise DeliveryError(
            f"{to.secret_env} holds no good key: write at least {_LEAST_KEY} characters, or {_KEY_PREFIX} "
            f"and the base64 of at least {_LEAST_KEY} bytes, and give the receiver the same.",
            "permanent",
        )
    return key
