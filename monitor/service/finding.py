"""What `monitor doctor` finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `message` says how it stands, and what to do when it is not `ok`.

    `attention`: it is not what keeps the monitor from working, but a person should see it.
    """

    check: str
    ok: bool
    message: str
    attention: bool = False


def findings_shape(findings: Sequence[Finding]) -> dict[str, Any]:
    """Shape of `monitor doctor --json`."""
    return {"ok": all(each.ok for each in findings), "checks": [asdict(each) for each in findings]}
