"""What `monitor doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `message` says how it stands, and what to do when it is not `ok`.

    `attention`: it is not what keeps the monitor from working, but a person should see it.
    """

    check: str
    ok: bool
    message: str
    attention: bool = False
