"""The numbers of a text, all of them: what a summary says may hold none that its sources do not.

Other than for headlines (`monitor.stories.figures`) nothing is passed over here: names with digits,
numbers of sections, times of day and words for numbers count like amounts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from monitor.stories.figures import KINDS, YearMonthDay, dates_and_rest
from monitor.stories.folding import CJK, fold, stem
from monitor.stories.numbers import SCALES, SPELLED, number_value
from monitor.stories.words import STOP

_LETTER = rf"(?![{CJK}])[^\W_]"
_TOKEN = re.compile(rf"{_LETTER}(?:{_LETTER})*(?:[.,:/'’⁄‐‑–—-](?:{_LETTER})+)*")
_LONG_SCALES = "|".join(
    re.escape(word) for word in sorted(SCALES, key=len, reverse=True) if len(word) > 1
)
_DIGITS = r"(?P<number>\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_WRITTEN = re.compile(
    rf"{_DIGITS}(?:-?(?P<scale>{'|'.join(re.escape(word) for word in SCALES)}))?"
    r"(?:-(?P<rest>[^\W\d_][^\d]*))?",
    re.IGNORECASE,
)
_SCALE_BEHIND = re.compile(
    rf"[\s-]?(?:(?P<cjk>[{''.join(w for w in SCALES if len(w) == 1 and w >= chr(0x3040))}]+)"
    rf"|(?P<word>{_LONG_SCALES})(?![^\W\d_]))",
    re.IGNORECASE,
)
_KIND = "|".join(map(re.escape, sorted(KINDS, key=len, reverse=True)))
_KIND_BEHIND = re.compile(rf"[\s-]?(?P<kind>{_KIND})(?![A-Za-zà-ÿ])", re.IGNORECASE)
_KIND_BEFORE = re.compile(r"(?P<kind>us\$|[$€£¥₩]|\b(?:usd|eur|gbp|rmb)\b)\s?$", re.IGNORECASE)
_MINUS = re.compile(r"(?:^|[\s(])[-−–]\s?$")
_SPACED = re.compile("(?<=\\d)[\u00a0\u202f\u2009](?=\\d{3}(?!\\d))")
_SPACED_FR = re.compile("(?<=\\d)[ \u00a0\u202f\u2009](?=\\d{3}(?!\\d))")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[\s-]$")

_MORE_WORDS = {
    "en": "one=1 zero=0 thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 "
    "nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90",
    "de": "null=0 dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 "
    "neunzehn=19 zwanzig=20 dreißig=30 vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 "
    "neunzig=90",
    "es": "cero=0 trece=13 catorce=14 quince=15 dieciséis=16 diecisiete=17 dieciocho=18 "
    "diecinueve=19 veinte=20 veintiuno=21 veintiún=21 veintiuna=21 veintidós=22 veintitrés=23 "
    "veinticuatro=24 veinticinco=25 veintiséis=26 veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 "
    "cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien=100 ciento=100 "
    "doscientos=200 doscientas=200 trescientos=300 trescientas=300 cuatrocientos=400 cuatrocientas=400 "
    "quinientos=500 quinientas=500 seiscientos=600 seiscientas=600 setecientos=700 setecientas=700 "
    "ochocientos=800 ochocientas=800 novecientos=900 novecientas=900",
    "fr": "zéro=0 treize=13 quatorze=14 quinze=15 seize=16 vingt=20 trente=30 quarante=40 "
    "cinquante=50 soixante=60 septante=70 huitante=80 octante=80 nonante=90 cent=100",
}
_SPELLED: dict[str, dict[str, int]] = {
    language: {fold(word): value for word, value in SPELLED[language].items()}
    | {fold(pair.partition("=")[0]): int(pair.partition("=")[2]) for pair in words.split()}
    for language, words in _MORE_WORDS.items()
}
_GERMAN_LENGTHS = range(len("hundert"), 80)
"""Of numbers written in one; shorter ones are known, or articles."""
_GERMAN_PLACE = re.compile("s?te[nrsm]?$")
"""What makes "zweiundzwanzig" a place in a row."""
SPELLED_WORDS = frozenset(word for words in _SPELLED.values() for word in words)
"""All words for numbers, folded."""

_CJK_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "兩": 2,
}  # fmt: skip
_CJK_SMALL = {"十": 10, "百": 100, "千": 1000}
_CJK_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_CJK_NUMERALS = re.compile(
    rf"(?<![\d周期拜])[{''.join((*_CJK_DIGITS, *_CJK_SMALL, *_CJK_LARGE))}半]+"
)

_KNOWN_SCALES = frozenset(map(fold, SCALES))
_NOUN = re.compile(rf"[\s-]((?![{CJK}])[^\W\d_]{{3,}})(?:\s((?![{CJK}])[^\W\d_]{{3,}}))?")

Amount = tuple[Decimal, str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What numbers a text holds: amounts with their kind ("%", a currency, ""), codes, dates.

    A code is whatever with digits is no plain number, folded, without hyphens: "h20", "gpt5",
    "10:30"; `joined` are those that a number would make with the word before it ("GPT 5"). `counted`
    says of the stem of a word which amounts stand before it. `rest` is the text without all that
    was read.
    """

    amounts: frozenset[Amount]
    codes: frozenset[str]
    dates: frozenset[YearMonthDay]
    joined: frozenset[str]
    counted: frozenset[tuple[str, Decimal]]
    rest: str = ""

    def found_in(self, sources: Numbers) -> bool:
        """Tell whether the sources hold each of them, with its value, its kind, its day.

        What the sources count otherwise is not found either: 11 users where they have 11 states and 11
        million users.
        """
        return (
            all(_amount_in(amount, sources) for amount in self.amounts)
            and self.codes <= sources.codes | sources.joined
            and all(_date_in(date, sources.dates) for date in self.dates)
            and all(_counted_in(each, sources) for each in self.counted)
        )


