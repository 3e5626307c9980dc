"""What can be read but makes no query: what cannot stand beside NEAR, what only excludes."""

from __future__ import annotations

from monitor.query.tree import And, Listed, Meta, Node, Not, Or, Scope, Term, walk


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
