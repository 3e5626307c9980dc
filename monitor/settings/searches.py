"""The saved searches of config/searches.toml, their queries checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.errors import Fault, QueryError, SettingsError
from monitor.model.search import SavedSearch
from monitor.query.tree import Query
from monitor.settings.faults import validated, written
from monitor.settings.files import TomlFile, read_toml
from monitor.settings.home import Home
from monitor.settings.layout import Path
from monitor.settings.tables import SearchesFile
from monitor.settings.topics import NO_SEARCHES, lines_down, names_of_lists, read_lists

if TYPE_CHECKING:
    from monitor.query.lists import Lists


def read_searches(
    home: Home,
    lists: Lists,
    broken: frozenset[str],
    faults: list[Fault],
    queries: list[tuple[str, Query]],
) -> tuple[tuple[SavedSearch, ...], Lists, frozenset[str]]:
    """Return the saved searches, what queries may name with them, and what is broken of that.

    `broken` are the lists with a fault, as `@name`; what is returned has the searches with one (added to
    `faults`) or with such a list as well, as `saved:name`. A search whose fault is that of another one it
    names is passed over. The others are added to `queries` with their places.
    """
    try:
        file = read_toml(home, home.searches_file)
    except SettingsError as error:
        faults += error.faults
        return (), lists, broken | {NO_SEARCHES}
    if file is None:
        return (), lists, broken
    table = validated(SearchesFile, file, faults)
    texts = dict(_queries(file))
    named = lists.with_searches(texts)
    broken |= _check(file, texts, named, broken, faults, queries)
    found = tuple(row.search(name) for name, row in table.searches.items()) if table else ()
    return found, named, broken


def names_for_queries(home: Home) -> Lists:
    """Return the lists and saved searches that a query may name, whatever may be wrong elsewhere."""
    lists, broken = read_lists(home, [], [])
    return read_searches(home, lists, broken, [], [])[1]


def _queries(file: TomlFile) -> Iterator[tuple[str, str]]:
    """Yield names and queries, whatever else may be wrong in the file."""
    rows = file.data.get("searches")
    for name, row in rows.items() if isinstance(rows, dict) else ():
        if isinstance(row, dict) and isinstance(row.get("query"), str):
            yield name, row["query"].strip()


def _check(
    file: TomlFile,
    texts: dict[str, str],
    named: Lists,
    broken: frozenset[str],
    faults: list[Fault],
    queries: list[tuple[str, Query]],
) -> set[str]:
    """Read each query; return those that cannot be asked, as `saved:name`."""
    from monitor.query.saved import SavedQueryError
    from monitor.query.syntax import read_saved

    found: set[str] = set()
    others: list[tuple[str, SavedQueryError]] = []
    for name, text in texts.items():
        if broken & names_of_lists(text):
            found.add(f"saved:{name}")
            continue
        try:
            query = read_saved(name, named)
        except SavedQueryError as error:
            others.append((name, error))
        except QueryError as error:
            faults.append(_fault(file, name, error))
            found.add(f"saved:{name}")
        else:
            line = file.layout.line(_path(name))
            queries.append((f"{file.name}:{line}: {written(_path(name))}", query))
    for name, error in others:
        if f"saved:{error.culprit}" not in found:
            faults.append(_fault(file, name, error))
    return found | {f"saved:{name}" for name, _ in others}


def _path(name: str) -> Path:
    return ("searches", name, "query")


def _fault(file: TomlFile, name: str, error: QueryError) -> Fault:
    path = _path(name)
    query = file.data["searches"][name]["query"]
    line = file.layout.line(path)
    line += lines_down(file, line, query, error.position)
    return Fault(file.name, line, written(path), str(error))
