"""Entries for the tests of grouping; everything in them is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model.story import Grouped, StoryDecision, StoryEntry

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def entry(
    number: int,
    title: str,
    excerpt: str = "",
    *,
    outlet: str = "",
    url: str | None = None,
    hours: float = 0.0,
    language: str = "en",
    story: int | None = None,
    copy_of: int | None = None,
) -> StoryEntry:
    """Return an entry seen `hours` after the start, by default of an outlet of its own."""
    return StoryEntry(
        id=number,
        title=title,
        excerpt=excerpt,
        url=f"https://outlet{number}.example/{number}" if url is None else url,
        outlet=outlet or f"outlet{number}.example",
        language=language,
        seen_at=START + timedelta(hours=hours),
        story=story,
        copy_of=copy_of,
    )


def by_entry(grouped: Grouped) -> dict[int, StoryDecision]:
    """Return decisions by the entry they are about."""
    return {decision.entry: decision for decision in grouped.decisions}