def numbers_of(text: str, language: str) -> Numbers:
    """Return the numbers of a text in the language."""
    reader = _Reader(text, language[:2])
    return reader.numbers()


def all_of(numbers: Iterable[Numbers]) -> Numbers:
    """Return the numbers of several texts as those of one."""
    several = list(numbers)
    return Numbers(
        frozenset().union(*(each.amounts for each in several)),
        frozenset().union(*(each.codes for each in several)),
        frozenset().union(*(each.dates for each in several)),
        frozenset().union(*(each.joined for each in several)),
        frozenset().union(*(each.counted for each in several)),
    )


class _Reader:
    """Reads the numbers of one text, once."""

    def __init__(self, text: str, language: str) -> None:
        spaces = _SPACED_FR if language == "fr" else _SPACED
        dates, self._text = dates_and_rest(unicodedata.normalize("NFKC", spaces.sub("'", text)))
        self._days = frozenset(date.when for date in dates)
        self._language = language
        self._amounts: set[Amount] = set()
        self._codes: set[str] = set()
        self._joined: set[str] = set()
        self._counted: set[tuple[str, Decimal]] = set()

    def numbers(self) -> Numbers:
        rest: list[str] = []
        done = 0
        for found in _TOKEN.finditer(self._text):
            start = found.start()
            if start >= done and (end := self._read(found[0], start, found.end())):
                rest += [self._text[done:start], " ; "]
                done = end
        self._text = "".join([*rest, self._text[done:]])
        for numerals in _CJK_NUMERALS.finditer(self._text):
            self._read_numerals(numerals)
        return Numbers(
            frozenset(self._amounts),
            frozenset(self._codes),
            self._days,
            frozenset(self._joined),
            frozenset(self._counted),
            self._text,
        )

    def _read(self, token: str, start: int, end: int) -> int:
        """Read a word if it is a number, and return where that ends, 0 when it is none."""
        if not any(char.isdigit() for char in token):
            return self._read_spelled(token, start, end)
        value, until = self._value_of(_WRITTEN.fullmatch(token), end)
        if value is None or (token[0] == "0" and token[1:2].isdigit()):
            self._codes.add(_code(token))
            return end
        if before := _WORD_BEFORE.search(self._text[max(0, start - 40) : start]):
            self._joined.add(_code(before[1] + token))
        return self._add(value, start, until)

    def _read_spelled(self, token: str, start: int, end: int) -> int:
        small = _small_number(token, _SPELLED.get(self._language, {}))
        if small is None and self._language == "de" and len(token) in _GERMAN_LENGTHS:
            small = _german_number(_GERMAN_PLACE.sub("", fold(token)))
        if small is None:
            return 0
        scale = _SCALE_BEHIND.match(self._text, end)
        value = Decimal(small)
        if scale and scale["word"]:
            value = number_value(str(small), scale["word"], self._language) or value
            end = scale.end()
        return self._add(value, start, end)

    def _value_of(self, written: re.Match[str] | None, end: int) -> tuple[Decimal | None, int]:
        """Return what a token of digits comes to with the scale on or behind it, and where both end."""
        if written is None:
            return None, end
        scale = written["scale"] or ""
        if not scale and not written["rest"] and (behind := _SCALE_BEHIND.match(self._text, end)):
            scale = behind["word"] or behind["cjk"]
            if fold(scale) not in _KNOWN_SCALES:
                return None, end
            end = behind.end()
        return number_value(written["number"], scale, self._language), end

    def _add(self, value: Decimal, start: int, end: int) -> int:
        """Add an amount with the kind before or behind it and what it counts; return where it ends."""
        before = self._text[max(0, start - 8) : start]
        kind = _KIND_BEFORE.search(before)
        if kind:
            before = before[: kind.start()]
        else:
            kind = _KIND_BEHIND.match(self._text, end)
            end = kind.end() if kind else end
        if _MINUS.search(before):
            value = -value
        value = value.normalize()
        self._amounts.add((value, KINDS.get(kind["kind"].lower(), "") if kind else ""))
        if not kind and (noun := _NOUN.match(self._text, end)):
            self._counted |= {
                (stem(fold(word), self._language), value)
                for word in noun.groups()
                if word and fold(word) not in STOP
            }
        return end

    def _read_numerals(self, found: re.Match[str]) -> None:
        """Read a number in Chinese characters; a single 一 is an article as often."""
        if found[0] == "一":
            return
        value = _cjk_value(found[0])
        if value is None:
            self._codes.add(found[0])
        else:
            self._add(Decimal(value), found.start(), found.end())


