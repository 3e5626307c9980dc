"""Figures and dates of a headline, in a form in which different spellings of one are equal.

"1,000", "1.000" (German) and "1000" are one figure, and so are "$1bn", "1 billion dollars" and "10亿美元".
Numbers that name something (GPT-5, H20, Section 232, 5G, 2nd) are no figures; years and days are dates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from monitor.stories.folding import CJK
from monitor.stories.numbers import SCALES, SPELLED, number_value
from monitor.stories.words import STOP

KINDS = {
    "%": "%", "percent": "%", "per cent": "%", "pct": "%", "prozent": "%", "por ciento": "%",
    "pour cent": "%", "por cento": "%",
    "$": "usd", "us$": "usd", "usd": "usd", "dollar": "usd", "dollars": "usd", "dólares": "usd",
    "美元": "usd", "美金": "usd", "달러": "usd", "ドル": "usd",
    "€": "eur", "eur": "eur", "euro": "eur", "euros": "eur", "欧元": "eur", "歐元": "eur", "유로": "eur",
    "£": "gbp", "pounds": "gbp", "英镑": "gbp",
    "yuan": "cny", "rmb": "cny", "元": "cny", "人民币": "cny", "元人民币": "cny",
    "¥": "yen", "yen": "yen", "円": "yen", "日元": "yen", "₩": "krw", "won": "krw", "원": "krw",
}  # fmt: skip
"""What a number may be of: signs and words of per cent and of money, and what is the same."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar enero janvier janeiro gennaio", "feb february februar febrero février fevereiro",
            "mar march märz marzo mars março", "apr april abril avril aprile", "may mai mayo maio",
            "jun june juni junio juin junho", "jul july juli julio juillet julho",
            "aug august agosto août", "sep sept september septiembre septembre setembro",
            "oct october okt oktober octubre octobre outubro", "nov november noviembre novembre novembro",
            "dec december dez dezember diciembre décembre dezembro",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?:(?P<month>\d{1,2})\s?[月월]\s?(?:(?P<day>\d{1,2})\s?[日号號일])?)?",
        r"(?<!\d)(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日号號일]",
        rf"\b(?P<name>{_MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%])(?:,?\s(?P<year>(?:19|20)\d\d))?\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?\s(?:de\s|of\s)?(?P<name>{_MONTH})\b\.?"
        r"(?:\s(?:de\s)?(?P<year>(?:19|20)\d\d)\b)?",
        rf"\b(?P<name>{_MONTH})\.?\s(?:de\s)?(?P<year>(?:19|20)\d\d)\b",
        rf"(?<![\w.,$€£¥-])(?P<year>(?:19|20)\d\d)(?![\d%]|[.,]\d|\s?[{CJK}%])",
    )
)

_LABELS = (
    "section|sec|article|art|rule|no|nr|nos|part|phase|chapter|title|annex|bill|order|day|week|round|top|"
    "version|model|series|volume|vol|episode|artikel|abschnitt|artículo|g|第|§|s&p|nasdaq|dax|ftse|csi|"
    "nikkei|fortune"
)
_CURRENCY_BEFORE = r"us\$|[$€£¥₩]"
_AFTER = "|".join(sorted(map(re.escape, KINDS), key=len, reverse=True))
_SCALE = "|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?<![A-Za-z0-9_.,§])(?<![A-Za-z]-)(?:(?P<before>{_CURRENCY_BEFORE})\s?)?"
    r"(?P<number>\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    rf"(?:(?:\s|-)?(?P<scale>{_SCALE})(?![A-Za-zà-ÿ]))?"
    rf"(?:(?:\s|-)?(?P<after>{_AFTER})(?![A-Za-zà-ÿ]))?"
    rf"(?P<glued>[A-Za-z])?(?:(?:\s|-)?(?P<noun>[{CJK}]|[^\W\d_]{{2,}})"
    rf"(?:\s(?P<more>(?![{CJK}])[^\W\d_]{{3,}}))?)?",
    re.IGNORECASE,
)
_LISTED = frozenset(
    {
        "reason",
        "way",
        "thing",
        "number",
        "takeaway",
        "question",
        "chart",
        "stock",
        "tip",
        "fact",
        "lesson",
    }
)
"""What headlines number their own points by: "7 reasons why"."""
_LABELLED = re.compile(rf"(?:^|[^\w])(?:{_LABELS})\.?\s?$", re.IGNORECASE)
_SPACED = re.compile("(?<=\\d)[\u00a0\u202f](?=\\d{3}(?!\\d))")
_SPACED_FR = re.compile("(?<=\\d)[ \u00a0\u202f](?=\\d{3}(?!\\d))")
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b(?:\s?[ap]\.?m\b)?", re.IGNORECASE)

