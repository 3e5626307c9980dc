"""Change config/searches.toml: save, edit and remove searches, and leave the rest of it byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from monitor.errors import QueryError, UsageError
from monitor.model.search import SavedSearch
from monitor.settings.digests import title_of
from monitor.settings.faults import did_you_mean, message_of, written
from monitor.settings.home import Home
from monitor.settings.named_tables import (
    Group,
    Row,
    add_table,
    change_table,
    remove_table,
    table_named,
)
from monitor.settings.read import load
from monitor.settings.searches import names_for_queries
from monitor.settings.tables import SearchesFile
from monitor.settings.values import Settings

_KEYS = ("title", "query", "sort")
_USUAL_SORT = "newest"


def add_search(home: Home, search: SavedSearch) -> SavedSearch:
    """Add a saved search at the end of config/searches.toml and return it as it is read.

    A title that is what the name gives anyway is left out. Raises `UsageError` for a name that is none or
    taken and for values that may not stand there, `QueryError` for a query that is none, `MonitorError`
    when the file cannot be changed.
    """
    row = {key: _raw(search.name, key, getattr(search, key)) for key in _KEYS}
    row = {key: value for key, value in row.items() if value is not None}
    add_table(home, SEARCHES, search.name, row)
    return search_of(search.name, row)


def edit_search(home: Home, name: str, changes: Mapping[str, object]) -> SavedSearch:
    """Give a saved search new values, as `SavedSearch` has them; return it as it is now.

    Raises `NotFoundError`, and like `add_search`.
    """
    for key in changes:
        if key not in _KEYS:
            raise UsageError(
                f"{key} is no part of a saved search; {did_you_mean(key, list(_KEYS))}"
            )
    old = search_of(name, table_named(home, SEARCHES, name))
    values = {
        key: _raw(name, key, value) for key, value in changes.items() if value != getattr(old, key)
    }
    return search_of(name, change_table(home, SEARCHES, name, values))


def remove_search(home: Home, name: str) -> SavedSearch:
    """Take a saved search out of config/searches.toml, with the comment right above it; return what it was.

    Raises `NotFoundError`, `UsageError` naming every query that refers to it.
    """
    search = search_of(name, table_named(home, SEARCHES, name))
    named = naming_search(load(home), name)
    if named:
        raise UsageError(
            f"saved:{name} stands in {'; '.join(named)}. Take it out there first. Nothing was changed."
        )
    remove_table(home, SEARCHES, name)
    return search


def naming_search(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the places of the queries that refer to a saved search, by themselves or through others."""
    return tuple(place for place, query in settings.queries if name in query.saved)


def search_of(name: str, row: Row) -> SavedSearch:
    """Return a table of searches.toml as a saved search; raises `UsageError` with all that is wrong."""
    try:
        file = SearchesFile.model_validate({"searches": {name: row}})
    except ValidationError as error:
        faults = []
        for each in error.errors(include_url=False):
            path = tuple(part for part in each["loc"] if part != "[key]")
            faults.append(f"{written(path[2:] or path)} {message_of(each, SearchesFile)}")
        raise UsageError("; ".join(faults)) from None
    return file.searches[name].search(name)


def _check(home: Home, name: str, row: Row) -> None:
    """Refuse what a saved search may not be; its query is read with the lists and searches there are."""
    from monitor.query.syntax import read_saved

    search = search_of(name, row)
    known = names_for_queries(home)
    names = known.with_searches({**known.searches, name: search.query})
    try:
        read_saved(name, names)
    except QueryError as error:
        raise QueryError(error.text, error.position, error.reason, error.hint) from None


def _raw(name: str, key: str, value: Any) -> Any:
    """Return a value as searches.toml has it, None for what goes without saying."""
    if key == "query":
        return str(value or "").replace("\r\n", "\n").strip()
    if key == "title":
        value = " ".join(str(value or "").split())
        return value if value not in ("", title_of(name)) else None
    return value if value != _USUAL_SORT else None


SEARCHES = Group(
    key="searches",
    noun="saved search",
    path=lambda home: home.searches_file,
    opening="# Saved searches: queries with a name, which others refer to as saved:NAME.\n",
    check=_check,
    framed=frozenset({"query"}),
)
"""The tables of config/searches.toml."""
