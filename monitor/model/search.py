"""What a query asks the store for, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.model.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """A superset of the entries a query accepts, as far as the store can narrow it.

    `fts` is an FTS5 expression over the columns `title`, `text` and `forms`, None when the
    index cannot help. Every accepted entry was first seen in `[from_at, until_at)` (None: no
    bound) and, unless `topics` is empty, has a stored match for at least one of them.
    `[from_id, until_id)` keeps to a range of entry ids.
    """

    fts: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    topics: tuple[str, ...] = ()
    from_id: int = 0
    until_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry the store proposes; its `html` is left out. `score` is higher for better ones."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class IndexText:
    """What the full-text index holds of one entry: folded tokens with spaces between.

    `title` and `text` hold one token for each word, reduced to its stem; `forms` holds, once
    each, those words whose stem differs from them, so that a prefix is found as well.
    """

    title: str
    text: str
    forms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A query that a person gave a name to; queries say `saved:name` for it."""

    name: str
    title: str
    query: str
    sort: Literal["relevance", "newest"] = "newest"


@dataclass(frozen=True, slots=True)
class Look:
    """When a person last looked at a saved search, and from which entry on all is new to them."""

    looked_at: datetime
    next_id: int
