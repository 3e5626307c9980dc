"""Who is said to speak: the name with a verb of saying right before or behind a quotation.

Names are capitals in a row. What stands around them has to be known: "a critic of Ada Northwood said" is not
Northwood speaking, and "Ada Northwood never said" is not speaking at all. Whatever is not understood has no
speaker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from monitor.digests.speech import Spoken
from monitor.digests.speech_words import (
    ACCORDING,
    ARTICLES,
    BETWEEN,
    GOES_ON,
    HEARSAY,
    NEEDS_A,
    NO_NAME,
    OTHERS,
    PARTICLES,
    ROLE_ENDS,
    ROLES,
    SAYS,
    UNSURE,
)
from monitor.stories.folding import CJK

_AROUND = 170
"""Characters before and behind a quotation that are looked at."""

_MOST_WORDS = 4
_MOST_BETWEEN = 8
_LONGEST_ASIDE = 12
_TOLD = ("told", "tells")
_FOLLOWS = frozenset({"who", "of", "whose", "qui", "adding", "about"})

_TOKEN = re.compile(
    rf"(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|St|[^\W\d_])\.(?=\s)"
    rf"|(?:(?![{CJK}])[\w&])+(?:[’'\-.](?:(?![{CJK}])[\w&])+)*|[^\w\s]|[{CJK}]+"
)
_ELIDED = re.compile(r"^[lLD][’']")
_OF = re.compile(r"^d[’'](?=\w)")


class Token(NamedTuple):
    """A word or a mark, where it stands, and the word in lower case."""

    text: str
    start: int
    end: int
    low: str

    @property
    def is_word(self) -> bool:
        """Whether it is a word, or a number."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()

    @property
    def is_role(self) -> bool:
        """Whether it says what a person is."""
        return self.low in ROLES or self.low.endswith(ROLE_ENDS)


Span = tuple[int, int]


def speaker_of(text: str, quoted: Spoken) -> Span | None:
    """Return where in the text the name of who speaks stands; None where that is not certain."""
    reach = max(0, quoted.opens - _AROUND)
    line_start = max(reach, text.rfind("\n", reach, quoted.opens) + 1)
    line_end = text.find("\n", quoted.closes, quoted.closes + _AROUND)
    line_end = min(len(text), quoted.closes + _AROUND) if line_end < 0 else line_end
    around = f"{text[line_start : quoted.opens]} {text[quoted.closes : line_end]}".casefold()
    after = _tokens(text, quoted.closes + 1, line_end)
    before = _tokens(text, line_start, quoted.opens)
    by_according = _according(after) or (
        _according_before(before) if before and before[-1].text in ",:" else None
    )
    doubts = sum(around.count(word) for word in HEARSAY) - (
        1 if by_according and "according to" in around else 0
    )
    if doubts:
        return None
    # Where the piece begins within a line, what stands before it is not known.
    whole = line_start == 0 or text[line_start - 1] == "\n"
    found = [
        one
        for one in (_behind(after, text, quoted), _before(before, whole=whole), by_according)
        if one is not None
    ]
    if not found or any(text[slice(*one)] != text[slice(*found[0])] for one in found):
        return None
    return found[0]


def _tokens(text: str, start: int, end: int) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text, start, end):
        elided, begin = _ELIDED.match(match[0]), match.start()
        if of := _OF.match(match[0]):  # French: l'avocat d'Ada Exemple
            found.append(Token(of[0], begin, begin + of.end(), of[0]))
            begin += of.end()
        elif elided:
            begin += elided.end()
        word = text[begin : match.end()]
        if word:
            found.append(Token(word, begin, match.end(), word.rstrip(".").casefold()))
    return found


def _behind(tokens: Sequence[Token], text: str, quoted: Spoken) -> Span | None:
    """Return the name in `“…,” said NAME` or `“…,” NAME said`."""
    at = 0
    ended = text[quoted.closes - 1]
    comma = ended in ",，"
    while at < len(tokens) and tokens[at].text in ",–—-":
        comma, at = True, at + 1
    verb = _verb_at(tokens, at)
    if verb:
        name, behind = _name_from(tokens, at + verb)
        return name if name and not _goes_wrong(tokens, behind) else None
    if not comma and ended not in "!?…":
        return None  # “…” ended a sentence: NAME said something else.
    name, behind = _name_from(tokens, at)
    if name is None:
        return None
    behind = _past_aside(tokens, behind)
    while behind < len(tokens) and tokens[behind].low in BETWEEN and not _verb_at(tokens, behind):
        behind += 1
    verb = _verb_at(tokens, behind)
    if not verb:
        return None
    told = tokens[behind].low in _TOLD
    behind += verb
    if behind == len(tokens) or told or not tokens[behind].is_word:
        return name
    return name if tokens[behind].low in GOES_ON else None


