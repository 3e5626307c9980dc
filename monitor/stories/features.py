"""What grouping looks at in an entry.

Two views of one text. The *surface*, its folded words as they stand, is for copies and for series
made after one pattern. The *terms*, concepts and numbers among them, are for stories, where reports
say one thing in other words and other languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.model.story import StoryEntry
from monitor.stories.folding import fold, is_cjk, number_spans, raw_words, stem
from monitor.stories.numbers import POINT_GROUPS, is_year, spelled_number
from monitor.stories.signs import Signs, signs
from monitor.stories.terms import Kind, Term, terms_of
from monitor.stories.words import (
    AMOUNTS,
    BACKED,
    CLASSIFIERS,
    MONTHS,
    NEGATIONS,
    NUMBERED,
    PREFIX,
    STOP,
)

LEAD_WORDS = 40
"""How much of the excerpt is read: its beginning says what happened, the rest is background."""

EXCERPT_CHARACTERS = 1200
TITLE_CHARACTERS = 400
"""Excerpts and titles are read, and taken for equal, up to here."""

LEAD_WEIGHT = 0.6
"""What a term of the lead counts beside one of the title."""
COPY_WEIGHT = 0.8
"""And one of the title of a copy."""
ASIDE_WEIGHT = 0.3
"""And a name that only says whose something is: "Alibaba-backed"."""

_THOUSANDS = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?![\d.,])") for mark in ",."
}
_CHINESE_COUNT = re.compile(
    rf"([一二两兩三四五六七八九十]{{1,3}})([{''.join(sorted(CLASSIFIERS))}].)"
)
_SUFFIX = re.compile(r"\s+(?:[|–—·]|-{1,2})\s+([^-|–—·]{2,40})$")
_VIA = re.compile(r"[\s,]+via\s+@\w+.*$", re.IGNORECASE)
_SIGNATURE = re.compile(r"\bThe post\s.{1,300}?\sappeared first on\b.*$", re.DOTALL)
_ACTORS = ("firm:", "person:", "product:", "body:", "place:")


@dataclass(frozen=True, slots=True)
class Surface:
    """An entry's words as they stand.

    `headline` is the title, decoration cut and folded, its words joined by spaces; `template` the
    same with `#` for each number. `title` and `lead` are the words of the title and of the
    beginning of the excerpt (pairs of characters in CJK runs), empty when that only says the title
    again. `numbers` are the title's, amounts left out. `counted` pairs numbers of the title with
    what they count or name ("11", "firm"); `negated` holds its "not" and the like. `label` is what
    stands before a colon ("Chips weekly: ..."), "" without one. `excerpt` is the whole excerpt,
    folded.
    """

    headline: str
    template: str
    title: frozenset[str]
    lead: frozenset[str]
    numbers: frozenset[str]
    counted: frozenset[tuple[str, str]]
    negated: frozenset[str]
    label: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of an entry.

    `title_text` is the title without its decoration. `order` are its terms in order, `title` the
    same as a set. `counts` weighs all terms, those of the lead among them; `kinds` says what each is
    and `shown` how it stood in the text. `figures` are all numbers but years. `actors` are the names
    in the title that can do something, in order, and `firms` the firms and persons among them.
    """

    surface: Surface
    title_text: str
    order: tuple[str, ...]
    title: frozenset[str]
    counts: dict[str, float]
    kinds: dict[str, Kind]
    shown: dict[str, str]
    figures: frozenset[str]
    actors: tuple[str, ...]
    firms: tuple[str, ...]
    language: str
    signs: Signs


