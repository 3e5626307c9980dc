"""How a fetch ends early: one private signal, and what the network's exceptions mean.

`Stop` never leaves this room: `monitor.fetch.client` turns it into a `FetchFailure`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

from monitor.model.fetch import FailureKind


class Stop(Exception):  # noqa: N818 - a signal inside this room, not an error anybody sees
    """End the fetch with this kind of failure; the message is for a person."""

    def __init__(self, kind: FailureKind, message: str, status: int = 0) -> None:
        self.kind: FailureKind = kind
        self.message = message
        self.status = status
        super().__init__(message)


@contextmanager
def network_failures(shown: str) -> Iterator[None]:
    """Turn what the HTTP library raises while asking `shown` (an address) into a `Stop`."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise Stop("timeout", f"{shown} took too long to answer.") from error
    except httpcore.ProxyError as error:
        raise Stop(
            "connect", f"The proxy would not connect to {shown}: {_reason(error)}."
        ) from error
    except httpcore.LocalProtocolError as error:
        # Its words may quote a header, and that may be a secret.
        raise Stop("protocol", f"The request to {shown} cannot be sent as HTTP.") from error
    except httpcore.RemoteProtocolError as error:
        raise Stop(
            "protocol", f"The answer of {shown} is not proper HTTP: {_reason(error)}."
        ) from error
    except (httpcore.NetworkError, OSError) as error:
        raise Stop("connect", f"No connection to {shown}: {_reason(error)}.") from error


@contextmanager
def body_failures(shown: str) -> Iterator[None]:
    """Turn what is raised in the middle of a body into a `Stop`; a body cut short is "truncated"."""
    try:
        yield
    except httpcore.RemoteProtocolError as error:
        if "closed connection" in str(error):  # both of h11's ways to say so
            raise Stop("truncated", f"{shown} ended before its declared length.") from error
        raise Stop(
            "protocol", f"The answer of {shown} is not proper HTTP: {_reason(error)}."
        ) from error
    except httpcore.ReadError as error:
        raise Stop("truncated", f"The connection to {shown} broke in the middle.") from error


def _reason(error: Exception) -> str:
    """Return the library's words, shortened; a class name where it has none."""
    return (str(error).strip().rstrip(".") or type(error).__name__)[:200]
