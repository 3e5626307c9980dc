"""Saved searches: what they find, what of it is new to a person, and changing them.

A look is noted when a person says so, never by opening a page: browsers fetch pages ahead, and other
programs read them. What is new goes by the order in which entries came, as alerts do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from monitor.errors import NotFoundError
from monitor.model.entry import Entry
from monitor.model.search import Look, SavedSearch
from monitor.query import Query, candidates, document_of, parse
from monitor.query.evaluate import accepts
from monitor.service.editing import Edited, edit, preview
from monitor.service.reading import between
from monitor.service.searching import Found, search
from monitor.service.wiring import Services
from monitor.settings.edit_searches import add_search, edit_search, naming_search, remove_search
from monitor.settings.faults import did_you_mean
from monitor.settings.home import Home

FILE = "config/searches.toml"

MOST_NEW = 99
"""New entries that are counted; beyond that it is told that there are more."""

MOST_LOOKED_AT = 1_000
"""Entries that are looked at to count the new ones of one saved search."""

MOST_LOOKED_AT_IN_ALL = 1_500
"""The same of all saved searches together, in equal shares."""

MOST_FOR_FEED = 5_000
"""Entries that are looked at to find the newest hits for an output feed."""


@dataclass(frozen=True, slots=True)
class NewCount:
    """How many entries are new to a person; `more` when that is not all, or not all were looked at."""

    count: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.count}+" if self.more else str(self.count)


@dataclass(frozen=True, slots=True)
class Standing:
    """A saved search with the last look at it, what came since, and the queries that refer to it."""

    search: SavedSearch
    look: Look | None
    new: NewCount
    named_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a saved search finds.

    Hits with ids from `next_id` on are new; whoever has seen it all has seen the entries below `until_id`.
    """

    standing: Standing
    found: Found
    next_id: int
    until_id: int


def search_named(services: Services, name: str) -> SavedSearch:
    """Return the saved search of that name; raises `NotFoundError` naming the nearest."""
    for each in services.settings.searches:
        if each.name == name:
            return each
    names = [each.name for each in services.settings.searches]
    if not names:
        raise NotFoundError(
            f"There is no saved search {name!r}; {FILE} has none. Save one: monitor searches save NAME QUERY"
        )
    raise NotFoundError(f"There is no saved search {name!r}; {did_you_mean(name, names)}")


def standings(services: Services, now: datetime) -> list[Standing]:
    """Return all saved searches, in the order of their file, with what is new."""
    looks = services.store.looks.looks()
    searches = services.settings.searches
    most = min(MOST_LOOKED_AT, max(MOST_LOOKED_AT_IN_ALL // max(len(searches), 1), 1))
    return [_standing(services, each, looks, now, most) for each in searches]


def standing(services: Services, name: str, now: datetime) -> Standing:
    """Return one saved search with what is new; raises `NotFoundError`."""
    return _standing(services, search_named(services, name), services.store.looks.looks(), now)


def shown(
    services: Services, name: str, *, now: datetime, limit: int = 20, offset: int = 0
) -> Shown:
    """Return what a saved search finds, in its own order; raises `NotFoundError`."""
    until_id = services.store.entries.newest_id() + 1
    stands = standing(services, name, now)
    saved = stands.search
    found = search(services, saved.query, now=now, sort=saved.sort, limit=limit, offset=offset)
    next_id = stands.look.next_id if stands.look else until_id
    return Shown(stands, found, next_id, until_id)


def named_by(services: Services, name: str) -> tuple[str, ...]:
    """Return the places of the queries that refer to a saved search, by themselves or through others."""
    return naming_search(services.settings, name)


def recent(services: Services, name: str, now: datetime, most: int) -> list[Entry]:
    """Return about the `most` newest entries that a saved search finds, newest first.

    At most `MOST_FOR_FEED` entries are looked at. Raises `NotFoundError`.
    """
    query = _query_of(services, search_named(services, name))
    proposed = services.store.entries.candidates(candidates(query, now))
    accepted = (
        each.entry
        for each in islice(proposed, MOST_FOR_FEED)
        if accepts(query, document_of(each.entry), now)
    )
    return list(islice(accepted, most))


def mark_seen(services: Services, name: str, until_id: int, now: datetime) -> None:
    """Note that a person has seen what a saved search finds among the entries below `until_id`.

    Raises `NotFoundError`.
    """
    search_named(services, name)
    services.store.looks.looked(name, until_id, now)


def save(
    services: Services,
    wanted: SavedSearch,
    now: datetime,
    *,
    instead: bool = False,
    seen: str = "",
) -> Edited[SavedSearch]:
    """Save a search under a new name, or (`instead`) give one that is there new values.

    Raises `UsageError` for a name that is none or taken, `NotFoundError` when there is none to change,
    `QueryError` for a query that is none or refers to itself, and what `service.editing.edit` raises.
    """
    what = f"{'Changed' if instead else 'Saved'} the search {wanted.name}"
    return edit(services, what, lambda home: _put(home, wanted, instead), now, seen=seen)


def preview_save(
    services: Services, wanted: SavedSearch, *, instead: bool, seen: str = ""
) -> Edited[SavedSearch]:
    """Return what `save` would change; raises what it would, and writes nothing."""
    return preview(services, lambda home: _put(home, wanted, instead), seen=seen)


def remove(services: Services, name: str, now: datetime, *, seen: str = "") -> Edited[SavedSearch]:
    """Remove a saved search. Raises `NotFoundError`, `UsageError` naming who refers to it, and like `save`."""
    search_named(services, name)
    return edit(
        services,
        f"Removed the saved search {name}",
        lambda home: remove_search(home, name),
        now,
        seen=seen,
    )


def _put(home: Home, wanted: SavedSearch, instead: bool) -> SavedSearch:
    if not instead:
        return add_search(home, wanted)
    values = {"title": wanted.title, "query": wanted.query, "sort": wanted.sort}
    return edit_search(home, wanted.name, values)


def _standing(
    services: Services,
    saved: SavedSearch,
    looks: Mapping[str, Look],
    now: datetime,
    most: int = MOST_LOOKED_AT,
) -> Standing:
    look = looks.get(saved.name)
    new = _new(services, _query_of(services, saved), look, now, most)
    return Standing(saved, look, new, named_by(services, saved.name))


def _new(services: Services, query: Query, look: Look | None, now: datetime, most: int) -> NewCount:
    entries = services.store.entries
    until_id = entries.newest_id() + 1
    if look is None or look.next_id >= until_id:
        return NewCount(0)
    proposed = entries.candidates(between(candidates(query, now), look.next_id, until_id))
    count = 0
    for number, each in enumerate(proposed):
        if number == most:
            return NewCount(count, more=True)
        if accepts(query, document_of(each.entry), now):
            if count == MOST_NEW:
                return NewCount(count, more=True)
            count += 1
    return NewCount(count)


def _query_of(services: Services, saved: SavedSearch) -> Query:
    """Return the query as read; config/ was checked, so it can be."""
    return parse(saved.query, services.settings.lists)