def features(entry: StoryEntry) -> Features:
    """Return what grouping compares of an entry."""
    title = bare_title(entry.title, entry.outlet)
    excerpt = _SIGNATURE.sub("", entry.excerpt[:EXCERPT_CHARACTERS])
    raw, raw_rest = raw_words(title), raw_words(excerpt)
    words, rest = [fold(word) for word in raw], [fold(word) for word in raw_rest]
    surface = _surface(title, words, rest, entry.language)
    language = entry.language[:2]
    in_title = terms_of(raw, words, language)
    in_lead = []
    if surface.excerpt:
        in_lead = terms_of(raw_rest[:LEAD_WORDS], rest[:LEAD_WORDS], language)
    aside = _aside(in_title)
    counts: dict[str, float] = {}
    kinds: dict[str, Kind] = {}
    shown: dict[str, str] = {}
    for weight, found in ((1.0, in_title), (LEAD_WEIGHT, in_lead)):
        for term, kind, written in found:
            counts.setdefault(term, ASIDE_WEIGHT if term in aside else weight)
            kinds.setdefault(term, "other" if term in aside else kind)
            shown.setdefault(term, written)
    order = tuple(term for term, _, _ in in_title if term not in aside)
    actors = tuple(dict.fromkeys(term for term in order if term.startswith(_ACTORS)))
    figures = frozenset(term for term in counts if _is_figure(term, kinds[term]))
    return Features(
        surface=surface,
        title_text=title,
        order=order,
        title=frozenset(order),
        counts=counts,
        kinds=kinds,
        shown=shown,
        figures=figures,
        actors=actors,
        firms=tuple(term for term in actors if term.startswith(("firm:", "person:"))),
        language=language,
        signs=signs(title, order, counts.keys()),
    )


def with_copy(original: Features, copy: Features) -> Features:
    """Return the features of a text of which a copy brings more, such as a summary it came without."""
    more = {term: weight for term, weight in copy.counts.items() if term not in original.counts}
    if not more:
        return original
    counts = {**original.counts, **{term: min(w, COPY_WEIGHT) for term, w in more.items()}}
    kinds = {**copy.kinds, **original.kinds}
    return replace(
        original,
        counts=counts,
        kinds=kinds,
        shown={**copy.shown, **original.shown},
        figures=frozenset(term for term in counts if _is_figure(term, kinds[term])),
        signs=signs(original.title_text, original.order, counts.keys()),
    )


def bare_title(title: str, outlet: str = "") -> str:
    """Cut wire prefixes ("EXCLUSIVE: ") and outlet suffixes (" - Daily Example") off a title.

    What follows the last dash or bar is taken for an outlet when it is this entry's, or when it
    could be a name: up to four words, no number, and less than half of what stands before it.
    """
    title = " ".join(title.split())[:TITLE_CHARACTERS]
    bare = _VIA.sub("", PREFIX.sub("", title, count=1))
    while found := _SUFFIX.search(bare):
        tail, head = found.group(1), bare[: found.start()].rstrip()
        named = bool(outlet) and fold(tail) == fold(outlet)
        short = len(tail.split()) <= 4 and len(head) > 2 * len(tail)
        if not head or not (named or (short and not any(char.isdigit() for char in tail))):
            break
        bare = head
    return bare or title


def folded_words(text: str) -> list[str]:
    """Return the words of a text in order: folded, CJK runs whole, numbers made comparable."""
    return _comparable([fold(word) for word in raw_words(text)])


def _comparable(words: list[str], language: str = "en") -> list[str]:
    """Take the marks out of thousands: "1,000" is 1000, and so is "1.000" in German."""
    mark = "." if language[:2] in POINT_GROUPS else ","
    grouped = _THOUSANDS[mark]
    return [
        word.replace(mark, "") if mark in word and grouped.match(word) else word for word in words
    ]


def _surface(title: str, folded: list[str], folded_rest: list[str], language: str) -> Surface:
    words, rest = _comparable(folded, language), _comparable(folded_rest, language)
    lead = [] if _echoes(rest, words) else rest
    numbers = _numbers(_written(title, language), words)
    told = [spelled_number(word, language) or word for word in words]
    # "Eleven firms" counts like "11 firms"; words come one after the other.
    numbers |= {at: True for at, word in enumerate(words) if told[at] != word}
    in_chinese = _chinese_counts(words)
    return Surface(
        headline=" ".join(words),
        template=" ".join("#" if word[0].isdigit() else word for word in words),
        title=frozenset(_pieces(words)),
        lead=frozenset(_pieces(lead[:LEAD_WORDS])),
        numbers=frozenset([*(told[at] for at in numbers), *(number for number, _ in in_chinese)]),
        counted=frozenset([*_counted(numbers, told, language), *in_chinese]),
        negated=frozenset(words) & NEGATIONS,
        label=_label(title),
        excerpt=" ".join(lead),
    )


