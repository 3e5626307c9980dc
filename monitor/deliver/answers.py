"""What a receiver's answer to a POST, or its silence, means for the delivery.

Answers in 200 to 299 are successes. Whether a message whose answer was lost is sent again by itself
depends on the receiver: one that drops repeats by their id loses nothing by it, but in a chat a person
would see it twice, so that the delivery is "unknown" there.
"""

from __future__ import annotations

from http import HTTPStatus

from monitor.digests.excerpts import one_line, shorten, undirected
from monitor.errors import DeliveryError
from monitor.model.fetch import FetchFailure

_LATER = frozenset({408, 425, 429})
_GATEWAY = frozenset({502, 504})
"""From what stands before the receiver: whether that one got the message is not known."""

_WORDS_COLUMNS = 120

_WHAT_TO_DO = {
    401: "it does not know who sends this; correct {address}, or the key its messages are signed with",
    403: "it does not let the message in; correct {address}",
    404: "there is nothing at this address; correct {address}",
    405: "it takes no POST; correct {address}",
    410: "it is gone for good; take the recipient out of config/monitor.toml or correct {address}",
    413: "the message is too large for it; make the digest shorter (per_edition)",
}


def error_of(failure: FetchFailure, address: str, *, drops_repeats: bool) -> DeliveryError:
    """Return the error for a POST that came to nothing, or to nobody knows what.

    `address` says where the address stands that a person may have to correct. `drops_repeats`: the
    receiver can tell a message that it gets twice by its id.
    """
    if failure.status:
        return _answered(failure, address, drops_repeats)
    if failure.kind in ("refused", "bad-url"):
        return DeliveryError(f"{failure.message} The address is {address}.", "permanent")
    if failure.sent:
        return _lost(failure.message, drops_repeats, failure)
    if failure.kind == "protocol":  # a header that cannot be sent
        return DeliveryError(failure.message, "permanent")
    return DeliveryError(failure.message, "temporary")


def _answered(failure: FetchFailure, address: str, drops_repeats: bool) -> DeliveryError:
    status = failure.status
    known = status in set(HTTPStatus)
    said = shorten(undirected(one_line(failure.snippet)), _WORDS_COLUMNS)
    answered = (
        f"{failure.url} answered {status}{f' {HTTPStatus(status).phrase}' if known else ''}"
        f"{f' (“{said}”)' if said else ''}"
    )
    if status in _GATEWAY and not drops_repeats:
        return _lost(f"{answered}.", drops_repeats, failure)
    if status in _LATER or status >= 500:
        return DeliveryError(f"{answered}.", "temporary", failure.pacing.retry_after)
    if 300 <= status < 400:
        todo = f"it sends elsewhere, which is not followed; put the new address into {address}"
    else:
        todo = _WHAT_TO_DO.get(status, "it does not take the message; see what it says, and check {address}")  # fmt: skip
    return DeliveryError(f"{answered}: {todo.format(address=address)}.", "permanent")


def _lost(what: str, drops_repeats: bool, failure: FetchFailure) -> DeliveryError:
    if drops_repeats:
        return DeliveryError(
            f"{what} The message was handed over before; it is sent again with the same id.",
            "temporary",
            failure.pacing.retry_after,
        )
    return DeliveryError(
        f"{what} The message was handed over before, so that it may have arrived.", "unknown"
    )
