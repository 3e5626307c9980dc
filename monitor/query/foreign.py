"""What other search languages write: read as it is meant, or refused with what to write instead.

Queries are pasted from Lucene (Elasticsearch, Kibana), Meltwater, Google, Factiva, Nexis, SQLite and
others. Everything this language has under another name is translated on the way in, so that the
tree, and `understood`, only ever show our own spelling. docs/topics.md has the table for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.query.metadata import DATE_FIELDS, INSTANT, ValueRefusedError

ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("intitle", "headline", "hl", "article_title"), "title"),
    **dict.fromkeys(("ingress", "hlead"), "lead"),
    **dict.fromkeys(("text", "content", "intext", "description", "summary"), "body"),
    **dict.fromkeys(("site", "host", "domainis", "canonical_domain"), "domain"),
    **dict.fromkeys(("source", "publisher", "publication", "source.name"), "outlet"),
    **dict.fromkeys(("language", "languages"), "lang"),
    **dict.fromkeys(("category", "categories", "tags", "label"), "tag"),
    **dict.fromkeys(("byline", "authors", "creator"), "author"),
    **dict.fromkeys(
        (
            *("date", "pubdate", "published_at", "published_date"),
            *("publish_date", "publication_date"),
        ),
        "published",
    ),
    **dict.fromkeys(("when", "newer_than"), "since"),
    "inurl": "url",
    "until": "before",
    "mime": "type",
    "_exists_": "has",
}
"""Fields by the names other languages give them."""

WHOLE_REST: Mapping[str, str] = {"allintitle": "title", "allintext": "body"}
"""Fields that take everything behind them, and what they are here."""

_FILE = "An address that ends so is url:.pdf, an enclosed file of that kind type:pdf."
_WEB = "Search for the words themselves, or for a piece of the address with url:."
_COUNTRY = "Write the names that stand in the text, or the sites: domain:(gov.uk OR gov.ie)."
REFUSED: Mapping[str, str] = {
    **dict.fromkeys(("filetype", "ext"), _FILE),
    **dict.fromkeys(("related", "cache", "info", "define", "link", "inanchor"), _WEB),
    "allinanchor": _WEB,
    "allinurl": "Write the pieces one by one: url:chips url:export.",
    **dict.fromkeys(("country", "sourcecountry", "location", "loc", "geo", "place"), _COUNTRY),
    "sourcelang": "Write the tag of the language: lang:de.",
    **dict.fromkeys(("sentiment", "tone", "reach"), "Nothing here measures that; leave it out."),
    **dict.fromkeys(("entity", "theme", "concept"), "Put its spellings into a list: @NAME."),
    "timestamp": "Write since:7d, published:7d or published:2025-01-01..2025-02-01.",
}
"""Fields of other languages this one has nothing for, and what may serve instead."""

_WITHIN = re.compile(
    r"(?:(?P<near>O?NEAR|ADJ|WITHIN)/?|(?P<sign>W|N|PRE|P)?/)(?P<digits>[0-9]+)", re.IGNORECASE
)
_AROUND = re.compile(r"AROUND\s?\(\s*(?P<digits>[0-9]+)\s*\)")
_IN_ORDER = ("ONEAR", "ADJ", "PRE", "P")
_CALL = re.compile(r'NEAR(?:/[0-9]+)?\(((?:"[^"]*"|[^\s(),"]+|\s)+)(?:,\s*([0-9]+)\s*)?\)')
_CALLED = re.compile(r'"[^"]*"|[^\s"]+')

_SENTENCES = (
    "There are no sentences or paragraphs in a query.",
    "NEAR/15 comes near to a sentence, NEAR/50 to a paragraph.",
)
_WEIGHTS = (
    "There are no weights in a query.",
    "A topic gives points with its boost lines.",
)
_NUMBERED = re.compile(r"([a-z]+)([0-9]+):$", re.IGNORECASE)

_Signs = tuple[tuple[re.Pattern[str], str, str], ...]


def _signs(*signs: tuple[str, str, str]) -> _Signs:
    return tuple((re.compile(sign), message, hint) for sign, message, hint in signs)


_IN_WORDS = _signs(
    (r"^/.+/$", "There are no regular expressions.", "Use words, * and OR."),
    (r"(?<=[\w*])\^[0-9.]+$|^\^[0-9.]+$", *_WEIGHTS),
    (
        r"(?<=\w)~[0-9.]*$",
        "Words are not found by likeness.",
        'Only a phrase takes ~: "entity list"~8 finds both words within 8 words.',
    ),
    (
        r"(?<=\w)\?(?=\w)",
        "`?` does not stand for a letter.",
        "`*` may end a word, as in licen*.",
    ),
)

SIGNS: _Signs = _IN_WORDS + _signs(
    (
        r"^\*:\*$",
        "There is no sign for every entry.",
        "A query names something: a word, or since:30d for all of the last 30 days.",
    ),
    (r"^(?i:w)?/(?i:s|p|sent|para)$", *_SENTENCES),
    (
        r"^[\[{]",
        "There are no ranges in brackets here.",
        "Write published:[2025-01-01 TO 2025-02-01], or after:2025-01-01 before:2025-02-01.",
    ),
    (r"^XOR$", "There is no XOR.", "Write (a OR b) NOT (a b)."),
    (r"^(?:ANDNOT|BUTNOT)$", "The operator is NOT.", "Write chips NOT potato."),
    (
        r"^(?i:atleast|minoccur)[0-9]*$",
        "How often a word stands in an entry is not counted.",
        "title: or lead: ask for what an entry is about.",
    ),
)
"""Signs of other languages: what is wrong with them here, and what to write."""

_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_LITERAL = frozenset("+-&|!(){}[]^~?:/'.#@,;<>%$_")
_RANGE = re.compile(r"([\[{])\s*(\S+)\s+TO\s+(\S+?)\s*([\]}])")
_INSTANT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"T(?P<time>[0-9:]+(?:\.[0-9]+)?)(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_COMPARED = re.compile(r"([<>]=?)(.+)", re.DOTALL)
_ANYWHERE = ("url", "feed", "type")


def distance_sign(text: str, start: int, end: int) -> tuple[re.Match[str], str] | None:
    """Read another language's NEAR, such as W/5, where a word stands from `start` to `end`.

    Returns what was read, its distance in the group "digits", and our name for it: NEAR or ONEAR.
    """
    if match := _AROUND.match(text, start):
        return match, "NEAR"
    if match := _WITHIN.fullmatch(text, start, end):
        ordered = (match["near"] or match["sign"] or "").upper() in _IN_ORDER
        return match, "ONEAR" if ordered else "NEAR"
    return None


def called_near(text: str, start: int) -> str:
    """Return a hint for `NEAR(a b, 5)`, as SQLite has it, or "" when that does not stand there."""
    match = _CALL.match(text, start)
    if match is None:
        return ""
    sign = f" NEAR/{match[2] or 10} "
    return f"Write {sign.join(_CALLED.findall(match[1]))}."


def numbered_field(chunk: str, followed_by: str) -> str:
    """Return a hint for `near5:"a b"` and its like, or ""."""
    match = _NUMBERED.match(chunk)
    if match is None or not followed_by.startswith('"'):
        return ""
    if match[1].lower() == "near":
        return f'Write "a b"~{match[2]}.'
    return "title: or lead: ask for what an entry is about."


def unescaped(written: str) -> str:
    """Take the backslashes away; what stands behind one is a sign without a meaning."""
    return _ESCAPE.sub(_meant, written) if "\\" in written else written


def _meant(match: re.Match[str]) -> str:
    sign = match[1]
    if sign in _LITERAL:
        return sign
    # Signs that even inside of quotes have a meaning here separate words, as in any text.
    return f" {sign}" if sign.isalnum() else " "


def offset_before(written: str, offset: int) -> int:
    """Return where the character `offset` of `unescaped(written)` stands in `written`."""
    moved = 0
    for match in _ESCAPE.finditer(written):
        if match.start() - moved >= offset:
            break
        moved += len(match[0]) - len(_meant(match))
    return offset + moved


def field_value(name: str, written: str) -> str:
    """Return the value of a field as we write it; raises `ValueRefusedError`.

    Ranges in brackets become `published:a..b`, instants their day where they cannot stand, `_exists_:date` has:published.
    """
    if match := _RANGE.fullmatch(written):
        return _range(name, *match.groups())
    if name == "has":
        return ALIASES.get(written.lower(), written)
    if name == "domain":
        return re.sub(r"^https?://([^/]+)/?$", r"\1", written)
    if name in DATE_FIELDS:
        if compared := _COMPARED.fullmatch(written):
            return _compared(*compared.groups())
        if name in ("after", "before") and INSTANT.fullmatch(written):
            return re.sub(r"T00:00(:00)?Z$", "", written)
        return _INSTANT.sub(r"\g<day>", written)
    return written


def refused_value(name: str, written: str) -> tuple[int, str, str] | None:
    """Return what is wrong with the sign in a bare value that is none here, with its place.

    In an address any sign may stand, so there none is looked for.
    """
    if name in _ANYWHERE:
        return None
    for found, message, hint in _IN_WORDS:
        if foreign := found.search(written):
            return foreign.start(), message, hint
    return None


def _compared(sign: str, end: str) -> str:
    """Return a bound by days; of the day an instant is on, what lies beyond it is not cut off."""
    instant = _INSTANT.fullmatch(end)
    if instant is None:
        return sign + end
    if sign == ">" or (sign == "<" and re.search(r"[1-9]", instant["time"])):
        sign += "="
    return sign + instant["day"]


def _range(name: str, opening: str, low: str, high: str, closing: str) -> str:
    low, high = (end.strip("\"'") for end in (low, high))
    if name not in DATE_FIELDS:
        raise ValueRefusedError(f"There are no ranges in {name}:.", "Only published: takes one.")
    if "now" in f"{low} {high}".lower():
        raise ValueRefusedError(
            "A range cannot begin or end now.",
            "Write published:7d for the last 7 days, since:7d for what was first seen in them.",
        )
    if name != "published":
        low, high = (_INSTANT.sub(r"\g<day>", end) for end in (low, high))
        raise ValueRefusedError(
            f"There are no ranges in {name}:.", f"Write after:{low} before:{high}."
        )
    above, below = ">" if opening == "{" else ">=", "<" if closing == "}" else "<="
    if low == "*" == high:
        raise ValueRefusedError("This range has no end.", "Write has:published.")
    if high == "*":
        return _compared(above, low)
    if low == "*":
        return _compared(below, high)
    if (opening, closing) != ("[", "]"):
        raise ValueRefusedError(
            "A range takes in both its ends.",
            f"Write published:{_compared(above, low)} published:{_compared(below, high)}.",
        )
    return _INSTANT.sub(r"\g<day>", f"{low}..{high}")
