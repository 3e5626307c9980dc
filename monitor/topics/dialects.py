"""How Lucene, Meltwater and Google write what a topic asks: see `export`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from itertools import product

from monitor.query.metadata import is_relative, period
from monitor.query.tree import Listed, Meta, Near, Node, Not, Or, Scope, Term
from monitor.topics.export import Syntax, Writer, Written, inner, is_exact, words_of

MOST_PAIRS = 60
"""Pairs a NEAR on groups is written out as, where there is no NEAR on groups."""

GOOGLE_WORDS = 32
"""Words of a query Google reads; the rest it leaves out."""

_PLAIN = re.compile(r"\w+")
_OPEN = re.compile(r"[\w+#&'.-]+\*")
_RESERVED = re.compile(r"AND|OR|NOT|TO|O?NEAR\w*|AROUND")
_BARE = re.compile(r"[\w.-]+\*?")


def quoted(text: str) -> str:
    """Return a word as it is and anything else in quotes."""
    if _PLAIN.fullmatch(text) and not _RESERVED.fullmatch(text):
        return text
    return f'"{text}"'


_SPELLINGS = "other spellings (GPT5 for GPT-5, GPUs for GPU) are not found there"


class _Lucene(Writer):
    """Lucene's classic syntax, which Elasticsearch, OpenSearch and Kibana read."""

    product = "Lucene"
    counting = "distances count moves there, so words may be one further apart"
    fields = {  # noqa: RUF012  # written once
        "outlet": "source",
        "domain": "domain",
        "author": "author",
        "lang": "language",
        "tag": "tags",
    }

    def term(self, node: Term) -> Written:
        self.tell(node)
        text = inner(node)
        if node.within is not None:
            self.note(self.counting, node)
            return Written(f'"{text}"~{node.within}')
        if _OPEN.fullmatch(text):
            return Written(self.escaped(text))
        if "*" in text:
            self.starred(node)
        return Written(quoted(text))

    def escaped(self, text: str) -> str:
        """Return an open word with a backslash before signs that mean something."""
        return re.sub(r"([^\w*])", r"\\\1", text)

    def starred(self, node: Node) -> None:
        """Keep a `*` inside of quotes."""
        self.lose("* inside of a phrase stands for nothing in Lucene", node)

    def tell(self, node: Term) -> None:
        """Keep what words find here and not there."""
        if is_exact(node):
            self.lose("exact case: found in any case", node)
        if len(node.variants) > 1:
            self.note(_SPELLINGS, node)
        elif any(word.stemmed for word in node.variants[0]):
            self.note("inflections are found there only if its own settings say so", node)

    def scoped(self, node: Scope, name: str, part: Node) -> Written | None:
        written = self.write(part)
        if written is None:
            return None
        text = written.within("AND", "OR", "NEAR")
        if written.negative:
            self.lose("an exclusion inside of a field is left out", node)
            return None
        if name == "lead":
            return self.lead(node, text)
        return Written(f"{'title' if name == 'title' else 'text'}:{text}")

    def lead(self, node: Scope, text: str) -> Written:
        """Return what stands in the lead, which is title and first words here."""
        self.lose("lead: is written as title or text, wherever in it", node)
        return Written(f"title:{text} OR text:{text}", "OR")

    def near(self, node: Near) -> Written | None:
        lefts, rights = self.alternatives(node.left), self.alternatives(node.right)
        pairs = list(product(lefts, rights)) if lefts and rights else []
        single = all(
            words_of(term) == 1 and "*" not in term.text and len(term.variants) == 1
            for pair in pairs
            for term in pair
        )
        if not pairs or len(pairs) > MOST_PAIRS or not single or node.ordered:
            self.lose("NEAR is written as AND, wherever the words stand", node)
            return self.all_of([self.write(node.left), self.write(node.right)])
        self.note(self.counting, node)
        for pair in pairs:
            for term in pair:
                self.tell(term)
        written = dict.fromkeys(
            f'"{inner(left)} {inner(right)}"~{node.distance}' for left, right in pairs
        )
        return Written(" OR ".join(written), "OR" if len(written) > 1 else "")

    def value(self, node: Meta) -> str:
        """Return the value of a field, and keep a `*` that ends up in quotes."""
        value = _value(_host(node) if node.name == "domain" else node.value)
        if "*" in value and value.startswith('"'):
            self.starred(node)
        return value

    def meta(self, node: Meta) -> Written | None:
        value = node.value
        if node.name in self.fields:
            self.note("names of fields are a guess; an index may call them otherwise", node)
            if node.name in ("domain", "lang"):
                self.note("hosts below a host and variants of a language are not found there", node)
            return Written(f"{self.fields[node.name]}:{self.value(node)}")
        if node.name == "has":
            self.note("names of fields are a guess; an index may call them otherwise", node)
            return Written(f"_exists_:{value}")
        if bounds := _bounds(node):
            low, high, opening, closing = bounds
            if node.name != "published":
                self.lose("first-seen time is written as the publisher's date", node)
            self.note("names of fields are a guess; an index may call them otherwise", node)
            return Written(f"published:{opening}{low or '*'} TO {high or '*'}{closing}")
        self.left_out(node)
        return None


