"""One entry or one story, whole."""

from __future__ import annotations

from monitor.errors import NotFoundError
from monitor.model.entry import Entry, Revision
from monitor.model.page import PageStanding
from monitor.model.story import Story
from monitor.service.wiring import Services


def whole_entry(services: Services, number: int) -> tuple[Entry, list[Revision], tuple[int, ...]]:
    """Return an entry, its earlier texts and the ids of its copies (of the same text elsewhere)."""
    entry = services.store.entries.entry(number)
    if entry is None:
        raise NotFoundError(f"There is no entry e{number} in this database.")
    original = entry.copy_of or entry.id
    copies: tuple[int, ...] = ()
    if entry.story is not None:
        story = services.store.stories.story(entry.story)
        members = story.members if story else ()
        copies = tuple(
            member.entry
            for member in members
            if original in (member.entry, member.copy_of) and member.entry != entry.id
        )
    return entry, services.store.entries.revisions(number), copies


def page_of(services: Services, entry: Entry) -> PageStanding | None:
    """Return how the linked page of an entry stands, None when its text was never wanted."""
    return services.store.pages.standing(entry.id)


def whole_story(services: Services, number: int) -> Story:
    """Return a story with its entries."""
    story = services.store.stories.story(number)
    if story is None:
        raise NotFoundError(f"There is no story s{number} in this database.")
    return story
