"""What a person said about an entry and a topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """That an entry belongs to a topic, or does not, and when somebody said so (aware UTC)."""

    entry: int
    topic: str
    belongs: bool
    judged_at: datetime
