"""What a number in a text comes to, so that "$65 billion" and 650 亿美元 are one figure."""

from __future__ import annotations

import re

_SCALES = {
    "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3,
    "million": 1e6, "millions": 1e6, "mn": 1e6, "mln": 1e6, "m": 1e6, "millionen": 1e6, "mio": 1e6,
    "millon": 1e6, "millones": 1e6, "milhao": 1e6, "milhoes": 1e6,
    "billion": 1e9, "billions": 1e9, "bn": 1e9, "b": 1e9, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9,
    "milliard": 1e9, "milliards": 1e9, "mds": 1e9, "bilhao": 1e9, "bilhoes": 1e9,
    "trillion": 1e12, "trillions": 1e12, "trn": 1e12, "tn": 1e12, "billionen": 1e12, "billones": 1e12,
    "trilhao": 1e12, "trilhoes": 1e12,
}  # fmt: skip
_LONG_SCALE = {("de", "billion"): 1e12, ("fr", "billion"): 1e12, ("fr", "billions"): 1e12}
"""Words that are a thousand times as much as in English."""

_CJK_SCALES = {
    "万亿": 1e12, "萬億": 1e12, "兆": 1e12, "千亿": 1e11, "千億": 1e11, "百亿": 1e10, "百億": 1e10, "十亿": 1e9,
    "十億": 1e9, "亿": 1e8, "億": 1e8, "억": 1e8, "千万": 1e7, "千萬": 1e7, "百万": 1e6, "百萬": 1e6, "万": 1e4,
    "萬": 1e4, "만": 1e4,
}  # fmt: skip
_WRITTEN_ON = frozenset({"bn", "b", "m", "mn", "mln", "tn", "trn", "mrd", "mio"})
_DECIMAL_COMMA = frozenset({"de", "es", "fr", "pt", "it"})
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)*)([^\W\d_]*)$")
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_YEAR = re.compile(r"(?:19|20)\d\d$")


def number_at(words: list[str], at: int, language: str) -> tuple[str, bool, int]:
    """Read the number that begins at a word: its value as text, whether it is large, words taken.

    `words` are folded; a scale may be written onto it ("65bn"), be the next word ("65 billion") or
    begin a CJK run ("650亿"). Values are cut to three digits that count, as reports round; a letter
    that is no scale stays ("7b" of "700b", "4nm").
    """
    match = _NUMBER.match(words[at])
    if match is None:
        return words[at], False, 1
    digits, suffix = match.groups()
    value = _value(digits, language)
    after = words[at + 1] if at + 1 < len(words) else ""
    if suffix in _WRITTEN_ON:
        return _text(value * _SCALES[suffix]), True, 1
    if suffix:
        return _text(value) + suffix, False, 1
    for mark, scale in _CJK_SCALES.items():
        if after.startswith(mark):
            return _text(value * scale), True, 1
    scale = _LONG_SCALE.get((language[:2], after)) or _SCALES.get(after, 0.0)
    if not scale or len(after) == 1:
        return _text(value), False, 1
    further = _SCALES.get(words[at + 2], 0.0) if after == "mil" and at + 2 < len(words) else 0.0
    if further:  # "25 mil millones"
        return _text(value * scale * further), True, 3
    return _text(value * scale), True, 2


def is_year(number: str) -> bool:
    """Tell whether a number is a year of our time: shared by everything, it proves nothing."""
    return _YEAR.match(number) is not None


def _value(digits: str, language: str) -> float:
    grouped = _GROUPED.match(digits)
    comma = language[:2] in _DECIMAL_COMMA
    if grouped and grouped.group(1) == ("." if comma else ","):
        return float(digits.replace(".", "").replace(",", ""))
    decimal = digits.replace(".", "").replace(",", ".") if comma and "," in digits else digits
    whole, _, fraction = decimal.replace(",", "").partition(".")
    return float(f"{whole}.{fraction.replace('.', '') or 0}"[:300])


def _text(value: float) -> str:
    if value < 1e6 and value == int(value):
        return str(int(value))
    return f"{value:.3g}"
