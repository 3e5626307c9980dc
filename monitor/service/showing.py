"""One entry or one story, whole."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.errors import NotFoundError
from monitor.model.entry import Entry, Revision
from monitor.model.page import PageStanding
from monitor.model.ruling import Ruling
from monitor.model.story import Story
from monitor.service.wiring import Services
from monitor.stories.rulings import in_the_way


def whole_entry(services: Services, number: int) -> tuple[Entry, list[Revision], tuple[int, ...]]:
    """Return an entry, its earlier texts and the ids of its copies (of the same text elsewhere)."""
    entry = services.store.entries.entry(number)
    if entry is None:
        raise NotFoundError(f"There is no entry e{number} in this database.")
    copies = services.store.stories.copies([entry.id]).get(entry.id, ())
    return entry, services.store.entries.revisions(number), copies


def page_of(services: Services, entry: Entry) -> PageStanding | None:
    """Return how the linked page of an entry stands, None when its text was never wanted."""
    return services.store.pages.standing(entry.id)


def whole_story(services: Services, number: int) -> Story:
    """Return a story with its entries: for one that was merged, the story they went to."""
    story = services.store.stories.story(number)
    if story is None:
        raise NotFoundError(f"There is no story s{number} in this database.")
    return whole_story(services, story.merged_into) if story.merged_into else story


def rulings_of(services: Services, story: Story) -> list[Ruling]:
    """Return what people decided about a story and those that were merged into it, oldest first."""
    found = {
        ruling.id: ruling
        for number in (story.id, *story.merged)
        for ruling in services.store.rulings.rulings(number)
    }
    return [found[number] for number in sorted(found)]


def undoable(services: Services, rulings: Sequence[Ruling]) -> frozenset[int]:
    """Return the ids of those rulings that can be undone as things stand."""
    if not rulings:
        return frozenset()
    standing = [each for each in services.store.rulings.rulings() if each.undone_at is None]
    return frozenset(
        each.id
        for each in rulings
        if each.undone_at is None
        and in_the_way(each, [later for later in standing if later.id > each.id]) is None
    )
