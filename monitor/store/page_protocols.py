"""What the page and the API need of a store besides what was seen: see `monitor.store.protocols`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.config_edit import ConfigEdit, FileChange
from monitor.model.topic import TopicVersion


class ConfigEdits(Protocol):
    """What was changed in config/ other than with an editor."""

    def add(self, what: str, changes: Sequence[FileChange], now: datetime) -> int:
        """Keep a change and return its number; only the newest 200 are kept."""

    def edit(self, edit_id: int) -> ConfigEdit | None:
        """Return one change, or None."""

    def edits(self, limit: int = ...) -> list[ConfigEdit]:
        """Return the newest changes, the last one first."""

    def mark_undone(self, edit_id: int, now: datetime) -> None:
        """Note that a change was taken back."""


class TopicHistory(Protocol):
    """What became of topics over time."""

    def versions(self, topic: str) -> list[TopicVersion]:
        """Return the versions of a topic, the first one first."""

    def daily_matches(
        self, topics: Sequence[str], until: datetime, days: int
    ) -> dict[str, tuple[int, ...]]:
        """Count the matches of each topic in each of the last `days` blocks of 24 hours, oldest first.

        An entry counts in the block it was first seen in; the blocks end at `until`.
        """
