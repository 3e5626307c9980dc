"""Adding clauses to the text of a query and taking them out again, as a click on the page does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import QueryError
from monitor.model.topic import WordList
from monitor.query.metadata import FOREVER, NEVER, Window, period
from monitor.query.periods import between
from monitor.query.syntax import parse
from monitor.query.tree import And, Meta, Node, Not, Or, Query, Term, spelled_out, walk

_ANY = "has:author"
_DATES = ("after", "before", "on", "since")


def clause(name: str, value: str) -> str:
    """Return `name:value` as a query has it, "" when the language has no way to say so.

    Quotes and stars are left out of names, which are compared without them.
    """
    plain = " ".join(value.replace('"', " ").replace("*", " ").split())
    text = spelled_out(Meta(name, plain))
    try:
        read = parse(text).root
    except QueryError:
        return ""
    return text if read == Meta(name, plain) else ""


@dataclass(frozen=True, slots=True)
class Base:
    """What clauses can be written behind: `text`, and `timeless`, which asks for no period while `text` asks for `window`.

    None where there is no such text, as of words that were searched as they stand and are no query;
    "" where nothing else is asked.
    """

    text: str | None
    timeless: str | None
    window: Window

    def narrowed(self, added: str) -> str:
        """Return the text that asks for these clauses besides; "" when it cannot be written."""
        return self._behind(self.text, added)

    def within(self, from_at: datetime, until_at: datetime) -> str:
        """Return the text for what was first seen in this period, in place of one that holds it whole."""
        low, high = self.window
        inside = low <= from_at and until_at <= high
        return self._behind(self.timeless if inside else self.text, between(from_at, until_at))

    def _behind(self, base: str | None, added: str) -> str:
        return "" if base is None or not added else f"{base} {added}".lstrip()


def base_of(query: Query, lists: Mapping[str, WordList], now: datetime) -> Base:
    """Return what clauses can be written behind so that they and the query must hold."""
    periods = [part for part in parts_of(query) if isinstance(part, Meta) and is_period(part)]
    windows = [period(part.name, part.value, now) for part in periods]
    window = (
        max(w[0] for w in windows) if windows else NEVER,
        min(w[1] for w in windows) if windows else FOREVER,
    )
    try:
        text = _text(query, lists)
        known = {_key(part) for part in parts_of(parse(f"{text} {_ANY}", lists))}
    except QueryError:
        return Base(None, None, window)
    if {_key(part) for part in parts_of(query)} - known:
        return Base(None, None, window)
    if not periods:
        return Base(text, text, window)
    rest = without(query, periods, lists)
    if rest:
        return Base(text, _bracketed(parse(rest, lists)), window)
    # "" is what is left of a period alone, and of one beside exclusions, which need something.
    return Base(text, "" if len(periods) == len(parts_of(query)) else None, window)


def is_period(node: Node) -> bool:
    """Say whether a part asks for a time of being first seen."""
    return isinstance(node, Meta) and node.name in _DATES


def without(query: Query, parts: Iterable[Node], lists: Mapping[str, WordList]) -> str:
    """Return the text of a query without some of its parts, "" when nothing is left to ask.

    The rest stays as it was typed where the parts stand alone in it, else it is spelled out.
    """
    gone = list(parts)
    text = query.text
    for part in sorted(
        (part for part in parts_of(query) if part in gone), key=_start, reverse=True
    ):
        for written in (spelled_out(part), f"-{spelled_out(part).removeprefix('NOT ')}"):
            start, end = _start(part), _start(part) + len(written)
            if text[start:end] == written and text[end : end + 1] in ("", " "):
                text = f"{text[:start].rstrip()} {text[end:].lstrip()}"
                break
    text = text.strip()
    left = tuple(part for part in parts_of(query) if part not in gone)
    if not left:
        return ""
    try:
        if parts_of(parse(text, lists)) == left:
            return text
    except QueryError:
        pass
    spelled = spelled_out(left[0] if len(left) == 1 else And(left))
    try:
        parse(spelled, lists)
    except QueryError:  # what is left only excludes
        return ""
    return spelled


def parts_of(query: Query) -> tuple[Node, ...]:
    """Return the parts that must all hold."""
    return query.root.parts if isinstance(query.root, And) else (query.root,)


def about_entry(query: Query) -> Query | None:
    """Return the query of those parts that ask about the entry alone, not for words; None without one."""
    parts = [part for part in parts_of(query) if _is_about_entry(part)]
    if not parts:
        return None
    return Query(query.text, parts[0] if len(parts) == 1 else And(tuple(parts)))


def fields_in(query: Query) -> frozenset[str]:
    """Return the names of the fields about the entry that a query asks for."""
    return frozenset(node.name for node in walk(query.root, lists=False) if isinstance(node, Meta))


def asks_only_about_entry(query: Query) -> bool:
    """Say whether no part of a query asks for words."""
    return all(_is_about_entry(part) for part in parts_of(query))


def _is_about_entry(node: Node) -> bool:
    match node:
        case Meta():
            return True
        case Not(part=part):
            return _is_about_entry(part)
        case And(parts=parts) | Or(parts=parts):
            return all(_is_about_entry(part) for part in parts)
        case _:
            return False


def _text(query: Query, lists: Mapping[str, WordList]) -> str:
    """Return the text to write a clause behind; raises `QueryError` when it is none."""
    if not query.literal:
        return _bracketed(query)
    spelled = query.spelled_out()
    parse(spelled, lists)
    return spelled


def _start(node: Node) -> int:
    return node.start


def _key(node: Node) -> object:
    """Return what tells a part from others; words that were typed in other ways are the same."""
    return node.variants if isinstance(node, Term) else node


def _bracketed(query: Query) -> str:
    text = query.text.strip()
    return f"({text})" if isinstance(query.root, Or) else text
