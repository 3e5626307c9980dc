"""What queries may name: lists and saved searches.

`@chips` stands for any spelling in config/lists/chips.txt, `saved:NAME` for the query of
`[searches.NAME]` in config/searches.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.model.topic import WordList
from monitor.query.metadata import FIELDS, TEXT_FIELDS
from monitor.query.scan import QUOTES, nearest
from monitor.query.terms import FIELD_NAME, OPERATOR, WrittenError, term
from monitor.query.tree import Node, Or, Query, Term

_DEEPEST = 20


class ListError(ValueError):
    """A list that is not there, cannot be read, or takes in itself."""

    def __init__(self, message: str, hint: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.reason = reason or message
        """What is wrong, without saying in which line: for whoever says that already."""


class Lists(Mapping[str, WordList]):
    """The lists a query may name, by name; each is expanded once for all queries.

    `searches` are the texts of the saved searches it may name, by name; those of `saved` were read.
    """

    def __init__(
        self, lists: Mapping[str, WordList], searches: Mapping[str, str] | None = None
    ) -> None:
        self._lists = lists
        self.searches: Mapping[str, str] = searches or {}
        self.saved: dict[str, Query] = {}
        self._terms: dict[str, tuple[Term, ...]] = {}
        self._parts: dict[str, Node] = {}
        self.read: dict[str, Query] = {}
        """Queries that were read with these lists, by their text; see `monitor.query.syntax.parse`."""

    def with_searches(self, searches: Mapping[str, str]) -> Lists:
        """Return the same lists with these saved searches beside them."""
        return Lists(self._lists, searches)

    @classmethod
    def of(cls, lists: Mapping[str, WordList]) -> Lists:
        """Return the lists as `Lists`: themselves where they are."""
        return lists if isinstance(lists, cls) else cls(lists)

    def __getitem__(self, name: str) -> WordList:
        return self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def expand(self, name: str, most: int) -> Node:
        """Return any-of the spellings of a list, those of lists it takes in included.

        Raises `ListError` for a list that is unknown, empty, longer than `most`, has a spelling
        that is none, or takes in itself.
        """
        if name not in self._parts:
            terms = self._expand(name, (), most)
            if not terms:
                raise ListError(f"The list @{name} is empty.", "Put one spelling a line into it.")
            self._parts[name] = terms[0] if len(terms) == 1 else Or(terms)
        return self._parts[name]

    def _expand(self, name: str, outer: tuple[str, ...], most: int) -> tuple[Term, ...]:
        if name in self._terms:
            return self._terms[name]
        if name not in self._lists:
            within = f" (named in @{outer[-1]})" if outer else ""
            raise ListError(f"There is no list @{name}{within}.", nearest(name, self._lists))
        if name in outer:
            chain = " in ".join(f"@{one}" for one in reversed((*outer, name)))
            raise ListError(f"A list cannot take in itself: {chain}.", "Remove one of the lines.")
        if len(outer) > _DEEPEST:
            raise ListError(f"More than {_DEEPEST} lists take in each other, up to @{name}.")
        found: dict[Term, None] = {}
        for number, spelling in enumerate(self._lists[name].spellings, start=1):
            if not (written := spelling.strip()):
                continue
            if written.startswith("@"):
                found.update(dict.fromkeys(self._expand(written[1:], (*outer, name), most)))
            else:
                found[_spelling(name, number, written)] = None
            if len(found) > most:
                raise ListError(f"The list @{name} has more than {most:,} spellings.", "Split it.")
        self._terms[name] = tuple(found)
        return self._terms[name]


def _spelling(name: str, number: int, written: str) -> Term:
    exact = written.startswith("=")
    inner = written[exact:].strip()
    if len(inner) > 1 and inner[0] in QUOTES and inner[-1] in QUOTES:
        inner = inner[1:-1]
    try:
        return term(inner, quoted=True, exact=exact)[0]
    except WrittenError as error:
        raise ListError(
            f"Spelling {number} of the list @{name}, {written!r}: {error.message}",
            error.hint,
            f"{written!r}: {error.message}",
        ) from None


def odd_spelling(name: str, written: str) -> str:
    """Say what a line of a list is most likely to be meant as, "" where it may be a spelling.

    Everything in a line is one word or phrase, so what works in a query is looked for as a word.
    """
    inner = written.strip().removeprefix("=")
    marks = [at for at, sign in enumerate(inner) if sign in QUOTES]
    if len(marks) == 2 and marks == [0, len(inner) - 1]:
        return ""  # in quotes, so the words are meant
    words = inner.split()
    signs = [word for word in words if OPERATOR.fullmatch(word)]
    rest = " ".join(word for word in words if word not in signs)
    # In a line of capitals AND is a word like the others: SEARCH AND SEIZURE.
    certain = not rest.isupper() or any(sign.isdigit() for sign in rest + "".join(signs))
    if signs and rest and certain:
        instead = "write the words on lines of their own"
        if signs[0] != "OR":
            instead = "write it in the query"
        return f"a list has one spelling a line; {signs[0]} means nothing here; {instead}"
    for word in words:
        field = FIELD_NAME.match(word.lstrip("(-"))
        if field and field[1] in FIELDS and field.end() < len(word.lstrip("(-")):
            return (
                f"a list has one spelling a line; {field[1]}: means nothing here; write it in the "
                f"query, {field[1]}:{f'@{name}' if field[1] in TEXT_FIELDS else '…'}"
            )
    if len(inner) > 1 and inner[0] == "-" and inner[1].isalpha():
        return "a list has one spelling a line; - means nothing here; write NOT in the query"
    if len(marks) == 1 and not (marks[0] and inner[marks[0] - 1].isdigit()):
        return "this quote is never closed; a list needs no quotes, take it out"
    return ""


def spelled_lists(lists: Mapping[str, WordList], names: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the spellings of these lists and of those they take in, by name."""
    found: dict[str, list[str]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in lists:
            continue
        found[name] = [spelling.strip() for spelling in lists[name].spellings if spelling.strip()]
        waiting += [spelling[1:] for spelling in found[name] if spelling.startswith("@")]
    return found