def _small_number(token: str, spelled: dict[str, int]) -> int | None:
    """Return what "eleven" or "twenty-one" comes to, None for any other word."""
    parts = re.split("[‐‑-]", fold(token))
    if len(parts) == 2 and all(part in spelled for part in parts):
        tens, ones = spelled[parts[0]], spelled[parts[1]]
        if tens % 10 == 0 and tens >= 20 and 0 < ones < 10:
            return tens + ones
    return spelled.get(parts[0])  # "eleven-member"


def _german_number(word: str) -> int | None:
    """Return what a word such as "zweiundzwanzigtausenddreihundert" comes to, None for any other."""
    known = _SPELLED["de"] | {"ein": 1, "eins": 1, "eine": 1}
    if word in known:
        return known[word]
    for scale, by in (("tausend", 1000), ("hundert", 100)):
        before, found, behind = word.partition(scale)
        if found:
            many = _german_number(before) if before else 1
            rest = _german_number(behind.removeprefix("und")) if behind else 0
            return None if many is None or rest is None else many * by + rest
    ones, tens = (known.get(part) for part in word.partition("und")[::2])
    if ones and tens and ones < 10 and tens >= 20 and tens % 10 == 0:
        return tens + ones
    return None


def _code(token: str) -> str:
    return re.sub("[‐‑-]", "", fold(token))


def _cjk_value(run: str) -> int | None:
    total = section = digit = 0
    last = ""
    for char in run:
        if char in _CJK_DIGITS:
            if last in _CJK_DIGITS and last not in "零〇":
                return None  # digits in a row: a year, a number plate
            digit = _CJK_DIGITS[char]
        elif char in _CJK_SMALL:
            section += (digit or (1 if char == "十" else 0)) * _CJK_SMALL[char]
            digit = 0
        elif char in _CJK_LARGE:
            total = (total + section + digit) * _CJK_LARGE[char]
            section = digit = 0
        else:
            return None
        last = char
    total += section + digit
    return total or (0 if run in ("零", "〇") else None)


def _amount_in(amount: Amount, sources: Numbers) -> bool:
    value, kind = amount
    kinds = {each for known, each in sources.amounts if known == value}
    if kind:
        return kind in kinds
    # What is a share of a hundred is no count; a count that looks like a year was read as one.
    return bool(kinds - {"%"}) or (
        int(value) == value and (int(value), None, None) in sources.dates
    )


def _counted_in(counted: tuple[str, Decimal], sources: Numbers) -> bool:
    noun, value = counted
    values = {each for known, each in sources.counted if known == noun}
    return not values or value in values


def _date_in(date: YearMonthDay, dates: frozenset[YearMonthDay]) -> bool:
    """Tell whether one of the dates says at least as much."""
    return any(
        all(part is None or part == other for part, other in zip(date, each, strict=True))
        for each in dates
    )
