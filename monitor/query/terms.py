"""From a written word or phrase to a `Term`: its tokens, wildcards, exact case, other spellings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from monitor.query.folding import Token, cased, is_cjk, tokens
from monitor.query.tree import Term, Word
from monitor.query.variants import spellings

SHORTEST_PREFIX = 4
"""Letters and digits that must stand before `*`."""

LONGEST_PHRASE = 60
"""Words (or Chinese, Japanese and Korean characters) of one phrase."""

OPERATOR = re.compile(r"AND|OR|NOT|NEAR(?:/[0-9]*)?|ONEAR(?:/[0-9]*)?")
"""Bare words that are operators."""

FIELD_NAME = re.compile(r"([A-Za-z_][A-Za-z_.]*)[:：]")

_PLAIN = re.compile(r"[\w.:'’&+#*-]+")
_COMMON = frozenset(
    {
        "act",
        "aid",
        "aim",
        "all",
        "any",
        "are",
        "arm",
        "as",
        "at",
        "be",
        "bis",
        "but",
        "by",
        "can",
        "care",
        "chips",
        "dot",
        "ear",
        "era",
        "fast",
        "for",
        "gap",
        "ice",
        "if",
        "in",
        "is",
        "it",
        "las",
        "lead",
        "me",
        "may",
        "my",
        "nice",
        "no",
        "now",
        "of",
        "on",
        "or",
        "pact",
        "past",
        "race",
        "rest",
        "safe",
        "same",
        "so",
        "star",
        "start",
        "step",
        "sun",
        "tap",
        "test",
        "to",
        "up",
        "us",
        "war",
        "was",
        "we",
        "who",
        "win",
    }
)


KEPT = 20_000
"""Terms that are kept, since a home is read again at every edit and its lists name thousands."""


class WrittenError(ValueError):
    """A word or phrase that cannot be a term; `offset` counts characters of what was written."""

    def __init__(self, offset: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.hint = hint


@lru_cache(maxsize=KEPT)
def term(
    written: str, *, quoted: bool, exact: bool = False, within: int | None = None, start: int = 0
) -> tuple[Term, tuple[str, ...]]:
    """Return the term for a word or the inside of quotes, and warnings about it.

    `exact` asks for the case as written. Raises `WrittenError` where there is nothing to find,
    or a wildcard stands where it cannot.
    """
    found = tokens(written)
    if "*" in written:
        _check_stars(written, found)
    if not found:
        raise WrittenError(
            0,
            f"There is no letter or digit to search for in {written!r}.",
            "Leave it out, or put a word there.",
        )
    if len(found) > LONGEST_PHRASE:
        raise WrittenError(
            found[LONGEST_PHRASE].start,
            f"This phrase has {len(found)} words; {LONGEST_PHRASE} are possible.",
            "Shorten it.",
        )
    words = []
    warnings: list[str] = []
    for token in found:
        marked = exact or (quoted and _is_marked(written, token))
        word, warning = _word(written, token, marked, alone=len(found) == 1)
        words.append(word)
        if warning and warning not in warnings:
            warnings.append(warning)
    if len(found) == 1 and is_cjk(found[0].form):
        warnings.append(
            f"`{written}` is a single character, found inside of many words; two say more."
        )
    gaps = [written[a.end : b.start] for a, b in pairwise(found)]
    if within is None:
        pieces = [cased(written[token.start : token.end]) for token in found]
        variants = spellings(words, pieces, ["", *gaps])
    else:
        variants = (tuple(words),)
    text = _canonical(written, found, quoted=quoted, exact=exact, within=within)
    return Term(text=text, variants=variants, within=within, start=start), tuple(warnings)


def _word(written: str, token: Token, exact: bool, *, alone: bool) -> tuple[Word, str]:
    piece = cased(written[token.start : token.end])
    star = written.startswith("*", token.end)
    if is_cjk(token.form):
        warning = (
            "Chinese, Japanese and Korean words are found inside longer ones as well: "
            "`*` after them changes nothing."
        )
        return Word(token.form, stemmed=False), warning if star else ""
    if exact:
        return Word(token.form, cased=piece, prefix=star, stemmed=False), ""
    capitals = len(piece) > 1 and piece.isupper()
    warning = ""
    if capitals and alone and not star and token.form in _COMMON:
        warning = f"`{piece}` finds the word “{token.form}” too; write ={piece} to keep the case."
    return Word(token.form, prefix=star, stemmed=not (star or capitals)), warning


def _is_marked(written: str, token: Token) -> bool:
    """Say whether `=` stands right before a word inside quotes: `"=BIS rule"`."""
    before = token.start - 1
    return before >= 0 and written[before] == "=" and (not before or written[before - 1].isspace())


def _check_stars(written: str, found: Sequence[Token]) -> None:
    ends = {token.end: place for place, token in enumerate(found)}
    for match in re.finditer(r"\*", written):
        at = match.start()
        place = ends.get(at)
        if place is None:
            if any(token.start == at + 1 for token in found):
                raise WrittenError(
                    at,
                    "A word cannot begin with `*`.",
                    "Only the end of a word may be left open, as in chip*.",
                )
            raise WrittenError(
                at,
                "`*` can only end a word, as in semicond*.",
                'For words in between, write "entity list"~5.',
            )
        following = found[place + 1].start if place + 1 < len(found) else at + 1
        if place + 1 < len(found) and not re.search(r"\s", written[at:following]):
            raise WrittenError(at, "`*` can only end a word, as in semicond*.")
        # A hyphenated word counts as a whole: GPT-4* is narrow enough, AI* is not.
        begin = max((m.end() for m in re.finditer(r"\s", written[:at])), default=0)
        letters = sum(len(token.form) for token in found if begin <= token.start < at)
        if letters < SHORTEST_PREFIX and not is_cjk(found[place].form):
            raise WrittenError(
                at,
                f"`*` needs {SHORTEST_PREFIX} letters or digits before it.",
                "Plurals and other endings are found without it; or list the words with OR.",
            )


def _canonical(
    written: str, found: Sequence[Token], *, quoted: bool, exact: bool, within: int | None
) -> str:
    """Write the term so that it reads back as the same one."""
    first, last = found[0].start, found[-1].end
    if quoted and not exact and _is_marked(written, found[0]):
        first -= 1
    if written.startswith("*", last):
        last += 1
    inner = written[first:last]
    plain = _PLAIN.fullmatch(inner) and not (OPERATOR.fullmatch(inner) or FIELD_NAME.match(inner))
    if quoted or not plain:
        inner = f'"{inner}"'
    return ("=" if exact else "") + inner + (f"~{within}" if within is not None else "")
