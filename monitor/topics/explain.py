"""Why an entry matches a topic, or why not: which clause failed, and how near it was."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.model.masking import masked
from monitor.model.topic import Evidence
from monitor.query.document import Document, FoldedText
from monitor.query.evaluate import evidence, holds
from monitor.query.find import Find, finds_of
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
    Word,
    in_field,
    spelled_out,
)
from monitor.topics.compiled import CompiledTopic

_SHOWN = 8
_IN = {"text": "text", "title": "title", "lead": "title or the first 60 words", "body": "text"}


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a query: whether it held, the words that show it, or a note on how near it was."""

    clause: str
    holds: bool
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Step, ...] = ()
    joined: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the step with the steps inside it."""
        shown: dict[str, Any] = {"clause": self.clause, "holds": self.holds}
        if self.note:
            shown["note"] = self.note
        if self.evidence:
            shown["why"] = [
                {"clause": e.clause, "words": e.words, "field": e.span.field if e.span else ""}
                for e in self.evidence
            ]
        if self.parts:
            shown["joined"] = self.joined
            shown["parts"] = [part.as_json() for part in self.parts]
        return shown


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer for one topic and one entry. `boosts` go with their points."""

    topic: str
    matches: bool
    points: int
    floor: int
    query: Step
    boosts: tuple[tuple[int, Step], ...]

    def words(self, *, whole: bool = False) -> tuple[str, ...]:
        """Return the answer in lines for a person: what decided, or (`whole`) every boost as well."""
        return tuple(self._lines(whole))

    def as_json(self) -> dict[str, Any]:
        """Return the answer as data."""
        return {
            "topic": self.topic,
            "matches": self.matches,
            "points": self.points,
            "floor": self.floor,
            "query": self.query.as_json(),
            "boosts": [{"points": points, **step.as_json()} for points, step in self.boosts],
        }

    def _lines(self, whole: bool) -> Iterator[str]:
        if self.matches:
            yield f"Matches {self.topic}: {pointed(self.points)}, {self.floor} needed."
        elif self.query.holds:
            yield (
                f"Does not match {self.topic}: the query holds, but there "
                f"{'is' if abs(self.points) == 1 else 'are'} only {pointed(self.points)} "
                f"of the {self.floor} needed."
            )
        else:
            yield f"Does not match {self.topic}: the query does not hold."
        yield from _told(self.query, "  ")
        if not self.query.holds and not whole:
            return
        for points, step in self.boosts:
            if step.holds or whole:
                held = "holds" if step.holds else "does not hold"
                yield f"  boost {points:+d}: {held}: {step.clause}"
            if step.holds:
                yield from _told(step, "    ")
        others = sum(not step.holds for _, step in self.boosts)
        if others and not whole:
            what = "other " * (others < len(self.boosts)) + f"boost{'s' * (others > 1)}"
            yield f"  {others} {what} {'does' if others == 1 else 'do'} not hold (--all shows all)"


def pointed(number: int) -> str:
    """Write "1 point", "-1 point", "2 points"."""
    return f"{number} point" if abs(number) == 1 else f"{number} points"


def explain(compiled: CompiledTopic, document: Document, now: datetime) -> Explanation:
    """Say why an entry matches a topic, or which of its clauses failed and how near they were."""
    query = _step_of(compiled.query, document, now)
    boosts = tuple(
        (boost.points, _step_of(boost.query, document, now)) for boost in compiled.boosts
    )
    points = 1 + sum(added for added, step in boosts if step.holds) if query.holds else 0
    return Explanation(
        topic=compiled.name,
        matches=query.holds and points >= compiled.floor,
        points=points,
        floor=compiled.floor,
        query=query,
        boosts=boosts,
    )


def _step_of(query: Query, document: Document, now: datetime) -> Step:
    return _step(query.root, document, document.views[""], now, "")


def _step(
    node: Node, document: Document, views: Sequence[FoldedText], now: datetime, field: str
) -> Step:
    clause = spelled_out(in_field(field, node))
    match node:
        case And(parts=parts) | Or(parts=parts):
            steps = tuple(_step(part, document, views, now, field) for part in parts)
            both = isinstance(node, And)
            held = (all if both else any)(step.holds for step in steps)
            return Step(clause, held, parts=steps, joined="AND" if both else "OR")
        case Scope(name=name, part=part):
            return _step(part, document, document.views[name], now, name)
        case Not(part=part):
            inner = _step(part, document, views, now, field)
            note = "" if not inner.holds else "it is there, but must not be"
            return Step(clause, not inner.holds, note, inner.evidence)
        case Term() | Near() | Listed() | Meta():
            if holds(node, document, views, now):
                shown = evidence(node, document, views, now)
                return Step(clause, True, evidence=tuple(shown))
            if field and holds(node, document, document.views[""], now):
                return Step(clause, False, f"it is in the entry, but not in the {_IN[field]}")
            return Step(clause, False, how_near(node, document, views))


def how_near(node: Node, document: Document, views: Sequence[FoldedText]) -> str:
    """Say in a few words how near a part without parts, which does not hold, came to holding."""
    match node:
        case Near():
            return _how_near_two(node, views)
        case Term(variants=variants):
            return _term_note(variants[0], views)
        case Listed():
            return "none of its spellings is there"
        case Meta(name=name):
            return _meta_note(name, document)
        case _:
            return ""


