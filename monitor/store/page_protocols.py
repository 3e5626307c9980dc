"""What the page and the API need of a store besides what was seen: see `monitor.store.protocols`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.config_edit import ConfigEdit, FileChange
from monitor.model.search import Look
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


class LookStore(Protocol):
    """What a person has seen of each saved search."""

    def keep(self, names: Iterable[str], now: datetime) -> None:
        """Let the saved searches be these: a new one counts as looked at now, what is none any more is forgotten."""

    def looks(self) -> Mapping[str, Look]:
        """Return the last look of each saved search, by name."""

    def looked(self, name: str, until_id: int, now: datetime) -> None:
        """Note that a person has seen all entries with ids below `until_id`.

        What was seen stays seen; a name nobody knows is passed over.
        """


class Sessions(Protocol):
    """Who is logged in to the page. Cookies and passwords come as hashes and are kept as such."""

    def begin(self, cookie: str, password: str, now: datetime) -> None:
        """Keep a session, and drop those that are good no more.

        It is good for 30 days, while it is used at least once in 7, and while the password is the same.
        """

    def is_good(self, cookie: str, password: str, now: datetime) -> bool:
        """Tell whether a session is good."""

    def note(self, cookie: str, now: datetime) -> None:
        """Note that a session is used; once an hour at most."""

    def end(self, cookie: str) -> None:
        """End one session, if it is there."""

    def end_all(self) -> int:
        """End all sessions and return how many there were."""

    def count(self, password: str, now: datetime) -> int:
        """Count the sessions that are good."""
