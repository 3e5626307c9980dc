"""How many stories each topic had, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoryCounts:
    """Stories of each topic by blocks of 24 hours, the oldest first; the last one ends at `until_at`.

    A story stands in the block its first matched entry of the topic was first seen in. `seen` says
    for each block whether any entry at all came in it; `began_at` is when the first one of the database
    did, None while it has none.
    """

    until_at: datetime
    of: Mapping[str, tuple[int, ...]]
    seen: tuple[bool, ...]
    began_at: datetime | None