def _pieces(words: list[str]) -> list[str]:
    """Return words, CJK runs cut into pairs of characters, function words left out."""
    found: list[str] = []
    for word in words:
        if is_cjk(word):
            found += [word[k : k + 2] for k in range(len(word) - 1)] or [word]
        elif word not in STOP and (len(word) > 1 or word.isdigit()):
            found.append(word)
    return found


def _echoes(excerpt: list[str], title: list[str]) -> bool:
    """Tell whether an excerpt is the title again, perhaps with the outlet's name."""
    return len(excerpt) <= len(title) + 4 and excerpt[: len(title)] == title


def _label(title: str) -> str:
    before, colon, after = fold(title).replace("：", ":").partition(":")
    words = folded_words(before)
    return " ".join(words) if colon and after.strip() and len(words) <= 4 else ""


def _numbers(written: str, words: list[str]) -> dict[int, bool]:
    """Return the places of the numbers among the words, and whether the next word follows at once.

    Amounts are left out: money, or a share of something, which move by the hour.
    """
    found: dict[int, bool] = {}
    places = [at for at, word in enumerate(words) if word[0].isdigit()]
    spans = number_spans(written)
    if len(spans) != len(places):
        return found
    for at, (start, end) in zip(places, spans, strict=True):
        after = words[at + 1] if at + 1 < len(words) else ""
        money = written[:start].rstrip()[-1:] in ("$", "€", "£", "¥")
        share = written[end:].lstrip()[:1] in ("%", "％")
        if not (money or share or after in AMOUNTS or after[:1] in AMOUNTS):
            found[at] = bool(after) and written.startswith(after, end + (not is_cjk(after)))
    return found


def _counted(numbers: dict[int, bool], words: list[str], language: str) -> list[tuple[str, str]]:
    """Pair each number with the word right after it, and with a month or, for versions, before it.

    "11 firms" gives ("11", "firm"), "Sora 2.1" ("2.1", "<sora"), "März 3" ("3", "<marz"), "issue 41"
    ("41", "<issue").
    """
    found: list[tuple[str, str]] = []
    for at, follows in numbers.items():
        word = words[at]
        before = words[at - 1] if at else ""
        version = "." in word and before not in STOP and before.isalpha()
        if before in MONTHS or before in NUMBERED or version:
            found.append((word, "<" + before))
        after = words[at + 1] if at + 1 < len(words) else ""
        if not follows or not after or after in STOP or after[0].isdigit():
            continue
        if is_cjk(after):
            found.append((word, after[: 1 + (after[0] in CLASSIFIERS)]))
        else:
            found.append((word, stem(after, language)))
    return found


def _chinese_counts(words: list[str]) -> list[tuple[str, str]]:
    """Pair numbers written in Chinese characters with what they count, as `_counted` does."""
    return [
        (number, found[2])
        for word in words
        if is_cjk(word)
        for found in _CHINESE_COUNT.finditer(word)
        if (number := spelled_number(found[1], "zh"))
    ]


def _written(title: str, language: str) -> str:
    """Return the title folded, the marks taken out of its thousands as they are out of its words."""
    mark = re.escape("." if language[:2] in POINT_GROUPS else ",")
    return re.sub(rf"(?<=\d){mark}(?=\d{{3}}(?!\d))", "", fold(title))


def _aside(found: list[Term]) -> frozenset[str]:
    """Return the names that only say whose something is: "Alibaba-backed"."""
    return frozenset(
        term.term
        for term, after in pairwise(found)
        if term.kind == "name" and fold(after.shown) in BACKED
    )


def _is_figure(term: str, kind: Kind) -> bool:
    return kind in ("number", "amount") and not is_year(term.partition(":")[2])
