"""What changed in an entry and in a story, from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model.change import Change, Edit, FormerTitle, Telling
from monitor.model.entry import Entry, Revision
from monitor.model.story import Story
from monitor.service.wiring import Services
from monitor.stories.differences import edits
from monitor.stories.material import material_changes
from monitor.stories.official import official_host


def entry_edits(entry: Entry, revisions: Sequence[Revision]) -> tuple[Edit, ...]:
    """Compare the earlier texts of an entry, oldest first, each with the one that followed it."""
    return edits(entry.title, entry.text, revisions)


def story_changes(
    services: Services, story: Story, since: datetime | None = None
) -> tuple[Change, ...]:
    """Return the material changes of a story at or after `since`, of its whole life without it."""
    ids = [member.entry for member in story.members]
    entries = services.store.entries.entries(ids, evidence=False)
    edited = [entry.id for entry in entries if entry.revised_at is not None]
    former = services.store.entries.former_titles(edited)
    members = [_telling(entry, former.get(entry.id, ())) for entry in entries]
    if not members:
        return ()
    return material_changes(members, since or min(each.first_seen_at for each in members))


def _telling(entry: Entry, former: tuple[FormerTitle, ...]) -> Telling:
    return Telling(
        entry=entry.id,
        title=entry.title,
        outlet=entry.outlet,
        tier=entry.tier,
        language=entry.language,
        first_seen_at=entry.first_seen_at,
        host=official_host(entry.url or entry.link, entry.feed_url),
        tags=entry.feed_tags,
        copy_of=entry.copy_of,
        former=former,
        withdrawn_at=entry.withdrawn_at,
        lead=entry.excerpt or entry.text,
    )
