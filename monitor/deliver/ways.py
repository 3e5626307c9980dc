"""What the channels work with besides the message: servers, secrets, a guarded way to post."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.model.delivery import Step
from monitor.model.digest import Mail
from monitor.model.fetch import FetchFailure, Posted

Post = Callable[[str, bytes, Sequence[tuple[str, str]]], Posted | FetchFailure]
"""Sends a body with headers to an address through the guard; what the world does is a value."""


def go_on(step: Step) -> None:
    """Do nothing at a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """`root` is the home; `environ` holds the secrets that config names; `step` is told of each step.

    `clock` tells the time (aware UTC), `sleep` waits so many seconds between two messages of one delivery.
    """

    root: Path
    mail: Mail
    environ: Mapping[str, str]
    post: Post
    step: Callable[[Step], None] = go_on
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
