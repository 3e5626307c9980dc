"""What can be read but makes no query, or hardly the one that is meant."""

from __future__ import annotations

from monitor.query.tree import And, Listed, Meta, Node, Not, Or, Scope, Term, walk

MOST_WITHIN = 8
"""Words of a phrase with `~n`."""


def beside_near(side: Node) -> tuple[str, str] | None:
    """Return why a part cannot stand beside NEAR and what to do, or None when it can."""
    for node in walk(side):
        if isinstance(node, And | Not | Meta | Scope):
            what = {
                And: "AND (or two words side by side)",
                Not: "NOT",
                Meta: "a field",
                Scope: "a field",
            }[type(node)]
            hint = (
                "Put the field in front of both: title:(a NEAR/5 b)."
                if isinstance(node, Meta | Scope)
                else "Beside NEAR stand words, phrases, lists and (a OR b); the rest goes apart."
            )
            return f"NEAR cannot join {what}.", hint
    return None


def only_negative(node: Node) -> Node | None:
    """Return the part that only excludes words, when the whole holds for almost every entry."""
    match node:
        case Not(part=part):
            # Without words in it the store can answer it: -topic:* is what nothing wanted.
            return node if any(isinstance(inner, Term) for inner in walk(part)) else None
        case And(parts=parts):
            culprits = [only_negative(part) for part in parts]
            return None if None in culprits else culprits[0]
        case Or(parts=parts):
            return next((c for c in map(only_negative, parts) if c is not None), None)
        case Scope(part=part) | Listed(part=part):
            return only_negative(part)
        case _:
            return None


def too_wide(words: int, within: int) -> tuple[str, str] | None:
    """Return why so many words cannot stand within a distance and what to do, or None when they can."""
    if words > MOST_WITHIN:
        return f"A phrase with ~ may have {MOST_WITHIN} words; this one has {words}.", ""
    if within < words - 1:
        return (
            f"{words} words cannot stand within {within} of each other.",
            f"Write ~{words - 1} or more.",
        )
    return None


def small_operator(word: str) -> list[str]:
    """Return a warning where `or`, `and`, `not`, `near` stands behind others as if it were an operator."""
    if word.lower().partition("/")[0] not in ("and", "or", "not", "near"):
        return []
    return [f"`{word}` is searched as a word; the operator is {word.upper()} in capitals."]


def is_bare_and(node: Node, start: int) -> bool:
    """Say whether a part is an AND without brackets: in brackets it would start behind them."""
    return isinstance(node, And) and node.start == start
