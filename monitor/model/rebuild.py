"""A rebuild of the stories: how far it has come, and what moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that is in another story than before; `origin` is None when it was in none."""

    entry: int
    title: str
    origin: int | None
    story: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """How far a rebuild has come and what it changed so far.

    Entries from `since_id` on are grouped anew; those below `next_id` are done, up to `newest_id`
    there are some. `entries` were looked at, of which `pinned` stay as a person decided, `moved`
    came into another story and `grouped` had none. `opened` stories are new, `merged` ones have
    no entries any more and lead to where most went, `split` ones have lost some: counted at the end.
    `samples` are some of what moved. All is net: what came back to where it was has not moved.

    Until the end `shifts` has, for each entry that is in another story than before, that story and
    the present one, and `opened_ids` the new stories.
    """

    version: int
    since_id: int
    next_id: int
    newest_id: int
    began_at: datetime
    entries: int = 0
    pinned: int = 0
    moved: int = 0
    grouped: int = 0
    opened: int = 0
    merged: int = 0
    split: int = 0
    samples: tuple[Moved, ...] = ()
    shifts: Mapping[int, tuple[int | None, int]] = field(default_factory=dict)
    opened_ids: tuple[int, ...] = ()

    @property
    def finished(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.next_id > self.newest_id

    @property
    def left(self) -> int:
        """Return how many ids of entries are still to be gone through."""
        return max(0, self.newest_id + 1 - self.next_id)
