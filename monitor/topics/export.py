"""A topic's query in the syntax of another product, and what is lost on the way.

Lists are written out. What the other language has nothing for is left out (or written as the
nearest it has) and told: `lost` is what finds other entries there, `notes` is what reads the same
but is counted or spelled otherwise. docs/topics.md has the table.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from monitor.query.syntax import LONGEST
from monitor.query.tree import And, Listed, Meta, Near, Node, Not, Or, Scope, Term, spelled_out
from monitor.topics.compiled import CompiledTopic

Syntax = Literal["lucene", "google", "meltwater"]
SYNTAXES: tuple[Syntax, ...] = ("lucene", "google", "meltwater")

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Exported:
    """A query for another product; "" when nothing of it can be asked there."""

    query: str
    lost: tuple[str, ...]
    notes: tuple[str, ...]


class Written(NamedTuple):
    """A piece of the other query. `joined` by AND, OR, NEAR or nothing; `negative`: only excludes."""

    text: str
    joined: str = ""
    negative: bool = False

    def within(self, *joined: str) -> str:
        """Return the text, in brackets when it is joined by one of these."""
        return f"({self.text})" if self.joined in joined else self.text


def export(topic: CompiledTopic, syntax: Syntax) -> Exported:
    """Return a topic's query in another syntax, with what is lost."""
    from monitor.topics.dialects import WRITERS

    writer = WRITERS[syntax]()
    written = writer.write(topic.query.root)
    if written and written.negative:
        writer.lose("what only excludes has nothing left to exclude from", topic.query.root)
        written = None
    lost = list(writer.told(writer.lost))
    if topic.boosts or topic.floor != 1:
        lost.append("boosts and the floor: only the query is written, without points")
    text = written.text if written else ""
    lost += writer.limits(text)
    return Exported(text, tuple(lost), tuple(writer.told(writer.notes)))


class Writer(ABC):
    """Writes a tree, part by part, and keeps what it could not write. One for each syntax."""

    product = ""

    def __init__(self) -> None:
        self.lost: dict[str, dict[str, None]] = {}
        self.notes: dict[str, dict[str, None]] = {}

    def lose(self, what: str, node: Node) -> None:
        """Keep what the other language cannot say, with the clause."""
        self.lost.setdefault(what, {})[spelled_out(node)] = None

    def note(self, what: str, node: Node) -> None:
        """Keep what the other language counts or spells otherwise."""
        self.notes.setdefault(what, {})[spelled_out(node)] = None

    def told(self, kept: dict[str, dict[str, None]]) -> list[str]:
        """Return sentences, each with some of its clauses."""
        sentences = []
        for what, clauses in kept.items():
            shown = ", ".join(list(clauses)[:_SHOWN])
            more = f" and {len(clauses) - _SHOWN} more" if len(clauses) > _SHOWN else ""
            sentences.append(f"{what}: {shown}{more}")
        return sentences

    def limits(self, text: str) -> list[str]:
        """Return which limits of the other product a query breaks."""
        if len(text) <= LONGEST:
            return []
        return [f"length: with its lists written out it has {len(text):,} characters"]

    def write(self, node: Node) -> Written | None:
        """Return a part in the other syntax, or None when nothing of it is left."""
        match node:
            case And(parts=parts):
                return self.all_of([self.write(part) for part in parts])
            case Or(parts=parts):
                return self.any_of(parts)
            case Not(part=part):
                return self.excluded(node, self.write(part))
            case Listed(part=part):
                return self.write(part)
            case Scope(name=name, part=part):
                return self.scoped(node, name, part)
            case Near():
                return self.near(node)
            case Meta():
                return self.meta(node)
            case Term():
                return self.term(node)

    def all_of(self, parts: Sequence[Written | None]) -> Written | None:
        """Join what is left of the parts of an AND."""
        left = [part for part in parts if part]
        if len(left) < 2:
            return left[0] if left else None
        text = " AND ".join(part.within("OR") for part in left)
        return Written(text, "AND", all(part.negative for part in left))

    def any_of(self, parts: Sequence[Node]) -> Written | None:
        """Join what is left of the parts of an OR; none of them may only exclude."""
        left: dict[Written, None] = {}
        for part in parts:
            written = self.write(part)
            if written and written.negative:
                self.lose("a part of an OR that only excludes is left out", part)
            elif written:
                left[written] = None
        if len(left) < 2:
            return next(iter(left), None)
        return Written(" OR ".join(part.within("AND") for part in left), "OR")

    def excluded(self, node: Not, part: Written | None) -> Written | None:
        """Return NOT before what is left of its part."""
        if part is None:
            return None
        if part.negative:
            self.lose("a double exclusion is left out", node)
            return None
        return Written(f"NOT {part.within('AND', 'OR', 'NEAR')}", "", True)

    @abstractmethod
    def scoped(self, node: Scope, name: str, part: Node) -> Written | None:
        """Return a part that must stand in one field."""

    @abstractmethod
    def near(self, node: Near) -> Written | None:
        """Return a NEAR."""

    @abstractmethod
    def meta(self, node: Meta) -> Written | None:
        """Return a clause about the entry."""

    @abstractmethod
    def term(self, node: Term) -> Written | None:
        """Return a word or phrase."""

    def left_out(self, node: Meta) -> None:
        """Keep a clause about the entry that the other product cannot be asked."""
        self.lose(f"{node.name}: is nothing {self.product} can be asked, and left out", node)

    def alternatives(self, node: Node) -> list[Term] | None:
        """Return the words and phrases of which one stands beside a NEAR; None for another NEAR."""
        match node:
            case Term():
                return [node]
            case Listed(part=part):
                return self.alternatives(part)
            case Or(parts=parts):
                each = [self.alternatives(part) for part in parts]
                if any(terms is None for terms in each):
                    return None
                return [term for terms in each if terms for term in terms]
            case _:
                return None


def inner(term: Term) -> str:
    """Return the words of a term as written, without quotes, `=` and distance."""
    text = term.text.removeprefix("=")
    if text.startswith('"'):
        text = text[1 : text.rindex('"')]
    words = [word.removeprefix("=") for word in re.sub(r'["\\]', " ", text).split()]
    return " ".join(word for word in words if word)


def is_exact(term: Term) -> bool:
    """Say whether the case of a word of the term counts."""
    return any(word.cased for word in term.variants[0])


def words_of(term: Term) -> int:
    """Return how many words a term has."""
    return len(term.variants[0])
