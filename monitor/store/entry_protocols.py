"""What the rest of the monitor needs of a store to read and find entries: see `protocols`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.change import FormerTitle
from monitor.model.edition import Bounded, Window
from monitor.model.entry import Entry, Revision
from monitor.model.search import Candidate, Candidates, Proposed


class EntryStore(Protocol):
    """Reading entries."""

    def entry(self, entry_id: int) -> Entry | None:
        """Return one entry whole, or None."""

    def newest_id(self) -> int:
        """Return the id of the newest entry, 0 when there is none."""

    def revisions(self, entry_id: int) -> list[Revision]:
        """Return its earlier texts, oldest first."""

    def former_titles(self, entry_ids: Sequence[int]) -> dict[int, tuple[FormerTitle, ...]]:
        """Return the earlier titles of those of these entries that were edited, oldest first."""

    def entries(self, entry_ids: Sequence[int], *, evidence: bool = True) -> list[Entry]:
        """Return entries in the order of the ids; unknown ids are left out. Without `html`.

        Without `evidence` their matches have none, which spares reading it.
        """

    def changes(self) -> int:
        """Return how many edits of entries there have been; it only grows."""

    def count(self, since: datetime | None = None) -> int:
        """Count the entries, or those first seen at or after an instant."""

    def matched(self, window: Window, topics: Sequence[str]) -> list[Entry]:
        """Return, by id, entries first seen in the window that match one of the topics since before its end.

        And older ones that match none of them before the window and one since, as they were edited or
        got their page's text: what came to match so after the window is for the next. Without `html`.
        """

    def bounded(self, window: Window, topics: Sequence[str], matched: int, seen: int) -> Bounded:
        """Say how far back a window may reach that holds about `matched` matched entries and `seen` in all.

        It begins no earlier than the given one. Entries first seen at one instant are not parted.
        """

    def proposed(self, wanted: Candidates, limit: int | None) -> list[int]:
        """Return the ids of the newest `limit` candidates (of all without it), newest first.

        One question to the index; `entries` loads them. For who goes through many.
        """

    def look(self, wanted: Candidates) -> Proposed:
        """Return the newest candidates, some thousand at the most, and count all.

        The number is "at least" where it stopped at a bound, "about" where it is told by the newest.
        """

    def best(self, wanted: Candidates, low: int, titles: str | None, most: int) -> list[int]:
        """Return ids of the `most` best of the candidates from the id `low` on, the best first.

        With `titles` (an FTS5 expression) those it finds, newest first, without it by bm25 (title 10,
        text 1). Where the index is not asked, the newest.
        """

    def holding(self, expressions: Sequence[str | None], among: int) -> tuple[list[int], int]:
        """Return how many of the newest `among` entries each FTS5 expression finds, and of how many.

        An expression that is None finds all.
        """

    def newest_seen_at(self) -> datetime | None:
        """Return when the newest entry was first seen, None when there is none."""

    def candidates(self, wanted: Candidates) -> Iterator[Candidate]:
        """Yield candidates, newest first.

        Rows are read in bounded batches and no cursor stays open between two of them; an entry
        that is pruned meanwhile is left out.
        """


class WordStore(Protocol):
    """Which words the stored entries have; for corrections of what was typed."""

    def known(self, words: Iterable[str]) -> dict[str, int]:
        """Return those of some words that the index holds, with how many entries have each.

        Counted up to some thousand.
        """

    def beginning(self, letters: str, most: int) -> dict[str, int]:
        """Return words of the index that begin with these letters, with how many entries have each.

        Of more than `most` the first by the alphabet.
        """
