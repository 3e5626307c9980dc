"""Where the words of a term, or of a NEAR, stand in one folded text.

Work is bounded twice. Of one part of a query at most `MOST_FINDS` places a text are looked at by
what stands beside it, and all that one query compares in one text is counted (`FoldedText.left`):
when the count is used up, what has not been found by then counts as not there. An ordinary query
uses some hundreds; see docs/topics.md, "Limits".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from monitor.query.alternatives import likely_terms, other_parts, surely_there
from monitor.query.document import HEAD, FoldedText
from monitor.query.folding import DASHES, cased
from monitor.query.tree import Listed, Near, Node, Or, Term, Word

MOST_FINDS = 1_000
"""Places of one part in one text that a NEAR looks at."""

_COMMON = 100
"""Places from which on it pays to look whether another word of a phrase is rarer."""

_DEAR = 5
"""What it costs to note a place or to see its case, when to look at one costs 1."""


class Find(NamedTuple):
    """Tokens `first` up to, not including, `after`; `parts` are the pieces to show."""

    first: int
    after: int
    parts: tuple[tuple[int, int], ...]


def occurs(term: Term, text: FoldedText) -> bool:
    """Say whether a term is in a text."""
    if len(term.variants) == 1 and len(term.variants[0]) == 1:
        word = term.variants[0][0]
        if word.stemmed:
            return text.stem_of[word.form] in text.stem_set
        return bool(_places(word, text))
    return next(_each(term, text), None) is not None


def stands_in(node: Node, text: FoldedText) -> bool:
    """Say whether a part that may stand beside NEAR, or in a list, is in a text."""
    if isinstance(node, Term):
        return occurs(node, text)
    if isinstance(node, Listed):
        return stands_in(node.part, text)
    if (found := text.memo.get(id(node))) is not None:
        return bool(found[1])
    if not isinstance(node, Or):
        return bool(finds_of(node, text))
    known = text.listed.get(id(node))
    if known is None:
        known = (node, surely_there(node, text) or any(_each_stands(node, text)))
        if text.left > 0:
            text.listed[id(node)] = known
    return known[1]


def _each_stands(node: Or, text: FoldedText) -> Iterator[bool]:
    for term in likely_terms(node, text):
        yield occurs(term, text)
    for other in other_parts(node):
        yield stands_in(other, text)


def _may_stand(node: Node, text: FoldedText) -> bool:
    """Say whether the words of a part are there, wherever they stand; quicker than `stands_in`."""
    match node:
        case Term(variants=variants):
            return any(_all_there(words, text) for words in variants)
        case Listed(part=part):
            return _may_stand(part, text)
        case Or():
            if surely_there(node, text):
                return True
            some = (*likely_terms(node, text), *other_parts(node))
            return any(_may_stand(each, text) for each in some)
        case _:
            return True


def finds(term: Term, text: FoldedText) -> list[Find]:
    """Return where a term is in a text, each spelling of it from the front, at most `MOST_FINDS`."""
    return _first(_each(term, text), text)


def _first(found: Iterator[Find], text: FoldedText) -> list[Find]:
    first = list(islice(found, MOST_FINDS)) if text.left > 0 else []
    text.left -= _DEAR * len(first)
    return first


def _each(term: Term, text: FoldedText) -> Iterator[Find]:
    if term.within is not None:
        yield from _within(term.variants[0], text, term.within)
        return
    for words, anchor in zip(term.variants, term.anchors, strict=True):
        if len(words) == 1:
            for place in _places(words[0], text):
                yield Find(place, place + 1, ((place, place + 1),))
        elif _all_there(words, text):
            yield from _in_a_row(words, anchor, text)


def _all_there(words: Sequence[Word], text: FoldedText) -> bool:
    """Say whether each word of a phrase is somewhere: most phrases of a list fail at that."""
    stem_of, stem_set = text.stem_of, text.stem_set
    for word in words:  # noqa: SIM110  # a generator costs more than the look-up
        if not word.prefix and stem_of[word.form] not in stem_set:
            return False
    return True


def finds_of(node: Node, text: FoldedText) -> list[Find]:
    """Return where a part that may stand beside NEAR is in a text, at most `MOST_FINDS` places."""
    if isinstance(node, Term):
        return finds(node, text)
    if isinstance(node, Listed):
        return finds_of(node.part, text)
    known = text.memo.get(id(node))
    if known is None:
        known = (node, _all_finds(node, text))
        if text.left > 0:
            # What was cut short is not kept: another query may look further.
            text.memo[id(node)] = known
    return known[1]


def _all_finds(node: Node, text: FoldedText) -> list[Find]:
    match node:
        case Or():
            likely = (*likely_terms(node, text), *other_parts(node))
            found = dict.fromkeys(find for part in likely for find in finds_of(part, text))
            return list(islice(found, MOST_FINDS))
        case Near(left=left, right=right):
            # To see that a side is missing costs less than to find all places of the other.
            if not (_may_stand(left, text) and _may_stand(right, text)):
                return []
            # A NEAR inside is the rarer side.
            if isinstance(right, Near) and not finds_of(right, text):
                return []
            lefts = finds_of(left, text)
            rights = finds_of(right, text) if lefts else []
            return _first(_near(node, lefts, rights, text), text) if rights else []
        case _:
            raise AssertionError(node)  # the parser lets nothing else stand beside NEAR


def _afforded(places: Sequence[int], steps: int, text: FoldedText) -> Sequence[int]:
    """Return the places that may still be looked at, so many steps each, and count them."""
    most = max(text.left, 0) // steps
    text.left -= steps * len(places)
    return places if len(places) <= most else places[:most]


def _places(word: Word, text: FoldedText) -> Sequence[int]:
    """Return where one word is in a text."""
    if word.prefix:
        form, forms = word.form, text.forms
        near: Sequence[int] = range(len(forms))
        if len(form) >= HEAD:
            near = text.heads[form[:HEAD]] if form[:HEAD] in text.head_set else ()
        near = _afforded(near, _DEAR if word.cased else 1, text)
        if not word.cased:
            return [place for place in near if forms[place].startswith(form)]
    else:
        wanted = text.stem_of[word.form]
        if wanted not in text.stem_set:
            return ()
        near = text.places(wanted)
        if word.stemmed:
            return near
        near = _afforded(near, _DEAR if word.cased else 1, text)
    if word.cased and not text.may_hold(word.cased):
        return ()
    return [place for place in near if _is_at(word, text, place)]


def _is_at(word: Word, text: FoldedText, place: int) -> bool:
    form = text.forms[place]
    if word.prefix:
        if not form.startswith(word.form):
            return False
    elif word.stemmed:
        return text.stems[place] == text.stem_of[word.form]
    elif form != word.form:
        return False
    if not word.cased:
        return True
    written = cased(text.written(place))
    return written.startswith(word.cased) if word.prefix else written == word.cased


def _in_a_row(words: Sequence[Word], anchor: int, text: FoldedText) -> Iterator[Find]:
    """Yield where the words stand side by side; the one at `anchor` is looked for first."""
    places = _places(words[anchor], text)
    if len(places) > _COMMON:
        rarest = min(range(len(words)), key=lambda at: _at_most(words[at], text))
        if rarest != anchor and _at_most(words[rarest], text) < len(places):
            anchor, places = rarest, _places(words[rarest], text)
    last = len(text.forms) - len(words)
    for place in _afforded(places, len(words), text):
        first = place - anchor
        if 0 <= first <= last and all(
            (at == anchor or _is_at(word, text, first + at))
            and (not word.glued or _is_glued(text, first + at))
            for at, word in enumerate(words)
        ):
            yield Find(first, first + len(words), ((first, first + len(words)),))


def _at_most(word: Word, text: FoldedText) -> int:
    """Return a number of places a word has at most, without looking at them."""
    if not word.prefix:
        return len(text.places(text.stem_of[word.form]))
    return len(text.heads.get(word.form[:HEAD], ())) if len(word.form) >= HEAD else len(text.forms)


def _is_glued(text: FoldedText, place: int) -> bool:
    between = text.between(place)
    return len(between) == 1 and between in DASHES


def _within(words: Sequence[Word], text: FoldedText, distance: int) -> Iterator[Find]:
    """Yield windows that hold all words, each at a place of its own, first to last in reach.

    A window slides over the places with counts of the words in it. Only where a place may serve
    several words (`chip` and `chip*`) do counts not decide: see `_enough`. For a NEAR it matters how
    far a find reaches, so windows overlap: for each place that may be the last the closest and the
    widest find, for each that may be the first the widest.
    """
    needs = Counter(words)
    spots: dict[int, list[int]] = {}
    all_places = [_places(word, text) for word in needs]
    if any(len(each) < need for each, need in zip(all_places, needs.values(), strict=True)):
        return
    for at, places in enumerate(all_places):
        for place in _afforded(places, _DEAR, text):
            spots.setdefault(place, []).append(at)
    wanted = list(needs.values())
    if not spots:
        return  # no more may be looked at
    shared = any(len(serves) > 1 for serves in spots.values())
    seen: set[Find] = set()
    for window, begins in _windows(spots, wanted, distance):
        if shared and not _enough(window, wanted, text):
            continue
        if begins:
            yield from _new([(window[0], *window[:0:-1])], wanted, seen)
        else:
            yield from _new([window[::-1], (window[-1], *window[:-1])], wanted, seen)


_Spot = tuple[int, Sequence[int]]  # a place, and which words it may serve


def _windows(
    spots: Mapping[int, Sequence[int]], wanted: Sequence[int], distance: int
) -> Iterator[tuple[Sequence[_Spot], bool]]:
    """Yield the spots in reach of each place that have all words, if each place served all it may.

    First those up to a place, False; once the next place is out of reach those from it on, True.
    """
    ordered = sorted(spots)
    counts, short, begin = [0] * len(wanted), len(wanted), 0
    for end, place in enumerate((*ordered, ordered[-1] + distance + 1)):
        while ordered[begin] < place - distance:
            if not short:
                yield [(one, spots[one]) for one in ordered[begin:end]], True
            for at in spots[ordered[begin]]:
                short += counts[at] == wanted[at]
                counts[at] -= 1
            begin += 1
            if begin == len(ordered):
                return
        for at in spots[place]:
            counts[at] += 1
            short -= counts[at] == wanted[at]
        if not short:
            yield [(one, spots[one]) for one in ordered[begin : end + 1]], False


def _new(
    windows: Sequence[Sequence[_Spot]], wanted: Sequence[int], seen: set[Find]
) -> Iterator[Find]:
    """Yield what was not yielded before, of each window the places that come first in it."""
    for window in windows:
        chosen = _assign(window, wanted)
        find = Find(chosen[0], chosen[-1] + 1, tuple((one, one + 1) for one in chosen))
        if find not in seen:
            seen.add(find)
            yield find


def _enough(window: Sequence[_Spot], wanted: Sequence[int], text: FoldedText) -> bool:
    """Say whether each word can have its places: every set of words has enough (Hall's theorem)."""
    text.left -= 4 << len(wanted)
    if text.left < 0:
        return False
    kinds = Counter(sum(1 << at for at in serves) for _, serves in window)
    return all(
        sum(count for kind, count in kinds.items() if kind & some)
        >= sum(need for at, need in enumerate(wanted) if some >> at & 1)
        for some in range(1, 1 << len(wanted))
    )


def _assign(window: Sequence[_Spot], wanted: Sequence[int]) -> list[int]:
    """Give each word as many places of its own as it needs, the first ones where there is a choice.

    It can be done. A place that is taken moves to another word it serves rather than be left.
    """
    serves = dict(window)
    held: list[list[int]] = [[] for _ in wanted]
    missing = sum(wanted)

    def settle(place: int, tried: set[int]) -> bool:
        for at in serves[place]:
            if at in tried:
                continue
            tried.add(at)
            if len(held[at]) < wanted[at]:
                held[at].append(place)
                return True
            for which, other in enumerate(held[at]):
                if len(serves[other]) > 1 and settle(other, tried):
                    held[at][which] = place
                    return True
        return False

    for place, _ in window:
        missing -= settle(place, set())
        if not missing:
            break
    return sorted(place for places in held for place in places)


def _near(
    near: Near, lefts: Sequence[Find], rights: Sequence[Find], text: FoldedText
) -> Iterator[Find]:
    """Yield pairs of different words with at most `distance - 1` words between the two.

    One may lie inside the other: in "Dutch licence for ASML" the licence is near to both. Of an
    ordered pair the left one ends before the right one begins.
    """
    distance = near.distance
    by_first = sorted(rights)
    firsts = [find.first for find in by_first]
    longest = max(find.after - find.first for find in rights)
    seen: set[Find] = set()
    for left in lefts:
        lowest = left.after if near.ordered else left.first - distance - longest + 1
        begin = bisect_left(firsts, lowest)
        end = bisect_left(firsts, left.after + distance)
        text.left -= (end - begin) * len(left.parts)
        if text.left < 0:
            return
        for right in by_first[begin:end]:
            if right.after <= left.first - distance or not _differ(left, right):
                continue
            # Of two pairs that reach as far, one may share a word with what stands outside.
            parts = tuple(sorted({*left.parts, *right.parts}))
            pair = Find(min(left.first, right.first), max(left.after, right.after), parts)
            if pair not in seen:
                seen.add(pair)
                yield pair


def _differ(left: Find, right: Find) -> bool:
    """Say whether two finds share no token."""
    return all(b <= c or d <= a for a, b in left.parts for c, d in right.parts)
