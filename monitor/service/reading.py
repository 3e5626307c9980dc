"""Going through many stored entries as documents that queries are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model.entry import Entry
from monitor.model.search import Candidates
from monitor.query import Document, document_of
from monitor.service.wiring import Services

_AT_ONCE = 400


def documents(
    services: Services, ids: Sequence[int], at_once: int = _AT_ONCE
) -> Iterator[tuple[Entry, Document]]:
    """Yield entries, without the evidence of their matches, in the order of the ids, as needed.

    Some hundreds are read at once: one question for each would be slow, all at once much to hold.
    """
    for start in range(0, len(ids), at_once):
        part = ids[start : start + at_once]
        for entry in services.store.entries.entries(part, evidence=False):
            yield entry, document_of(entry)


def seen_since(wanted: Candidates, since: datetime | None) -> Candidates:
    """Narrow candidates to those first seen at or after `since` (None: as they are)."""
    bounds = [bound for bound in (since, wanted.from_at) if bound is not None]
    return replace(wanted, from_at=max(bounds, default=None))


def between(wanted: Candidates, from_id: int, until_id: int) -> Candidates:
    """Narrow candidates to ids in `[from_id, until_id)`."""
    until = until_id if wanted.until_id is None else min(until_id, wanted.until_id)
    return replace(wanted, from_id=max(from_id, wanted.from_id), until_id=until)
