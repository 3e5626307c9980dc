"""Where the words of a term, or of a NEAR, stand in one folded text.

Work is bounded: a text is gone through once for each word, and of what stands near to something
else at most `MOST_FINDS` places a text are looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from monitor.query.alternatives import likely_terms, other_parts
from monitor.query.document import HEAD, FoldedText
from monitor.query.folding import DASHES, cased
from monitor.query.tree import Listed, Near, Node, Or, Term, Word

MOST_FINDS = 1_000
"""Places of one part in one text that a NEAR looks at."""


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
    return bool(finds(term, text))


def finds(term: Term, text: FoldedText) -> list[Find]:
    """Return where a term is in a text, each spelling of it from the front."""
    if term.within is not None:
        return list(_within(term.variants[0], text, term.within))
    found: list[Find] = []
    for words, anchor in zip(term.variants, term.anchors, strict=True):
        places = _places(words[anchor], text)
        if len(words) == 1:
            found += [Find(place, place + 1, ((place, place + 1),)) for place in places]
        elif places:
            found += _in_a_row(words, anchor, places, text)
    return found


def finds_of(node: Node, text: FoldedText) -> list[Find]:
    """Return where a part that may stand beside NEAR is in a text, at most `MOST_FINDS` places."""
    if isinstance(node, Term):
        return finds(node, text)[:MOST_FINDS]
    if isinstance(node, Listed):
        return finds_of(node.part, text)
    known = text.memo.get(id(node))
    if known is None:
        known = text.memo[id(node)] = (node, _all_finds(node, text))
    return known[1]


def _all_finds(node: Node, text: FoldedText) -> list[Find]:
    match node:
        case Or():
            likely = (*likely_terms(node, text), *other_parts(node))
            found = [find for part in likely for find in finds_of(part, text)]
            return found[:MOST_FINDS]
        case Near(left=left, right=right, distance=distance):
            lefts = finds_of(left, text)
            rights = finds_of(right, text) if lefts else []
            return list(islice(_near(lefts, rights, distance), MOST_FINDS)) if rights else []
        case _:
            raise AssertionError(node)  # the parser lets nothing else stand beside NEAR


def _places(word: Word, text: FoldedText) -> Sequence[int]:
    """Return where one word is in a text."""
    if word.prefix:
        if len(word.form) >= HEAD:
            if word.form[:HEAD] not in text.head_set:
                return ()
            near = text.heads[word.form[:HEAD]]
        else:
            near = range(len(text.forms))
    else:
        wanted = text.stem_of[word.form]
        if wanted not in text.stem_set:
            return ()
        near = text.places[wanted]
        if word.stemmed:
            return near
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


def _in_a_row(
    words: Sequence[Word], start: int, places: Sequence[int], text: FoldedText
) -> Iterator[Find]:
    """Yield where the words stand side by side; the one at `start` is at these places."""
    last = len(text.forms) - len(words)
    for place in places:
        first = place - start
        if 0 <= first <= last and all(
            (at == start or _is_at(word, text, first + at))
            and (not word.glued or _is_glued(text, first + at))
            for at, word in enumerate(words)
        ):
            yield Find(first, first + len(words), ((first, first + len(words)),))


def _is_glued(text: FoldedText, place: int) -> bool:
    between = text.text[text.spans[place - 1][1] : text.spans[place][0]]
    return len(between) == 1 and between in DASHES


def _within(words: Sequence[Word], text: FoldedText, distance: int) -> Iterator[Find]:
    """Yield windows that hold all words, each at a place of its own, first to last in reach."""
    all_places = [_places(word, text) for word in words]
    if not all(all_places):
        return
    spots = sorted((place, at) for at, places in enumerate(all_places) for place in places)
    begin = 0
    for end, (place, _) in enumerate(spots):
        if end + 1 < len(spots) and spots[end + 1][0] == place:
            continue  # all words that are at this place come into the window together
        while begin < end and spots[begin][0] < place - distance:
            begin += 1
        window = spots[begin : end + 1]
        chosen = _assign(window, len(words))
        if chosen is not None:
            yield Find(chosen[0], chosen[-1] + 1, tuple((one, one + 1) for one in chosen))
            begin = end + 1


def _assign(window: Sequence[tuple[int, int]], count: int) -> list[int] | None:
    """Give each word a place of its own (the latest ones), or return None."""
    if len({at for _, at in window}) < count:
        return None
    taken: dict[int, int] = {}
    options: list[list[int]] = [[] for _ in range(count)]
    for place, at in reversed(window):
        options[at].append(place)

    def place_word(at: int, tried: set[int]) -> bool:
        for place in options[at]:
            if place not in tried:
                tried.add(place)
                if place not in taken or place_word(taken[place], tried):
                    taken[place] = at
                    return True
        return False

    return sorted(taken) if all(place_word(at, set()) for at in range(count)) else None


def _near(lefts: Sequence[Find], rights: Sequence[Find], distance: int) -> Iterator[Find]:
    """Yield pairs of different words with at most `distance - 1` words between the two.

    One may lie inside the other: in "Dutch licence for ASML" the licence is near to both.
    """
    by_first = sorted(rights)
    firsts = [find.first for find in by_first]
    longest = max(find.after - find.first for find in rights)
    seen: set[tuple[int, int]] = set()
    for left in lefts:
        begin = bisect_left(firsts, left.first - distance - longest + 1)
        end = bisect_left(firsts, left.after + distance)
        for right in by_first[begin:end]:
            pair = (min(left.first, right.first), max(left.after, right.after))
            if right.after > left.first - distance and pair not in seen and _differ(left, right):
                seen.add(pair)
                yield Find(*pair, tuple(sorted({*left.parts, *right.parts})))


def _differ(left: Find, right: Find) -> bool:
    """Say whether two finds share no token."""
    return all(b <= c or d <= a for a, b in left.parts for c, d in right.parts)
