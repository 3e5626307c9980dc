"""What surrounds a search result, as the rest of the monitor may ask for it: see `monitor.store.protocols`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.facet import EntryFacts


class FacetStore(Protocol):
    """What surrounds a search result, for many entries at once."""

    def facts(self, entry_ids: Sequence[int]) -> list[EntryFacts]:
        """Return what is known of entries besides their texts, in the order of the ids.

        Unknown ids are left out. Ten thousand take a tenth of a second.
        """

    def seen(self, entry_ids: Sequence[int]) -> list[datetime]:
        """Return when entries were first seen, in the order of the ids; unknown ones are left out."""

    def first_ids(self, instants: Sequence[datetime]) -> list[int]:
        """Return, for each instant, the id of the first entry seen at or after it.

        The largest id there can be where none was: ids grow with first-seen time, so two neighbours
        are the half-open range of what was seen between.
        """

    def members(self, story_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """Return the ids of the entries of stories, newest first."""
