"""What a number in a text comes to, so that "$65 billion" and 650 亿美元 are one figure.

One table of scales and one reading of digits serve grouping, which compares words (`number_at`), and
the figures of headlines.
"""

from __future__ import annotations

import re
from decimal import Decimal

from monitor.stories.folding import fold

SCALES = {
    "k": 3, "thousand": 3, "tausend": 3, "tsd": 3, "mil": 3, "mille": 3,
    "m": 6, "mn": 6, "mln": 6, "mio": 6, "million": 6, "millions": 6, "millionen": 6, "millón": 6,
    "millones": 6, "milhão": 6, "milhões": 6,
    "b": 9, "bn": 9, "mrd": 9, "md": 9, "mds": 9, "milliarde": 9, "milliarden": 9, "milliard": 9, "milliards": 9,
    "billion": 9, "billions": 9, "bilhão": 9, "bilhões": 9, "mil millones": 9, "mil milhões": 9,
    "t": 12, "tn": 12, "trn": 12, "trillion": 12, "trillions": 12, "billón": 12, "billones": 12,
    "billionen": 12, "trilhão": 12, "trilhões": 12,
    "trillionen": 18, "trillón": 18, "trillones": 18,
    "千": 3, "万": 4, "萬": 4, "百万": 6, "百萬": 6, "千万": 7, "千萬": 7, "亿": 8, "億": 8, "十亿": 9, "十億": 9,
    "百亿": 10, "百億": 10, "千亿": 11, "千億": 11, "万亿": 12, "萬億": 12, "兆": 12,
    "천": 3, "만": 4, "백만": 6, "천만": 7, "억": 8, "십억": 9, "백억": 10, "천억": 11, "조": 12,
}  # fmt: skip
"""Words that multiply the number before them, and the power of ten they stand for."""

_LONG_SCALE = {"billion": 12, "billions": 12, "trillion": 18, "trillions": 18}
_LONG_SCALE_LANGUAGES = frozenset({"de", "es", "fr"})
"""Languages whose billion is a million millions."""

POINT_GROUPS = frozenset({"de", "es", "fr", "pt", "it", "nl", "da", "nb", "tr", "id", "pl", "ru"})
"""Languages that write 1.000,5 for what is 1,000.5 elsewhere."""

SPELLED = {
    language: {word: value for value, word in enumerate(words.split(), 2)}
    for language, words in (
        ("en", "two three four five six seven eight nine ten eleven twelve"),
        ("de", "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"),
        ("es", "dos tres cuatro cinco seis siete ocho nueve diez once doce"),
        ("fr", "deux trois quatre cinq six sept huit neuf dix onze douze"),
    )
}
"""Small numbers in words, by language."""

_FOLDED_WORDS = {
    language: {fold(word): str(value) for word, value in words.items()}
    for language, words in SPELLED.items()
}
_CHINESE = {
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}

MOST_FIGURES = 15
"""Of how many figures a number may be; a longer one is a code."""

_FOLDED = {fold(word): power for word, power in SCALES.items()}
_CJK_MARKS = sorted((word for word in SCALES if word >= "\u3040"), key=len, reverse=True)
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)*)([^\W\d_]*)$")
_YEAR = re.compile(r"(?:19|20)\d\d$")


def number_value(digits: str, scale: str, language: str) -> Decimal | None:
    """Return what a number and the word of scale behind it ("" for none) come to.

    Which mark groups and which is the point depends on the language; it is the other way round where
    the digits cannot be grouped so. None for one of more than `MOST_FIGURES` figures.
    """
    digits = re.sub("['’]", "", digits)
    if sum(each.isdigit() for each in digits) > MOST_FIGURES:
        return None
    group, point = (".", ",") if language[:2] in POINT_GROUPS else (",", ".")
    if not _is_grouped(digits, group, point):
        group, point = point, group
    if _is_grouped(digits, group, point):
        plain = digits.replace(group, "").replace(point, ".")
    else:  # "1.2.3": the first mark is the point
        whole, *rest = re.split("[.,]", digits)
        plain = f"{whole}.{''.join(rest)}"
    return Decimal(plain) * Decimal(10) ** _power(fold(scale), language)


def number_at(words: list[str], at: int, language: str) -> tuple[str, bool, int]:
    """Read the number that begins at a word: its value as text, whether it is large, words taken.

    `words` are folded; a scale may be written onto it ("65bn"), be the next word ("65 billion") or
    begin a CJK run ("650亿"). Values are cut to three digits that count, as reports round; letters
    that are no scale stay ("4nm"), and so does a number too long to be one.
    """
    match = _NUMBER.match(words[at])
    if match is None:
        return words[at], False, 1
    digits, suffix = match.groups()
    scale, taken = (suffix, 1) if suffix else _scale_behind(words, at + 1)
    large = fold(scale) in _FOLDED
    value = number_value(digits, scale, language)
    if value is None:
        return words[at], False, 1
    return _text(float(value)) + ("" if large else suffix), large, taken


def is_year(number: str) -> bool:
    """Tell whether a number is a year of our time: shared by everything, it proves nothing."""
    return _YEAR.match(number) is not None


def spelled_number(word: str, language: str) -> str:
    """Return what a small number in words comes to, in digits; "" for any other word.

    In Chinese up to ninety-nine.
    """
    if word[:1] in _CHINESE or word[:1] == "十":
        tens, ten, ones = word.partition("十")
        if not ten:
            return str(_CHINESE[word]) if word in _CHINESE else ""
        parts = (_CHINESE.get(tens) if tens else 1), (_CHINESE.get(ones) if ones else 0)
        return "" if None in parts else str(10 * (parts[0] or 0) + (parts[1] or 0))
    return _FOLDED_WORDS.get(language[:2], {}).get(word, "")


def scale_mark(after: str) -> str:
    """Return the scale that a run of CJK characters begins with ("亿" of "亿美元"), "" for none."""
    return next((mark for mark in _CJK_MARKS if after.startswith(mark)), "")


def _is_grouped(digits: str, group: str, point: str) -> bool:
    grouped = rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{point}\d+)?|\d+(?:\{point}\d+)?"
    return re.fullmatch(grouped, digits) is not None


def _power(scale: str, language: str) -> int:
    if scale in _LONG_SCALE and language[:2] in _LONG_SCALE_LANGUAGES:
        return _LONG_SCALE[scale]
    return _FOLDED.get(scale, 0)


def _scale_behind(words: list[str], at: int) -> tuple[str, int]:
    """Return the scale that the words behind a number begin with, and how many words both take."""
    after = words[at] if at < len(words) else ""
    if mark := scale_mark(after):
        return mark, 1
    pair = " ".join(words[at : at + 2])  # "25 mil millones"
    if pair != after and pair in _FOLDED:
        return pair, 3
    # A letter by itself is a unit as often ("5 m").
    return (after, 2) if len(after) > 1 and after in _FOLDED else ("", 1)


def _text(value: float) -> str:
    if value < 1e6 and value == int(value):
        return str(int(value))
    return f"{value:.3g}"
