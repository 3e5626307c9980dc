"""What config names and the environment holds: the addresses and keys of channels."""

from __future__ import annotations

from monitor.deliver.ways import Ways
from monitor.errors import DeliveryError


def secret(ways: Ways, variable: str, what: str) -> str:
    """Return what the variable holds, as `what` is called. Raises `DeliveryError` where it is not set."""
    found = ways.environ.get(variable, "").strip()
    if not found:
        raise DeliveryError(
            f"The environment variable {variable} is not set: it should hold {what}. Set it where the "
            "monitor runs, start the monitor again and run `monitor digest retry`.",
            "permanent",
        )
    return found
