"""Delivery to a Slack webhook (Block Kit), whose address is in an environment variable."""

from __future__ import annotations

import json
from collections.abc import Callable

from monitor.deliver.chat import post_all
from monitor.deliver.ways import Ways
from monitor.digests.slack import messages
from monitor.model.delivery import OutMessage
from monitor.model.digest import Recipient


def deliver(
    to: Recipient, message: OutMessage, ways: Ways, handing_over: Callable[[], None]
) -> None:
    """Post the message, in several where it is long; return once Slack has taken all.

    Calls `handing_over` right before the first. Raises `DeliveryError`, "unknown" where some of it may
    have arrived.
    """
    payloads = messages(
        json.loads(message.rendered.json),
        message.rendered.subject,
        permalink=message.permalink,
        again=message.may_be_repeat,
        trial=message.trial,
    )
    post_all(to, "Slack", payloads, ways, handing_over)