def where(name: str) -> str:
    """Return how a field of words is called: "title", "text", "title or the first 60 words"."""
    return _IN[name]


def _how_near_two(near: Near, views: Sequence[FoldedText]) -> str:
    found = [(text, finds_of(near.left, text), finds_of(near.right, text)) for text in views]
    lefts = [(text, find) for text, finds, _ in found for find in finds]
    rights = [(text, find) for text, _, finds in found for find in finds]
    for side, there in ((near.left, lefts), (near.right, rights)):
        if not there:
            return f"{spelled_out(side)} is not there"
    for ordered in dict.fromkeys((near.ordered, False)):
        pairs = [
            (*pair, text)
            for text, *sides in found
            if (pair := nearest_pair(*sides, ordered=ordered)) is not None
        ]
        if pairs:
            apart, left, right, text = min(pairs, key=lambda pair: pair[0])
            both = f"“{_written(text, left)}” and “{_written(text, right)}”"
            if ordered is not near.ordered:
                one, other = _written(text, left), _written(text, right)
                return f"“{one}” stands behind “{other}”, not before it"
            words = "1 word" if apart == 1 else f"{apart} words"
            return f"{both} are {words} apart, {near.distance} allowed"
    one, other = (_written(*sides[0]) for sides in (lefts, rights))
    here, elsewhere = (_IN[sides[0][0].field] for sides in (lefts, rights))
    if here != elsewhere:
        return f"“{one}” is in the {here}, “{other}” in the {elsewhere}"
    if {find for _, find in lefts} == {find for _, find in rights} and len(lefts) == 1:
        return f"“{one}” is there once, and may not serve both sides"
    return f"“{one}” and “{other}” are there, but share a word"


def _written(text: FoldedText, find: Find) -> str:
    span = text.span(find.first, find.after)
    return text.text[span.start : span.end]


def _term_note(words: Sequence[Word], views: Sequence[FoldedText]) -> str:
    loose = [replace(word, cased="", glued=False) for word in words]
    missing = [
        word.form
        for word in loose
        if not any(finds_of(Term(word.form, ((word,),)), text) for text in views)
    ]
    if missing and len(words) > 1:
        return f"“{missing[0]}” is not there"
    if missing:
        return "it is not there"
    if any(word.cased for word in words):
        return "it is there in another case only"
    return "its words are there, but not together"


def _meta_note(name: str, document: Document) -> str:
    there = {
        "feed": masked(document.feed_title or document.feed_url),
        "outlet": document.outlet,
        "domain": document.domain,
        "author": document.author,
        "lang": document.language,
        "tag": ", ".join((*document.tags, *document.feed_tags)),
        "topic": ", ".join(document.topics),
        "url": document.url,
    }.get(name)
    if there is None:
        return "the entry does not fit"
    return f"the entry has {there}" if there else "the entry has none"


def nearest_pair(
    lefts: Sequence[Find], rights: Sequence[Find], *, ordered: bool = False
) -> tuple[int, Find, Find] | None:
    """Return the two finds nearest to each other and how many words apart they are, or None.

    Neither may reach into the other; `ordered`: the left one must end before the right one begins.
    """
    ways = [(lefts, rights, False)] if ordered else [(lefts, rights, False), (rights, lefts, True)]
    nearest: tuple[int, Find, Find] | None = None
    for befores, afters, swapped in ways:
        afters = sorted(afters)
        firsts = [find.first for find in afters]
        for before in befores:
            at = bisect_left(firsts, before.after)
            if at < len(afters) and (nearest is None or firsts[at] - before.after + 1 < nearest[0]):
                apart, after = firsts[at] - before.after + 1, afters[at]
                nearest = (apart, after, before) if swapped else (apart, before, after)
    return nearest


def _told(step: Step, indent: str) -> Iterator[str]:
    """Tell what decided: what held when the step held, what failed when it did not."""
    if not step.parts:
        if step.holds:
            words = ", ".join(dict.fromkeys(f"“{e.words}”" for e in step.evidence if e.words))
            yield f"{indent}holds: {step.clause}" + (f": {words}" if words else "")
        else:
            yield f"{indent}fails: {step.clause}" + (f": {step.note}" if step.note else "")
        return
    if step.holds or step.joined == "AND":
        chosen = [part for part in step.parts if part.holds == step.holds]
        for part in chosen:
            yield from _told(part, indent)
        return
    yield f"{indent}fails: none of these {len(step.parts)} holds:"
    # What came near first: that a word is not there says little where one of many would do.
    for part in sorted(step.parts, key=_is_absent)[:_SHOWN]:
        yield from _told(part, indent + "  ")
    if len(step.parts) > _SHOWN:
        yield f"{indent}  and {len(step.parts) - _SHOWN} more"


def _is_absent(step: Step) -> bool:
    """Say whether nothing of a part that fails is there."""
    if step.parts:
        return not any(part.holds or not _is_absent(part) for part in step.parts)
    return step.note.endswith(("not there", "spellings is there"))