def _host(node: Meta) -> str:
    """Return the host of `domain:`, which holds for those below it with `*.` or without."""
    return node.value.removeprefix("*").strip(".")


def _value(value: str) -> str:
    return value if _BARE.fullmatch(value) and not _RESERVED.fullmatch(value) else f'"{value}"'


def _bounds(node: Meta) -> tuple[str, str, str, str] | None:
    """Return the first and the last day of a date clause, and the brackets of its range."""
    value = node.value
    if node.name == "after" or (node.name == "since" and value[-1].isdigit()):
        return value, "", "[", "]"
    if node.name == "before":
        return "", value, "{", "}"
    if node.name == "on":
        return value, value, "[", "]"
    if node.name != "published" or is_relative(value):
        return None
    for sign, opening in ((">=", "["), (">", "{")):
        if value.startswith(sign):
            return value[len(sign) :], "", opening, "]" if opening == "[" else "}"
    for sign, closing in (("<=", "]"), ("<", "}")):
        if value.startswith(sign):
            return "", value[len(sign) :], "[" if closing == "]" else "{", closing
    first, _, last = value.partition("..")
    return first, last or first, "[", "]"


class _Meltwater(_Lucene):
    """The Boolean syntax of Meltwater."""

    product = "Meltwater"
    counting = "distances count the words between, so one more may stand there"
    fields = {"outlet": "source", "url": "url"}  # noqa: RUF012  # written once

    def escaped(self, text: str) -> str:
        return text

    def starred(self, node: Node) -> None:
        self.note("* inside of a phrase may stand for nothing there", node)

    def lead(self, node: Scope, text: str) -> Written:
        self.note("lead: is written as title or ingress, the opening of an article", node)
        return Written(f"title:{text} OR ingress:{text}", "OR")

    def near(self, node: Near) -> Written | None:
        sides = [self.write(node.left), self.write(node.right)]
        left, right = (side.within("OR", "NEAR") if side else "" for side in sides)
        self.note(self.counting, node)
        return Written(f"{left} {'O' * node.ordered}NEAR/{node.distance} {right}", "NEAR")

    def all_of(self, parts: Sequence[Written | None]) -> Written | None:
        # Elsewhere NEAR may bind less than AND does.
        return super().all_of([part and Written(part.within("NEAR"), *part[1:]) for part in parts])

    def meta(self, node: Meta) -> Written | None:
        if node.name in self.fields:
            return Written(f"{self.fields[node.name]}:{self.value(node)}")
        if node.name == "domain":
            self.lose("domain: is written as a piece of the address", node)
            return Written(f"url:{self.value(node)}")
        self.left_out(node)
        return None


