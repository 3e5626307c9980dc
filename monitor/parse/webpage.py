"""What is read of a web page: title, headings, words, forms, and the feeds it names.

Pages come where feeds were asked for, so they may be anything. The reading is a single pass of bounded
patterns over the first part of the page: the standard library's HTML parser raises on some markup and
takes quadratic time on more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.parse.cleaning import plain, unescaped

READ = 300_000
"""Characters of a page that are read."""
_WORDS = 20_000
_HEADINGS = 6
_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]{0,30})((?:[^<>"']|"[^"]{0,1500}"|'[^']{0,1500}')*+)>""")
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z][\w:-]{0,40})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
)
_UNSEEN = ("script", "style", "svg", "template", "textarea")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page as far as it was read. Texts are on one line, entities resolved.

    `words` is what a visitor sees, up to a bound; `password` tells of a field for one. `declared` are
    (address, type, title) of `<link rel=alternate>`, `linked` (address, text) of `<a>`, as written.
    `markup` is the page itself, lower-case.
    """

    title: str = ""
    headings: tuple[str, ...] = ()
    words: str = ""
    password: bool = False
    base: str = ""
    declared: tuple[tuple[str, str, str], ...] = ()
    linked: tuple[tuple[str, str], ...] = ()
    markup: str = ""


def read_page(text: str) -> WebPage:
    """Read a page. Never raises; what cannot be read is passed over."""
    text = text[:READ]
    visible = without_elements(text, *_UNSEEN)
    reader = _Reader()
    at = 0
    for found in _TAG.finditer(visible):
        reader.text(visible[at : found.start()])
        at = found.end()
        if found[1]:
            reader.end(found[2].lower())
        else:
            reader.start(found[2].lower(), found[3])
    reader.text(visible[at:])
    return WebPage(
        title=plain(unescaped(reader.title)),
        headings=tuple(filter(None, map(plain, map(unescaped, reader.headings)))),
        words=plain(unescaped(" ".join(reader.words))),
        password=reader.password,
        base=reader.base,
        declared=tuple(reader.declared),
        linked=tuple((href, plain(unescaped(words))) for href, words in reader.linked),
        markup=text.lower(),
    )


def without_elements(text: str, *names: str) -> str:
    """Return markup without comments and without these elements and what is in them."""
    lower = text.lower()
    if len(lower) != len(text):
        # Some letters have a longer lower case; the places must stay the same.
        lower = "".join(each.lower() if each.isascii() else each for each in text)
    opening = _opening(names)
    kept: list[str] = []
    at = 0
    while found := opening.search(lower, at):
        kept.append(text[at : found.start()])
        name = found["name"]
        mark = f"</{name}" if name else "-->"
        end = lower.find(mark, found.end())
        if end < 0:
            # Never closed: a comment hides the rest, an element is passed over, and not looked for again.
            at = found.end() if name else len(text)
            names = tuple(each for each in names if each != name)
            opening = _opening(names)
            continue
        at = end + len(mark)
    return "".join([*kept, text[at:]])


def _opening(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"<!--|<(?P<name>{'|'.join(names) or '(?!)'})(?=[\s/>])")


class _Reader:
    """Collects from one tag or text after the other."""

    def __init__(self) -> None:
        self.title = ""
        self.headings: list[str] = []
        self.words: list[str] = []
        self.password = False
        self.base = ""
        self.declared: list[tuple[str, str, str]] = []
        self.linked: list[tuple[str, str]] = []
        self._in = ""
        self._link: tuple[str, str] | None = None
        self._read = 0

    def start(self, tag: str, attributes: str) -> None:
        if tag == "title" and not self.title.strip():
            self._in = "title"
        elif tag in ("h1", "h2") and len(self.headings) < _HEADINGS:
            self._in = "heading"
            self.headings.append("")
        elif tag in ("link", "a", "base", "input"):
            self._with_attributes(tag, _attributes(attributes))
        elif self._in == "title":
            # A title holds no elements; this one was never closed.
            self._in = ""

    def _with_attributes(self, tag: str, given: dict[str, str]) -> None:
        if tag == "link" and "alternate" in given.get("rel", "").lower().split():
            self.declared.append(
                (given.get("href", ""), given.get("type", ""), given.get("title", ""))
            )
        elif tag == "a" and given.get("href"):
            self._link = (given["href"], given.get("title", ""))
        elif tag == "base":
            self.base = self.base or given.get("href", "")
        elif tag == "input":
            self.password |= given.get("type", "").lower() == "password"

    def end(self, tag: str) -> None:
        if tag in ("title", "h1", "h2"):
            self._in = ""
        elif tag == "a" and self._link:
            self.linked.append(self._link)
            self._link = None

    def text(self, text: str) -> None:
        if not text:
            return
        if self._in == "title":
            self.title += text[:1000]
            return
        if self._in == "heading":
            self.headings[-1] += f" {text[:300]}"
        if self._link and len(self._link[1]) < 200:
            self._link = (self._link[0], f"{self._link[1]} {text[:200]}")
        if self._read < _WORDS:
            self.words.append(text[:_WORDS])
            self._read += len(text)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(text):
        found.setdefault(each[1].lower(), unescaped(each[2] or each[3] or each[4] or ""))
    return found
