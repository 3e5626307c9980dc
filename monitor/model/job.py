"""Long work a person asked for on the page: what it is about, how far it has come, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JobState = Literal["waiting", "running", "done", "failed", "stopped"]
"""Waits for its turn; is being worked on; has ended, in one of three ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work.

    `kind` says what is done ("rematch", "rebuild", "fetch", "import", "discover"), `about` of what, in
    words for people, `arguments` with what. `done` of `total` are behind it (0 of 0 while it is not known how
    much there is), `words` says what it does now, or why it failed. `result` is what came of it.
    """

    id: int
    kind: str
    about: str
    created_at: datetime
    updated_at: datetime
    arguments: Mapping[str, Any] = field(default_factory=dict)
    state: JobState = "waiting"
    done: int = 0
    total: int = 0
    words: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    leased_until: datetime | None = None

    @property
    def open(self) -> bool:
        """Tell whether there is something left to do."""
        return self.state in ("waiting", "running")