class _Google(Writer):
    """What the search box of Google reads."""

    product = "Google"
    counting = "AROUND counts the words between, so one more may stand there"
    field = ""

    def term(self, node: Term) -> Written:
        if is_exact(node):
            self.lose("exact case: found in any case", node)
        if len(node.variants) > 1:
            self.note(_SPELLINGS, node)
        text = inner(node)
        if "*" in text:
            self.lose("* at the end of a word is left out", node)
            text = text.replace("*", "")
        if node.within is None:
            return Written(self.field + quoted(text))
        words = [quoted(word) for word in text.split()]
        if len(words) > 2 or self.field:
            self.lose("words within a distance are only all there", node)
            return Written(" ".join(self.field + word for word in words), "AND")
        if len(words) > 1:
            self.note(self.counting, node)
        return Written(f" AROUND({node.within}) ".join(words), "NEAR" if len(words) > 1 else "")

    def scoped(self, node: Scope, name: str, part: Node) -> Written | None:
        if name == "lead":
            self.lose("lead: is written as anywhere", node)
            return self.write(part)
        self.field = "intitle:" if name == "title" else "intext:"
        written = self.write(part)
        self.field = ""
        return written

    def near(self, node: Near) -> Written | None:
        lefts, rights = self.alternatives(node.left), self.alternatives(node.right)
        pairs = list(product(lefts, rights)) if lefts and rights else []
        apart = any(term.within is not None for pair in pairs for term in pair)
        if self.field or apart or not pairs or len(pairs) * 2 > GOOGLE_WORDS:
            self.lose("NEAR is written as side by side, wherever the words stand", node)
            return self.all_of([self.write(node.left), self.write(node.right)])
        if node.ordered:
            self.lose("ONEAR is written as NEAR, in either order", node)
        self.note(self.counting, node)
        sign = f" AROUND({node.distance}) "
        written = [sign.join(self.term(term).text for term in pair) for pair in pairs]
        return Written(" OR ".join(dict.fromkeys(written)), "OR" if len(written) > 1 else "NEAR")

    def all_of(self, parts: Sequence[Written | None]) -> Written | None:
        left = [part for part in parts if part]
        if len(left) < 2:
            return left[0] if left else None
        text = " ".join(part.within("OR") for part in left)
        return Written(text, "AND", all(part.negative for part in left))

    def excluded(self, node: Not, part: Written | None) -> Written | None:
        if part is None:
            return None
        if part.negative or part.joined == "NEAR":
            self.lose("Google excludes words, phrases and sites only", node)
            return None
        if part.joined == "AND":
            self.lose("what excludes several words together is left out", node)
            return None
        # NOT (a OR b) is -a -b; a part of the OR that is itself several words cannot be said.
        texts = []
        for one in _or_parts(node.part):
            written = self.write(one)
            if written and not written.joined and not written.negative:
                texts.append(f"-{written.text}")
            elif written:
                self.lose("what excludes several words together is left out", one)
        return Written(" ".join(texts), "AND", True) if texts else None

    def meta(self, node: Meta) -> Written | None:
        if node.name == "domain":
            return Written(f"site:{_host(node)}")
        if node.name == "url":
            return Written(f"inurl:{_value(node.value.strip('*'))}")
        if _bounds(node):
            return self.dates(node)
        self.left_out(node)
        return None

    def dates(self, node: Meta) -> Written | None:
        """Return a date clause as whole days: from the first one to the day after the last."""
        first, last = period(node.name, node.value, datetime(2000, 1, 1, tzinfo=UTC))
        if first >= last:
            self.lose("a span of time without a day is left out", node)
            return None
        self.lose("dates are the day Google gives a page", node)
        self.note("after: and before: are days, and Google may or may not take in the day", node)
        ends = [f"after:{first.date()}"] * (first.year > MINYEAR)
        ends += [f"before:{last.date()}"] * (last.year < MAXYEAR)
        return Written(" ".join(ends), "AND" if len(ends) > 1 else "") if ends else None

    def limits(self, text: str) -> list[str]:
        words = len(re.findall(r"[^\s()\"|]+", re.sub(r"\bOR\b|AROUND\(\d+\)", " ", text)))
        if words <= GOOGLE_WORDS:
            return []
        return [f"length: Google reads {GOOGLE_WORDS} words, and this has {words}"]


def _or_parts(node: Node) -> Sequence[Node]:
    match node:
        case Listed(part=part):
            return _or_parts(part)
        case Or(parts=parts):
            return [one for part in parts for one in _or_parts(part)]
        case Scope(name=name, part=part):
            return [Scope(name, one) for one in _or_parts(part)]
        case _:
            return [node]


WRITERS: dict[Syntax, Callable[[], Writer]] = {
    "lucene": _Lucene,
    "google": _Google,
    "meltwater": _Meltwater,
}
