"""From text to tree: the parser.

    query := or
    or    := and ("OR" and)*
    and   := not ("AND"? not)*            side by side is AND
    not   := ("NOT" | "-") not | near
    near  := atom (("NEAR" | "ONEAR") "/n" atom)*        from left to right
    atom  := "(" or ")" | field ":" atom | "@" list | "="? word | "="? phrase

`saved:NAME` is read as the query of that saved search in brackets.

So NEAR binds tighter than NOT, NOT tighter than AND, AND tighter than OR. Every error is a
`QueryError` with the place, what was expected, and a hint where people usually mean something.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.errors import QueryError
from monitor.model.topic import WordList
from monitor.query.foreign import called_near, field_value, refused_value
from monitor.query.lists import ListError, Lists
from monitor.query.metadata import SAVED, STATE_FIELDS, TEXT_FIELDS, ValueRefusedError, check
from monitor.query.saved import MOST_TAKEN_IN, Reference, query_named
from monitor.query.scan import Piece, scan
from monitor.query.sense import beside_near, is_bare_and, only_negative, small_operator, too_wide
from monitor.query.terms import WrittenError, term
from monitor.query.tree import (
    And,
    Listed,
    Meta,
    Near,
    Node,
    Not,
    Or,
    Query,
    Scope,
    Term,
    flat,
    moved,
    walk,
)

LONGEST = 10_000
"""Characters a query may have."""

DEEPEST = 50
"""Brackets, fields and negations that may stand inside each other."""

MOST_NEAR = 5
"""NEARs that may stand in a row."""

MOST_SPELLINGS = 5_000
"""Words and phrases a query may hold, those of its lists included."""

MOST_KEPT = 500
"""Queries that are kept as read with one `Lists`, so that topics are read once."""

_NO_LISTS: dict[str, WordList] = {}
_AS_IT_STANDS = 'To search for the word itself, put it in quotes: "{}".'
_START = 'a word, a "phrase", a field, a list or a bracket'


def parse(text: str, lists: Mapping[str, WordList] = _NO_LISTS) -> Query:
    """Return the query that a text asks for.

    `lists` are those that `@name` may mean, by name; many queries are read faster, and share the
    work of finding, when they are given as one `Lists`, which also knows what `saved:name` may mean.
    Raises `QueryError` with the exact place for
    anything that is no query, refers to an unknown list or saved search, or is over a limit.
    """
    shared = Lists.of(lists)
    known = shared.read.get(text)
    if known is None:
        known = _read(text, shared)
        if len(shared.read) >= MOST_KEPT:
            shared.read.clear()
        shared.read[text] = known
    return known


def read_saved(name: str, lists: Lists) -> Query:
    """Return the query of a saved search that is there.

    Raises `QueryError` about its text: a `CircleError` where it names itself, a `SavedQueryError` where
    the fault is another one's.
    """
    known = lists.saved.get(name)
    if known is None:
        known = lists.saved[name] = _read(lists.searches[name].strip(), lists, (name,))
    return known


def _read(text: str, lists: Lists, outer: tuple[str, ...] = (), depth: int = 0) -> Query:
    if len(text) > LONGEST:
        raise QueryError(
            text,
            LONGEST,
            f"The query has {len(text):,} characters; {LONGEST:,} are possible.",
            "Move words into a named list, config/lists/NAME.txt, and write @NAME.",
        )
    return _Parser(text, lists, outer, depth).query()


class _Parser:
    """One pass over one text, one piece of look-ahead.

    `outer` are the saved searches around it, when it is the text of one: from the outermost to its own;
    they stand `depth` brackets deep.
    """

    def __init__(
        self, text: str, lists: Lists, outer: tuple[str, ...] = (), depth: int = 0
    ) -> None:
        self.text = text
        self.lists = lists
        self.outer = outer
        self.warnings: list[str] = []
        self.saved: dict[str, Query] = {}
        self.taken_in = 0
        self.around = self.depth = self.deepest = depth
        self.values = ""  # the metadata field whose values are being read
        self.scope = ""  # the text field that is open
        self.piece = scan(text, 0)

    def query(self) -> Query:
        if self.piece.kind == "end":
            raise QueryError(self.text, 0, "The query is empty.", f"Write {_START}.")
        root = self.or_()
        if self.piece.kind == ")":
            raise self.error("This bracket closes nothing.", "Remove it, or open one before it.")
        spellings = sum(isinstance(node, Term) for node in walk(root))
        if spellings > MOST_SPELLINGS:
            raise QueryError(
                self.text,
                0,
                f"The query and its lists hold {spellings:,} words and phrases; "
                f"{MOST_SPELLINGS:,} are possible.",
                "Shorten its lists.",
            )
        self.refuse_negative(root)
        return Query(
            self.text,
            root,
            tuple(dict.fromkeys(self.warnings)),
            saved=self.saved,
            depth=self.deepest - self.around,
        )

    def or_(self) -> Node:
        start = self.piece.start
        parts = [self.and_()]
        mixed = is_bare_and(parts[0], start)
        while self.piece.kind == "OR":
            self.advance()
            begin = self.piece.start
            parts.append(self.and_())
            mixed = mixed or is_bare_and(parts[-1], begin)
        if len(parts) == 1:
            return parts[0]
        if mixed:
            self.warnings.append(
                "AND binds tighter than OR here; brackets make plain what belongs together."
            )
        return Or(flat(Or, parts), start)

    def and_(self) -> Node:
        start = self.piece.start
        parts = [self.not_()]
        while True:
            if self.piece.kind == "AND":
                self.advance()
            elif self.piece.kind in ("OR", ")", "end"):
                break
            if self.piece.kind == "word" and not self.piece.exact:
                self.warnings += small_operator(self.piece.value)
            parts.append(self.not_())
        if len(parts) == 1:
            return parts[0]
        return And(flat(And, parts), start)

    def not_(self) -> Node:
        if self.piece.kind != "NOT":
            return self.near()
        start = self.piece.start
        self.deeper()
        self.advance()
        part = self.not_()
        self.depth -= 1
        return Not(part, start)

    def near(self) -> Node:
        left = self.atom()
        chain = 0
        while self.piece.kind == "NEAR":
            sign = self.piece
            chain += 1
            if chain > MOST_NEAR:
                raise self.error(f"More than {MOST_NEAR} NEAR stand in a row.", "Use AND as well.")
            if self.advance().kind in ("end", ")"):
                shown = self.text[sign.start : sign.end]
                raise self.unexpected(hint=_AS_IT_STANDS.format(shown))
            right = self.atom()
            for side in (left, right):
                self.refuse(beside_near(side), sign.start)
            left = Near(left, right, sign.within or 0, left.start, sign.value == "ONEAR")
        return left

    def atom(self) -> Node:
        piece = self.piece
        if piece.kind == "(":
            return self.group()
        if piece.kind == "field":
            return self.field()
        if self.values and piece.kind in ("value", "phrase"):
            return self.meta()
        if piece.kind in ("word", "phrase"):
            return self.term()
        if piece.kind == "list":
            return self.named_list()
        raise self.unexpected()

    def group(self, *, ends_values: bool = False) -> Node:
        opening = self.piece
        self.deeper()
        if self.advance().kind == ")":
            raise self.error("There is nothing between these brackets.", f"Write {_START}.")
        node = self.or_()
        if self.piece.kind != ")":
            raise QueryError(
                self.text, opening.start, "This bracket is never closed.", "Put `)` where it ends."
            )
        self.depth -= 1
        if ends_values:
            self.values = ""
        self.advance()
        return node

    def field(self) -> Node:
        piece = self.piece
        if self.values or (self.scope and piece.value not in (*TEXT_FIELDS, SAVED)):
            raise self.error(
                f"`{piece.value}:` cannot stand inside another field.", "Close its bracket first."
            )
        if piece.value in TEXT_FIELDS:
            return self.text_field()
        self.values = piece.value
        self.advance()
        if self.piece.kind == "(":
            return self.group(ends_values=True)
        if self.piece.kind not in ("value", "phrase"):
            raise self.unexpected(f"a value for {piece.value}:")
        return self.meta(piece.start, closing=True)

    def text_field(self) -> Node:
        piece = self.piece
        if self.scope:
            raise self.error(
                f"`{piece.value}:` stands inside `{self.scope}:`; an entry's words have one place.",
                f"Write {self.scope}:a {piece.value}:b side by side.",
            )
        self.deeper()
        self.scope = piece.value
        self.advance()
        if self.piece.kind == "NOT":
            raise self.error(
                f"`{piece.value}:` needs what must stand there.", f"Write -{piece.value}:word."
            )
        part = self.or_() if piece.rest else self.atom()
        self.scope = ""
        self.depth -= 1
        return Scope(piece.value, part, piece.start)

    def meta(self, start: int | None = None, *, closing: bool = False) -> Node:
        piece, name = self.piece, self.values
        if piece.exact or piece.within is not None:
            raise self.error(f"`{name}:` takes a plain value.", "Leave out = and ~.")
        if name == SAVED:
            return self.saved_search(closing=closing)
        value = piece.value.lower() if name in STATE_FIELDS else piece.value
        try:
            value = field_value(name, value)
            check(name, value)
        except ValueRefusedError as error:
            raise self.error(error.message, error.hint) from None
        written = self.text[piece.start : piece.end]
        if piece.kind == "value" and (wrong := refused_value(name, written)):
            place, message, hint = wrong
            raise QueryError(self.text, piece.start + place, message, hint)
        if closing:
            self.values = ""
        self.advance()
        return Meta(name, value, piece.start if start is None else start)

    def saved_search(self, *, closing: bool) -> Node:
        piece = self.piece
        place = Reference(piece.value, self.text, piece.start, self.outer, self.depth + 1)
        query = query_named(place, self.lists, _read)
        self.saved.update({**query.saved, piece.value: query})
        self.taken_in += sum(1 for _ in walk(query.root))
        if self.taken_in > MOST_TAKEN_IN:
            raise self.error(
                f"The saved searches named here hold more than {MOST_TAKEN_IN:,} words and other parts.",
                "Put words into a named list, config/lists/NAME.txt, and write @NAME.",
            )
        self.deeper(1 + query.depth)
        self.depth -= 1 + query.depth
        if self.scope and any(
            isinstance(node, Meta | Scope) for node in walk(query.root, lists=False)
        ):
            raise self.error(
                f"saved:{piece.value} has fields in it, so it cannot stand inside `{self.scope}:`.",
                f"Write {self.scope}:word and saved:{piece.value} side by side.",
            )
        if closing:
            self.values = ""
        self.advance()
        # Not where a part begins, or its AND would be taken for one without brackets.
        return moved(query.root, piece.start + (not closing))

    def term(self) -> Node:
        piece = self.piece
        quoted = piece.kind == "phrase"
        try:
            node, warnings = term(
                piece.value,
                quoted=quoted,
                exact=piece.exact,
                within=piece.within,
                start=piece.start,
            )
        except WrittenError as error:
            place = piece.place_of(error.offset)
            raise QueryError(self.text, place, error.message, error.hint) from None
        if piece.within is not None:
            self.refuse(too_wide(len(node.variants[0]), piece.within))
        self.warnings.extend(warnings)
        self.advance()
        return node

    def named_list(self) -> Node:
        piece = self.piece
        try:
            part = self.lists.expand(piece.value, MOST_SPELLINGS)
        except ListError as error:
            raise self.error(str(error), error.hint) from None
        self.advance()
        return Listed(piece.value, part, piece.start)

    def advance(self) -> Piece:
        self.piece = scan(self.text, self.piece.end, values=bool(self.values))
        return self.piece

    def deeper(self, levels: int = 1) -> None:
        self.depth += levels
        self.deepest = max(self.deepest, self.depth)
        if self.depth > DEEPEST:
            raise self.error(
                f"More than {DEEPEST} brackets, fields and negations stand inside each other.",
                "Make it flatter.",
            )

    def refuse(self, wrong: tuple[str, str] | None, start: int | None = None) -> None:
        if wrong:
            raise QueryError(self.text, self.piece.start if start is None else start, *wrong)

    def refuse_negative(self, root: Node) -> None:
        culprit = only_negative(root)
        if culprit is not None:
            raise QueryError(
                self.text,
                culprit.start,
                "This only excludes; a query needs something to look for as well.",
                "Put a word before it: chips NOT potato.",
            )

    def unexpected(self, wanted: str = "", hint: str = "") -> QueryError:
        wanted = wanted or (f"a value for {self.values}:" if self.values else _START)
        kind = self.piece.kind
        if kind == "end":
            return self.error(f"The query ends where {wanted} was expected.", hint)
        if kind == ")":
            return self.error(f"The bracket closes where {wanted} was expected.", hint)
        shown = self.text[self.piece.start : self.piece.end]
        if kind == "NEAR" and (hint := called_near(self.text, self.piece.start)):
            return self.error("NEAR stands between what it joins.", hint)
        return self.error(
            f"{shown} stands where {wanted} was expected.",
            _AS_IT_STANDS.format(shown) if kind in ("AND", "OR", "NOT", "NEAR") else "",
        )

    def error(self, message: str, hint: str = "") -> QueryError:
        return QueryError(self.text, self.piece.start, message, hint)
