"""The topics of config/topics.toml and the named lists of config/lists, their queries checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from monitor.errors import Fault, QueryError, SettingsError
from monitor.model.topic import Topic, WordList
from monitor.query.tree import Query
from monitor.settings.faults import validated, written
from monitor.settings.fields import LIST_NAME
from monitor.settings.files import BOM, TomlFile, read_text, read_toml
from monitor.settings.home import Home
from monitor.settings.layout import Path
from monitor.settings.quantities import quoted
from monitor.settings.tables import TopicsFile

if TYPE_CHECKING:
    from monitor.query.lists import Lists

_OPENS = re.compile(r"query\s*=\s*(?:'''|\"\"\")\s*$")
_LISTED = re.compile(r"@([\w-]+)")

NO_SEARCHES = "saved:*"
"""Broken is every saved search: their file cannot be read."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list with its file's name and the line of each spelling."""

    words: WordList
    file: str
    lines: tuple[int, ...]


def read_lists(
    home: Home, faults: list[Fault], warnings: list[str]
) -> tuple[Lists, frozenset[str]]:
    """Return all lists by name, and those with a fault (added to `faults`), as `@name`."""
    files = [
        read
        for path in sorted(home.lists.glob("*.txt"))
        if not path.name.startswith(".") and (read := _read_list(home, path.stem, faults))
    ]
    from monitor.query.lists import Lists, odd_spelling

    lists = Lists({each.words.name: each.words for each in files})
    warnings += [
        f"{each.file} is empty; put one spelling a line into it"
        for each in files
        if not each.words.spellings
    ]
    warnings += [
        f"{each.file}:{line}: {odd}"
        for each in files
        for line, spelling in zip(each.lines, each.words.spellings, strict=True)
        if (odd := odd_spelling(each.words.name, spelling))
    ]
    files = [each for each in files if each.words.spellings]
    broken: set[str] = set()
    for each in files:
        found = list_faults(each, lists)
        faults += found
        if found:
            broken.add(f"@{each.words.name}")
    return lists, frozenset(broken)


def read_topics(
    home: Home,
    lists: Mapping[str, WordList],
    broken: frozenset[str],
    faults: list[Fault],
    warnings: list[str],
    queries: list[tuple[str, Query]],
) -> tuple[tuple[Topic, ...], frozenset[str] | None]:
    """Return the topics, and the names that stand in the file (None when it cannot be read).

    Queries that name what is `broken` (see `check_query`) are passed over. The others are added to
    `queries` with their places.
    """
    try:
        file = read_toml(home, home.topics_file)
    except SettingsError as error:
        faults += error.faults
        return (), None
    if file is None:
        return (), frozenset()
    table = validated(TopicsFile, file, faults)
    for path, query in _queries(file):
        known_before = len(queries)
        check_query(file, path, query, lists, broken, faults, queries)
        if any(_asks_for_topics(each) for _, each in queries[known_before:]):
            faults.append(
                Fault(
                    file.name,
                    file.layout.line(path),
                    written(path),
                    "a topic cannot ask for topics (topic:…); put the words both need into a list and write @NAME",
                )
            )
    topics = tuple(row.topic(name) for name, row in table.topics.items()) if table else ()
    for topic in topics:
        if topic.floor > 1 + sum(boost.points for boost in topic.boosts if boost.points > 0):
            path = ("topics", topic.name, "floor")
            warnings.append(
                f"{file.name}:{file.layout.line(path)}: {written(path)}: no entry can reach it; "
                "the query gives 1 point and the boosts too few"
            )
    named = file.data.get("topics")
    return topics, frozenset(named if isinstance(named, dict) else ())


def _asks_for_topics(query: Query) -> bool:
    from monitor.query.tree import Meta, walk

    return any(
        isinstance(node, Meta) and node.name == "topic" for node in walk(query.root, lists=False)
    )


