"""Markup made safe to show, and made plain to match.

HTML is cleaned by nh3 (an allow-list for reading), as the last step: nothing edits it afterwards,
and it is cleaned until cleaning changes nothing more, so that it cannot turn into something else
when it is read again. The text for matching is taken from the cleaned HTML, so that scripts,
styles and forms never reach it; wherever a tag separates words for a reader, it does so here.

nh3 takes quadratic time on deep nesting, so containers nested too deep are dropped before, and it is
never given more than `FIELD_CAP` characters at once. What is shown ends there; what is matched goes on in further pieces, up to `TEXT_CAP`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

import nh3

from monitor.parse.addresses import absolute_http

FIELD_CAP = 100_000
"""Characters of markup of one field that are kept to be shown."""
_SHOWN_CAP = 4 * FIELD_CAP
_LONGEST_BASE = 1_000
TEXT_CAP = 1_000_000
"""Characters of markup of one field whose text is kept to be matched."""

_INLINE = (
    "a abbr b bdi bdo cite code data del dfn em i ins kbd mark q rp rt ruby s samp small span "
    "strike strong sub time tt u var wbr"
)
_BLOCK = (
    "address article aside blockquote br caption center col colgroup dd details div dl dt "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr img li main nav ol p pre section "
    "summary sup table tbody td tfoot th thead tr ul"
)
_TAGS = frozenset(f"{_INLINE} {_BLOCK}".split())
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "time": {"datetime"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    "bdo": {"dir"},
    "*": {"lang"},
}
_DROPPED_WHOLE = {
    "script", "style", "template", "iframe", "object", "embed", "applet", "svg", "math", "title",
    "head", "noembed", "noframes", "textarea", "select", "button", "audio", "video", "canvas",
    "xmp", "plaintext",
}  # fmt: skip

# In what nh3 wrote every "<" begins a tag and every value stands in double quotes.
_TAG_END = r'(?:[^>"]++|"[^"]*+")*+>'
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE.replace(' ', '|')})(?=[\s>/]){_TAG_END}")
_ANY_TAG = re.compile(rf"<{_TAG_END}")

# nh3 joins what stood around a tag that it drops, so a space is put before all but these.
_BREAKING = re.compile(
    rf"<(?=/?[a-z])(?!/?(?:{f'{_INLINE} {_BLOCK} font big acronym nobr'.replace(' ', '|')})[\s>/])",
    re.IGNORECASE,
)
_CONTAINERS = (
    "address|article|aside|blockquote|center|dd|details|div|dl|dt|figcaption|figure|footer|header|"
    "hgroup|li|main|nav|ol|pre|rp|rt|section|summary|table|tbody|td|tr|ul"
)
_CONTAINER = re.compile(rf"<(/?)(?:{_CONTAINERS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_DEEPEST = 256
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]+")
_ABSURD = re.compile(r"&#(?:[0-9]{20,}|[xX][0-9a-fA-F]{20,});?")
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_SRC = re.compile(r"""\bsrc\s*=\s*(?:"\s*([^"]*)"|'\s*([^']*)'|([^\s>]+))""", re.IGNORECASE)
_DOT = re.compile(r"""\b(width|height)\s*=\s*["']?\s*[01](?:px)?(?=["'\s/>])""", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…](?=[\s\"'”’)\]])|[。！？]")
_MAY_BE_RELATIVE = re.compile(
    r"""\b(?:href|src|cite)\s*=\s*["']?(?!https?://|mailto:)""", re.IGNORECASE
)
_MAX_PASSES = 6


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A field after cleaning: what may be shown, what is matched, and whether it was cut."""

    html: str
    text: str
    cut: bool = False


def without_controls(text: str) -> str:
    """Drop control characters (but not tab and line ends), lone surrogates and byte order marks."""
    return _CONTROLS.sub("", text) if _CONTROLS.search(text) else text


def plain(text: str) -> str:
    """Return text on one line: no control characters, every run of white space one space."""
    return " ".join(without_controls(text).split())


def unescaped(text: str) -> str:
    """Resolve character references; those with absurd numbers become U+FFFD, where Python raises."""
    if "&" not in text:
        return text
    return html.unescape(_ABSURD.sub("\ufffd", text) if "&#" in text else text)


def clean_markup(markup: str, base: str) -> Cleaned:
    """Clean HTML; relative addresses in it are resolved against `base` (an http(s) address)."""
    prepared = _prepared(markup[:TEXT_CAP])
    # Making a cleaner for a base costs more than cleaning, and few entries need their own.
    cleaner = _cleaner(base if _MAY_BE_RELATIVE.search(prepared) else "")
    first, *rest = _pieces(prepared)
    shown = _stable(cleaner, first)
    cut = len(markup) > FIELD_CAP
    while len(shown) > _SHOWN_CAP:
        # Many short links become long ones when they are resolved.
        cut = True
        rest.insert(0, first[len(first) // 4 :])
        first = first[: len(first) // 4]
        shown = _stable(cleaner, first)
    if "<img" not in shown and not _text_of(shown):
        shown = ""
    texts = [_text_of(shown), *(_text_of(_cleaner("").clean(piece)) for piece in rest)]
    return Cleaned(shown, " ".join(filter(None, texts)), cut)


def clean_plain(text: str) -> Cleaned:
    """Turn plain text into HTML of paragraphs, and into one line to match."""
    kept = without_controls(text[:TEXT_CAP])
    paragraphs = re.split(r"\n[ \t\r]*\n", kept[:FIELD_CAP].strip())
    markup = "".join(
        f"<p>{html.escape(paragraph.strip(), quote=False)}</p>" for paragraph in paragraphs
    )
    return Cleaned(_stable(_cleaner(""), markup), plain(kept), len(text) > FIELD_CAP)


def markup_text(markup: str) -> str:
    """Return what a reader would see of markup, on one line; entities are decoded once."""
    if "<" not in markup:
        return plain(unescaped(markup[:TEXT_CAP]))
    cleaner = _cleaner("")
    pieces = _pieces(_prepared(markup[:TEXT_CAP]))
    return " ".join(filter(None, (_text_of(cleaner.clean(piece)) for piece in pieces)))


def shortened(text: str, limit: int) -> str:
    """Cut text at the end of a sentence where one is near the limit, else of a word, with "…"."""
    if len(text) <= limit:
        return text
    start = text[: limit - 1]
    ends = [found.end() for found in _SENTENCE_END.finditer(start, limit // 2)]
    if ends:
        return start[: ends[-1]]
    word_end = start.rfind(" ", limit // 2)
    return (start[:word_end] if word_end > 0 else start).rstrip(" ,;:–-") + "…"


@lru_cache(maxsize=64)
def _cleaner(base: str) -> nh3.Cleaner:
    address = absolute_http(base, "") if len(base) <= _LONGEST_BASE else ""
    try:
        return _new_cleaner(("rewrite_with_base", address) if address else "deny")
    except ValueError:
        return _new_cleaner("deny")


def _new_cleaner(relative: nh3.UrlRelative) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative=relative,
        link_rel="noopener noreferrer",
    )


def _prepared(markup: str) -> str:
    """Edit what is better edited before nh3 than by it."""
    markup = without_controls(markup)
    if "<" not in markup:
        return markup
    if len(markup) > FIELD_CAP:
        for name in ("script", "style"):
            markup = _without_element(markup, name)
    return _BREAKING.sub(" <", _flattened(markup))


def _flattened(markup: str) -> str:
    """Drop the containers of markup that nests them deeper than anybody does; its words stay."""
    if markup.count("<") <= _DEEPEST:
        return markup
    depth = 0
    for tag in _CONTAINER.finditer(markup):
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > _DEEPEST:
            return _CONTAINER.sub(" ", markup)
    return markup


def _image_kept(found: re.Match[str]) -> str:
    """Drop images without an http(s) address, and those of one pixel, which only count readers."""
    src = _SRC.search(found[0])
    address = unescaped(next(filter(None, src.groups()), "")) if src else ""
    if not address or not absolute_http(address, "https://relative.invalid/"):
        return ""
    dots = {side[1].lower() for side in _DOT.finditer(found[0])}
    return "" if len(dots) == 2 else found[0]


def _without_element(markup: str, name: str) -> str:
    """Drop an element with its content, so that no piece of a long field begins inside one."""
    lower = markup.lower()
    if len(lower) != len(markup):
        return markup
    kept, at = [], 0
    while (start := lower.find(f"<{name}", at)) >= 0:
        end = lower.find(f"</{name}", start)
        if end < 0:
            break
        kept.append(markup[at:start])
        at = end
    return "".join([*kept, markup[at:]]) if kept else markup


def _pieces(markup: str) -> list[str]:
    """Cut long markup into pieces of at most `FIELD_CAP`, between paragraphs where it can be."""
    pieces = []
    while len(markup) > FIELD_CAP:
        end = FIELD_CAP
        for mark in ("<p", "<div", "<br", "<li", "<", " "):
            at = markup.rfind(mark, FIELD_CAP * 3 // 4, FIELD_CAP)
            if at > 0:
                end = at
                break
        pieces.append(markup[:end])
        markup = markup[end:]
    return [*pieces, markup]


def _stable(cleaner: nh3.Cleaner, markup: str) -> str:
    """Clean until cleaning changes nothing more; markup that never settles is shown as text.

    Character references may bring control characters back, and odd nesting may read differently
    the second time; both are gone after another pass.
    """
    for _ in range(_MAX_PASSES):
        cleaned = without_controls(cleaner.clean(_IMAGE.sub(_image_kept, markup)))
        if cleaned == markup:
            return cleaned
        markup = cleaned
    return html.escape(_text_of(markup), quote=False)


def _text_of(cleaned: str) -> str:
    """Return the text of HTML that nh3 wrote."""
    if "<" in cleaned:
        separate = cleaned.replace("</a><a", "</a> <a")
        cleaned = _ANY_TAG.sub(" ", _INLINE_TAG.sub("", separate))
    return plain(unescaped(cleaned))