_MOST = 30
"""Figures, and dates, that are read of one headline: one with more is a table."""

YearMonthDay = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a headline has it. `kind` is "%", a currency or "", `noun` what it counts, folded.

    `amount` is how it is written, `shown` the same with the words behind it.
    `spelled` out it tells how many of something there are, but is too common to be news by itself.
    """

    value: Decimal
    kind: str
    noun: str
    amount: str
    shown: str
    spelled: bool = False

    def same_in(self, kinds: Collection[str]) -> bool:
        """Tell whether it is one of those of its value and these kinds.

        A large one may come without its currency.
        """
        if self.kind in kinds:
            return True
        return self.value >= 1000 and ("" in kinds or (self.kind == "" and bool(kinds)))


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month or year as a headline has it."""

    when: YearMonthDay
    shown: str

    def said_in(self, years: Collection[int | None]) -> bool:
        """Tell whether it is said where its month and day are said in these years, None for in any."""
        year, *rest = self.when
        if year is None or year in years:
            return bool(years)
        return None in years and rest != [None, None]


def figures_and_dates(title: str, language: str) -> tuple[tuple[Figure, ...], tuple[Date, ...]]:
    """Return the figures and the dates of a headline, in their order."""
    language = language[:2]
    spaces = _SPACED_FR if language == "fr" else _SPACED
    text = unicodedata.normalize("NFKC", spaces.sub("'", title[:1000]))
    dates, text = dates_and_rest(text)
    text = _CLOCK.sub(" ; ", text)
    figures = [
        figure for found in _FIGURE.finditer(text) if (figure := _figure(found, text, language))
    ]
    return (*figures, *_spelled(text, language))[:_MOST], tuple(dates[:_MOST])


def dates_and_rest(text: str) -> tuple[list[Date], str]:
    """Return the dates of a text (NFKC), and the text with a semicolon for each."""
    dates: list[Date] = []
    for pattern in _DATES:
        text = pattern.sub(lambda found: _take(found, dates), text)
    return dates, text


def _take(found: re.Match[str], dates: list[Date]) -> str:
    parts = found.groupdict()
    name = parts.get("name")
    month = _MONTHS.get(name.lower()) if name else _number(parts.get("month"))
    if name and month is None:  # to a pattern that ignores case a dotless "Aprıl" is April
        return found[0]
    day = _number(parts.get("day"))
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return found[0]
    dates.append(Date((_number(parts.get("year")), month, day), " ".join(found[0].split())))
    return " ; "


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _figure(found: re.Match[str], text: str, language: str) -> Figure | None:
    if found["glued"] or _LABELLED.search(text[max(0, found.start() - 12) : found.start()]):
        return None
    value = number_value(found["number"], found["scale"] or "", language)
    if value is None:
        return None
    kind = KINDS.get((found["before"] or found["after"] or "").lower(), "")
    noun = "" if kind else _folded(found["noun"] or "")
    if noun in _LISTED:
        return None
    end = found.start("noun") if found["noun"] else found.end()
    amount = " ".join(text[found.start() : end].rstrip(" -").split())
    words = [found["noun"]] if noun else []
    if words and found["more"] and _folded(found["more"]):
        words.append(found["more"])
    gap = "" if noun and noun[0] >= "\u3040" else " "
    return Figure(value.normalize(), kind, noun, amount, gap.join([amount, *words]))


def _spelled(text: str, language: str) -> list[Figure]:
    words = SPELLED.get(language, {})
    if not words:
        return []
    return [
        Figure(Decimal(value), "", _folded(found[2]), found[1], found[0], spelled=True)
        for found in re.finditer(rf"\b({'|'.join(words)})\s([^\W\d_]{{3,}})", text, re.IGNORECASE)
        if (value := words.get(found[1].lower()))
    ]


def _folded(noun: str) -> str:
    noun = noun.lower()
    if noun in STOP:
        return ""
    return noun[:-1] if len(noun) > 3 and noun.endswith("s") else noun