def _queries(file: TomlFile) -> Iterator[tuple[Path, str]]:
    """Yield the queries of a topics file with their paths, whatever else may be wrong there."""
    for name, row in _items(file.data.get("topics")):
        query = row.get("query") if isinstance(row, dict) else None
        if isinstance(query, str):
            yield ("topics", name, "query"), query
        boosts = row.get("boost") if isinstance(row, dict) else None
        for index, boost in enumerate(boosts if isinstance(boosts, list) else ()):
            query = boost.get("query") if isinstance(boost, dict) else None
            if isinstance(query, str):
                yield ("topics", name, "boost", index, "query"), query


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def names_of_lists(query: str) -> set[str]:
    """Return the lists that a query that may be wrong names, as it writes them: with an @."""
    return {f"@{name}" for name in _LISTED.findall(query)}


def check_query(
    file: TomlFile,
    path: Path,
    query: str,
    lists: Mapping[str, WordList],
    broken: frozenset[str],
    faults: list[Fault],
    queries: list[tuple[str, Query]],
) -> None:
    """Read a query at a path of a file; add it to `queries` with its place, or its fault to `faults`.

    One that names a list or saved search that is `broken`, written as `@name` or `saved:name`, is passed
    over: that one's own fault says it.
    """
    from monitor.query.saved import SavedQueryError
    from monitor.query.syntax import parse

    if broken & names_of_lists(query) or (NO_SEARCHES in broken and "saved:" in query.lower()):
        return
    line = file.layout.line(path)
    try:
        read = parse(query.strip(), lists)
    except QueryError as error:
        if isinstance(error, SavedQueryError) and f"saved:{error.culprit}" in broken:
            return
        line += lines_down(file, line, query, error.position)
        faults.append(Fault(file.name, line, written(path), str(error)))
        return
    queries.append((f"{file.name}:{line}: {written(path)}", read))


def lines_down(file: TomlFile, line: int, query: str, position: int) -> int:
    """Return how many lines below its key the place of an error in a query stands.

    `position` counts in the query without the white space around it. Only a text that begins on
    the line behind its key's, in three quotes and without a backslash, is as it stands in the file.
    """
    if not _OPENS.search(file.text.split("\n")[line - 1]) or "\\" in query:
        return 0
    before = len(query) - len(query.lstrip())
    return 1 + query.count("\n", 0, before + position)


def _read_list(home: Home, name: str, faults: list[Fault]) -> ListFile | None:
    path = home.lists / f"{name}.txt"
    if not LIST_NAME.fullmatch(name):
        message = (
            f"{quoted(name)} is no name for a list, which is letters, digits, - and _; "
            "rename the file"
        )
        faults.append(Fault(home.named(path), 0, "", message))
        return None
    try:
        text = read_text(home, path) or ""
    except SettingsError as error:
        faults += error.faults
        return None
    return list_of(home, path, text.removeprefix(BOM))


def list_of(home: Home, path: FilePath, text: str) -> ListFile:
    """Return the spellings of a text as those of a list's file, with their lines."""
    rows = [
        (number, line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    words = WordList(path.stem, tuple(spelling for _, spelling in rows))
    return ListFile(words, home.named(path), tuple(number for number, _ in rows))


def list_faults(file: ListFile, lists: Mapping[str, WordList]) -> list[Fault]:
    """Ask for the list as a query would; when it cannot be, find each line that is to blame."""
    name, spellings = file.words.name, file.words.spellings
    whole = _list_error(name, lists)
    if whole is None:
        return []
    faults = []
    for place, spelling in enumerate(spellings):
        # Empty spellings are passed over, so the one looked at keeps its number.
        alone = WordList(name, (*("",) * place, spelling))
        error = _list_error(name, {**lists, name: alone})
        if error is not None:
            faults.append(Fault(file.file, file.lines[place], "", error))
    return faults or [Fault(file.file, 0, "", whole)]


def _list_error(name: str, lists: Mapping[str, WordList]) -> str | None:
    """Return what is wrong with a list that cannot be asked for, or None."""
    from monitor.query.lists import ListError, Lists
    from monitor.query.syntax import MOST_SPELLINGS

    try:
        Lists.of(lists).expand(name, MOST_SPELLINGS)
    except ListError as error:
        return f"{error.reason} {error.hint}".strip()
    return None
