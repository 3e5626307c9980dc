"""Saved searches within queries: `saved:NAME` stands for the query of that name, in brackets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.errors import QueryError
from monitor.query.lists import Lists
from monitor.query.scan import nearest
from monitor.query.tree import Query

MOST_TAKEN_IN = 10_000
"""Words, phrases, fields and operators that saved searches may bring into one query."""

Read = Callable[[str, Lists, tuple[str, ...], int], Query]
"""Reads the text of a saved search: with the saved searches around it, itself last, and how deep it stands."""


class SavedQueryError(QueryError):
    """A query that would be in order, but names a saved search that is not.

    `culprit` is the one whose own text is wrong: named by the query, or by one it names.
    """

    def __init__(
        self, text: str, position: int, message: str, hint: str = "", *, culprit: str
    ) -> None:
        super().__init__(text, position, message, hint)
        self.culprit = culprit


class CircleError(QueryError):
    """A saved search that names itself, or is named by one it names; `names` are those of the circle."""

    def __init__(self, text: str, position: int, names: tuple[str, ...]) -> None:
        self.names = names
        chain = " refers to ".join(f"saved:{name}" for name in (*names, names[0]))
        super().__init__(
            text,
            position,
            f"A saved search cannot refer to itself: {chain}.",
            "Take one of these references out.",
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """`saved:name` at a position of a text.

    `outer` are the saved searches around it, when that is the text of one: from the outermost to its
    own. `depth` is how many brackets are around it in all.
    """

    name: str
    text: str
    position: int
    outer: tuple[str, ...]
    depth: int


def query_named(reference: Reference, lists: Lists, read: Read) -> Query:
    """Return the query of the saved search that is named, read once for all who name it.

    Raises `QueryError` for one that is not there or cannot be read.
    """
    name, outer = reference.name, reference.outer
    if name in lists.saved:
        return lists.saved[name]
    if name not in lists.searches:
        known = nearest(name, lists.searches)
        hint = known or "Save one: monitor searches save NAME QUERY."
        message = f"There is no saved search {name!r}."
        raise QueryError(reference.text, reference.position, message, hint)
    if name in outer:
        circle = outer[outer.index(name) :]
        raise CircleError(reference.text, reference.position, (circle[-1], *circle[:-1]))
    try:
        text = lists.searches[name].strip()
        lists.saved[name] = read(text, lists, (*outer, name), reference.depth)
    except QueryError as error:
        raise _told_here(error, reference) from None
    return lists.saved[name]


def _told_here(error: QueryError, reference: Reference) -> QueryError:
    """Return an error in the text of a saved search as one of the text that names it."""
    text, position, name = reference.text, reference.position, reference.name
    if (
        isinstance(error, CircleError)
        and reference.outer[-1:]
        and reference.outer[-1] in error.names
    ):
        # The same circle, told from where one stands.
        at = error.names.index(reference.outer[-1])
        return CircleError(text, position, error.names[at:] + error.names[:at])
    if isinstance(error, SavedQueryError):
        return SavedQueryError(text, position, error.reason, error.hint, culprit=error.culprit)
    message = f"saved:{name} cannot be asked: {error.reason}"
    hint = "Its query is in config/searches.toml."
    return SavedQueryError(text, position, message, hint, culprit=name)
