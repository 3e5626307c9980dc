"""What a query asks in vain: clauses that never hold, and clauses that add nothing.

Pure analysis of the tree, and cautious: a clause is called impossible, or contained in another one,
only when that follows from what it asks, whatever the entry. What is merely unusual is called
unusual. Each warning quotes the clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations

from monitor.query.implied import Comparison
from monitor.query.metadata import Window, is_relative, period
from monitor.query.tree import (
    And,
    Listed,
    Meta,
    Node,
    Not,
    Or,
    Scope,
    Term,
    spelled_out,
    walk,
)

_LONGEST_SHOWN = 60
_FOUR = 4
_ONE_VALUE = ("domain", "outlet", "feed")
_BROAD = """
auto cent char chan clea coll comm comp conc cond conf cons cont conv coun cour cred cult dece
deci decl demo depe desi dete deve digi dire disc dist econ elec emer empl ener ente equi
esta even expe expl fact fina firs fore form fund gene glob gove grou hand head heal high hous
incr indu info inst inte inve know land lead lega lice life line list loca made main make mana
mark mate medi meet memb mini mode mone move nati netw numb offe offi onli oper orga over
part pers phot plan play poli poss powe prac pred pref prep pres prev prin priv prob proc
prod prof prog proj prom prop prot prov publ reac rece reco redu refe regi rela repo repr
requ rese reso resp rest resu reve scie secu sens sent seri serv sign soci some spec stan
star stat stra stru stud subs sugg supp surv syst tech tele term test thei them ther thin
thre time trad tran trea unde univ vari vice view wate week well west will with work worl
""".split()  # noqa: SIM905  # a hundred lines otherwise
"""Four letters that begin very many words, and so make `inte*` a poor clause."""

_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # nothing that is not relative to now depends on it


def warnings_of(root: Node) -> tuple[str, ...]:
    """Return what in a query never holds, adds nothing or is very broad, in its order."""
    look = _Look()
    found: dict[str, None] = {}
    for node in walk(root, lists=False):
        found.update(dict.fromkeys(_warnings(node, look)))
    if look.never(root) and not any("never" in warning for warning in found):
        found[f"{_quoted(root)} can never hold."] = None
    return tuple(found)


def never_holds(node: Node) -> bool:
    """Say whether it is certain that no entry satisfies a part of a query."""
    return _Look().never(node)


def _warnings(node: Node, look: _Look) -> Iterator[str]:
    match node:
        case And(parts=parts):
            culprit = next((part for part in parts if look.never(part)), None)
            reason = None if culprit else look.contradiction(node)
            if reason:
                yield f"{_quoted(node)} can never hold: {reason}"
            for name in _ONE_VALUE:
                values = {p.value for p in parts if isinstance(p, Meta) and p.name == name}
                if len(values) > 1 and not reason:
                    yield f"Two values for {name}: rarely hold together; did you mean OR?"
        case Or(parts=parts):
            yield from _needless(parts, look)
        case Meta():
            window = _published(node)
            if window and window[0] >= window[1]:
                yield f"{_quoted(node)} can never hold: it ends before it begins."
        case Term(text=text, variants=variants):
            for word in variants[0]:
                if word.prefix and len(word.form) == _FOUR and word.form in _BROAD:
                    yield f"`{word.form}*` begins very many words; write more of {text}."
        case _:
            pass


def _needless(parts: tuple[Node, ...], look: _Look) -> Iterator[str]:
    """Warn about parts of an OR that find nothing another part does not find."""
    gone: set[int] = set()
    for one, other in combinations(range(len(parts)), 2):
        if look.left < 0:
            return
        for narrow, broad in ((other, one), (one, other)):
            if _list(parts[narrow]) not in ("", _list(parts[broad])):
                continue  # lists overlap, and each is for itself
            if gone & {narrow, broad} or not look.implies(parts[narrow], parts[broad]):
                continue
            gone.add(narrow)
            if parts[narrow] == parts[broad]:
                yield f"{_quoted(parts[narrow])} is there twice."
            else:
                yield f"{_quoted(parts[narrow])} adds nothing: {_quoted(parts[broad])} finds it too."


class _Look(Comparison):
    """One look at a query, with a bound on what is compared."""

    def never(self, node: Node) -> bool:
        match node:
            case And(parts=parts):
                return any(map(self.never, parts)) or self.contradiction(node) is not None
            case Or(parts=parts):
                return all(map(self.never, parts))
            case Scope(part=part):
                return self.never(part)
            case Meta():
                window = _published(node)
                return window is not None and window[0] >= window[1]
            case _:
                return False

    def contradiction(self, node: And) -> str | None:
        """Return why the parts never hold together, or None."""
        excluded = [part for part in node.parts if isinstance(part, Not)]
        asked = [part for part in node.parts if not isinstance(part, Not)]
        for without in excluded:
            if asked and any(
                self.implies(part, without.part) for part in (*asked, And(node.parts))
            ):
                return f"{_quoted(without)} excludes all of it."
        metas = [part for part in asked if isinstance(part, Meta)]
        languages = [part.value.lower() for part in metas if part.name == "lang"]
        for one, other in combinations(dict.fromkeys(languages), 2):
            if not f"{one}-".startswith(f"{other}-") and not f"{other}-".startswith(f"{one}-"):
                return "an entry has one language; did you mean OR?"
        for windows in (
            [w for p in metas if (w := _first_seen(p))],
            [w for p in metas if (w := _published(p))],
        ):
            if len(windows) > 1 and max(w[0] for w in windows) >= min(w[1] for w in windows):
                return "no day is in all of its dates."
        return None


def _first_seen(node: Meta) -> Window | None:
    """Return the window of first-seen times, when it does not move with the time of asking."""
    if node.name not in ("after", "before", "on"):
        return None
    return period(node.name, node.value, _ALWAYS)


def _published(node: Meta) -> Window | None:
    """Return the window of publication, when it does not move with the time of asking."""
    if node.name != "published" or is_relative(node.value):
        return None
    return period(node.name, node.value, _ALWAYS)


def _list(node: Node) -> str:
    return node.name if isinstance(node, Listed) else ""


def _quoted(node: Node) -> str:
    text = spelled_out(node)
    return f"`{text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + '…'}`"
