"""Delivery to a chat: the payloads of one message, posted one after the other to a secret address.

Nearly always it is one. A chat knows no ids, so that once the first of several has been taken, sending it
all again shows that one twice: a later failure leaves the delivery "unknown", or failed where trying again
cannot help. What a chat asks to wait is waited for between two of them, within bounds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from monitor.deliver.answers import error_of
from monitor.deliver.secrets import secret
from monitor.deliver.ways import Ways
from monitor.errors import DeliveryError
from monitor.model.digest import Recipient
from monitor.model.fetch import FetchFailure, Posted

_HEADERS = (("Content-Type", "application/json; charset=utf-8"),)
BETWEEN_SECONDS = 1.0
"""Slack and Teams take about one message a second."""
LONGEST_WAIT = 30.0


def post_all(
    to: Recipient,
    service: str,
    payloads: Sequence[Mapping[str, Any]],
    ways: Ways,
    handing_over: Callable[[], None],
) -> None:
    """Post the payloads in order. Calls `handing_over` before the first. Raises `DeliveryError`."""
    url = secret(ways, to.to, f"the address of a {service} webhook")
    where = f"the environment variable {to.to}"
    handing_over()
    for number, payload in enumerate(payloads):
        if number:
            ways.sleep(BETWEEN_SECONDS)
        outcome = _post(url, payload, ways, patient=number > 0)
        ways.step("replied")
        if isinstance(outcome, FetchFailure):
            error = error_of(outcome, where, drops_repeats=False)
            if not number:
                raise error
            raise DeliveryError(
                f"{number} of {len(payloads)} messages arrived, and the next did not: {error} Trying "
                "again sends all of them again.",
                "permanent" if error.outcome == "permanent" else "unknown",
            )


def _post(
    url: str, payload: Mapping[str, Any], ways: Ways, *, patient: bool
) -> Posted | FetchFailure:
    """Post one payload; with patience once more where it was refused for coming too fast."""
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    outcome = ways.post(url, body, _HEADERS)
    if patient and isinstance(outcome, FetchFailure) and outcome.status == 429:
        asked = outcome.pacing.retry_after
        wait = asked.total_seconds() if asked else BETWEEN_SECONDS
        if wait <= LONGEST_WAIT:
            ways.sleep(wait)
            return ways.post(url, body, _HEADERS)
    return outcome
