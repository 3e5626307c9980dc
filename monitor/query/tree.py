"""What a query is made of: a small frozen tree, and how it is written out again.

    Query      the text, its tree, and the warnings about it
    And, Or    two or more parts; never one directly inside its own kind
    Not        the part must not hold
    Scope      `title:` `lead:` `body:` over a part
    Near       two parts within so many words of each other, in either order or in this one
    Listed     `@name`: any spelling of a named list
    Term       a word, or a phrase, or `"a b"~n`
    Meta       `field:value` about the entry rather than its words

A saved search has no part of its own: `saved:NAME` is read as its query in brackets, so that whoever
looks at a tree sees all that is asked. `Query.saved` says which ones were.

Two trees are equal when they ask for the same thing in the same way; where a part stood in the
text (`start`) does not count. `spelled_out` writes a tree with all operators explicit, and parsing
that gives an equal tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

_BARE_VALUE = re.compile(r"[\w.*<>=%+~/:][\w.*<>=%+~/:?&#,;-]*")


@dataclass(frozen=True, slots=True)
class Word:
    """One token to find.

    `form` is folded. `cased` is the word with its case when only that will do (`=BIS`), else "".
    `prefix`: any token that begins with the form. `stemmed`: inflections match too. `glued`:
    only a hyphen may stand between it and the word before.
    """

    form: str
    cased: str = ""
    prefix: bool = False
    stemmed: bool = True
    glued: bool = False


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other, or, with `within`, that many words apart at most.

    `variants` are other ways to write the same thing, the one that was typed first: `GPT-5` is
    ("gpt", "5") and ("gpt5",). Any of them will do.
    """

    text: str
    variants: tuple[tuple[Word, ...], ...]
    within: int | None = None
    start: int = field(default=0, compare=False)

    @cached_property
    def anchors(self) -> tuple[int, ...]:
        """Which word of each variant to look for first: the longest, an open one last."""
        return tuple(
            max(range(len(words)), key=lambda at: (not words[at].prefix, len(words[at].form)))
            for words in self.variants
        )

    @cached_property
    def needed(self) -> tuple[Word, ...]:
        """The words of which a text holds one when it holds the term."""
        anchored = zip(self.variants, self.anchors, strict=True)
        return tuple(dict.fromkeys(words[anchor] for words, anchor in anchored))


@dataclass(frozen=True)
class Listed:
    """A named list: one of its spellings. `part` is an `Or` of terms, or a single term."""

    name: str
    part: Node
    start: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Near:
    """`left NEAR/distance right`; the distance between neighbouring words is 1.

    `ordered` is ONEAR: the left one stands before the right one.
    """

    left: Node
    right: Node
    distance: int
    start: int = field(default=0, compare=False)
    ordered: bool = False


@dataclass(frozen=True)
class Scope:
    """A part that must hold within the title, the lead or the body alone."""

    name: str
    part: Node
    start: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Meta:
    """A clause about the entry: `outlet:reuters`, `since:7d`, `has:enclosure`."""

    name: str
    value: str
    start: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Not:
    """The part must not hold."""

    part: Node
    start: int = field(default=0, compare=False)


@dataclass(frozen=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]
    start: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Or:
    """At least one part holds."""

    parts: tuple[Node, ...]
    start: int = field(default=0, compare=False)

    @cached_property
    def plans(self) -> dict[str, object]:
        """What was worked out for this part, by language or name; no part of its value."""
        return {}


Node = Term | Listed | Near | Scope | Meta | Not | And | Or


@dataclass(frozen=True)
class Query:
    """A query that can be asked. `literal`: the text was taken word by word, without operators.

    `noticed` is what reading it brought up; `warnings` have what a closer look finds as well. `saved`
    are the saved searches it names, by itself or through others, by name; `depth` is how many
    brackets, fields and negations stand inside each other, theirs included.
    """

    text: str
    root: Node
    noticed: tuple[str, ...] = ()
    literal: bool = False
    saved: Mapping[str, Query] = field(default_factory=dict)
    depth: int = 0

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What is likely to be meant otherwise. Worked out when it is asked for, at some cost.

        What is told of a saved search by itself is not told of every query that names it.
        """
        from monitor.query.lint import warnings_of

        told = {each for query in self.saved.values() for each in query.warnings}
        found = dict.fromkeys((*self.noticed, *warnings_of(self.root)))
        return tuple(each for each in found if each not in told)

    def spelled_out(self) -> str:
        """Return the query with its operators explicit ("understood"); it parses to an equal tree.

        Saved searches are written out.
        """
        return spelled_out(self.root)


def spelled_out(node: Node) -> str:
    """Return the text of a part with its operators explicit."""
    match node:
        case Term(text=text):
            return text
        case Listed(name=name):
            return f"@{name}"
        case Meta(name=name, value=value):
            return f"{name}:{_quoted(name, value)}"
        case Scope(name=name, part=part):
            return f"{name}:{_bracketed(part, Not, And, Or, Near)}"
        case Not(part=part):
            return f"NOT {_bracketed(part, And, Or)}"
        case Near(left=left, right=right, distance=distance, ordered=ordered):
            sign = f"{'ONEAR' if ordered else 'NEAR'}/{distance}"
            return f"{_bracketed(left, Or)} {sign} {_bracketed(right, Or, Near)}"
        case And(parts=parts):
            return " AND ".join(_bracketed(part, Or) for part in parts)
        case Or(parts=parts):
            return " OR ".join(_bracketed(part, And) for part in parts)


def flat(kind: type[And] | type[Or], parts: list[Node]) -> tuple[Node, ...]:
    """Take in the parts of parts of the same kind: (a OR b) OR c has three."""
    taken: list[Node] = []
    for part in parts:
        taken.extend(part.parts if isinstance(part, kind) else (part,))
    return tuple(taken)


def moved(node: Node, start: int) -> Node:
    """Return a part of one text as it stands at a place of another: all of it at that place."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return replace(node, parts=tuple(moved(part, start) for part in parts), start=start)
        case Near(left=left, right=right):
            return replace(node, left=moved(left, start), right=moved(right, start), start=start)
        case Not(part=part) | Scope(part=part):
            return replace(node, part=moved(part, start), start=start)
        case _:
            return replace(node, start=start)


def in_field(name: str, node: Node) -> Node:
    """Return a part as it reads alone when it stands inside of `title:`, `lead:` or `body:`.

    Without a name it is the part itself. `title:` takes no NOT, which goes before it.
    """
    match node:
        case Not(part=part):
            return Not(in_field(name, part), node.start)
        case Scope() | Meta():
            return node
        case _:
            return Scope(name, node, node.start) if name else node


def walk(node: Node, *, lists: bool = True) -> Iterator[Node]:
    """Yield a part and everything inside it, in the order written; `lists` are gone into."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case And(parts=parts) | Or(parts=parts):
                waiting.extend(reversed(parts))
            case Not(part=part) | Scope(part=part):
                waiting.append(part)
            case Listed(part=part):
                if lists:
                    waiting.append(part)
            case Near(left=left, right=right):
                waiting += [right, left]


def _bracketed(node: Node, *kinds: type) -> str:
    text = spelled_out(node)
    return f"({text})" if isinstance(node, kinds) else text


def _quoted(name: str, value: str) -> str:
    bare = _BARE_VALUE.fullmatch(value) and value not in ("AND", "OR", "NOT")
    if name not in ("url", "feed", "type") and re.search(r"[?^~]|^/", value):
        bare = False  # signs of other languages, which are refused outside of quotes
    return value if bare else f'"{value}"'
