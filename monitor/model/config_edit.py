"""Changes of config/ that the page or the API made, and can take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after, as text; None where there was, or is, no such file.

    `file` is relative to the home, as in `config/topics.toml`.
    """

    file: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ConfigEdit:
    """One change, of one file or several at once. `what` says in words what was done."""

    id: int
    at: datetime
    what: str
    changes: tuple[FileChange, ...]
    undone_at: datetime | None = None
