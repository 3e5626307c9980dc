"""The HTML of an entry, made fit for our page. It was cleaned by nh3 when the entry was parsed.

It keeps its words; what changes is what would disturb the page around it: pictures are not
loaded but named with a link, unless they are asked for, headings go below those of the page, landmarks become plain blocks,
and the words that matched are marked. Every "<" of what nh3 wrote begins a tag and every value
stands in double quotes, which is what the one pattern here relies on; anything else is escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from markupsafe import Markup

from monitor.digests.links import http_url

# Possessive, so that odd markup costs linear time.
_TOKEN = re.compile(
    r'<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?P<rest>(?:[^<>"]|"[^"]*")*+)>|(?P<text>[^<]++|<)'
)
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_HEADING = re.compile("h[1-6]")
_LANDMARKS = frozenset({"main", "nav", "aside", "header", "footer", "section", "article", "hgroup"})
_REFERENCE = "&[a-zA-Z0-9#]+;"
_MOST_WORDS = 60
_FIRST_LEVEL = 3


def readable(markup: str, words: Iterable[str] = (), *, pictures: bool = False) -> Markup:
    """Return an entry's HTML to be put below a second-level heading, with `words` marked.

    With `pictures` those that are had by https are shown: a person has asked for them.
    """
    wanted = _pattern(words)
    out: list[str] = []
    headings: list[int] = []
    level, in_link = _FIRST_LEVEL - 1, False
    for token in _TOKEN.finditer(markup):
        name, rest = token["name"], token["rest"] or ""
        if token["text"] is not None:
            out.append(_marked(token["text"], wanted))
        elif name == "img":
            out.append(_picture(rest, in_link, pictures))
        elif _HEADING.fullmatch(name):
            if not token["close"]:
                level = max(_FIRST_LEVEL, min(int(name[1]) + 2, level + 1, 6))
                headings.append(level)
                out.append(f"<h{level}{rest}>")
            elif headings:
                out.append(f"</h{headings.pop()}>")
        elif name in _LANDMARKS:
            out.append(f"<{token['close']}div{'' if token['close'] else rest}>")
        else:
            in_link = name == "a" and not token["close"] if name == "a" else in_link
            out.append(token[0])
    return Markup("".join(out))  # noqa: S704  # cleaned by nh3, changed only as said above


def has_pictures(markup: str) -> bool:
    """Whether an entry's HTML has a picture that could be shown."""
    return any(
        token["name"] == "img" and 'src="https://' in (token["rest"] or "")
        for token in _TOKEN.finditer(markup)
    )


def _picture(rest: str, in_link: bool, shown: bool) -> str:
    values = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(rest)}
    told = values.get("alt", "").strip() or values.get("title", "").strip()
    name = html.escape(f"Picture: {told}" if told else "Picture", quote=False)
    url = http_url(values.get("src", ""))
    if shown and url.startswith("https://"):
        return (
            f'<img src="{html.escape(url)}" alt="{html.escape(told)}" loading="lazy" '
            'referrerpolicy="no-referrer">'
        )
    if in_link or not url:
        return f'<span class="picture">{name}</span>'
    return (
        f'<a class="picture" href="{html.escape(url)}" rel="noopener noreferrer nofollow">'
        f"{name}</a>"
    )


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds the words as they stand in HTML, the longest first, or None for none."""
    distinct = sorted({word for word in words if word.strip()}, key=lambda word: (-len(word), word))
    if not distinct:
        return None
    return re.compile(f"{_REFERENCE}|({'|'.join(map(_whole, distinct[:_MOST_WORDS]))})")


def _whole(word: str) -> str:
    """Write one word or phrase as a pattern that begins and ends where a word of letters does."""
    pattern = r"\s+".join(re.escape(html.escape(part, quote=False)) for part in word.split())
    before = r"(?<!\w)" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?!\w)" if word[-1].isascii() and word[-1].isalnum() else ""
    return f"{before}{pattern}{after}"


def _marked(text: str, wanted: re.Pattern[str] | None) -> str:
    if text == "<":
        return "&lt;"
    if wanted is None:
        return text
    return wanted.sub(lambda found: f"<mark>{found[1]}</mark>" if found[1] else found[0], text)
