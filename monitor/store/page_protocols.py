"""What the page and the API need of a store besides what was seen: see `monitor.store.protocols`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.config_edit import ConfigEdit, FileChange


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
