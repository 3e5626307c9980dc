"""What a query asks the store for, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.model.entry import Entry


@dataclass(frozen=True, slots=True)
class Fact:
    """A clause about an entry itself, `lang:de`, that holds or, unless `wanted`, does not."""

    name: str
    value: str
    wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """A superset of the entries a query accepts, as far as the store can narrow it.

    `fts` is an FTS5 expression over the columns `title`, `text` and `forms`, None when the
    index cannot help. Every accepted entry was first seen in `[from_at, until_at)` (None: no
    bound) and, unless `topics` is empty, has a stored match for at least one of them.
    Of each group in `about` one fact is true of it. `[from_id, until_id)` keeps to a range of entry
    ids. `asked` is the number of words and phrases in `fts`.
    """

    fts: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    topics: tuple[str, ...] = ()
    from_id: int = 0
    until_id: int | None = None
    about: tuple[tuple[Fact, ...], ...] = ()
    asked: int = 0


CountIs = Literal["exact", "about", "at least"]
"""How a number is to be read: counted, estimated, or counted up to a bound."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of entries, and how it is to be read."""

    number: int
    is_: CountIs


@dataclass(frozen=True, slots=True)
class Proposed:
    """The newest candidates, newest first, and how many there are in all.

    `ranked`: more is known of the index than the ids, so that `EntryStore.best` can choose.
    """

    ids: tuple[int, ...]
    counted: Counted
    ranked: bool

    @property
    def all_there(self) -> bool:
        """Whether `ids` are all candidates there are."""
        return self.counted.is_ == "exact" and len(self.ids) == self.counted.number


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry the store proposes; its `html` is left out."""

    entry: Entry


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