def _goes_wrong(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether more speakers follow a name, or what is not understood."""
    if at == len(tokens):
        return False
    if not tokens[at].is_word:
        return tokens[at].text in "&’'"
    # "and Bob Kell", "Harbour goalkeeper Ada Northwood"
    return tokens[at].low not in GOES_ON | _FOLLOWS


def _before(tokens: Sequence[Token], *, whole: bool) -> Span | None:
    """Return the name in `NAME said: “…”` and `NAME told reporters on Monday, “…”`."""
    at = len(tokens)
    marked = at > 0 and tokens[at - 1].text in ",:"
    at -= marked
    for back in range(_MOST_BETWEEN + 1):
        place = at - 1 - back
        if place < 0 or (back and not marked):
            return None
        token = tokens[place]
        if token.low in SAYS and token.text[0].islower():
            told = token.low in _TOLD
            if back and not told and tokens[place + 1].low not in GOES_ON:
                return None  # NAME said the report found, “…”
            return _subject(tokens, place, whole=whole)
        if not token.is_word or token.low in OTHERS or token.text.endswith(("'s", "’s")):
            return None
    return None


def _subject(tokens: Sequence[Token], verb: int, *, whole: bool) -> Span | None:
    """Return the name before a verb, given that nobody else may be meant."""
    at = verb
    while at and tokens[at - 1].low in BETWEEN:
        at -= 1
    if tokens[verb].low in NEEDS_A and "a" not in {each.low for each in tokens[at:verb]}:
        return None
    if at and tokens[at - 1].text == ",":
        # NAME, the minister, said
        aside = at - 2
        while aside >= 0 and tokens[aside].text != "," and at - aside <= _LONGEST_ASIDE:
            if not tokens[aside].is_word or tokens[aside].low in OTHERS:
                return None
            aside -= 1
        if aside < 1 or tokens[aside].text != ",":
            return None
        at = aside
    first = at
    while first and (
        tokens[first - 1].is_capital
        or (tokens[first - 1].low in PARTICLES and first < at)
        or tokens[first - 1].is_role
    ):
        first -= 1
    if not whole and first == 0:
        return None
    name, behind = _name_from(tokens, first)
    if name is None or behind != at:
        return None
    start = first
    if start and tokens[start - 1].low in ARTICLES:
        start -= 1
    if start == 0:
        return name if whole else None
    # What the sentence began with may go before; "of", "and" or "for" make it somebody else.
    return name if tokens[start - 1].text in '.!?:;,”“»"–—' else None


def _verb_at(tokens: Sequence[Token], at: int) -> int:
    """Return how many words a verb of saying takes there, 0 where there is none."""
    if at >= len(tokens):
        return 0
    low = tokens[at].low
    if low == "a" and at + 1 < len(tokens) and tokens[at + 1].low in NEEDS_A | {"dit", "écrit"}:
        return 2
    if low == "so" and at + 1 < len(tokens) and tokens[at + 1].is_capital:
        return 1  # German: „…“, so NAME
    return int(tokens[at].text[0].islower() and low in SAYS and low not in NEEDS_A)


def _according(tokens: Sequence[Token]) -> Span | None:
    at = 0
    while at < len(tokens) and tokens[at].text in ",–—-":
        at += 1
    for words in ACCORDING:
        if tuple(each.low for each in tokens[at : at + len(words)]) == words:
            name, behind = _name_from(tokens, at + len(words))
            return name if name and not _goes_wrong(tokens, behind) else None
    return None


def _according_before(tokens: Sequence[Token]) -> Span | None:
    """Return the name in `According to NAME, “…”`, which begins its sentence."""
    for at in range(max(0, len(tokens) - 8), len(tokens)):
        for words in ACCORDING:
            if tuple(each.low for each in tokens[at : at + len(words)]) == words and (
                at == 0 or tokens[at - 1].text in ".!?"
            ):
                name, behind = _name_from(tokens, at + len(words))
                return name if behind == len(tokens) - 1 else None
    return None


def _name_from(tokens: Sequence[Token], at: int) -> tuple[Span | None, int]:
    """Return the name that begins there behind what a person is, and the place behind it."""
    if at < len(tokens) and tokens[at].low in ARTICLES:
        at += 1
    first = at
    while at < len(tokens) and (
        tokens[at].is_capital
        or tokens[at].is_role
        or (tokens[at].low in PARTICLES and at > first and _goes_on(tokens, at))
    ):
        if tokens[at].is_capital and tokens[at].low in NO_NAME and at > first:
            break
        at += 1
    words = list(tokens[first:at])
    roles = [place for place, each in enumerate(words) if each.is_role]
    if roles:
        words = words[roles[-1] + 1 :]
    while words and words[0].low in NO_NAME:
        words.pop(0)
    if not words or not words[0].is_capital or not words[-1].is_capital:
        return None, at
    if len([each for each in words if each.is_capital]) > _MOST_WORDS:
        return None, at
    if any(
        (each.is_capital and each.low in NO_NAME | UNSURE) or each.text.endswith(("'s", "’s"))
        for each in words
    ):
        return None, at
    return (words[0].start, words[-1].end), at


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether small words lead to the rest of a name."""
    following = next((each for each in tokens[at : at + 3] if each.low not in PARTICLES), None)
    return following is not None and following.is_capital


def _past_aside(tokens: Sequence[Token], at: int) -> int:
    """Return the place behind `, the minister,`; the same place where there is no such thing."""
    if at < len(tokens) and tokens[at].text == ",":
        for end in range(at + 1, min(len(tokens), at + _LONGEST_ASIDE)):
            if tokens[end].text == ",":
                return end + 1
            if not tokens[end].is_word or tokens[end].low in OTHERS:
                break
    return at
